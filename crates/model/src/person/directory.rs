//! People, as a directory tells of them: a roster, or what an identity provider pushes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Day, spelling};

/// What stays the same of a person while names and addresses change: the directory's id, or else the main address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonKey(Arc<str>);

impl PersonKey {
    /// The key of whoever has this id in the directory, or, where it gives none, this main address. `None` when
    /// neither says anything.
    #[must_use]
    pub fn of(id: Option<&str>, main_address: Option<&str>) -> Option<Self> {
        let filled = |text: &&str| !text.is_empty();
        let id = id.map(str::trim).filter(filled).map(Arc::from);
        let address = || main_address.map(str::trim).filter(filled).map(|text| Arc::from(text.to_lowercase()));
        id.or_else(address).map(Self)
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for PersonKey {
    fn from(key: &str) -> Self {
        Self(key.into())
    }
}

impl fmt::Display for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A human of the people directory. Whoever left stays in it, so that access that returns is noticed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// What identifies them.
    pub key: PersonKey,
    /// How they are called.
    pub display_name: String,
    /// Given name, where the directory tells it apart.
    pub given_name: Option<String>,
    /// Family name, where the directory tells it apart.
    pub family_name: Option<String>,
    /// Their addresses, former ones included.
    pub addresses: Vec<PersonAddress>,
    /// As whom identity providers know them.
    pub subjects: Vec<Subject>,
    /// Whether they work here.
    pub employment: Employment,
    /// On what terms.
    pub kind: PersonKind,
    /// Where they work.
    pub department: Option<String>,
    /// Whom they report to, who need not be in the directory.
    pub manager: Option<PersonKey>,
    /// First day.
    pub start: Option<Day>,
    /// Last day.
    pub end: Option<Day>,
    /// Whatever else the directory says, such as `npmUsername`.
    pub attributes: BTreeMap<String, String>,
}

impl Person {
    /// A person of whom nothing but key and name is known.
    #[must_use]
    pub fn new(key: PersonKey, display_name: impl Into<String>) -> Self {
        Self {
            key,
            display_name: display_name.into(),
            given_name: None,
            family_name: None,
            addresses: Vec::new(),
            subjects: Vec::new(),
            employment: Employment::Unknown,
            kind: PersonKind::Unknown,
            department: None,
            manager: None,
            start: None,
            end: None,
            attributes: BTreeMap::new(),
        }
    }

    /// Adds what another directory says of the same person, where this one says nothing. There remains one main address.
    pub fn complete(&mut self, other: Self) {
        fn fill<T>(known: &mut Option<T>, other: Option<T>) {
            if known.is_none() {
                *known = other;
            }
        }
        if self.display_name.is_empty() {
            self.display_name = other.display_name;
        }
        fill(&mut self.given_name, other.given_name);
        fill(&mut self.family_name, other.family_name);
        fill(&mut self.department, other.department);
        fill(&mut self.manager, other.manager);
        fill(&mut self.start, other.start);
        fill(&mut self.end, other.end);
        if self.employment == Employment::Unknown {
            self.employment = other.employment;
        }
        if self.kind == PersonKind::Unknown {
            self.kind = other.kind;
        }
        let has_main = self.main_address().is_some();
        for address in other.addresses {
            let is_new = self.addresses.iter().all(|known| known.normal() != address.normal());
            if is_new {
                self.addresses.push(PersonAddress { is_main: address.is_main && !has_main, ..address });
            }
        }
        for subject in other.subjects {
            if !self.subjects.contains(&subject) {
                self.subjects.push(subject);
            }
        }
        for (name, value) in other.attributes {
            self.attributes.entry(name).or_insert(value);
        }
    }

    /// The main address, where there is one.
    #[must_use]
    pub fn main_address(&self) -> Option<&str> {
        self.addresses.iter().find(|address| address.is_main).map(|address| address.address.as_str())
    }
}

/// An address of a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonAddress {
    /// As the directory spells it.
    pub address: String,
    /// Whether it is the main one, and not an alias.
    pub is_main: bool,
    /// Who says so: the title of the directory's connector.
    pub source: String,
    /// What that is worth.
    pub standing: Standing,
}

impl PersonAddress {
    /// The address as it is compared.
    #[must_use]
    pub fn normal(&self) -> Option<String> {
        spelling::normal_address(&self.address)
    }
}

/// Whose word an address in the directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// An identity provider's, or SCIM's, which gave the person that address.
    Provisioned,
    /// The organisation's, in a roster that people cannot edit.
    Roster,
    /// The person's own. It proves nothing.
    SelfSet,
}

/// As whom an identity provider knows somebody. Both parts are compared byte by byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// Which identity provider.
    pub issuer: String,
    /// Its own unchanging id of the person.
    pub id: String,
}

/// Whether somebody works here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Employment {
    /// They do.
    Active,
    /// They do, and are away for long.
    OnLeave,
    /// They did.
    Departed,
    /// The directory does not say.
    #[default]
    Unknown,
}

/// On what terms somebody works here.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonKind {
    /// Employed.
    Employee,
    /// Hired for a time, or through another company.
    Contractor,
    /// In training.
    Trainee,
    /// Something else, in the directory's word.
    Other(String),
    /// The directory does not say.
    #[default]
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_id_or_else_the_main_address() {
        let key = |id, address| PersonKey::of(id, address).map(|key| key.to_string());
        assert_eq!(key(Some(" 0042 "), Some("ada@acme.test")).as_deref(), Some("0042"));
        assert_eq!(key(Some("  "), Some(" Ada@Acme.test")).as_deref(), Some("ada@acme.test"));
        assert_eq!(key(None, Some("")), None);
    }
}
