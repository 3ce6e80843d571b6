//! Findings: what rules found, since when, and what people decided about it.
//!
//! | question | file |
//! |---|---|
//! | how does what was found become current? | `write.rs` |
//! | what is found, and what became of it? | `read.rs` |
//! | what do people decide? | `decide.rs` |
//!
//! A finding whose rule finds it no more is resolved and kept; when it is found again it is the same finding, opened anew.
//! What was decided about it stays decided until it expires or is taken back.

mod decide;
mod event;
mod read;
mod write;

use rolecall_model::Timestamp;
use serde_json::Value as Json;

pub use decide::FindingAct;
pub use read::FindingFilter;
pub(crate) use write::findings_apply;
pub use write::{FindingTurn, FindingWrite, FindingsReport, FindingsWrite};

use crate::{ConnectorId, FindingId};

/// A finding, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFinding {
    /// Key.
    pub id: FindingId,
    /// What people call it by: the same in every database.
    pub code: String,
    /// What makes it the same finding the next time.
    pub key: String,
    /// The built-in rule, or the uuid of one that people keep.
    pub rule: String,
    /// The connector that it is about, where it is one.
    pub connector: Option<ConnectorId>,
    /// How bad it is: `high`.
    pub severity: String,
    /// It in one sentence.
    pub title: String,
    /// All of it, as it was found last.
    pub content: Json,
    /// When it was found for the first time.
    pub first_at: Timestamp,
    /// When it was found after it had not been there.
    pub opened_at: Timestamp,
    /// When it was found no more.
    pub resolved_at: Option<Timestamp>,
    /// Whether the last evaluation could not tell if it still is so.
    pub is_unsure: bool,
    /// What somebody decided.
    pub decision: Option<FindingDecision>,
    /// Who looks after it; nothing where nobody was named.
    pub owner: String,
}

/// What somebody decided about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingDecision {
    /// What.
    pub kind: FindingDecisionKind,
    /// The first moment at which it holds no more.
    pub until: Option<Timestamp>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why, in their words.
    pub reason: String,
    /// Who agreed.
    pub approver: String,
}

/// What can be decided about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingDecisionKind {
    /// The risk is taken, until a day.
    Accepted,
    /// It is none here.
    Suppressed,
    /// It is to be looked at later.
    Snoozed,
}

impl FindingDecisionKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Suppressed, Self::Snoozed];

    /// The word used in the database and in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Suppressed => "suppressed",
            Self::Snoozed => "snoozed",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingState {
    /// Somebody has to look at it.
    Open,
    /// It waits for its day.
    Snoozed,
    /// The risk is taken.
    Accepted,
    /// It is none here.
    Suppressed,
    /// It is not there any more.
    Resolved,
}

impl FindingState {
    /// All of them, in the order in which lists show them.
    pub const ALL: [Self; 5] = [Self::Open, Self::Snoozed, Self::Accepted, Self::Suppressed, Self::Resolved];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed => "snoozed",
            Self::Accepted => "accepted",
            Self::Suppressed => "suppressed",
            Self::Resolved => "resolved",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl StoredFinding {
    /// Where it stands at a moment: a decision holds until its day.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> FindingState {
        if self.resolved_at.is_some() {
            return FindingState::Resolved;
        }
        let holds = |decision: &&FindingDecision| decision.until.is_none_or(|until| until > now);
        match self.decision.as_ref().filter(holds).map(|decision| decision.kind) {
            None => FindingState::Open,
            Some(FindingDecisionKind::Accepted) => FindingState::Accepted,
            Some(FindingDecisionKind::Suppressed) => FindingState::Suppressed,
            Some(FindingDecisionKind::Snoozed) => FindingState::Snoozed,
        }
    }
}

/// Something that happened to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingEvent {
    /// When.
    pub at: Timestamp,
    /// A stable word: `opened`, `reopened`, `changed`, `resolved`, `unsure`, `sure`, `accepted`, `suppressed`, `snoozed`,
    /// `reopened-by-hand`, `owner-set`.
    pub what: String,
    /// Who did it; nobody where an evaluation did.
    pub actor: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// What else is to be said, in JSON.
    pub details: Option<String>,
}
