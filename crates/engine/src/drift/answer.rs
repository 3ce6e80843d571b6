//! How a file and what is recorded differ, in words.

use rolecall_model::{ConnectorDeclaration, Purpose, ResourceRef};
use serde::Serialize;

use crate::completeness::Completeness;

/// How they differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftAnswer {
    /// How many rows there are of each sort.
    pub counts: DriftCounts,
    /// In the order of connectors, kinds, things and holders.
    pub rows: Vec<DriftRow>,
    /// The exceptions of the file.
    pub exceptions: Vec<ExceptionAnswer>,
    /// Connectors that the file says something of.
    pub judged: Vec<String>,
    /// Connectors in view that it does not mention.
    pub not_judged: Vec<String>,
    /// How complete what was compared with is.
    pub completeness: Completeness,
}

/// How many rows there are of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftCounts {
    /// In the file, and not there.
    pub to_add: usize,
    /// There, and not in the file.
    pub to_remove: usize,
    /// There with another right.
    pub to_change: usize,
    /// Different with leave.
    pub excepted: usize,
    /// In the file and not seen, while not everything was read that would show it.
    pub unknown: usize,
    /// In the file and there, while its removal waits for a person.
    pub removal_unconfirmed: usize,
}

impl DriftCounts {
    /// How many differences there are.
    #[must_use]
    pub const fn drift(&self) -> usize {
        self.to_add + self.to_remove + self.to_change
    }
}

/// What would have to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftChange {
    /// It is in the file, and not there.
    Add,
    /// It is there, and not in the file.
    Remove,
    /// It is there with another right.
    Change,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftState {
    /// A difference.
    Drift,
    /// A difference that an exception allows.
    Excepted,
    /// Nothing shows whether it is one.
    Unknown,
    /// None yet: what the file wants is there, and its removal waits for a person.
    RemovalUnconfirmed,
}

/// One row of the difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftRow {
    /// What it is.
    pub state: DriftState,
    /// What would have to be done, where anything would.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<DriftChange>,
    /// The connector.
    pub connector: String,
    /// Where it stands in the file, or would stand.
    pub path: Vec<String>,
    /// In words: `user ada: owner of organization acme (is developer)`.
    pub text: String,
    /// The thing: `team:acme/developers`.
    pub on: String,
    /// Who holds or is to hold something on it; absent where it is about the thing itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// The right that the file wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// The right that is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// Whether the removal of what is held waits for a person.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub removal_unconfirmed: bool,
    /// The exception that allows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excepted: Option<Excepted>,
    /// An exception that allowed it until it expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired: Option<Excepted>,
    /// What else is worth knowing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// The line of the file that wants it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impl DriftRow {
    /// Its first word: `to add`, `excepted until 2026-11-23`.
    #[must_use]
    pub fn word(&self) -> String {
        match (self.state, self.change, &self.excepted) {
            (DriftState::Excepted, _, Some(excepted)) => format!("excepted until {}", excepted.until),
            (DriftState::Excepted, ..) => "excepted".to_owned(),
            (DriftState::Unknown, ..) => "unknown".to_owned(),
            (DriftState::RemovalUnconfirmed, ..) | (DriftState::Drift, None, _) => "removal unconfirmed".to_owned(),
            (DriftState::Drift, Some(DriftChange::Add), _) => "to add".to_owned(),
            (DriftState::Drift, Some(DriftChange::Remove), _) => "to remove".to_owned(),
            (DriftState::Drift, Some(DriftChange::Change), _) => "to change".to_owned(),
        }
    }

    /// Everything else that is said of it.
    #[must_use]
    pub fn remark(&self) -> String {
        let mut said = Vec::new();
        if let Some(Excepted { reason, .. }) = &self.excepted {
            said.push(reason.clone());
        }
        if let Some(Excepted { reason, until }) = &self.expired {
            said.push(format!("expired exception, until {until}: {reason}"));
        }
        said.extend(self.remarks.iter().cloned());
        said.join("; ")
    }
}

/// What an exception says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Excepted {
    /// Why.
    pub reason: String,
    /// The last day or moment on which it counts, as the file says it.
    pub until: String,
}

/// An exception, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionAnswer {
    /// The connector.
    pub connector: String,
    /// What it is about: `user:ada on team:acme/developers`.
    pub text: String,
    /// Why.
    pub reason: String,
    /// The last day or moment on which it counts.
    pub until: String,
    /// Whether that is over.
    pub expired: bool,
    /// How many rows it is about.
    pub rows: usize,
    /// Its line in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

/// A right on a thing in words: one is a member or owner of something, and holds a level on something.
pub(super) fn right_text(declaration: &ConnectorDeclaration, thing: &ResourceRef, slug: &str) -> String {
    let purpose = declaration.entitlement(thing.kind.as_str(), slug).map(|declared| declared.purpose);
    let is_role =
        thing.kind == declaration.root_type || matches!(purpose, Some(Purpose::Assignment | Purpose::Ownership));
    let word = if is_role { "of" } else { "on" };
    format!("{slug} {word} {} {}", thing.kind, thing.id)
}

/// A thing or holder in words.
pub(super) fn named(resource: &ResourceRef) -> String {
    format!("{} {}", resource.kind, resource.id)
}
