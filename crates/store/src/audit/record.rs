//! One record of the audit log, and what is hashed of it.

use std::collections::BTreeMap;
use std::fmt;

use rolecall_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::hash::AuditHash;
use crate::hex::{hex, unhex};

/// What the hash of a record begins with.
const TITLE: &str = "rolecall-audit-record-1";

/// Something that was decided, configured or made current, as a link of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditRecord {
    /// Its number: 1, 2, 3, … without a gap.
    pub sequence: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, one of [`super::AUDIT_ACTIONS`].
    pub action: String,
    /// The uuid of the connector or database that it was done to.
    pub subject: String,
    /// What else is to be said, as canonical JSON without anything personal or secret.
    pub details: String,
    /// The salted hash of each personal field by its name, as canonical JSON.
    pub commitments: String,
    /// The hash of the record before it.
    pub previous: AuditHash,
    /// The hash of everything above and of the database's uuid.
    pub hash: AuditHash,
    /// The personal fields by name, as far as they were told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub personal: BTreeMap<String, PersonalField>,
}

/// What is behind a commitment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum PersonalField {
    /// The value, and the salt that shows it to be the one that was committed to.
    Told {
        /// 32 random bytes.
        salt: Salt,
        /// The value.
        value: String,
    },
    /// It was erased, and cannot be found out again.
    Erased,
}

/// What keeps a commitment from being guessed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub(super) [u8; 32]);

impl AuditRecord {
    /// Who did it, where a person did it and was not erased.
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        match self.personal.get("actor")? {
            PersonalField::Told { value, .. } => Some(value),
            PersonalField::Erased => None,
        }
    }

    /// The hash that the record should have.
    pub(super) fn hash_of(&self, database: &str) -> AuditHash {
        let Self { sequence, at, action, subject, details, commitments, previous, .. } = self;
        let (sequence, at, previous) = (sequence.to_string(), at.0.to_string(), previous.to_string());
        AuditHash::of_fields(TITLE, &[database, &sequence, &at, action, subject, details, commitments, &previous])
    }

    /// The commitments by name; `None` when they cannot be read.
    pub(super) fn commitments(&self) -> Option<BTreeMap<String, AuditHash>> {
        serde_json::from_str(&self.commitments).ok()
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl Serialize for Salt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        unhex(&text).map(Self).ok_or_else(|| serde::de::Error::custom("a salt is 64 small hexadecimal digits"))
    }
}
