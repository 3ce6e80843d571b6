//! What somebody has decided about accounts. It wins over every rule and survives everything.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{AccountKey, PersonKey};

/// All decisions about accounts. There is one for each account at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pins {
    /// What accounts were decided to be.
    pub decided: BTreeMap<AccountKey, Pin>,
    /// Whose accounts are not: such a person is never proposed again for that account.
    pub refused: BTreeSet<(AccountKey, PersonKey)>,
}

impl Pins {
    /// Whether this account was said not to be this person's.
    pub(super) fn refuses(&self, account: &AccountKey, person: &PersonKey) -> bool {
        !self.refused.is_empty() && self.refused.contains(&(account.clone(), person.clone()))
    }
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// What the account was decided to be.
    pub pinned: Pinned,
    /// Who decided.
    pub by: String,
}

/// What an account was decided to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pinned {
    /// A person's.
    Person(PersonKey),
    /// A service's, which somebody may answer for.
    Service {
        /// Who answers for it.
        owner: Option<PersonKey>,
    },
    /// Somebody's outside the organisation.
    External,
    /// One that nobody may take away, such as for emergencies.
    Protected {
        /// Who answers for it.
        owner: PersonKey,
    },
}
