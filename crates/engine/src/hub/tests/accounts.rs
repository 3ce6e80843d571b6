use super::*;

const ANOTHER: &str = "another walk by the sea";

#[tokio::test]
async fn a_disabled_account_opens_nothing_from_that_moment() {
    let (world, root) = World::founded().await;
    let bob = world.joined("bob", Role::ConnectorAdmin).await;
    let new = NewToken { name: "ci".into(), role: Role::ConnectorAdmin, days: None };
    let token = world.hub.token_add(&bob.caller, &new).await.unwrap().secret;
    assert!(world.hub.token_resume(&token, &peer()).await.is_ok());
    let reset = world.hub.user_reset(&root.caller, bob.uuid(), ResetScope::Password).await.unwrap().unwrap();
    world.hub.link_reset(&reset.token, &secret(PASSWORD), &peer()).await.unwrap();
    let bob = world.sign_in("bob", PASSWORD, None).await.unwrap();
    let waiting = world.hub.user_reset(&root.caller, bob.uuid(), ResetScope::SecondFactor).await.unwrap();
    assert!(waiting.is_none() && !world.is_signed_in(&bob).await);
    let bob = world.sign_in("bob", PASSWORD, None).await.unwrap();

    world.hub.user_disable(&root.caller, bob.uuid()).await.unwrap();
    assert!(!world.is_signed_in(&bob).await);
    assert_eq!(code(world.hub.token_resume(&token, &peer()).await), "hub-not-signed-in");
    assert_eq!(code(world.sign_in("bob", PASSWORD, None).await), "hub-refused");

    world.hub.user_enable(&root.caller, bob.uuid()).await.unwrap();
    assert!(!world.is_signed_in(&bob).await, "sessions do not come back");
    assert!(world.hub.token_resume(&token, &peer()).await.is_ok());
    world.sign_in("bob", PASSWORD, None).await.unwrap();
    world.is_sound().await;
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let (world, root) = World::founded().await;
    for refused in [
        world.hub.user_disable(&root.caller, root.uuid()).await,
        world.hub.user_role(&root.caller, root.uuid(), Role::Auditor).await,
        world.hub.user_disable(&Caller::terminal("op"), root.uuid()).await,
    ] {
        assert_eq!(code(refused), "hub-last-administrator");
    }
    assert!(world.is_signed_in(&root).await);
    let other = world.joined("other", Role::Administrator).await;
    world.hub.user_disable(&root.caller, other.uuid()).await.unwrap();
    assert_eq!(code(world.hub.user_disable(&root.caller, root.uuid()).await), "hub-last-administrator");
    world.hub.user_enable(&root.caller, other.uuid()).await.unwrap();
    world.hub.user_role(&root.caller, root.uuid(), Role::Reviewer).await.unwrap();
    assert!(!world.is_signed_in(&root).await, "a role that changed is signed in to anew");
    assert!(!world.sign_in("root", PASSWORD, None).await.unwrap().caller.may(Permission::Administer));
}

#[tokio::test]
async fn two_administrators_cannot_demote_each_other_at_the_same_moment() {
    let (world, root) = World::founded().await;
    let other = world.joined("other", Role::Administrator).await;
    let (one, two) = tokio::join!(
        world.hub.user_role(&root.caller, other.uuid(), Role::Auditor),
        world.hub.user_disable(&other.caller, root.uuid()),
    );
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|done| **done).count(), 1, "{one:?} {two:?}");
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_and_is_a_good_one() {
    let (world, root) = World::founded().await;
    let elsewhere = world.sign_in("root", PASSWORD, None).await.unwrap();
    let change =
        async |current: &str, new: &str| world.hub.password_change(&root.caller, &secret(current), &secret(new)).await;
    assert_eq!(code(change("wrong", ANOTHER).await), "hub-refused");
    assert_eq!(code(change(PASSWORD, "short").await), "hub-password-refused");
    change(PASSWORD, ANOTHER).await.unwrap();
    assert!(world.is_signed_in(&root).await && !world.is_signed_in(&elsewhere).await);
    assert_eq!(code(world.sign_in("root", PASSWORD, None).await), "hub-refused");
    world.sign_in("root", ANOTHER, None).await.unwrap();
    assert_eq!(world.records("hub.password-changed").await.len(), 1);
    assert_eq!(
        code(world.hub.password_change(&Caller::terminal("op"), &secret(""), &secret(ANOTHER)).await),
        "hub-no-account"
    );
}

#[tokio::test]
async fn a_hash_of_another_cost_is_made_anew_when_its_holder_signs_in() {
    let (world, _root) = World::founded().await;
    let dearer = world.hub.clone().with_password_cost(PasswordCost { memory: 16, passes: 1 });
    let hash = async || world.store.hub_credentials("root").await.unwrap().unwrap().password_hash.unwrap();
    let before = hash().await;
    assert!(before.contains("m=8,t=1"), "{before}");
    let given = SignIn { name: "root".into(), password: secret(PASSWORD), code: None };
    dearer.sign_in(&given, &peer()).await.unwrap();
    let after = hash().await;
    assert!(after.contains("m=16,t=1"), "{after}");
    dearer.sign_in(&given, &peer()).await.unwrap();
    assert_eq!(hash().await, after);
}

#[tokio::test]
async fn a_reset_takes_the_password_at_once_and_its_link_sets_one_once() {
    let (world, root) = World::founded().await;
    let bob = world.joined("bob", Role::Reviewer).await;
    let older = world.hub.user_reset(&root.caller, bob.uuid(), ResetScope::Password).await.unwrap().unwrap();
    let link = world.hub.user_reset(&root.caller, bob.uuid(), ResetScope::Both).await.unwrap().unwrap();
    assert!(!world.is_signed_in(&bob).await);
    assert_eq!(code(world.sign_in("bob", PASSWORD, None).await), "hub-refused");
    assert_eq!(code(world.hub.link_reset(&older.token, &secret(ANOTHER), &peer()).await), "hub-link-invalid");
    let shown = world.hub.link_show(&link.token).await.unwrap();
    assert_eq!((shown.kind, shown.name.as_deref(), shown.role), (LinkKind::Reset, Some("bob"), Role::Reviewer));
    assert_eq!(code(world.hub.link_join(&link.token, &account("eve"), &peer()).await), "hub-link-invalid");
    world.hub.link_reset(&link.token, &secret(ANOTHER), &peer()).await.unwrap();
    assert_eq!(code(world.hub.link_reset(&link.token, &secret(PASSWORD), &peer()).await), "hub-link-invalid");
    world.sign_in("bob", ANOTHER, None).await.unwrap();

    let expired = world.hub.user_reset(&root.caller, bob.uuid(), ResetScope::Password).await.unwrap().unwrap();
    pass(DAY);
    assert_eq!(code(world.hub.link_reset(&expired.token, &secret(ANOTHER), &peer()).await), "hub-link-invalid");
    world.is_sound().await;
}

#[tokio::test]
async fn a_reset_of_a_disabled_account_lets_nobody_in() {
    let (world, root) = World::founded().await;
    let bob = world.joined("bob", Role::Reviewer).await;
    let link = world.hub.user_reset(&root.caller, bob.uuid(), ResetScope::Password).await.unwrap().unwrap();
    world.hub.user_disable(&root.caller, bob.uuid()).await.unwrap();
    assert_eq!(code(world.hub.link_reset(&link.token, &secret(ANOTHER), &peer()).await), "hub-link-invalid");
    world.hub.user_enable(&root.caller, bob.uuid()).await.unwrap();
    assert_eq!(code(world.hub.link_reset(&link.token, &secret(ANOTHER), &peer()).await), "hub-link-invalid");
}

#[tokio::test]
async fn people_change_what_they_are_called_and_see_no_more_than_they_may() {
    let (world, root) = World::founded().await;
    let bob = world.joined("bob", Role::Reviewer).await;
    let auditor = world.joined("auditor", Role::Auditor).await;
    let details = UserDetails { display_name: "Bob B.".into(), email: Some("bob@example.com".into()) };
    // Whose address an account has is that person: nobody takes another's.
    assert_eq!(code(world.hub.user_change(&bob.caller, bob.uuid(), &details).await), "hub-forbidden");
    world.hub.user_change(&root.caller, bob.uuid(), &details).await.unwrap();
    let details = UserDetails { display_name: "Bobby".into(), ..details };
    let changed = world.hub.user_change(&bob.caller, bob.uuid(), &details).await.unwrap();
    assert_eq!((changed.display_name.as_str(), changed.email.as_deref()), ("Bobby", Some("bob@example.com")));
    let before = world.record_count().await;
    world.hub.user_change(&bob.caller, bob.uuid(), &details).await.unwrap();
    assert_eq!(world.record_count().await, before, "what changes nothing leaves no record");
    assert_eq!(
        world.records("hub.user-changed").await[0].details,
        r#"{"changed":["displayName","email"],"how":"session"}"#
    );

    assert_eq!(code(world.hub.user_change(&bob.caller, root.uuid(), &details).await), "hub-forbidden");
    assert_eq!(code(world.hub.user_change(&auditor.caller, bob.uuid(), &details).await), "hub-forbidden");
    assert_eq!(code(world.hub.users(&bob.caller).await), "hub-forbidden");
    assert_eq!(code(world.hub.user_by_name(&bob.caller, "root").await), "hub-forbidden");
    let names: Vec<String> =
        world.hub.users(&auditor.caller).await.unwrap().into_iter().map(|user| user.name).collect();
    assert_eq!(names, ["auditor", "bob", "root"]);
    assert_eq!(world.hub.user(&bob.caller, bob.uuid()).await.unwrap(), changed);
    assert_eq!(code(world.hub.user(&root.caller, Uuid::nil()).await), "hub-unknown");
    for change in [Permission::Administer, Permission::Connect, Permission::Decide] {
        assert!(!auditor.caller.may(change) && auditor.caller.may(Permission::Audit));
    }
}

#[tokio::test]
async fn notices_go_to_one_account_or_to_whoever_has_the_role() {
    let (world, root) = World::founded().await;
    let bob = world.joined("bob", Role::Reviewer).await;
    let notice = |audience, kind: &str| NewNotice {
        audience,
        kind: kind.into(),
        about: "npm:acme".into(),
        text: "The last owner left.".into(),
    };
    let program = Caller::program();
    world.hub.notice_add(&program, &notice(Audience::User(bob.uuid()), "to-bob")).await.unwrap();
    pass(1);
    let to_all = world.hub.notice_add(&program, &notice(Audience::Role(Role::Reviewer), "to-reviewers")).await.unwrap();
    let eve = world.joined("eve", Role::Reviewer).await;
    let kinds = async |person: &Person| -> Vec<(String, bool)> {
        let notices = world.hub.notices(&person.caller).await.unwrap();
        notices.into_iter().map(|notice| (notice.kind, notice.read_at.is_some())).collect()
    };
    assert_eq!(kinds(&bob).await, [("to-reviewers".into(), false), ("to-bob".into(), false)]);
    assert_eq!(kinds(&eve).await, [("to-reviewers".into(), false)]);
    assert_eq!(kinds(&root).await, []);
    world.hub.notice_read(&bob.caller, to_all).await.unwrap();
    world.hub.notice_read(&bob.caller, to_all).await.unwrap();
    assert_eq!(kinds(&bob).await, [("to-reviewers".into(), true), ("to-bob".into(), false)]);
    assert_eq!(kinds(&eve).await, [("to-reviewers".into(), false)], "each reads for themselves");
    assert_eq!(code(world.hub.notice_read(&root.caller, to_all).await), "hub-unknown");
    assert_eq!(
        code(world.hub.notice_add(&bob.caller, &notice(Audience::Role(Role::Auditor), "x")).await),
        "hub-forbidden"
    );
    assert_eq!(code(world.hub.notice_add(&program, &notice(Audience::User(Uuid::nil()), "x")).await), "hub-unknown");
    assert_eq!(code(world.hub.notices(&program).await), "hub-no-account");
}
