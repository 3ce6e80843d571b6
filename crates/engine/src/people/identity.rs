//! Whose accounts are: what follows from the directories, the accounts and what people decided, and what became known when.

use std::collections::{BTreeMap, HashMap};

use rolecall_model::person::{
    AccountKey, Correlation, CorrelationSettings, IdentityLink, LinkChange, Person, PersonKey, Pin, Pins, changes,
    correlate,
};
use rolecall_model::{ResourceRef, Timestamp};
use rolecall_store::{AccountNamed, ConnectorId, IdentityLinkRow, LinkWrite, Store, StoreError};

use super::{Directory, account_facts};
use crate::attestation::AttestedTwoFactor;
use crate::world::{ConnectorView, WorldView};

/// Whose accounts are, at the moment of a view.
#[derive(Debug, Default)]
pub struct Identities {
    /// Everybody who is or was in a directory, by key.
    pub people: BTreeMap<PersonKey, Person>,
    /// Since when no directory lists those whom none lists.
    pub unlisted: BTreeMap<PersonKey, Timestamp>,
    /// What each account is.
    pub correlation: Correlation,
    /// Since when each account is known to be what it is, where that was written down.
    pub since: HashMap<AccountKey, Timestamp>,
    /// What people state of the two-factor authentication of accounts.
    pub attested: HashMap<AccountKey, AttestedTwoFactor>,
}

impl Identities {
    /// What follows from what is recorded, or what was known at a view's past moment. `O(accounts + people)`, but for names that many share.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn load(store: &Store, view: &WorldView) -> Result<Self, StoreError> {
        Self::load_with(store, view, &store.identity_settings().await?).await
    }

    /// The same with other settings, to try them.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn load_with(
        store: &Store,
        view: &WorldView,
        settings: &CorrelationSettings,
    ) -> Result<Self, StoreError> {
        let mut known = Self::recorded(store, view).await?;
        // What people decide now says nothing of what was known at a past moment.
        if view.past.is_none() {
            known.correlation = correlated(store, view, &known.people, settings).await?;
        }
        Ok(known)
    }

    /// What was written down, without working anything out: cheap, and as it was when somebody last had it worked out.
    /// `O(accounts + people)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn recorded(store: &Store, view: &WorldView) -> Result<Self, StoreError> {
        let titles = titles(view);
        let known = links_of(store, view).await?;
        let Directory { people, unlisted } = Directory::load(store, view).await?;
        let (correlation, since) = (recorded(&titles, &known), since(&titles, &known));
        Ok(Self { people, unlisted, correlation, since, attested: attested(view) })
    }

    /// The accounts of a person, by connector and id, with why they are.
    pub fn accounts_of<'i>(
        &'i self,
        person: &'i PersonKey,
    ) -> impl Iterator<Item = (&'i AccountKey, &'i IdentityLink)> {
        let links = self.correlation.states.iter().filter_map(|(account, state)| Some((account, state.link()?)));
        links.filter(move |(_, link)| link.person == *person)
    }

    /// Whose an account is, where that is known.
    #[must_use]
    pub fn person_of(&self, connector: &str, account: ResourceRef) -> Option<&PersonKey> {
        self.correlation.states.get(&AccountKey::new(connector, account))?.link().map(|link| &link.person)
    }

    /// How a person is called; their key where nothing else is known.
    #[must_use]
    pub fn name_of(&self, person: &PersonKey) -> String {
        let name = self.people.get(person).map(|person| person.display_name.clone());
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| person.to_string())
    }
}

/// Writes down what became known of accounts since the last time, and says what that is.
///
/// # Errors
/// As of any writing; all of it is written or nothing.
pub async fn identities_record(store: &Store, view: &WorldView, now: Timestamp) -> Result<Vec<LinkChange>, StoreError> {
    let titles = titles(view);
    let known = store.identity_link_list().await?;
    let before = recorded(&titles, &known);
    let directory = Directory::load(store, view).await?;
    let now_known = correlated(store, view, &directory.people, &store.identity_settings().await?).await?;
    let changed = changes(&before, &now_known);
    let writes = writes(&before, &now_known, &changed, &ids(view));
    let lost = known.iter().filter(|row| key_of(&titles, &row.account).is_none());
    let writes: Vec<LinkWrite> = writes.into_iter().chain(lost.map(ended)).collect();
    if !writes.is_empty() {
        store.identity_link_write(&writes, now).await?;
    }
    Ok(changed)
}

/// An account of a connector that is not in view any more.
fn ended(row: &IdentityLinkRow) -> LinkWrite {
    LinkWrite::End(row.account.clone())
}

fn writes(
    before: &Correlation,
    now: &Correlation,
    changed: &[LinkChange],
    ids: &HashMap<String, ConnectorId>,
) -> Vec<LinkWrite> {
    let named = |key: &AccountKey| {
        let connector = *ids.get(&*key.connector)?;
        Some(AccountNamed { connector, resource: key.resource.clone() })
    };
    let begun: std::collections::BTreeSet<&AccountKey> = changed.iter().map(|change| &change.account).collect();
    let mut writes = Vec::new();
    for (key, state) in &now.states {
        let Some(account) = named(key) else { continue };
        match before.states.get(key) {
            Some(known) if known == state => {}
            Some(_) if !begun.contains(key) => writes.push(LinkWrite::Update(account, state.clone())),
            _ => writes.push(LinkWrite::Begin(account, state.clone())),
        }
    }
    let gone = before.states.keys().filter(|key| !now.states.contains_key(*key));
    writes.extend(gone.filter_map(named).map(LinkWrite::End));
    writes
}

/// Since when each account is known to be what it is.
fn since(titles: &Titles, known: &[IdentityLinkRow]) -> HashMap<AccountKey, Timestamp> {
    known.iter().filter_map(|row| Some((key_of(titles, &row.account)?, row.since))).collect()
}

/// What was written down.
fn recorded(titles: &Titles, known: &[IdentityLinkRow]) -> Correlation {
    let state = |row: &IdentityLinkRow| Some((key_of(titles, &row.account)?, row.state.clone()));
    Correlation { states: known.iter().filter_map(state).collect(), ..Correlation::default() }
}

/// What follows for the accounts in view.
async fn correlated(
    store: &Store,
    view: &WorldView,
    people: &BTreeMap<PersonKey, Person>,
    settings: &CorrelationSettings,
) -> Result<Correlation, StoreError> {
    let pins = pins(store, &titles(view)).await?;
    let people: Vec<Person> = people.values().cloned().collect();
    Ok(correlate(&people, &account_facts(view), &pins, settings))
}

/// What was written down, now or at the past moment of a view.
async fn links_of(store: &Store, view: &WorldView) -> Result<Vec<IdentityLinkRow>, StoreError> {
    match &view.past {
        None => store.identity_link_list().await,
        Some(past) => store.identity_link_list_at(past.at).await,
    }
}

/// What people decided, of the connectors in view.
async fn pins(store: &Store, titles: &Titles) -> Result<Pins, StoreError> {
    let mut pins = Pins::default();
    for pin in store.identity_pin_list().await? {
        if let Some(key) = key_of(titles, &pin.account) {
            pins.decided.insert(key, Pin { pinned: pin.pinned, by: pin.decision.actor });
        }
    }
    for refusal in store.identity_refusal_list().await? {
        if let Some(key) = key_of(titles, &refusal.account) {
            pins.refused.insert((key, refusal.person));
        }
    }
    Ok(pins)
}

/// What is stated of accounts, in any connector in view.
fn attested(view: &WorldView) -> HashMap<AccountKey, AttestedTwoFactor> {
    let of_connector = |connector: &ConnectorView| {
        let title = connector.title();
        let key = |account| AccountKey::new(title.as_str(), account);
        connector.attested_answers().map(|(account, answer)| (key(account), answer)).collect::<Vec<_>>()
    };
    view.connectors.iter().flat_map(of_connector).collect()
}

/// How the connectors in view are called.
pub(super) type Titles = HashMap<ConnectorId, String>;

pub(super) fn titles(view: &WorldView) -> Titles {
    view.connectors.iter().map(|connector| (connector.record.id, connector.title())).collect()
}

fn ids(view: &WorldView) -> HashMap<String, ConnectorId> {
    view.connectors.iter().map(|connector| (connector.title(), connector.record.id)).collect()
}

pub(super) fn key_of(titles: &Titles, account: &AccountNamed) -> Option<AccountKey> {
    let AccountNamed { connector, resource } = account;
    Some(AccountKey::new(titles.get(connector)?.as_str(), ResourceRef::clone(resource)))
}
