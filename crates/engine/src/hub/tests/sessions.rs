use super::*;

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_for_eight_hours() {
    let (world, root) = World::founded().await;
    for _ in 0..3 {
        pass(8 * HOUR - 1);
        assert!(world.is_signed_in(&root).await);
    }
    pass(8 * HOUR);
    assert_eq!(code(world.resume(&root).await), "hub-not-signed-in");
    assert_eq!(world.hub.sessions(&Caller::terminal("op"), root.uuid()).await.unwrap(), []);
}

#[tokio::test]
async fn a_session_ends_after_seven_days_however_much_it_is_used() {
    let (world, root) = World::founded().await;
    for _ in 0..7 * 24 - 1 {
        pass(HOUR);
        assert!(world.is_signed_in(&root).await);
    }
    pass(HOUR - 1);
    assert!(world.is_signed_in(&root).await);
    pass(1);
    assert!(!world.is_signed_in(&root).await);
}

#[tokio::test]
async fn that_it_is_used_is_written_once_a_minute() {
    let (world, root) = World::founded().await;
    let began = clock();
    let seen = async || world.hub.sessions(&root.caller, root.uuid()).await.unwrap()[0].seen_at;
    pass(59);
    world.resume(&root).await.unwrap();
    assert_eq!(seen().await, began);
    pass(1);
    world.resume(&root).await.unwrap();
    assert_eq!(seen().await, clock());
}

#[tokio::test]
async fn the_token_of_a_session_that_ended_opens_nothing() {
    let (world, root) = World::founded().await;
    let thief = Person { caller: root.caller.clone(), token: copy(&root.token) };
    assert!(world.is_signed_in(&thief).await);
    world.hub.sign_out(&root.caller).await.unwrap();
    assert_eq!(code(world.resume(&thief).await), "hub-not-signed-in");
    assert_eq!(code(world.hub.sign_out(&root.caller).await), "hub-unknown");
    for guess in ["", "x", &"0".repeat(43)] {
        assert_eq!(code(world.hub.session_resume(&secret(guess), &peer()).await), "hub-not-signed-in");
    }
    // Only a digest of it is kept.
    let other = world.sign_in("root", PASSWORD, None).await.unwrap();
    assert_ne!(other.token.expose_secret(), root.token.expose_secret());
    assert!(!format!("{:?} {:?}", other.caller, other.token).contains(other.token.expose_secret()));
}

#[tokio::test]
async fn people_see_and_end_their_own_sessions_and_administrators_anybodys() {
    let (world, root) = World::founded().await;
    let bob = world.joined("bob", Role::Auditor).await;
    pass(1);
    let from = Peer { agent: Some("Firefox".into()), ..peer_at("198.51.100.9") };
    let phone = world.sign_in_from("bob", PASSWORD, None, &from).await.unwrap();
    let sessions = world.hub.sessions(&bob.caller, bob.uuid()).await.unwrap();
    assert_eq!(
        sessions.iter().map(|session| session.address.as_deref()).collect::<Vec<_>>(),
        [Some("198.51.100.9"), Some("192.0.2.7")]
    );
    assert_eq!(sessions[0].agent.as_deref(), Some("Firefox"));
    assert_eq!(code(world.hub.sessions(&bob.caller, root.uuid()).await), "hub-forbidden");
    let session = root.caller.session().unwrap();
    assert_eq!(code(world.hub.session_end(&bob.caller, root.uuid(), session).await), "hub-forbidden");
    assert_eq!(code(world.hub.session_end(&bob.caller, bob.uuid(), session).await), "hub-unknown", "it is another's");

    world.hub.session_end(&bob.caller, bob.uuid(), phone.caller.session().unwrap()).await.unwrap();
    assert!(!world.is_signed_in(&phone).await && world.is_signed_in(&bob).await);
    let again = world.sign_in("bob", PASSWORD, None).await.unwrap();
    assert_eq!(world.hub.sessions_end(&again.caller, bob.uuid()).await.unwrap(), 1);
    assert!(!world.is_signed_in(&bob).await && world.is_signed_in(&again).await);
    assert_eq!(world.hub.sessions_end(&root.caller, bob.uuid()).await.unwrap(), 1);
    assert!(!world.is_signed_in(&again).await && world.is_signed_in(&root).await);
    assert_eq!(world.records("hub.session-ended").await.len(), 3);
    world.is_sound().await;
}

#[tokio::test]
async fn dangerous_actions_need_the_password_again_after_a_quarter_of_an_hour() {
    let (world, root) = World::founded().await;
    let bob = world.joined("bob", Role::Reviewer).await;
    pass(15 * MINUTE - 1);
    assert!(root.caller.is_recent(clock()));
    pass(1);
    let root_now = world.resume(&root).await.unwrap();
    assert!(!root_now.is_recent(clock()));
    for refused in [
        world.hub.user_role(&root_now, bob.uuid(), Role::Auditor).await.map(drop),
        world.hub.user_disable(&root_now, bob.uuid()).await.map(drop),
        world.hub.user_enable(&root_now, bob.uuid()).await.map(drop),
        world.hub.user_reset(&root_now, bob.uuid(), ResetScope::Both).await.map(drop),
        world.hub.second_factor_begin(&root_now).await.map(drop),
        world.hub.second_factor_remove(&root_now).await,
        world.hub.recovery_codes_renew(&root_now).await.map(drop),
        world.hub.token_add(&root_now, &NewToken { name: "t".into(), role: Role::Auditor, days: None }).await.map(drop),
    ] {
        assert_eq!(code(refused), "hub-not-recent");
    }
    assert_eq!(code(world.hub.session_confirm(&root_now, &secret("wrong"), None).await), "hub-refused");
    let confirmed = world.hub.session_confirm(&root_now, &secret(PASSWORD), None).await.unwrap();
    assert!(confirmed.is_recent(clock()) && world.resume(&root).await.unwrap().is_recent(clock()));
    world.hub.user_role(&confirmed, bob.uuid(), Role::Auditor).await.unwrap();
    // A stolen session cannot try more passwords than anybody else.
    for _ in 0..5 {
        assert_eq!(code(world.hub.session_confirm(&root_now, &secret("wrong"), None).await), "hub-refused");
    }
    assert_eq!(code(world.hub.session_confirm(&root_now, &secret(PASSWORD), None).await), "hub-locked");
    assert_eq!(code(world.hub.password_change(&root_now, &secret(PASSWORD), &secret("x")).await), "hub-locked");
    world.is_sound().await;
}
