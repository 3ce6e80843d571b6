use super::*;

fn new(role: Role, days: Option<i64>) -> NewToken {
    NewToken { name: "ci".into(), role, days }
}

#[tokio::test]
async fn a_token_does_what_both_it_and_its_owner_may() {
    let (world, root) = World::founded().await;
    let bob = world.joined("bob", Role::ConnectorAdmin).await;
    for role in [Role::Administrator, Role::Reviewer, Role::Auditor] {
        assert_eq!(code(world.hub.token_add(&bob.caller, &new(role, None)).await), "hub-role-too-high");
    }
    let made = world.hub.token_add(&bob.caller, &new(Role::ConnectorAdmin, None)).await.unwrap();
    let caller = world.hub.token_resume(&made.secret, &peer()).await.unwrap();
    assert!(caller.may(Permission::Connect) && !caller.may(Permission::Administer));
    assert_eq!((caller.actor(), caller.session()), (Some("bob"), None));
    assert!(!caller.is_recent(clock()), "a program proves nothing of a person");
    assert_eq!(code(world.hub.token_add(&caller, &new(Role::ConnectorAdmin, None)).await), "hub-no-account");

    world.hub.user_role(&root.caller, bob.uuid(), Role::Reviewer).await.unwrap();
    let caller = world.hub.token_resume(&made.secret, &peer()).await.unwrap();
    assert!(caller.may(Permission::Read) && !caller.may(Permission::Connect) && !caller.may(Permission::Review));
    // The token of an administrator looks after nobody.
    let made = world.hub.token_add(&root.caller, &new(Role::Administrator, None)).await.unwrap();
    let caller = world.hub.token_resume(&made.secret, &peer()).await.unwrap();
    assert_eq!(code(world.hub.user_disable(&caller, bob.uuid()).await), "hub-not-recent");
    assert_eq!(world.hub.users(&caller).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_token_ends_when_it_expires_or_is_revoked_and_is_shown_once() {
    let (world, root) = World::founded().await;
    for days in [0, -1, 367] {
        assert_eq!(
            code(world.hub.token_add(&root.caller, &new(Role::Auditor, Some(days))).await),
            "hub-expiry-invalid"
        );
    }
    let usual = world.hub.token_add(&root.caller, &new(Role::Auditor, None)).await.unwrap();
    let year = world.hub.token_add(&root.caller, &new(Role::Auditor, Some(366))).await.unwrap();
    assert!(!format!("{usual:?}").contains(usual.secret.expose_secret()));
    assert!(usual.secret.expose_secret().starts_with("rolecall_"));
    let listed = world.hub.tokens(&root.caller, root.uuid()).await.unwrap();
    assert_eq!(listed, [year.token.clone(), usual.token.clone()]);

    let used = async || world.hub.tokens(&root.caller, root.uuid()).await.unwrap()[1].used_at;
    let resume = async |made: &TokenMade| world.hub.token_resume(&made.secret, &peer()).await;
    let at = clock();
    resume(&usual).await.unwrap();
    pass(59);
    resume(&usual).await.unwrap();
    assert_eq!(used().await, Some(at));
    pass(1);
    resume(&usual).await.unwrap();
    assert_eq!(used().await, Some(clock()));

    pass(90 * DAY - MINUTE - 1);
    assert!(resume(&usual).await.is_ok());
    pass(1);
    assert_eq!(code(resume(&usual).await), "hub-not-signed-in");
    assert!(resume(&year).await.is_ok());
    let bob = world.joined("bob", Role::Auditor).await;
    assert_eq!(code(world.hub.token_revoke(&bob.caller, root.uuid(), year.token.uuid).await), "hub-forbidden");
    assert_eq!(code(world.hub.token_revoke(&bob.caller, bob.uuid(), year.token.uuid).await), "hub-unknown");
    world.hub.token_revoke(&root.caller, root.uuid(), year.token.uuid).await.unwrap();
    assert_eq!(code(resume(&year).await), "hub-not-signed-in");
    assert_eq!(code(world.hub.token_revoke(&root.caller, root.uuid(), year.token.uuid).await), "hub-unknown");
    assert_eq!((world.records("hub.token-added").await.len(), world.records("hub.token-revoked").await.len()), (2, 1));
    world.is_sound().await;
}
