use super::*;

const ISSUER: &str = "https://login.example.com";

fn identity(subject: &str, email: &str, email_verified: bool) -> ExternalIdentity {
    let claims = Claims {
        name: Some("Bob Example".into()),
        email: Some(email.into()),
        email_verified,
        groups: vec!["everybody".into()],
    };
    ExternalIdentity { issuer: ISSUER.into(), subject: subject.into(), claims }
}

fn everyone() -> IdentityPolicy {
    IdentityPolicy { everyone: Some(Role::Reviewer), ..IdentityPolicy::default() }
}

fn nobody() -> IdentityPolicy {
    IdentityPolicy::default()
}

impl World {
    async fn comes(&self, identity: &ExternalIdentity, policy: &IdentityPolicy) -> Result<User, HubError> {
        let signed_in = self.hub.identity_sign_in(identity, policy, &peer()).await?;
        assert_eq!(self.hub.session_resume(&signed_in.token, &peer()).await.unwrap().user(), signed_in.caller.user());
        Ok(signed_in.caller.user().unwrap().clone())
    }
}

#[tokio::test]
async fn an_identity_gets_an_account_only_where_the_policy_or_an_invitation_says_so() {
    let (world, root) = World::founded().await;
    let bob = identity("1", "bob@example.com", true);
    let refused = world.comes(&bob, &nobody()).await.unwrap_err();
    assert_eq!(refused.code(), "hub-identity-refused");
    assert!(refused.hint().unwrap().contains("invitation"), "{refused}");
    let user = world.comes(&bob, &everyone()).await.unwrap();
    assert_eq!((user.name.as_str(), user.display_name.as_str(), user.role), ("bob", "Bob Example", Role::Reviewer));
    assert!(!user.has_password && user.email.as_deref() == Some("bob@example.com"));
    assert_eq!(world.comes(&bob, &nobody()).await.unwrap().uuid, user.uuid, "it is known from now on");
    // Another of the same mailbox is another account.
    let other = world.comes(&identity("2", "bob@example.org", true), &everyone()).await.unwrap();
    assert_eq!(other.name, "bob-2");

    let by_group =
        IdentityPolicy { groups: vec![GroupRole { group: "everybody".into(), role: Role::Auditor }], everyone: None };
    assert_eq!(world.comes(&identity("3", "eve@example.com", false), &by_group).await.unwrap().role, Role::Auditor);
    world.hub.user_disable(&root.caller, user.uuid).await.unwrap();
    assert_eq!(world.comes(&bob, &everyone()).await.unwrap_err().code(), "hub-identity-refused");
    assert_eq!(
        world.comes(&identity(" ", "x@example.com", true), &everyone()).await.unwrap_err().code(),
        "hub-identity-refused"
    );
    world.is_sound().await;
}

#[tokio::test]
async fn no_account_is_opened_by_an_address_alone() {
    let (world, root) = World::founded().await;
    let details = UserDetails { display_name: "Root".into(), email: Some("root@example.com".into()) };
    world.hub.user_change(&root.caller, root.uuid(), &details).await.unwrap();
    let eve = identity("9", "root@example.com", true);
    assert_eq!(world.comes(&eve, &nobody()).await.unwrap_err().code(), "hub-identity-refused");
    let made = world.comes(&eve, &everyone()).await.unwrap();
    assert!(made.uuid != root.uuid() && made.role == Role::Reviewer);
}

#[tokio::test]
async fn an_invitation_to_a_verified_address_is_used_up_once() {
    let (world, root) = World::founded().await;
    let invitation = NewInvitation { role: Role::ConnectorAdmin, email: Some("Bob@Example.com".into()) };
    let link = world.hub.invite(&root.caller, &invitation).await.unwrap();
    let unverified = identity("1", "bob@example.com", false);
    assert_eq!(world.comes(&unverified, &nobody()).await.unwrap_err().code(), "hub-identity-refused");
    let user = world.comes(&identity("1", "bob@example.com", true), &nobody()).await.unwrap();
    assert_eq!(user.role, Role::ConnectorAdmin);
    assert_eq!(code(world.hub.link_show(&link.token).await), "hub-link-invalid");
    assert_eq!(
        world.comes(&identity("2", "bob@example.com", true), &nobody()).await.unwrap_err().code(),
        "hub-identity-refused"
    );

    let link = world.hub.invite(&root.caller, &invitation).await.unwrap();
    world.joins(&link.token, "robert").await;
    assert_eq!(
        world.comes(&identity("3", "bob@example.com", true), &nobody()).await.unwrap_err().code(),
        "hub-identity-refused"
    );
    world.is_sound().await;
}

#[tokio::test]
async fn identities_are_linked_and_unlinked_and_some_way_to_sign_in_stays() {
    let (world, root) = World::founded().await;
    let own = identity("77", "root@example.com", false);
    let linked = world.hub.identity_link(&root.caller, &own).await.unwrap();
    assert_eq!(world.comes(&own, &nobody()).await.unwrap().uuid, root.uuid());
    let bob = world.hub.identity_sign_in(&identity("1", "bob@example.com", true), &everyone(), &peer()).await.unwrap();
    assert_eq!(code(world.hub.identity_link(&bob.caller, &own).await), "hub-identity-taken");
    let bobs = bob.caller.user().unwrap().uuid;
    let only = world.hub.identities(&bob.caller, bobs).await.unwrap();
    assert_eq!(code(world.hub.identity_unlink(&bob.caller, bobs, only[0].uuid).await), "hub-last-sign-in");
    assert_eq!(code(world.hub.identity_unlink(&bob.caller, bobs, linked.uuid).await), "hub-unknown");
    // Somebody who came without a password sets one without giving any.
    world.hub.password_change(&bob.caller, &secret(""), &secret(PASSWORD)).await.unwrap();
    world.hub.identity_unlink(&bob.caller, bobs, only[0].uuid).await.unwrap();
    world.sign_in("bob", PASSWORD, None).await.unwrap();
    world.hub.identity_unlink(&root.caller, root.uuid(), linked.uuid).await.unwrap();
    assert_eq!(world.comes(&own, &nobody()).await.unwrap_err().code(), "hub-identity-refused");
    world.is_sound().await;
}

#[tokio::test]
async fn a_log_in_at_a_provider_is_taken_once_within_ten_minutes() {
    let world = World::new().await;
    let begin = async || world.hub.oidc_begin(&NewLogin { return_path: "/changes".into() }).await.unwrap();
    let (state, pending) = begin().await;
    pass(10 * MINUTE - 1);
    let taken = world.hub.oidc_take(&state).await.unwrap();
    assert_eq!(taken.return_path, "/changes");
    assert_eq!(taken.nonce.expose_secret(), pending.nonce.expose_secret());
    assert_eq!(taken.verifier.expose_secret(), pending.verifier.expose_secret());
    assert!(taken.verifier.expose_secret().len() >= 43, "as PKCE wants");
    assert_eq!(code(world.hub.oidc_take(&state).await), "hub-login-unknown");
    let (late, _) = begin().await;
    pass(10 * MINUTE);
    assert_eq!(code(world.hub.oidc_take(&late).await), "hub-login-unknown");
    assert_eq!(code(world.hub.oidc_take(&secret("x")).await), "hub-login-unknown");
}
