//! What people state that no registry tells, such as whose npm account has two-factor authentication.
//!
//! | question | file |
//! |---|---|
//! | how is something stated, and withdrawn? | `write.rs` |
//! | what was stated, and what became of it? | `read.rs` |
//! | what counts at a moment? | `standing.rs` |
//!
//! Nothing that was stated is changed. Of an account the latest statement counts and no other: one that is withdrawn or has
//! expired leaves nothing known, and no earlier one comes back in its place.

mod read;
mod standing;
mod write;

use rolecall_model::Timestamp;
use uuid::Uuid;

pub use read::AccountStatement;
pub use standing::{AttestationVersion, AttestedAccount, AttestedStatement, ConnectorAttested};
pub use write::Withdrawal;

use crate::ConnectorId;

/// What an attestation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttestationKind {
    /// Which accounts of an npm organisation have two-factor authentication.
    TwoFactor,
    /// That an npm organisation requires it.
    TwoFactorRequired,
}

impl AttestationKind {
    /// The word for it, on the command line and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::TwoFactor => "npm-2fa",
            Self::TwoFactorRequired => "npm-2fa-required",
        }
    }

    /// The kind that has this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        [Self::TwoFactor, Self::TwoFactorRequired].into_iter().find(|kind| kind.word() == word)
    }
}

/// What is to be stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAttestation {
    /// Of which organisation.
    pub connector: ConnectorId,
    /// What.
    pub stated: Stated,
    /// Who states it.
    pub actor: String,
    /// What it was read from, or what proves it.
    pub file: Option<AttestedFile>,
    /// The first moment at which it holds no more.
    pub expires_at: Timestamp,
}

/// What is stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stated {
    /// Of each of these accounts, none of them twice, whether it has two-factor authentication.
    TwoFactor(Vec<(String, bool)>),
    /// That the organisation requires it since this day: `2026-05-03`.
    TwoFactorRequired {
        /// The day.
        since: String,
    },
}

impl Stated {
    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> AttestationKind {
        match self {
            Self::TwoFactor(_) => AttestationKind::TwoFactor,
            Self::TwoFactorRequired { .. } => AttestationKind::TwoFactorRequired,
        }
    }
}

/// A file behind an attestation. Its content is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestedFile {
    /// Its name, without the folder.
    pub name: String,
    /// The SHA-256 digest of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Something that was stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Its id.
    pub uuid: Uuid,
    /// Of which organisation.
    pub connector: ConnectorId,
    /// What it is about.
    pub kind: AttestationKind,
    /// When it was stated.
    pub at: Timestamp,
    /// Who stated it.
    pub actor: String,
    /// The first moment at which it holds no more.
    pub expires_at: Timestamp,
    /// The day since which something is so, of a kind that says so: `2026-05-03`.
    pub since: Option<String>,
    /// What it was read from, or what proves it.
    pub file: Option<AttestedFile>,
    /// Of how many accounts it says something.
    pub accounts: u64,
    /// Of how many of them it says that two-factor authentication is on.
    pub with_two_factor: u64,
    /// Of how many of them something was stated later.
    pub accounts_superseded: u64,
    /// When all that it states had been stated anew.
    pub superseded_at: Option<Timestamp>,
    /// That it was taken back.
    pub withdrawn: Option<AttestationWithdrawn>,
}

/// That a statement was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationWithdrawn {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// Why, in their words.
    pub reason: String,
}

/// What became of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttestationState {
    /// It counts.
    Current,
    /// It is too old to count.
    Expired,
    /// Something was stated later.
    Superseded,
    /// It was taken back.
    Withdrawn,
}

impl AttestationState {
    /// All of them, in the order in which lists show them.
    pub const ALL: [Self; 4] = [Self::Current, Self::Expired, Self::Superseded, Self::Withdrawn];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Attestation {
    /// What became of it until a moment, and when that began: of what is current, when it will end.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> (AttestationState, Timestamp) {
        self.state_with(self.superseded_at, now)
    }

    /// The same of a part of it that was superseded on its own.
    pub(crate) fn state_with(&self, superseded_at: Option<Timestamp>, now: Timestamp) -> (AttestationState, Timestamp) {
        if let Some(withdrawn) = self.withdrawn.as_ref().filter(|withdrawn| withdrawn.at <= now) {
            return (AttestationState::Withdrawn, withdrawn.at);
        }
        if let Some(at) = superseded_at.filter(|at| *at <= now && *at < self.expires_at) {
            return (AttestationState::Superseded, at);
        }
        let state = if self.expires_at <= now { AttestationState::Expired } else { AttestationState::Current };
        (state, self.expires_at)
    }
}
