//! What people state of accounts that no registry tells, on either engine.

use rolecall_model::Timestamp;
use rolecall_store::{
    Attestation, AttestationState, AttestedFile, ConnectorAttested, NewAttestation, Stated, Withdrawal,
};
use uuid::Uuid;

use crate::audit::records;
use crate::audit_writers::Counted;
use crate::world::{World, decision, minute};

fn two_factor(world: &World, accounts: &[(&str, bool)], expires: i64) -> NewAttestation {
    NewAttestation {
        connector: world.connector,
        stated: Stated::TwoFactor(accounts.iter().map(|(name, is_on)| ((*name).to_owned(), *is_on)).collect()),
        actor: "mara".to_owned(),
        file: Some(AttestedFile { name: "members.csv".to_owned(), sha256: "ab".repeat(32) }),
        expires_at: minute(expires),
    }
}

fn required(world: &World, since: &str, expires: i64) -> NewAttestation {
    let stated = Stated::TwoFactorRequired { since: since.to_owned() };
    NewAttestation { stated, file: None, ..two_factor(world, &[], expires) }
}

/// A row in each table, for whoever copies them: superseded, withdrawn and current.
pub(crate) async fn filled(world: &World) {
    for new in [two_factor(world, &[("ada", true)], 90), two_factor(world, &[("ada", false)], 90)] {
        world.store.attestation_add(&new, minute(5)).await.unwrap();
    }
    let stated = world.store.attestation_add(&required(world, "2026-05-03", 90), minute(5)).await.unwrap();
    world.store.attestation_withdraw(stated.uuid, &decision(), minute(6)).await.unwrap();
}

impl Counted {
    /// What is stated is recorded, once, and so is what is taken back.
    pub(crate) async fn attests(&mut self) {
        let store = self.world.store.clone();
        let stated = store.attestation_add(&two_factor(&self.world, &[("ada", true)], 90), minute(6)).await.unwrap();
        self.left("a list", &["attestation.recorded"]).await;
        store.attestation_add(&required(&self.world, "2026-05-03", 90), minute(6)).await.unwrap();
        self.left("a requirement", &["attestation.recorded"]).await;
        store.attestation_withdraw(stated.uuid, &decision(), minute(6)).await.unwrap();
        self.left("a list taken back", &["attestation.withdrawn"]).await;
        store.attestation_withdraw(stated.uuid, &decision(), minute(6)).await.unwrap();
        store.attestation_withdraw(Uuid::nil(), &decision(), minute(6)).await.unwrap();
        self.left("what was taken back already, and what nobody stated", &[]).await;
    }
}

/// What is known of accounts: `ada+` has two-factor authentication, `bob-` has none.
async fn known(world: &World, at: Option<Timestamp>) -> String {
    let ConnectorAttested { two_factor, .. } = world.store.attested(world.connector, at).await.unwrap();
    let sign = |is_on: bool| if is_on { '+' } else { '-' };
    let mut known: Vec<String> =
        two_factor.iter().map(|(name, account)| format!("{name}{}", sign(account.two_factor))).collect();
    known.sort();
    known.join(" ")
}

async fn states(world: &World, now: Timestamp) -> Vec<(AttestationState, Timestamp)> {
    let all = world.store.attestation_list().await.unwrap();
    all.iter().map(|one: &Attestation| one.state(now)).collect()
}

#[tokio::test]
async fn of_an_account_the_latest_statement_counts_and_none_is_lost() {
    let world = World::new().await;
    let state = async |accounts: &[(&str, bool)], at: i64| {
        world.store.attestation_add(&two_factor(&world, accounts, 90), minute(at)).await.unwrap()
    };
    state(&[("ada", true), ("bob", false), ("cleo", true)], 1).await;
    let second = state(&[("bob", true)], 3).await;
    assert_eq!((second.accounts, second.with_two_factor, second.accounts_superseded), (1, 1, 0));
    assert_eq!(known(&world, None).await, "ada+ bob+ cleo+");
    assert_eq!(known(&world, Some(minute(2))).await, "ada+ bob- cleo+", "as it stood then");
    assert_eq!(known(&world, Some(minute(0))).await, "");
    let all = world.store.attestation_list().await.unwrap();
    assert_eq!((all[1].accounts, all[1].accounts_superseded, all[1].superseded_at), (3, 1, None));
    state(&[("ada", false), ("cleo", false)], 5).await;
    let (current, superseded) = (AttestationState::Current, AttestationState::Superseded);
    let is = states(&world, minute(6)).await;
    assert_eq!(is, [(current, minute(90)), (current, minute(90)), (superseded, minute(5))]);
    let history = world.store.attestation_account_history("bob").await.unwrap();
    let told: Vec<_> = history.iter().map(|one| (one.two_factor, one.attestation.at, one.state(minute(6)))).collect();
    assert_eq!(told, [(true, minute(3), (current, minute(90))), (false, minute(1), (superseded, minute(3)))]);
}

#[tokio::test]
async fn what_is_withdrawn_leaves_nothing_known_and_brings_nothing_back() {
    let world = World::new().await;
    world.store.attestation_add(&two_factor(&world, &[("ada", true)], 90), minute(1)).await.unwrap();
    let wrong = two_factor(&world, &[("ada", false), ("bob", true)], 90);
    let wrong = world.store.attestation_add(&wrong, minute(2)).await.unwrap();
    let done = world.store.attestation_withdraw(wrong.uuid, &decision(), minute(4)).await.unwrap();
    assert!(matches!(done, Withdrawal::Done(done) if done.withdrawn.is_some()));
    let again = world.store.attestation_withdraw(wrong.uuid, &decision(), minute(5)).await.unwrap();
    assert!(
        matches!(again, Withdrawal::Already(known) if known.withdrawn.as_ref().is_some_and(|it| it.at == minute(4)))
    );
    let nothing = world.store.attestation_withdraw(Uuid::nil(), &decision(), minute(5)).await.unwrap();
    assert_eq!(nothing, Withdrawal::Unknown);
    assert_eq!(known(&world, None).await, "");
    assert_eq!(known(&world, Some(minute(3))).await, "ada- bob+", "it counted until then");
    let is = states(&world, minute(5)).await;
    assert_eq!(is, [(AttestationState::Withdrawn, minute(4)), (AttestationState::Superseded, minute(2))]);
}

#[tokio::test]
async fn a_requirement_is_superseded_by_a_later_one_and_lists_are_not() {
    let world = World::new().await;
    world.store.attestation_add(&two_factor(&world, &[("ada", true)], 90), minute(1)).await.unwrap();
    world.store.attestation_add(&required(&world, "2026-05-03", 90), minute(2)).await.unwrap();
    world.store.attestation_add(&required(&world, "2026-06-01", 20), minute(3)).await.unwrap();
    let attested = world.store.attested(world.connector, None).await.unwrap();
    let (since, statement) = attested.two_factor_required.unwrap();
    assert_eq!((since.as_str(), statement.expires_at, statement.actor.as_str()), ("2026-06-01", minute(20), "mara"));
    assert_eq!(attested.two_factor.len(), 1);
    let earlier = world.store.attested(world.connector, Some(minute(2))).await.unwrap();
    assert_eq!(earlier.two_factor_required.unwrap().0, "2026-05-03");
    let is: Vec<_> = states(&world, minute(30)).await.into_iter().map(|(state, _)| state.word()).collect();
    assert_eq!(is, ["expired", "superseded", "current"]);
}

#[tokio::test]
async fn what_is_wrong_states_nothing_and_the_version_tells_of_everything_else() {
    let world = World::new().await;
    let before = records(&world.store).await.len();
    let version = async |at: i64| world.store.attestation_version(minute(at)).await.unwrap();
    let empty = version(1).await;
    let twice = two_factor(&world, &[("ada", true), ("ada", false)], 90);
    world.store.attestation_add(&twice, minute(1)).await.unwrap_err();
    assert!(world.store.attestation_list().await.unwrap().is_empty());
    assert_eq!((records(&world.store).await.len(), version(1).await), (before, empty));
    let stated = world.store.attestation_add(&two_factor(&world, &[("ada", true)], 9), minute(1)).await.unwrap();
    let current = version(8).await;
    assert_ne!(current, empty);
    assert_ne!(version(9).await, current, "it expires");
    world.store.attestation_withdraw(stated.uuid, &decision(), minute(2)).await.unwrap();
    assert_ne!(version(8).await, current);
}

#[tokio::test]
async fn who_stated_something_can_be_erased() {
    let world = World::new().await;
    let stated = world.store.attestation_add(&two_factor(&world, &[("ada", true)], 90), minute(1)).await.unwrap();
    world.store.attestation_withdraw(stated.uuid, &decision(), minute(2)).await.unwrap();
    world.store.audit_erase("mara", &decision(), minute(3)).await.unwrap();
    let [left] = world.store.attestation_list().await.unwrap().try_into().unwrap();
    assert!(!format!("{left:?}").contains("mara"), "{left:?}");
}

#[tokio::test]
async fn very_many_accounts_take_no_more_than_their_number() {
    let world = World::new().await;
    let names: Vec<String> = (0..50_000).map(|number| format!("user-{number}")).collect();
    let all: Vec<(&str, bool)> = names.iter().map(|name| (name.as_str(), true)).collect();
    for at in [1, 2, 3] {
        world.store.attestation_add(&two_factor(&world, &all, 90), minute(at)).await.unwrap();
    }
    assert_eq!(world.store.attested(world.connector, None).await.unwrap().two_factor.len(), all.len());
    let is: Vec<_> = states(&world, minute(4)).await.into_iter().map(|(state, _)| state.word()).collect();
    assert_eq!(is, ["current", "superseded", "superseded"]);
}
