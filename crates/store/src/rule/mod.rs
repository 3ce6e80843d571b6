//! Rules that people keep, where each stands, and what its evaluations found.
//!
//! | question | file |
//! |---|---|
//! | how is one added, changed and removed? | `change.rs` |
//! | which are there, and where do they stand? | `read.rs` |
//! | how does an evaluation become current? | `evaluation.rs` |
//! | which questions do people keep? | `question.rs` |
//! | which tags did rules give? | `tag.rs` |
//!
//! *Architecture Invariant*: what an evaluation found, and what is to be told of it, is written in one transaction, and only
//! by whoever saw the evaluation before it: no row is told twice, and none is forgotten.

mod change;
mod evaluation;
mod question;
mod read;
mod tag;

use rolecall_model::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

pub use evaluation::{EvaluationReport, EvaluationWrite, RowWrite};
pub use question::SavedQuestion;
pub use read::RuleEvaluation;
pub use tag::EntityTag;

use crate::RuleId;

/// A rule, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRule {
    /// Key.
    pub id: RuleId,
    /// The id for the outside world.
    pub uuid: Uuid,
    /// What people call it.
    pub name: String,
    /// What it is, in JSON.
    pub definition: Json,
    /// How often it was changed.
    pub version: i64,
    /// Since when it is kept.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: String,
    /// Where it comes from: `person`, `file` or `pack`.
    pub source: String,
    /// Where it stands; nothing before its first evaluation.
    pub standing: Option<RuleStanding>,
}

/// Where a rule stands.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleStanding {
    /// How often it was evaluated.
    pub turn: i64,
    /// When its latest evaluation began.
    pub begun_at: Timestamp,
    /// When it was last evaluated without a failure.
    pub evaluated_at: Option<Timestamp>,
    /// What had been read then, in the evaluator's words.
    pub seen: String,
    /// How the latest evaluation ended: `ok` or `failed`.
    pub outcome: String,
    /// Why it failed.
    pub error: Option<String>,
    /// Since when it fails.
    pub failing_since: Option<Timestamp>,
    /// Its alert.
    pub alert: AlertState,
    /// Since when its alert is so.
    pub alert_since: Option<Timestamp>,
    /// How bad its alert is.
    pub alert_level: String,
    /// A digest of all its rows.
    pub digest: String,
    /// How many rows it found.
    pub count: i64,
    /// What it was to keep beside its rows.
    pub outputs: Json,
}

/// The state of a rule's alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AlertState {
    /// It never was one.
    None,
    /// The rule's condition holds.
    Active,
    /// It held, and does no more.
    Inactive,
    /// Somebody has seen it. It becomes active again when the result changes.
    Dismissed,
}

impl AlertState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::None, Self::Active, Self::Inactive, Self::Dismissed];

    /// The word used in the database and in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Dismissed => "dismissed",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}
