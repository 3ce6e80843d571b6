//! Accounts that were somebody's, as far as was known, and that nothing says are theirs now.
//!
//! An address or a name that is changed in a directory may take the evidence away, and not the access.

use std::collections::BTreeSet;

use rolecall_model::person::{AccountKey, PersonKey};
use rolecall_store::{Store, StoreError};
use serde::Serialize;

use super::Identities;
use super::identity::{Titles, key_of, titles};
use crate::moment::moment_text;
use crate::world::WorldView;

/// An account that was somebody's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FormerAccount {
    /// Its connector.
    pub connector: String,
    /// Its type.
    pub kind: String,
    /// Its id there.
    pub id: String,
    /// Until when it was known as theirs.
    pub until: String,
    /// Why it was.
    pub why: Vec<String>,
    /// What it is now: `unmatched`, or `person` where it is another's.
    pub state: &'static str,
    /// Whose it is now.
    pub person_name: Option<String>,
}

impl FormerAccount {
    /// What it is now, in words.
    #[must_use]
    pub fn now(&self) -> String {
        match &self.person_name {
            Some(name) => format!("now {name}'s"),
            None => format!("now {}", self.state),
        }
    }
}

/// The accounts that were a person's, are still there, and of which nobody said what they are instead, by connector and id.
/// `O(what was ever known of accounts)`.
///
/// # Errors
/// As of any reading: the file may be damaged or busy.
pub(crate) async fn former_accounts(
    store: &Store,
    view: &WorldView,
    identities: &Identities,
    person: &PersonKey,
) -> Result<Vec<FormerAccount>, StoreError> {
    let titles = titles(view);
    let decided = decided(store, &titles, person).await?;
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    for (row, until) in store.identity_link_list_ended().await? {
        let Some(link) = row.state.link().filter(|link| link.person == *person) else { continue };
        let Some(key) = key_of(&titles, &row.account) else { continue };
        let Some(state) = identities.correlation.states.get(&key) else { continue };
        let is_theirs = state.link().is_some_and(|link| link.person == *person);
        // Among those that may be theirs, it is told what speaks for it.
        if is_theirs || state.may_be(person) || decided.contains(&key) || !seen.insert(key.clone()) {
            continue;
        }
        found.push(FormerAccount {
            connector: key.connector.to_string(),
            kind: key.resource.kind.to_string(),
            id: key.resource.id.to_string(),
            until: moment_text(until),
            why: link.reasons(),
            state: state.word(),
            person_name: state.person().map(|person| identities.name_of(person)),
        });
    }
    found.sort_by(|left, right| (&left.connector, &left.id).cmp(&(&right.connector, &right.id)));
    Ok(found)
}

/// Of which accounts somebody said what they are, or that they are not this person's.
async fn decided(store: &Store, titles: &Titles, person: &PersonKey) -> Result<BTreeSet<AccountKey>, StoreError> {
    let pins = store.identity_pin_list().await?.into_iter().map(|pin| pin.account);
    let refusals = store.identity_refusal_list().await?.into_iter();
    let refused = refusals.filter(|refusal| refusal.person == *person).map(|refusal| refusal.account);
    Ok(pins.chain(refused).filter_map(|account| key_of(titles, &account)).collect())
}
