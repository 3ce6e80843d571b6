//! The people of the hub: what holds of their rows whoever writes them, on either engine.

use rolecall_model::Timestamp;
use rolecall_store::{
    AttemptKey, AttemptLimit, Attempted, Audience, DeviceLoginPoll, DeviceToken, Entry, FailedAttempt, HubAct,
    HubRefusal, KeyPlace, LinkKind, Mode, NewApiToken, NewDeviceLogin, NewLink, NewNotice, NewSession, NewUser, Proof,
    Role, Session, SessionRefusal, SignInWrite, Store, StoreError, StoredLogin, TokenHash, UnknownCredential, User,
    UserChange, Vault,
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::audit_writers::Counted;
use crate::world::{World, minute};

const FOREVER: Timestamp = Timestamp(i64::MAX);

fn act(now: Timestamp) -> HubAct<'static> {
    HubAct { actor: Some("mara"), how: "terminal", address: None, session: None, now }
}

fn hash(number: u8) -> TokenHash {
    [number; 32]
}

fn session(number: u8) -> NewSession {
    NewSession { hash: hash(number), expires_at: FOREVER, address: Some("192.0.2.7".into()), agent: None }
}

fn link(kind: LinkKind, number: u8, role: Role) -> NewLink {
    let email = (kind == LinkKind::Invitation).then(|| format!("person-{number}@example.com"));
    NewLink { uuid: Uuid::now_v7(), kind, hash: hash(number), role, email, expires_at: minute(1000) }
}

fn new_user(name: &str) -> NewUser<'_> {
    NewUser { name, display_name: name, email: None, password_hash: Some("hash"), identity: None }
}

fn write(user: &User, proof: Proof) -> SignInWrite<'static> {
    SignInWrite { user: user.id, by: "password", password_hash: Some("hash"), rehashed: None, proof, attempts: &[] }
}

fn refusal<T>(result: Result<T, StoreError>) -> HubRefusal {
    match result.map(drop).unwrap_err() {
        StoreError::Hub(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Somebody who was invited.
async fn join(store: &Store, name: &str, number: u8, role: Role) -> (User, Session) {
    store.hub_link_make(&link(LinkKind::Invitation, number, role), &act(minute(1))).await.unwrap();
    let hash = hash(number);
    let joined = store.hub_join(Entry::Link(&hash), &new_user(name), &session(number), &act(minute(1))).await.unwrap();
    joined.unwrap()
}

fn vault(world: &World) -> Vault {
    world.store.vault(KeyPlace::beside(&world.file("rolecall.db")))
}

/// Somebody of whom there is a row in every table about people.
pub(crate) async fn somebody(world: &World) {
    let (store, now) = (&world.store, act(minute(1)));
    let (ada, _) = join(store, "ada", 1, Role::Reviewer).await;
    let secret = SecretString::from("JBSWY3DPEHPK3PXP");
    vault(world).second_factor_begin(ada.id, &secret, &now).await.unwrap();
    vault(world).second_factor_confirm(ada.id, &secret, 1, &[hash(7)], &now).await.unwrap();
    let token = NewApiToken { name: "ci", role: Role::Reviewer, hash: hash(7), expires_at: None };
    store.hub_token_add(ada.uuid, &token, &now).await.unwrap();
    store.hub_identity_link(ada.uuid, ("https://login.example.com", "77"), &now).await.unwrap();
    let audience = Audience::Role(Role::Reviewer);
    let notice = NewNotice { audience, kind: "k".into(), about: "a".into(), text: "t".into() };
    let notice = store.hub_notice_add(&notice, minute(1)).await.unwrap();
    store.hub_notice_read(&ada, notice, minute(2)).await.unwrap();
}

#[tokio::test]
async fn a_name_is_one_persons_however_it_is_written() {
    let world = World::new().await;
    let (ada, _) = join(&world.store, "Ada", 1, Role::Reviewer).await;
    assert_eq!(world.store.hub_user_named(" aDA ").await.unwrap().as_ref(), Some(&ada));
    assert_eq!(world.store.hub_user(ada.uuid).await.unwrap(), ada);
    let store = &world.store;
    store.hub_link_make(&link(LinkKind::Invitation, 2, Role::Auditor), &act(minute(1))).await.unwrap();
    let entry = Entry::Link(&[2; 32]);
    let taken = store.hub_join(entry, &new_user("ADA"), &session(2), &act(minute(1))).await;
    assert_eq!(refusal(taken), HubRefusal::NameTaken);
    // The link was not used up by it.
    store.hub_join(entry, &new_user("Bea"), &session(2), &act(minute(1))).await.unwrap().unwrap();
    let again = store.hub_join(entry, &new_user("Eve"), &session(3), &act(minute(1))).await;
    assert_eq!(refusal(again), HubRefusal::LinkInvalid);
    assert_eq!(store.hub_user_list().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn hubs_that_share_a_database_use_one_link_and_one_code_once() {
    let world = World::new().await;
    let (ada, _) = join(&world.store, "ada", 1, Role::Reviewer).await;
    let secret = SecretString::from("JBSWY3DPEHPK3PXP");
    vault(&world).second_factor_begin(ada.id, &secret, &act(minute(1))).await.unwrap();
    vault(&world).second_factor_confirm(ada.id, &secret, 1, &[hash(7)], &act(minute(1))).await.unwrap();
    world.store.hub_link_make(&link(LinkKind::Invitation, 2, Role::Auditor), &act(minute(1))).await.unwrap();

    let hub = |number: u8| {
        let (address, ada) = (world.address(), ada.clone());
        tokio::spawn(async move {
            let store = Store::open(&address, Mode::Write).await.unwrap();
            let name = format!("guest-{number}");
            let now = act(minute(2));
            let joined = store.hub_join(Entry::Link(&[2; 32]), &new_user(&name), &session(100 + number), &now).await;
            let code = store.hub_sign_in(&write(&ada, Proof::Step(5)), &session(120 + number), &now).await;
            let recovery = write(&ada, Proof::Recovery(hash(7)));
            let recovery = store.hub_sign_in(&recovery, &session(140 + number), &now).await;
            [joined.is_ok(), code.is_ok(), recovery.is_ok()]
        })
    };
    let hubs: Vec<_> = (0..6).map(hub).collect();
    let mut done = [0; 3];
    for hub in hubs {
        for (count, is_done) in done.iter_mut().zip(hub.await.unwrap()) {
            *count += u8::from(is_done);
        }
    }
    assert_eq!(done, [1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_who_disable_each_other_at_the_same_moment_leave_one() {
    let world = World::new().await;
    let mut people = Vec::new();
    for number in 1..=5 {
        people.push(join(&world.store, &format!("admin-{number}"), number, Role::Administrator).await.0);
    }
    let disable = |user: &User| {
        let (address, user) = (world.address(), user.uuid);
        tokio::spawn(async move {
            let store = Store::open(&address, Mode::Write).await.unwrap();
            store.hub_user_change(user, &UserChange::Disable, &act(minute(2))).await
        })
    };
    let disabling: Vec<_> = people.iter().map(disable).collect();
    let mut refused = 0;
    for done in disabling {
        if let Err(error) = done.await.unwrap() {
            assert!(matches!(error, StoreError::Hub(HubRefusal::LastAdministrator)), "{error:?}");
            refused += 1;
        }
    }
    assert_eq!(refused, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn hubs_that_share_a_database_count_failures_together() {
    let world = World::new().await;
    let limit = AttemptLimit { failures: 5, window: 900, lock: 60, lock_most: 3600, memory: 86400 };
    let keys = [AttemptKey { hash: hash(1), limit }, AttemptKey { hash: hash(2), limit }];
    let hub = |_| {
        let address = world.address();
        tokio::spawn(async move {
            let store = Store::open(&address, Mode::Write).await.unwrap();
            let mut looked_at = 0;
            for _ in 0..5 {
                let attempted = store.hub_attempt_begin(&keys, minute(1)).await.unwrap();
                looked_at += usize::from(matches!(attempted, Attempted::Counted { .. }));
            }
            looked_at
        })
    };
    let hubs: Vec<_> = (0..4).map(hub).collect();
    let mut looked_at = 0;
    for hub in hubs {
        looked_at += hub.await.unwrap();
    }
    assert_eq!(looked_at, 5);
    world.store.hub_attempt_clear(&keys).await.unwrap();
    let again = world.store.hub_attempt_begin(&keys[..1], minute(1)).await.unwrap();
    assert_eq!(again, Attempted::Counted { locks_until: None });
}

#[tokio::test]
async fn a_proof_is_of_no_use_when_the_account_changed_meanwhile() {
    let world = World::new().await;
    let store = &world.store;
    let (ada, _) = join(store, "ada", 1, Role::Reviewer).await;
    let now = act(minute(2));
    store.hub_user_change(ada.uuid, &UserChange::Password("other".into()), &now).await.unwrap();
    let late = store.hub_sign_in(&write(&ada, Proof::None), &session(9), &now).await;
    assert_eq!(refusal(late), HubRefusal::Unknown("account"));
    store.hub_user_change(ada.uuid, &UserChange::Password("hash".into()), &now).await.unwrap();
    let secret = SecretString::from("JBSWY3DPEHPK3PXP");
    vault(&world).second_factor_begin(ada.id, &secret, &act(minute(2))).await.unwrap();
    vault(&world).second_factor_confirm(ada.id, &secret, 1, &[], &now).await.unwrap();
    let late = store.hub_sign_in(&write(&ada, Proof::None), &session(9), &now).await;
    assert_eq!(refusal(late), HubRefusal::Unknown("account"), "a code is asked for now");
    store.hub_user_change(ada.uuid, &UserChange::Disable, &now).await.unwrap();
    let late = store.hub_sign_in(&write(&ada, Proof::Step(9)), &session(9), &now).await;
    assert_eq!(refusal(late), HubRefusal::Unknown("account"));
}

#[tokio::test]
async fn a_second_factor_is_bound_to_its_account() {
    let world = World::new().await;
    let (ada, _) = join(&world.store, "ada", 1, Role::Reviewer).await;
    let (bob, _) = join(&world.store, "bob", 2, Role::Reviewer).await;
    let vault = vault(&world);
    let (of_ada, of_bob) = (SecretString::from("ada's"), SecretString::from("bob's"));
    vault.second_factor_begin(ada.id, &of_ada, &act(minute(1))).await.unwrap();
    assert_eq!(vault.second_factor_begun(ada.id).await.unwrap().unwrap().expose_secret(), "ada's");
    assert!(vault.second_factor(ada.id).await.unwrap().is_none());
    vault.second_factor_confirm(ada.id, &of_ada, 1, &[], &act(minute(1))).await.unwrap();
    vault.second_factor_begin(bob.id, &of_bob, &act(minute(1))).await.unwrap();
    vault.second_factor_confirm(bob.id, &of_bob, 1, &[], &act(minute(1))).await.unwrap();
    assert!(vault.second_factor_begun(ada.id).await.unwrap().is_none());
    let again = vault.second_factor_confirm(ada.id, &of_bob, 2, &[], &act(minute(1))).await;
    assert_eq!(refusal(again), HubRefusal::SecondFactorPresent);
    vault.rotate(None, minute(2)).await.unwrap();
    assert_eq!(vault.second_factor(ada.id).await.unwrap().unwrap().expose_secret(), "ada's");
    assert_eq!(vault.second_factor(bob.id).await.unwrap().unwrap().expose_secret(), "bob's");
    assert_eq!(vault.check().await.unwrap().problems, Vec::<String>::new());
}

#[tokio::test]
async fn whoever_is_erased_is_in_no_row_once_their_account_is_disabled() {
    let world = World::new().await;
    let store = &world.store;
    somebody(&world).await;
    let ada = store.hub_user_named("ada").await.unwrap().unwrap();
    let said = rolecall_store::Decision { actor: "nils".into(), reason: "a request".into() };
    store.audit_erase("ada", &said, minute(3)).await.unwrap();
    assert_eq!(store.hub_user(ada.uuid).await.unwrap().name, "ada", "it can be used");
    store.hub_user_change(ada.uuid, &UserChange::Disable, &act(minute(3))).await.unwrap();
    store.audit_erase("ada", &said, minute(4)).await.unwrap();
    let erased = store.hub_user(ada.uuid).await.unwrap();
    assert_eq!((erased.name, erased.display_name), (format!("erased-{}", ada.id), "erased".to_owned()));
    assert_eq!(store.hub_identity_list(ada.id).await.unwrap(), []);
    assert_eq!(store.audit_erase("ada", &said, minute(5)).await.unwrap(), rolecall_store::AuditErasure::default());
    assert!(store.audit_verify(&rolecall_store::AuditEvidence::default()).await.unwrap().is_sound());
    // The invitation's address went too, and the next account may have the name.
    store.audit_erase("person-1@example.com", &said, minute(5)).await.unwrap();
    join(store, "ada", 2, Role::Reviewer).await;
}

impl Counted {
    /// Each of these leaves the record that is named, and what changes nothing leaves none.
    pub(crate) async fn looks_after_people(&mut self) {
        let store = self.world.store.clone();
        let now = act(minute(9));
        store.hub_link_make(&link(LinkKind::FirstRun, 1, Role::Administrator), &now).await.unwrap();
        self.left("the first administrator's link", &["hub.first-run-offered"]).await;
        store.hub_join(Entry::Link(&[1; 32]), &new_user("ada"), &session(1), &now).await.unwrap();
        self.left("the first administrator", &["hub.user-added"]).await;
        let (bob, _) = join(&store, "bob", 2, Role::Reviewer).await;
        self.left("an invitation and who was invited", &["hub.user-invited", "hub.user-added"]).await;
        let revoked = link(LinkKind::Invitation, 3, Role::Auditor);
        store.hub_link_make(&revoked, &now).await.unwrap();
        store.hub_link_revoke(revoked.uuid, &now).await.unwrap();
        self.left("an invitation that is taken back", &["hub.user-invited", "hub.link-revoked"]).await;
        self.changes_accounts(&bob).await;
        self.signs_in(&bob).await;
        self.makes_tokens_and_identities(&bob).await;
        self.is_told_of_nothing_else(&bob).await;
    }

    async fn changes_accounts(&mut self, bob: &User) {
        let details = |name: &str| UserChange::Details { display_name: name.into(), email: None };
        let reset = UserChange::Reset { password: Some(link(LinkKind::Reset, 4, Role::Auditor)), second_factor: true };
        let steps: [(UserChange, &[&str]); 9] = [
            (details("bob"), &["hub.user-changed"]),
            (details("bob"), &[]),
            (UserChange::Role(Role::Auditor), &["hub.user-role-changed"]),
            (UserChange::Role(Role::Auditor), &[]),
            (UserChange::Disable, &["hub.user-disabled"]),
            (UserChange::Disable, &[]),
            (UserChange::Enable, &["hub.user-enabled"]),
            (reset, &["hub.user-reset"]),
            (UserChange::Password("hash".into()), &["hub.password-changed"]),
        ];
        let now = act(minute(9));
        for (change, actions) in steps {
            self.world.store.hub_user_change(bob.uuid, &change, &now).await.unwrap();
            self.left(&format!("{change:?}"), actions).await;
        }
        self.world.store.hub_link_reset(&hash(4), "hash", &now).await.unwrap();
        self.left("a reset that is used", &["hub.password-changed"]).await;
    }

    async fn signs_in(&mut self, bob: &User) {
        let (store, vault, now) = (self.world.store.clone(), vault(&self.world), act(minute(9)));
        let limit = AttemptLimit { failures: 1, window: 1, lock: 1, lock_most: 1, memory: 1 };
        store.hub_attempt_begin(&[AttemptKey { hash: hash(8), limit }], minute(9)).await.unwrap();
        for locked_until in [None, Some(minute(10))] {
            let failed = FailedAttempt { pair: hash(9), name: "bob", user: Some(bob), locked_until };
            store.hub_attempt_fail(&failed, &now).await.unwrap();
        }
        self.left("failures", &["hub.sign-in-failed", "hub.locked-out"]).await;
        let secret = SecretString::from("JBSWY3DPEHPK3PXP");
        vault.second_factor_begin(bob.id, &secret, &act(minute(9))).await.unwrap();
        vault.second_factor_confirm(bob.id, &secret, 1, &[hash(7)], &now).await.unwrap();
        self.left("a second factor", &["hub.second-factor-begun", "hub.second-factor-added"]).await;
        let (_, begun) = store.hub_sign_in(&write(bob, Proof::Step(2)), &session(5), &now).await.unwrap();
        store.hub_session_confirm(&write(bob, Proof::Step(3)), begun.uuid, &now).await.unwrap();
        self.left("signing in and confirming", &["hub.signed-in", "hub.confirmed"]).await;
        let codes = UserChange::RecoveryCodes(vec![hash(6)]);
        store.hub_user_change(bob.uuid, &codes, &now).await.unwrap();
        store.hub_user_change(bob.uuid, &UserChange::SecondFactorRemove, &now).await.unwrap();
        self.left("no second factor", &["hub.recovery-codes-renewed", "hub.second-factor-removed"]).await;
        let (_, begun) = store.hub_sign_in(&write(bob, Proof::None), &session(6), &now).await.unwrap();
        let own = HubAct { session: Some(begun.uuid), ..now };
        store.hub_session_end(bob.uuid, Some(begun.uuid), &own).await.unwrap();
        store.hub_sign_in(&write(bob, Proof::None), &session(10), &now).await.unwrap();
        self.left("signing in, out and in", &["hub.signed-in", "hub.signed-out", "hub.signed-in"]).await;
        for (ended, actions) in [(1, &["hub.session-ended"][..]), (0, &[])] {
            assert_eq!(store.hub_session_end(bob.uuid, None, &now).await.unwrap(), ended);
            self.left("ending sessions", actions).await;
        }
        for (owner, actions) in [(Some(bob.uuid), &["hub.session-refused"][..]), (None, &[])] {
            let over = SessionRefusal::Over { used_since: minute(1) };
            let refused = store.hub_session_refuse(&session(10).hash, over, &now).await.unwrap();
            assert_eq!(refused.map(|user| user.uuid), owner);
            self.left("a session that is over", actions).await;
        }
        store.hub_credential_refuse(&UnknownCredential::Token, 3, &now).await.unwrap();
        self.left("no token", &["hub.credential-refused"]).await;
    }

    async fn makes_tokens_and_identities(&mut self, bob: &User) {
        let (store, now) = (self.world.store.clone(), act(minute(9)));
        let token = NewApiToken { name: "ci", role: Role::Auditor, hash: hash(7), expires_at: Some(FOREVER) };
        let token = store.hub_token_add(bob.uuid, &token, &now).await.unwrap();
        store.hub_token_touch(token.uuid, minute(9)).await.unwrap();
        store.hub_token_revoke(bob.uuid, token.uuid, &now).await.unwrap();
        self.left("a token", &["hub.token-added", "hub.token-revoked"]).await;
        self.allows_a_log_in(bob).await;
        let identity = ("https://login.example.com", "77");
        let linked = store.hub_identity_link(bob.uuid, identity, &now).await.unwrap();
        store.hub_identity_sign_in(identity, &session(8), &now).await.unwrap();
        store.hub_identity_unlink(bob.uuid, linked.uuid, &now).await.unwrap();
        self.left("an identity", &["hub.identity-linked", "hub.signed-in", "hub.identity-unlinked"]).await;
    }

    async fn allows_a_log_in(&mut self, bob: &User) {
        let (store, now) = (self.world.store.clone(), act(minute(9)));
        let made = DeviceToken { hash: hash(12), role: Role::Auditor, name: |machine| format!("on {machine}") };
        for (device, days) in [(10, Some(90)), (11, None)] {
            let login = NewDeviceLogin {
                device: hash(device),
                code: hash(device + 10),
                machine: "laptop",
                address: Some("192.0.2.7"),
                network: Some(hash(1)),
                expires_at: minute(19),
                most: 10,
                most_of_network: 1,
            };
            assert!(store.hub_device_login_begin(&login, minute(9)).await.unwrap());
            let another = NewDeviceLogin { device: hash(30), code: hash(31), ..login.clone() };
            assert!(!store.hub_device_login_begin(&another, minute(9)).await.unwrap(), "one of a network waits");
            let polled = async || store.hub_device_login_poll(&hash(device), 5, &made, &now).await.unwrap();
            assert!(matches!(polled().await, DeviceLoginPoll::Waiting));
            assert!(matches!(polled().await, DeviceLoginPoll::TooSoon));
            let found = store.hub_device_login_find(&hash(device + 10), minute(9)).await.unwrap().unwrap();
            assert_eq!((&*found.machine, found.address.as_deref()), ("laptop", Some("192.0.2.7")));
            assert!(store.hub_device_login_find(&hash(device + 10), minute(19)).await.unwrap().is_none(), "too late");
            self.left("a log-in that nobody has decided about", &[]).await;
            store.hub_device_login_decide(&hash(device + 10), bob.uuid, days, &now).await.unwrap();
            let again = store.hub_device_login_decide(&hash(device + 10), bob.uuid, Some(1), &now).await;
            assert!(again.is_err(), "a decision is made once");
            match (days, polled().await) {
                (Some(_), DeviceLoginPoll::Token(told)) => {
                    let (user, token) = *told;
                    assert_eq!((user.uuid, &*token.name, token.role), (bob.uuid, "on laptop", Role::Auditor));
                    assert_eq!(token.expires_at, Some(minute(9).plus_seconds(90 * 24 * 3600)));
                    self.left("a log-in that was allowed", &["hub.login-allowed", "hub.token-added"]).await;
                }
                (None, DeviceLoginPoll::Refused) => {
                    self.left("a log-in that was refused", &["hub.login-refused"]).await;
                }
                (_, other) => panic!("{other:?}"),
            }
            assert!(matches!(polled().await, DeviceLoginPoll::Gone), "what became of it is told once");
        }
    }

    async fn is_told_of_nothing_else(&mut self, bob: &User) {
        let store = self.world.store.clone();
        let secret = || SecretString::from("a secret of ten minutes");
        let login = StoredLogin { nonce: secret(), verifier: secret(), return_path: "/".into() };
        store.hub_login_begin(&hash(1), &login, minute(0), minute(9)).await.unwrap();
        assert!(store.hub_login_take(&hash(1), minute(0)).await.unwrap().is_some());
        assert!(store.hub_login_take(&hash(1), minute(0)).await.unwrap().is_none());
        let audience = Audience::User(bob.uuid);
        let notice = NewNotice { audience, kind: "k".into(), about: "a".into(), text: "t".into() };
        let notice = store.hub_notice_add(&notice, minute(9)).await.unwrap();
        store.hub_notice_read(bob, notice, minute(9)).await.unwrap();
        let (_, found) = store.hub_session_find(&hash(1), minute(0), minute(9)).await.unwrap().unwrap();
        store.hub_session_touch(found.uuid, minute(10)).await.unwrap();
        self.left("what is not finished, when people were seen, what they were told", &[]).await;
    }
}
