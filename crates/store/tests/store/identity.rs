//! Whose accounts are: what people decided and what became known, on either engine.

use rolecall_model::ResourceRef;
use rolecall_model::person::{CorrelationSettings, LinkState, PersonKey, Pinned};
use rolecall_store::{AccountNamed, AuditEvidence, Decision, LinkWrite, PersonErasure};

use crate::audit_writers::Counted;
use crate::world::{World, decision, minute};

fn account(world: &World, name: &str) -> AccountNamed {
    AccountNamed { connector: world.connector, resource: ResourceRef::new("user", name) }
}

fn persons(key: &str) -> Pinned {
    Pinned::Person(PersonKey::from(key))
}

fn erasure() -> PersonErasure {
    let names = vec!["ada@acme.test".to_owned(), "Ada Lovelace".to_owned()];
    PersonErasure { person: PersonKey::from("E1"), pseudonym: PersonKey::from("erased-1"), names }
}

/// A row in each table, for whoever copies them.
pub(crate) async fn filled(world: &World) {
    let (store, ada) = (&world.store, account(world, "ada"));
    store.identity_pin_put(std::slice::from_ref(&ada), &persons("E1"), &decision(), minute(5)).await.unwrap();
    let eve = [account(world, "eve")];
    store.identity_refuse(&eve, &PersonKey::from("E2"), &decision(), minute(5)).await.unwrap();
    store.identity_link_write(&[LinkWrite::Begin(ada, LinkState::Unmatched)], minute(5)).await.unwrap();
    store.identity_settings_put(&CorrelationSettings::default(), "mara", minute(5)).await.unwrap();
}

impl Counted {
    /// What is said of accounts is recorded; what follows from it is not.
    pub(crate) async fn says_whose_accounts_are(&mut self) {
        let (store, ada) = (self.world.store.clone(), [account(&self.world, "ada")]);
        store.identity_pin_put(&ada, &persons("E1"), &decision(), minute(5)).await.unwrap();
        self.left("a pin", &["identity.pinned"]).await;
        store.identity_refuse(&ada, &PersonKey::from("E2"), &decision(), minute(5)).await.unwrap();
        self.left("a refusal", &["identity.refused"]).await;
        store.identity_pin_remove(&ada, &decision(), minute(6)).await.unwrap();
        self.left("a pin taken back", &["identity.unpinned"]).await;
        assert_eq!(store.identity_pin_remove(&ada, &decision(), minute(6)).await.unwrap(), 0);
        self.left("what nobody had said", &[]).await;
        store.identity_settings_put(&CorrelationSettings::default(), "mara", minute(6)).await.unwrap();
        self.left("settings", &["identity.settings-changed"]).await;
        let [ada] = ada;
        store.identity_link_write(&[LinkWrite::Begin(ada, LinkState::Unmatched)], minute(6)).await.unwrap();
        self.left("what became known", &[]).await;
        store.person_erase(&erasure(), &decision(), minute(7)).await.unwrap();
        self.left("somebody erased", &["person.erased"]).await;
    }
}

#[tokio::test]
async fn one_decision_holds_of_an_account_and_a_person_is_accepted_or_refused() {
    let world = World::new().await;
    let (store, ada) = (&world.store, [account(&world, "ada")]);
    let refuse = async |key: &str| {
        store.identity_refuse(&ada, &PersonKey::from(key), &decision(), minute(5)).await.unwrap();
    };
    refuse("E1").await;
    refuse("E1").await;
    refuse("E2").await;
    assert_eq!(store.identity_refusal_list().await.unwrap().len(), 2);
    for pinned in [Pinned::External, Pinned::Service { owner: None }, persons("E1")] {
        store.identity_pin_put(&ada, &pinned, &decision(), minute(6)).await.unwrap();
        let [pin] = store.identity_pin_list().await.unwrap().try_into().unwrap();
        assert_eq!((pin.pinned, pin.at), (pinned, minute(6)));
    }
    let refused = store.identity_refusal_list().await.unwrap();
    assert_eq!(refused.len(), 1, "whose it is cannot be refused too");
    assert_eq!(refused[0].person, PersonKey::from("E2"));
    refuse("E3").await;
    assert_eq!(store.identity_pin_list().await.unwrap().len(), 1, "it is another's whose it is not");
    refuse("E1").await;
    assert!(store.identity_pin_list().await.unwrap().is_empty(), "the later word counts");
    store.identity_pin_put(&ada, &persons("E1"), &decision(), minute(6)).await.unwrap();
    assert_eq!(store.identity_pin_remove(&ada, &decision(), minute(7)).await.unwrap(), 1);
    assert!(store.identity_pin_list().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_known_is_kept_with_when_it_ended() {
    let world = World::new().await;
    let (store, ada) = (&world.store, account(&world, "ada"));
    let write = async |write: LinkWrite, at: i64| store.identity_link_write(&[write], minute(at)).await.unwrap();
    write(LinkWrite::Begin(ada.clone(), LinkState::Unmatched), 1).await;
    write(LinkWrite::Update(ada.clone(), LinkState::External), 2).await;
    let [known] = store.identity_link_list().await.unwrap().try_into().unwrap();
    assert_eq!((&known.state, known.since), (&LinkState::External, minute(1)));
    write(LinkWrite::Begin(ada.clone(), LinkState::Unmatched), 3).await;
    write(LinkWrite::Begin(ada.clone(), LinkState::External), 3).await;
    write(LinkWrite::End(ada.clone()), 4).await;
    assert!(store.identity_link_list().await.unwrap().is_empty());
    let history = store.identity_link_history(&ada).await.unwrap();
    let spans: Vec<_> = history.iter().map(|(row, ended)| (row.since, *ended)).collect();
    assert_eq!(spans, [(minute(3), Some(minute(4))), (minute(1), Some(minute(3)))]);
    assert_eq!(history[0].0.state, LinkState::External, "what nobody saw left nothing behind");
}

#[tokio::test]
async fn whoever_is_erased_has_a_pseudonym_in_what_was_decided_and_known() {
    let world = World::new().await;
    let (store, ada, eve) = (&world.store, account(&world, "ada"), account(&world, "eve"));
    let said = Decision { actor: "mara".to_owned(), reason: "Ada Lovelace showed it".to_owned() };
    store.identity_pin_put(std::slice::from_ref(&ada), &persons("E1"), &said, minute(5)).await.unwrap();
    store.identity_refuse(std::slice::from_ref(&eve), &PersonKey::from("E1"), &said, minute(5)).await.unwrap();
    let link = |person: &str| {
        let text = format!(
            r#"{{"state":"person","person":"{person}","rule":"alias","confidence":900,"evidence":[{{"rule":"alias",
            "confidence":900,"may_link":true,"inputs":"`ada@acme.test` is of {person}"}}]}}"#
        );
        serde_json::from_str::<LinkState>(&text).unwrap()
    };
    let writes = [LinkWrite::Begin(ada.clone(), link("E1")), LinkWrite::Begin(eve.clone(), link("E11"))];
    store.identity_link_write(&writes, minute(5)).await.unwrap();
    let noted = store.identity_link_noted_at().await.unwrap();

    let erased = store.person_erase(&erasure(), &decision(), minute(6)).await.unwrap();
    assert_eq!(erased.fields, 2, "the reasons of two decisions");
    let [pin] = store.identity_pin_list().await.unwrap().try_into().unwrap();
    assert_eq!((pin.pinned, pin.decision.reason.as_str()), (persons("erased-1"), "erased"));
    let [refusal] = store.identity_refusal_list().await.unwrap().try_into().unwrap();
    assert_eq!((refusal.person.as_str(), refusal.decision.reason.as_str()), ("erased-1", "erased"));
    let known = store.identity_link_list().await.unwrap();
    let told = |row: &rolecall_store::IdentityLinkRow| {
        let link = row.state.link().unwrap().clone();
        (link.person.to_string(), link.evidence[0].inputs.clone())
    };
    let told: Vec<_> = known.iter().map(told).collect();
    assert_eq!(told[0], ("erased-1".to_owned(), "erased".to_owned()));
    assert_eq!(
        (told[1].0.as_str(), told[1].1.contains("ada@")),
        ("E11", false),
        "their address goes, and not the other person"
    );
    assert_ne!(store.identity_link_noted_at().await.unwrap(), noted, "whoever keeps a graph sees that it is another");
    assert!(store.audit_verify(&AuditEvidence::default()).await.unwrap().is_sound());
}
