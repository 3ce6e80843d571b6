use super::*;

/// What was recorded of sessions and tokens that open nothing: the action, whether it names root, and the details.
async fn refused(world: &World, root: &Person) -> Vec<(String, bool, String)> {
    let mut records = world.records("hub.session-refused").await;
    records.extend(world.records("hub.credential-refused").await);
    let of = |record: AuditRecord| (record.action, record.subject == root.uuid().to_string(), record.details);
    records.into_iter().map(of).collect()
}

fn session(why: &str) -> (String, bool, String) {
    ("hub.session-refused".to_owned(), true, format!(r#"{{"how":"nobody","why":"{why}"}}"#))
}

#[tokio::test]
async fn a_session_that_is_over_is_recorded_once() {
    for (why, end) in [("not-used", 8 * HOUR), ("expired", 7 * DAY)] {
        let (world, root) = World::founded().await;
        pass(end);
        for _ in 0..3 {
            assert_eq!(code(world.resume(&root).await), "hub-not-signed-in");
        }
        let told = refused(&world, &root).await;
        assert_eq!(told[0], session(why));
        // Afterwards it is a session of nobody's.
        let unknown = r#"{"how":"nobody","kind":"session","times":1}"#;
        assert_eq!(told[1..], [("hub.credential-refused".to_owned(), false, unknown.to_owned())]);
        world.is_sound().await;
    }
}

#[tokio::test]
async fn a_session_that_was_ended_is_not_forgotten_until_it_is_presented() {
    let (world, root) = World::founded().await;
    let thief = Person { caller: root.caller.clone(), token: copy(&root.token) };
    world.hub.sign_out(&root.caller).await.unwrap();
    pass(DAY);
    let again = world.sign_in("root", PASSWORD, None).await.unwrap();
    assert_eq!(code(world.resume(&thief).await), "hub-not-signed-in");
    assert_eq!(refused(&world, &root).await, [session("ended")]);
    assert!(world.is_signed_in(&again).await);
}

#[tokio::test]
async fn a_session_that_another_program_presents_ends_and_its_owner_is_told() {
    let (world, root) = World::founded().await;
    let firefox = |version: &str| Peer { agent: Some(format!("Firefox/{version}")), ..peer() };
    let person = world.sign_in_from("root", PASSWORD, None, &firefox("140.0")).await.unwrap();
    let resume = async |peer: &Peer| world.hub.session_resume(&person.token, peer).await;
    assert!(resume(&firefox("141.0.1")).await.is_ok());
    let thief = Peer { agent: Some("curl/8.5".into()), ..peer_at("198.51.100.66") };
    assert_eq!(code(resume(&thief).await), "hub-not-signed-in");
    assert_eq!(code(resume(&firefox("140.0")).await), "hub-not-signed-in", "whoever has it may be the thief");
    assert_eq!(refused(&world, &root).await[0], session("other-program"));
    let notices = world.hub.notices(&root.caller).await.unwrap();
    assert!(notices.iter().any(|notice| notice.text.contains("from 198.51.100.66")), "{notices:?}");
    world.is_sound().await;
}

#[tokio::test]
async fn guesses_are_recorded_once_a_minute_for_each_sender() {
    let (world, root) = World::founded().await;
    let guess = async |text: &str, from: &str| {
        assert_eq!(code(world.hub.session_resume(&secret(text), &peer_at(from)).await), "hub-not-signed-in");
        assert_eq!(code(world.hub.token_resume(&secret(text), &peer_at(from)).await), "hub-not-signed-in");
    };
    for number in 0..50 {
        guess(&number.to_string(), "192.0.2.1").await;
    }
    guess("x", "192.0.2.2").await;
    pass(MINUTE);
    guess("x", "192.0.2.1").await;
    let told: Vec<_> = refused(&world, &root).await.into_iter().map(|(_, _, details)| details).collect();
    let of = |times| format!(r#"{{"how":"nobody","kind":"session","times":{times}}}"#);
    assert_eq!(told, [of(1), of(1), of(100)]);
}

#[tokio::test]
async fn a_revoked_token_is_recorded_once_an_hour() {
    let (world, root) = World::founded().await;
    let new = NewToken { name: "ci".into(), role: Role::Auditor, days: None };
    let made = world.hub.token_add(&root.caller, &new).await.unwrap();
    world.hub.token_revoke(&root.caller, root.uuid(), made.token.uuid).await.unwrap();
    for _ in 0..120 {
        pass(MINUTE);
        assert_eq!(code(world.hub.token_resume(&made.secret, &peer()).await), "hub-not-signed-in");
    }
    let told: Vec<_> = refused(&world, &root).await.into_iter().map(|(_, _, details)| details).collect();
    let of = |times| format!(r#"{{"how":"nobody","kind":"token","times":{times},"token":"{}"}}"#, made.token.uuid);
    assert_eq!(told, [of(1), of(60)]);
}
