use super::*;

#[tokio::test]
async fn the_first_administrator_is_made_by_the_newest_link_once() {
    let world = World::new().await;
    assert!(world.hub.is_first_run().await.unwrap());
    let older = world.hub.first_run(&Caller::program()).await.unwrap().unwrap();
    let newer = world.hub.first_run(&Caller::terminal("op")).await.unwrap().unwrap();
    let join = |token| world.hub.link_join(token, &SHARED, &SHARED_PEER);
    assert_eq!(code(join(&older.token).await), "hub-link-invalid", "the newer one took its place");
    let link = world.hub.link_show(&newer.token).await.unwrap();
    assert_eq!((link.kind, link.role), (LinkKind::FirstRun, Role::Administrator));

    let root = world.joins(&newer.token, "Root").await;
    assert!(root.caller.may(Permission::Administer) && world.is_signed_in(&root).await);
    assert_eq!(code(join(&newer.token).await), "hub-link-invalid", "used");
    assert!(!world.hub.is_first_run().await.unwrap());
    assert!(world.hub.first_run(&Caller::program()).await.unwrap().is_none());
    assert_eq!(code(world.hub.first_run(&root.caller).await), "hub-forbidden");
    world.is_sound().await;
}

static SHARED_PEER: Peer = Peer { address: None, agent: None };
static SHARED: std::sync::LazyLock<NewAccount> = std::sync::LazyLock::new(|| account("somebody"));

#[tokio::test]
async fn the_first_link_lasts_a_day_and_an_invitation_a_week() {
    let world = World::new().await;
    let first = world.hub.first_run(&Caller::program()).await.unwrap().unwrap();
    pass(DAY);
    assert_eq!(code(world.hub.link_show(&first.token).await), "hub-link-invalid");
    let invitation = NewInvitation { role: Role::Reviewer, email: Some("bob@example.com".into()) };
    let invited = world.hub.invite(&Caller::terminal("op"), &invitation).await.unwrap();
    pass(7 * DAY - 1);
    assert_eq!(world.hub.links(&Caller::terminal("op")).await.unwrap().len(), 1);
    assert!(world.hub.link_show(&invited.token).await.is_ok());
    pass(1);
    assert_eq!(code(world.hub.link_join(&invited.token, &SHARED, &peer()).await), "hub-link-invalid");
    assert_eq!(world.hub.links(&Caller::terminal("op")).await.unwrap(), []);
}

#[tokio::test]
async fn an_invitation_makes_one_account_with_its_role_and_address() {
    let (world, root) = World::founded().await;
    let invitation = NewInvitation { role: Role::Reviewer, email: Some(" bob@example.com ".into()) };
    let link = world.hub.invite(&root.caller, &invitation).await.unwrap();
    // What is wrong with the account does not use the link up.
    let short = NewAccount { password: secret("short"), ..account("bob") };
    assert_eq!(code(world.hub.link_join(&link.token, &short, &peer()).await), "hub-password-refused");
    assert_eq!(code(world.hub.link_join(&link.token, &account("ROOT"), &peer()).await), "hub-name-taken");
    assert_eq!(code(world.hub.link_reset(&link.token, &secret(PASSWORD), &peer()).await), "hub-link-invalid");
    let bob = world.joins(&link.token, "Bob").await;
    let user = bob.caller.user().unwrap();
    assert_eq!((user.name.as_str(), user.display_name.as_str(), user.role), ("Bob", "Bob", Role::Reviewer));
    assert_eq!(user.email.as_deref(), Some("bob@example.com"));
    assert_eq!(code(world.hub.link_join(&link.token, &account("eve"), &peer()).await), "hub-link-invalid");

    let invited = world.records("hub.user-invited").await;
    assert_eq!((invited.len(), invited[0].actor()), (1, Some("root")));
    assert!(!invited[0].details.contains("bob"), "{}", invited[0].details);
    let joined = world.records("hub.user-added").await;
    assert_eq!((joined[1].actor(), joined[1].subject.as_str()), (Some("Bob"), user.uuid.to_string().as_str()));
    world.is_sound().await;
}

#[tokio::test]
async fn only_administrators_who_proved_it_lately_invite_and_take_back() {
    let (world, root) = World::founded().await;
    let invitation = NewInvitation { role: Role::Administrator, email: None };
    for role in [Role::ConnectorAdmin, Role::Reviewer, Role::Auditor] {
        let person = world.joined(role.word(), role).await;
        assert_eq!(code(world.hub.invite(&person.caller, &invitation).await), "hub-forbidden");
        assert_eq!(code(world.hub.links(&person.caller).await), "hub-forbidden");
    }
    assert_eq!(code(world.hub.invite(&Caller::nobody(peer()), &invitation).await), "hub-not-signed-in");
    let link = world.hub.invite(&root.caller, &invitation).await.unwrap();
    world.hub.link_revoke(&root.caller, link.uuid).await.unwrap();
    assert_eq!(code(world.hub.link_revoke(&root.caller, link.uuid).await), "hub-link-invalid");
    assert_eq!(code(world.hub.link_join(&link.token, &SHARED, &peer()).await), "hub-link-invalid");
    pass(SESSION_RECENT_MINUTES * MINUTE);
    assert_eq!(code(world.hub.invite(&root.caller, &invitation).await), "hub-not-recent");
    let bad = NewInvitation { email: Some("nobody".into()), ..invitation };
    assert_eq!(code(world.hub.invite(&Caller::terminal("op"), &bad).await), "hub-email-invalid");
}
