//! Snapshots: how what was read becomes current, in one step or not at all (*Architecture Invariant* 2).

mod baseline;
mod cascade;
mod current;
mod dictionary;
mod facts;
mod incarnation;
mod listings;
mod record;
mod unchanged;
mod write;

use rolecall_model::{Diagnostic, Fact, IdReuse, ListingKey, Replaced, Stage, Timestamp, Verdict};
use serde::{Deserialize, Serialize};

use crate::{ConnectorId, FingerprintWrite, SnapshotId, SyncId};

pub(crate) use cascade::cascade;
pub(crate) use record::{snapshot_at, snapshot_counts_put, snapshot_insert, snapshot_of};
pub(crate) use unchanged::unchanged_decode;

/// Everything that one stage of a sync makes current.
#[derive(Clone, Debug)]
pub struct SnapshotWrite {
    /// Whose listings these are.
    pub connector: ConnectorId,
    /// The sync that read them.
    pub sync: SyncId,
    /// Its stage.
    pub stage: Stage,
    /// When it becomes current.
    pub at: Timestamp,
    /// The listings read, each at most once. One that was deliberately not read is simply not here.
    pub listings: Vec<ListingWrite>,
    /// Requests to count in the same transaction.
    pub requests_month: Option<MonthRequests>,
    /// What the credential could see.
    pub fingerprint: Option<FingerprintWrite>,
    /// The types whose ids can be given anew ([`rolecall_model::ConnectorDeclaration::reused_ids`]).
    pub reused_ids: Vec<(&'static str, IdReuse)>,
}

/// Requests sent in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthRequests {
    /// As `2025-03`.
    pub month: String,
    /// How many.
    pub count: u64,
}

/// One listing's part in a snapshot.
#[derive(Clone, Debug)]
pub struct ListingWrite {
    /// Which listing.
    pub key: ListingKey,
    /// How far the reading can be trusted.
    pub verdict: Verdict,
    /// When it was read.
    pub read_at: Timestamp,
    /// What to send next time so that the source may answer *not modified*.
    pub validator: Option<String>,
    /// The digest of the facts as this reading states them; `None` when it does not state them all.
    pub digest: Option<[u8; 32]>,
    /// What was odd about the reading.
    pub diagnostics: Vec<Diagnostic>,
    /// What it changes.
    pub change: ListingChange,
}

/// What a reading does to a listing's facts.
#[derive(Clone, Debug)]
pub enum ListingChange {
    /// It failed: nothing changes but the verdict.
    Unread,
    /// It states what the last one stated: nothing changes but the times and the verdict.
    Same,
    /// It states something else, or is the first to state anything.
    Changed(ListingDelta),
}

/// The facts that a reading alters, as ruled by `rolecall_model::removal`.
#[derive(Clone, Debug, Default)]
pub struct ListingDelta {
    /// New facts. None of them may be current already.
    pub appear: Vec<Fact>,
    /// Current facts whose place others take.
    pub replace: Vec<Replaced>,
    /// Current facts that are gone for certain.
    pub remove: Vec<Fact>,
    /// Current facts that are no longer stated and have to wait. One that waits already keeps its first mark, and a
    /// discarded one stays discarded.
    pub hold: Vec<Fact>,
    /// Why [`Self::hold`] waits, in a sentence.
    pub hold_reason: Option<String>,
    /// Current facts that were held and are stated again: the mark goes.
    pub seen_again: Vec<Fact>,
}

/// What a snapshot did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SnapshotCounts {
    /// Listings it covers.
    pub listings: u64,
    /// Of these, listings that could not be read.
    pub unread: u64,
    /// Facts that appeared, baselines included.
    pub appeared: u64,
    /// Of these, facts that were there as their listing was first read.
    pub baseline: u64,
    /// Facts that took the place of others.
    pub replaced: u64,
    /// Facts that a listing or a person removed.
    pub removed: u64,
    /// Facts that began to wait.
    pub held: u64,
    /// Facts that ceased to wait because they were stated again.
    pub seen_again: u64,
    /// Facts removed with the subject of their listing.
    pub cascaded: u64,
    /// Listings retired with their subject.
    pub retired: u64,
}

impl SnapshotCounts {
    /// Whether any fact is different from before, so that whatever was built from the facts is out of date.
    #[must_use]
    pub const fn is_unchanged(&self) -> bool {
        let moved = self.appeared + self.replaced + self.removed + self.cascaded;
        moved + self.held + self.seen_again == 0
    }
}

/// What [`crate::Store::snapshot_make_current`] made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotReport {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// What it did.
    pub counts: SnapshotCounts,
}

/// What made a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotStage {
    /// The first stage of a sync.
    Membership,
    /// The second stage of a sync.
    Detail,
    /// A person's decision about held removals.
    Decision,
}

impl SnapshotStage {
    pub(crate) const ALL: [Self; 3] = [Self::Membership, Self::Detail, Self::Decision];

    /// The word used in the database and in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Membership => Stage::Membership.word(),
            Self::Detail => Stage::Detail.word(),
            Self::Decision => "decision",
        }
    }
}

impl From<Stage> for SnapshotStage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Membership => Self::Membership,
            Stage::Detail => Self::Detail,
        }
    }
}

/// A moment at which something was made current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Key.
    pub id: SnapshotId,
    /// Whose.
    pub connector: ConnectorId,
    /// The sync that made it; `None` for a decision.
    pub sync: Option<SyncId>,
    /// What made it.
    pub stage: SnapshotStage,
    /// When it became current.
    pub made_current_at: Timestamp,
    /// What it did.
    pub counts: SnapshotCounts,
}
