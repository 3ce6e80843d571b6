//! People and accounts, as lists show them.

use std::collections::{BTreeSet, HashMap};

use rolecall_model::person::{AccountKey, Ambiguity, Employment, IdentityLink, LinkState, PersonKey, normal_address};
use serde::Serialize;

use super::Identities;
use crate::attestation::AttestedTwoFactor;
use crate::moment::moment_text;

/// Somebody of the directories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonRow {
    /// What identifies them.
    pub key: PersonKey,
    /// How they are called.
    pub display_name: String,
    /// Their main address.
    pub email: Option<String>,
    /// Whether they work here.
    pub employment: Employment,
    /// Since when no directory lists them.
    pub unlisted_since: Option<String>,
    /// Where.
    pub department: Option<String>,
    /// Whom they report to.
    pub manager: Option<String>,
    /// Their accounts: `npm:acme alice`.
    pub accounts: Vec<String>,
    /// Whether several of these are in one registry.
    #[serde(rename = "severalAccounts")]
    pub has_several: bool,
}

/// An account, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountRow {
    /// Its connector.
    pub connector: String,
    /// Its type.
    pub kind: String,
    /// Its id there.
    pub id: String,
    /// `person`, `suggested`, `ambiguous`, `unmatched`, `service`, `external` or `protected`.
    pub state: &'static str,
    /// Why it cannot be told whose it is: `several-people`, `several-accounts` or `equally-good`.
    pub open: Option<&'static str>,
    /// Whose it is.
    pub person: Option<PersonKey>,
    /// How they are called.
    pub person_name: Option<String>,
    /// The rule that linked it.
    pub rule: Option<&'static str>,
    /// What that is worth, from 0 to 1.
    pub confidence: Option<String>,
    /// Why, in words: what speaks for the person, or for those whom it may be.
    pub why: Vec<String>,
    /// Whom it may be, the most probable first.
    pub candidates: Vec<CandidateRow>,
    /// Since when it is known to be that, where it was written down.
    pub since: Option<String>,
    /// What somebody stated of its two-factor authentication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attested_two_factor: Option<AttestedTwoFactor>,
}

/// Whose an account may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CandidateRow {
    /// Who.
    pub person: PersonKey,
    /// How they are called.
    pub person_name: String,
    /// What speaks for them, from 0 to 1.
    pub confidence: String,
    /// And what it is.
    pub why: Vec<String>,
}

impl PersonRow {
    /// What the columns of a table of people are called.
    pub const COLUMNS: [&'static str; 7] = ["key", "name", "e-mail", "employment", "department", "manager", "accounts"];
}

impl AccountRow {
    /// What the columns of a table of accounts are called.
    pub const COLUMNS: [&'static str; 11] = [
        "account",
        "type",
        "connector",
        "state",
        "person",
        "name",
        "rule",
        "confidence",
        "why",
        "since",
        "2fa attested",
    ];
}

impl Identities {
    /// Everybody, by key.
    #[must_use]
    pub fn person_rows(&self) -> Vec<PersonRow> {
        let mut accounts: HashMap<&PersonKey, Vec<&AccountKey>> = HashMap::new();
        for (key, state) in &self.correlation.states {
            if let Some(link) = state.link() {
                accounts.entry(&link.person).or_default().push(key);
            }
        }
        let accounts_of = |person: &PersonKey| accounts.get(person).map_or(&[][..], Vec::as_slice);
        let said = |key: &&AccountKey| format!("{} {}", key.connector, key.resource.id);
        let row = |(key, person): (&PersonKey, &rolecall_model::person::Person)| PersonRow {
            key: key.clone(),
            display_name: person.display_name.clone(),
            email: person.main_address().map(str::to_owned),
            employment: person.employment,
            unlisted_since: self.unlisted.get(key).copied().map(moment_text),
            department: person.department.clone(),
            manager: person.manager.as_ref().map(|manager| self.name_of(manager)),
            accounts: accounts_of(key).iter().map(said).collect(),
            has_several: has_several(accounts_of(key)),
        };
        self.people.iter().map(row).collect()
    }

    /// Every account, by connector, type and id.
    #[must_use]
    pub fn account_rows(&self) -> Vec<AccountRow> {
        self.account_rows_where(|_| true)
    }

    /// Those accounts of which this holds, in the same order.
    pub fn account_rows_where(&self, is_wanted: impl Fn(&LinkState) -> bool) -> Vec<AccountRow> {
        let states = self.correlation.states.iter().filter(|(_, state)| is_wanted(state));
        states.map(|(key, state)| self.account_row(key, state)).collect()
    }

    pub(super) fn account_row(&self, key: &AccountKey, state: &LinkState) -> AccountRow {
        let link = state.link();
        let candidates = state.shortlist().map(|shortlist| shortlist.candidates.as_slice()).unwrap_or_default();
        let person = state.person();
        AccountRow {
            connector: key.connector.to_string(),
            kind: key.resource.kind.to_string(),
            id: key.resource.id.to_string(),
            state: state.word(),
            open: open(state),
            person: person.cloned(),
            person_name: person.map(|person| self.name_of(person)),
            rule: link.map(|link| link.rule.id()),
            confidence: link.map(|link| link.confidence.to_string()),
            why: link.map(IdentityLink::reasons).unwrap_or_default(),
            candidates: candidates
                .iter()
                .map(|candidate| CandidateRow {
                    person: candidate.person.clone(),
                    person_name: self.name_of(&candidate.person),
                    confidence: candidate.confidence.to_string(),
                    why: candidate.reasons(),
                })
                .collect(),
            since: self.since.get(key).map(|since| moment_text(*since)),
            attested_two_factor: self.attested.get(key).cloned(),
        }
    }

    /// Whom somebody means by an id, an address or a whole name.
    ///
    /// # Errors
    /// When nobody is called so, or several are.
    pub fn person_named(&self, name: &str) -> Result<PersonKey, PersonNameError> {
        let name = name.trim();
        if let Some((key, _)) = self.people.get_key_value(&PersonKey::from(name)) {
            return Ok(key.clone());
        }
        let address = normal_address(name);
        let has_address = |person: &rolecall_model::person::Person| {
            address.is_some() && person.addresses.iter().any(|known| known.normal() == address)
        };
        let is_meant = |person: &rolecall_model::person::Person| {
            has_address(person) || (!name.is_empty() && person.display_name.eq_ignore_ascii_case(name))
        };
        let found: Vec<&PersonKey> =
            self.people.iter().filter(|(_, person)| is_meant(person)).map(|(key, _)| key).collect();
        match found.as_slice() {
            [one] => Ok((*one).clone()),
            [] => Err(PersonNameError::Unknown { name: name.to_owned(), is_empty: self.people.is_empty() }),
            several => Err(PersonNameError::Ambiguous {
                name: name.to_owned(),
                keys: several.iter().take(10).map(ToString::to_string).collect(),
            }),
        }
    }
}

/// Whether several of these are in one registry. One that two connectors show is one account.
fn has_several(accounts: &[&AccountKey]) -> bool {
    let registry = |key: &AccountKey| key.connector.split(':').next().unwrap_or_default().to_owned();
    let different: BTreeSet<_> = accounts.iter().map(|key| (registry(key), &key.resource)).collect();
    different.iter().zip(different.iter().skip(1)).any(|((one, _), (other, _))| one == other)
}

fn open(state: &LinkState) -> Option<&'static str> {
    match state {
        LinkState::Ambiguous { why: Ambiguity::SeveralPeople, .. } => Some("several-people"),
        LinkState::Ambiguous { why: Ambiguity::SeveralAccounts { .. }, .. } => Some("several-accounts"),
        LinkState::Ambiguous { why: Ambiguity::EquallyGood, .. } => Some("equally-good"),
        _ => None,
    }
}

/// A name that means nobody, or several people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonNameError {
    /// Nobody is called so.
    #[error("nobody in the directories is {name:?}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// Whether there is nobody in any directory.
        is_empty: bool,
    },
    /// Several people are.
    #[error("{name:?} is several people: {}", .keys.join(", "))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// Their ids.
        keys: Vec<String>,
    },
}

impl PersonNameError {
    /// What to do next.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Unknown { is_empty: true, .. } => "bring a roster with: rolecall people import FILE",
            Self::Unknown { .. } => "name an id, an e-mail address or a whole name of: rolecall people list",
            Self::Ambiguous { .. } => "name the id, or an e-mail address",
        }
    }
}
