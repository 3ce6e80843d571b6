use super::*;

fn locked_for(error: &HubError) -> i64 {
    let HubError::Locked { until } = error else { panic!("{error:?}") };
    (until.0 - clock().0) / 1_000_000
}

#[tokio::test]
async fn a_guesser_is_locked_out_for_longer_and_longer_and_nobody_learns_who_exists() {
    let (world, _root) = World::founded().await;
    for name in ["root", "nobody"] {
        for _ in 0..5 {
            let refused = world.sign_in(name, "a wrong password", None).await.err().unwrap();
            assert_eq!(refused.to_string(), HubError::Refused.to_string());
            assert_eq!(refused.hint(), HubError::Refused.hint());
        }
        for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
            // Even the right one is not looked at.
            let locked = world.sign_in(name, PASSWORD, None).await.err().unwrap();
            assert_eq!(locked_for(&locked), expected * MINUTE, "{name}");
            pass(expected * MINUTE);
            assert_eq!(code(world.sign_in_from(name, "wrong", None, &peer_at("198.51.100.1")).await), "hub-refused");
        }
        pass(HOUR);
    }
    world.sign_in("root", PASSWORD, None).await.unwrap();
    // Signing in begins anew.
    for _ in 0..4 {
        assert_eq!(code(world.sign_in("ROOT", "wrong", None).await), "hub-refused");
    }
    world.sign_in("Root", PASSWORD, None).await.unwrap();
    world.is_sound().await;
}

#[tokio::test]
async fn many_names_from_one_network_lock_the_network_out_and_no_other() {
    let (world, _root) = World::founded().await;
    for number in 0..50 {
        let peer = peer_at(&format!("2001:db8:1:2::{number:x}"));
        assert_eq!(code(world.sign_in_from(&format!("name-{number}"), "wrong", None, &peer).await), "hub-refused");
    }
    let same = peer_at("2001:db8:1:2:ffff::1");
    let locked = world.sign_in_from("root", PASSWORD, None, &same).await.err().unwrap();
    assert_eq!(locked_for(&locked), MINUTE);
    world.sign_in_from("root", PASSWORD, None, &peer_at("2001:db8:1:3::1")).await.unwrap();
    pass(MINUTE);
    world.sign_in_from("root", PASSWORD, None, &same).await.unwrap();
}

#[tokio::test]
async fn people_behind_one_address_who_sign_in_do_not_lock_it_out() {
    let (world, _root) = World::founded().await;
    for _ in 0..60 {
        world.sign_in("root", PASSWORD, None).await.unwrap();
    }
    assert_eq!(code(world.sign_in("root", "wrong", None).await), "hub-refused");
}

#[tokio::test]
async fn attempts_at_the_same_moment_are_all_counted() {
    let (world, _root) = World::founded().await;
    let given = SignIn { name: "root".to_owned(), password: secret("wrong"), code: None };
    let (given, from) = (&given, peer());
    let attempts = (0..40).map(|_| world.hub.sign_in(given, &from));
    let answers = futures::future::join_all(attempts).await;
    let looked_at = answers.iter().filter(|answer| matches!(answer, Err(HubError::Refused))).count();
    assert_eq!(looked_at, 5, "{answers:?}");
}

#[tokio::test]
async fn a_flood_is_one_record_a_minute_and_names_are_told_to_nobody() {
    let (world, root) = World::founded().await;
    for _ in 0..30 {
        let _ = world.sign_in("hunter2 typed into the wrong field", "wrong", None).await;
    }
    let failed = world.records("hub.sign-in-failed").await;
    let locked = world.records("hub.locked-out").await;
    assert_eq!((failed.len(), locked.len()), (1, 1));
    assert_eq!(locked[0].details, format!(r#"{{"failures":4,"how":"nobody","until":{}}}"#, clock().0 + 60_000_000));
    for record in failed.iter().chain(&locked) {
        assert!(!record.details.contains("hunter2") && record.subject != root.uuid().to_string());
        assert_eq!(record.actor(), None);
        assert!(record.commitments.contains("name") && record.personal.contains_key("address"), "{record:?}");
    }
    // A known name is told by the id of its account.
    let _ = world.sign_in("root", "wrong", None).await;
    pass(30);
    let _ = world.sign_in("root", "wrong", None).await;
    pass(30);
    let _ = world.sign_in("root", "wrong", None).await;
    let failed = world.records("hub.sign-in-failed").await;
    let counted: Vec<_> = failed[1..].iter().map(|record| record.details.as_str()).collect();
    assert_eq!(counted, [r#"{"failures":1,"how":"nobody"}"#, r#"{"failures":2,"how":"nobody"}"#]);
    assert_eq!(failed[1].subject, root.uuid().to_string());

    world.sign_in("root", PASSWORD, None).await.unwrap();
    let signed_in = world.records("hub.signed-in").await;
    assert_eq!((signed_in.len(), signed_in[0].actor()), (1, Some("root")));
    assert_eq!(signed_in[0].details, r#"{"by":"password","how":"session","secondFactor":"none"}"#);
    world.is_sound().await;
}
