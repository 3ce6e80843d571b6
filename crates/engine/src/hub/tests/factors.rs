use super::*;

#[tokio::test]
async fn a_second_factor_is_asked_for_and_each_code_works_once() {
    let (world, root) = World::founded().await;
    let elsewhere = world.sign_in("root", PASSWORD, None).await.unwrap();
    let (device, _) = world.with_second_factor(&root).await;
    assert!(!world.is_signed_in(&elsewhere).await && world.is_signed_in(&root).await);
    let confirming = code_of(&device, 0);
    assert_eq!(code(world.sign_in("root", PASSWORD, None).await), "hub-refused");
    assert_eq!(code(world.sign_in("root", PASSWORD, Some("")).await), "hub-refused");
    assert_eq!(code(world.sign_in("root", PASSWORD, Some(&confirming)).await), "hub-refused", "it confirmed already");
    pass(30);
    let now = code_of(&device, 0);
    world.sign_in("root", PASSWORD, Some(&now)).await.unwrap();
    assert_eq!(code(world.sign_in("root", PASSWORD, Some(&now)).await), "hub-refused", "replayed");
    assert_eq!(code(world.sign_in("root", "wrong", Some(&code_of(&device, 1))).await), "hub-refused");
    let (digits, spaced) = (code_of(&device, 1), code_of(&device, 1));
    let spaced = format!("{} {}", &spaced[..3], &spaced[3..]);
    world.sign_in("root", PASSWORD, Some(&spaced)).await.unwrap();
    assert_eq!(code(world.sign_in("root", PASSWORD, Some(&digits)).await), "hub-refused");
    assert_eq!(world.records("hub.second-factor-added").await.len(), 1);
    world.is_sound().await;
}

#[tokio::test]
async fn codes_of_one_step_before_and_after_are_taken_and_no_others() {
    let (world, root) = World::founded().await;
    let (device, _) = world.with_second_factor(&root).await;
    pass(5 * MINUTE);
    for far in [-2, 2] {
        assert_eq!(code(world.sign_in("root", PASSWORD, Some(&code_of(&device, far))).await), "hub-refused", "{far}");
    }
    for near in [-1, 0, 1] {
        world.sign_in("root", PASSWORD, Some(&code_of(&device, near))).await.unwrap();
    }
    assert_eq!(
        code(world.sign_in("root", PASSWORD, Some(&code_of(&device, -1))).await),
        "hub-refused",
        "an earlier one"
    );
}

#[tokio::test]
async fn the_same_code_at_the_same_moment_signs_in_once() {
    let (world, root) = World::founded().await;
    let (device, _) = world.with_second_factor(&root).await;
    pass(MINUTE);
    let given = SignIn { name: "root".into(), password: secret(PASSWORD), code: Some(secret(&code_of(&device, 0))) };
    let from = peer();
    let (one, two) = tokio::join!(world.hub.sign_in(&given, &from), world.hub.sign_in(&given, &from));
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|done| **done).count(), 1);
}

#[tokio::test]
async fn nothing_is_set_up_before_a_code_confirms_it() {
    let (world, root) = World::founded().await;
    assert_eq!(code(world.hub.second_factor_confirm(&root.caller, &secret("123456")).await), "hub-no-second-factor");
    let first = world.hub.second_factor_begin(&root.caller).await.unwrap();
    let second = world.hub.second_factor_begin(&root.caller).await.unwrap();
    assert!(second.uri.expose_secret().starts_with("otpauth://totp/"), "{}", second.uri.expose_secret());
    assert!(second.uri.expose_secret().contains("issuer=Rolecall") && second.uri.expose_secret().contains("root"));
    world.sign_in("root", PASSWORD, None).await.unwrap();
    let of_first = secret(&code_of(&first.secret, 0));
    assert_eq!(code(world.hub.second_factor_confirm(&root.caller, &of_first).await), "hub-code-wrong");
    world.hub.second_factor_confirm(&root.caller, &secret(&code_of(&second.secret, 0))).await.unwrap();
    assert_eq!(code(world.hub.second_factor_begin(&root.caller).await), "hub-second-factor-present");
    assert_eq!(world.hub.user(&root.caller, root.uuid()).await.unwrap().recovery_codes, 10);
}

#[tokio::test]
async fn a_recovery_code_stands_in_once() {
    let (world, root) = World::founded().await;
    let (_, codes) = world.with_second_factor(&root).await;
    let typed = codes.0[3].expose_secret().to_uppercase().replace('-', " ");
    world.sign_in("root", PASSWORD, Some(&typed)).await.unwrap();
    assert_eq!(code(world.sign_in("root", PASSWORD, Some(&typed)).await), "hub-refused");
    assert_eq!(world.hub.user(&root.caller, root.uuid()).await.unwrap().recovery_codes, 9);
    let signed_in = world.records("hub.signed-in").await;
    assert!(signed_in.last().unwrap().details.contains("recovery-code"));

    let renewed = world.hub.recovery_codes_renew(&root.caller).await.unwrap();
    assert_eq!(code(world.sign_in("root", PASSWORD, Some(codes.0[4].expose_secret())).await), "hub-refused");
    world.sign_in("root", PASSWORD, Some(renewed.0[0].expose_secret())).await.unwrap();
    world.is_sound().await;
}

#[tokio::test]
async fn a_second_factor_is_removed_by_its_holder_or_an_administrator() {
    let (world, root) = World::founded().await;
    let bob = world.joined("bob", Role::Reviewer).await;
    assert_eq!(code(world.hub.second_factor_remove(&bob.caller).await), "hub-no-second-factor");
    let (_, codes) = world.with_second_factor(&bob).await;
    world.hub.second_factor_remove(&bob.caller).await.unwrap();
    world.sign_in("bob", PASSWORD, None).await.unwrap();
    let (_, _) = world.with_second_factor(&bob).await;
    assert_eq!(code(world.sign_in("bob", PASSWORD, Some(codes.0[0].expose_secret())).await), "hub-refused");
    assert!(world.hub.user_reset(&root.caller, bob.uuid(), ResetScope::SecondFactor).await.unwrap().is_none());
    assert!(!world.is_signed_in(&bob).await);
    let bob = world.sign_in("bob", PASSWORD, None).await.unwrap();
    assert_eq!(bob.caller.user().unwrap().second_factor_since, None);
}

#[tokio::test]
async fn the_secret_is_sealed_and_a_rotation_of_the_key_keeps_it() {
    let (world, root) = World::founded().await;
    let (device, _) = world.with_second_factor(&root).await;
    let listed = world.store.secret_list().await.unwrap();
    assert_eq!((listed.len(), listed[0].account.as_deref()), (1, Some("root")));
    world.hub.vault.rotate(None, clock()).await.unwrap();
    assert_eq!(world.hub.vault.check().await.unwrap().problems, Vec::<String>::new());
    pass(MINUTE);
    world.sign_in("root", PASSWORD, Some(&code_of(&device, 0))).await.unwrap();
}
