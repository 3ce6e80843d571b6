//! Log-ins of command lines.

use super::*;

async fn allowed(world: &World, device: &SecretString) -> TokenMade {
    pass(DEVICE_LOGIN_EVERY);
    match world.hub.device_login_poll(device, &peer()).await.unwrap() {
        DeviceLoginState::Allowed(made) => made.1,
        other => panic!("{other:?}"),
    }
}

async fn state(world: &World, device: &SecretString) -> String {
    pass(DEVICE_LOGIN_EVERY);
    let state = world.hub.device_login_poll(device, &peer()).await.unwrap();
    format!("{state:?}").split('(').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_person_allows_reads_and_does_no_more() {
    let (world, root) = World::founded().await;
    for (name, role) in [("bob", Role::ConnectorAdmin), ("cleo", Role::Reviewer), ("dora", Role::Auditor)] {
        let person = world.joined(name, role).await;
        let begun = world.hub.device_login_begin(" laptop ", &peer()).await.unwrap();
        assert_eq!(state(&world, &begun.device_code).await, "Waiting");
        let shown = world.hub.device_login_show(&person.caller, &begun.user_code.to_lowercase()).await.unwrap();
        assert_eq!(shown.machine, "laptop");
        world.hub.device_login_allow(&person.caller, &begun.user_code, None).await.unwrap();
        let made = allowed(&world, &begun.device_code).await;
        assert_eq!((&*made.token.name, made.token.role), ("rolecall login: laptop", Role::Auditor));
        assert_eq!(made.token.expires_at, Some(clock().plus_seconds(90 * DAY)));
        let caller = world.hub.token_resume(&made.secret, &peer()).await.unwrap();
        assert_eq!(caller.actor(), Some(name));
        let may: Vec<_> = Permission::ALL.into_iter().filter(|one| caller.may(*one)).collect();
        let audits = role == Role::Auditor;
        assert_eq!(may, if audits { vec![Permission::Read, Permission::Audit] } else { vec![Permission::Read] });
        assert_eq!(state(&world, &begun.device_code).await, "Gone", "a log-in is told of once");
        let again = world.hub.device_login_allow(&person.caller, &begun.user_code, None).await;
        assert_eq!(code(again), "hub-unknown");
        world.hub.token_revoke(&caller, person.uuid(), made.token.uuid).await.unwrap();
        assert_eq!(code(world.hub.token_resume(&made.secret, &peer()).await), "hub-not-signed-in");
    }
    assert_eq!(world.records("hub.login-allowed").await.len(), 3);
    // An administrator's does not administer either.
    let begun = world.hub.device_login_begin("laptop", &peer()).await.unwrap();
    world.hub.device_login_allow(&root.caller, &begun.user_code, Some(1)).await.unwrap();
    let made = allowed(&world, &begun.device_code).await;
    let caller = world.hub.token_resume(&made.secret, &peer()).await.unwrap();
    assert!(caller.may(Permission::Audit) && !caller.may(Permission::Administer) && !caller.may(Permission::Connect));
    let begun = world.hub.device_login_begin("laptop", &peer()).await.unwrap();
    assert_eq!(code(world.hub.device_login_allow(&caller, &begun.user_code, None).await), "hub-no-account");
}

#[tokio::test]
async fn a_log_in_is_refused_forgotten_and_needs_somebody_who_is_there() {
    let (world, root) = World::founded().await;
    let begun = world.hub.device_login_begin("laptop", &peer()).await.unwrap();
    let nobody = Caller::nobody(peer());
    assert_eq!(code(world.hub.device_login_show(&nobody, &begun.user_code).await), "hub-not-signed-in");
    world.hub.device_login_refuse(&root.caller, &begun.user_code).await.unwrap();
    assert_eq!(state(&world, &begun.device_code).await, "Refused");
    assert_eq!(state(&world, &begun.device_code).await, "Gone");
    assert_eq!(world.records("hub.login-refused").await.len(), 1);

    let begun = world.hub.device_login_begin("laptop", &peer()).await.unwrap();
    for days in [0, -1, 367] {
        let refused = world.hub.device_login_allow(&root.caller, &begun.user_code, Some(days)).await;
        assert_eq!(code(refused), "hub-expiry-invalid");
    }
    assert!(matches!(
        world.hub.device_login_poll(&begun.device_code, &peer()).await.unwrap(),
        DeviceLoginState::Waiting
    ));
    assert!(matches!(
        world.hub.device_login_poll(&begun.device_code, &peer()).await.unwrap(),
        DeviceLoginState::TooSoon
    ));
    pass(DEVICE_LOGIN_MINUTES * MINUTE);
    assert_eq!(code(world.hub.device_login_show(&root.caller, &begun.user_code).await), "hub-unknown");
    assert_eq!(state(&world, &begun.device_code).await, "Gone");

    // It is a quarter of an hour since the password was given.
    let begun = world.hub.device_login_begin("laptop", &peer()).await.unwrap();
    pass(6 * MINUTE);
    assert_eq!(code(world.hub.device_login_allow(&root.caller, &begun.user_code, None).await), "hub-not-recent");
    assert_eq!(state(&world, &begun.device_code).await, "Waiting");
    assert_eq!(state(&world, &SecretString::from("guessed")).await, "Gone");
}

#[tokio::test]
async fn who_is_disabled_before_the_command_line_asks_gets_nothing() {
    let (world, root) = World::founded().await;
    let bob = world.joined("bob", Role::Reviewer).await;
    let begun = world.hub.device_login_begin("laptop", &peer()).await.unwrap();
    world.hub.device_login_allow(&bob.caller, &begun.user_code, None).await.unwrap();
    world.hub.user_disable(&root.caller, bob.uuid()).await.unwrap();
    assert_eq!(state(&world, &begun.device_code).await, "Refused");
}

#[tokio::test]
async fn codes_cannot_be_guessed_and_log_ins_not_piled_up() {
    let (world, root) = World::founded().await;
    for _ in 0..9 {
        assert_eq!(code(world.hub.device_login_show(&root.caller, "BCDF-GHJK").await), "hub-unknown");
    }
    let begun = world.hub.device_login_begin("laptop", &peer()).await.unwrap();
    world.hub.device_login_show(&root.caller, &begun.user_code).await.unwrap();
    for _ in 0..10 {
        assert_eq!(code(world.hub.device_login_show(&root.caller, "BCDF-GHJK").await), "hub-unknown");
    }
    assert_eq!(code(world.hub.device_login_show(&root.caller, &begun.user_code).await), "hub-locked");

    let elsewhere = Peer { address: Some("198.51.100.9".parse().unwrap()), agent: None };
    for machine in ["", "a\nb", "a\u{202e}b"] {
        assert_eq!(code(world.hub.device_login_begin(machine, &elsewhere).await), "hub-text-invalid");
    }
    for _ in 0..20 {
        world.hub.device_login_begin("laptop", &elsewhere).await.unwrap();
    }
    for _ in 0..20 {
        assert_eq!(code(world.hub.device_login_begin("laptop", &elsewhere).await), "hub-logins-many");
    }
    assert_eq!(code(world.hub.device_login_begin("laptop", &elsewhere).await), "hub-locked");
    world.hub.device_login_begin("laptop", &peer()).await.unwrap();
}
