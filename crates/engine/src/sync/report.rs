//! What a sync did, for people and programs.

use rolecall_model::{Diagnostic, ListingKey, Reason, Stage, Verdict};
use serde::Serialize;

/// One whole sync.
#[derive(Debug, Default)]
pub struct SyncReport {
    /// Its stages, in order.
    pub stages: Vec<StageReport>,
    /// Requests sent, every attempt counted.
    pub requests: u64,
    /// What became of the source's own record of who did what; nothing where it keeps none or was not asked for it.
    pub events: Option<EventsReport>,
}

/// What became of a source's own record of who did what.
#[derive(Debug)]
pub struct EventsReport {
    /// What the source calls it.
    pub title: &'static str,
    /// How many events are new, or why it could not be read.
    pub outcome: Result<u64, Reason>,
}

impl SyncReport {
    /// Whether every listing of the membership stage arrived whole.
    #[must_use]
    pub fn is_membership_read(&self) -> bool {
        self.stages.iter().filter(|stage| stage.stage == Stage::Membership).all(|stage| stage.troubles.is_empty())
    }

    /// Whether something was left out because nobody helped to read it.
    #[must_use]
    pub fn has_left_out(&self) -> bool {
        self.stages.iter().any(|stage| stage.left_out.is_some())
    }

    /// Whether everything that was to be read with a person's help could be.
    #[must_use]
    pub fn is_read_with_person(&self) -> bool {
        self.stages.iter().filter(|stage| stage.with_person).all(|stage| stage.troubles.is_empty())
    }

    /// Whether removals wait for a person.
    #[must_use]
    pub fn has_held(&self) -> bool {
        self.stages.iter().any(|stage| !stage.held.is_empty())
    }
}

/// One stage, made current.
#[derive(Debug)]
pub struct StageReport {
    /// Which one.
    pub stage: Stage,
    /// Whether these are the listings that only a person could have read.
    pub with_person: bool,
    /// What was left when no person helped any more.
    pub left_out: Option<LeftOut>,
    /// Listings read, or confirmed to be unchanged.
    pub read: usize,
    /// Of those, taken from an interrupted sync instead of being read again.
    pub resumed: usize,
    /// Listings that were deliberately not read again.
    pub carried: usize,
    /// Listings that were not asked for, because the source had stopped answering.
    pub not_asked: usize,
    /// Facts that appeared, among them those whose place another took.
    pub appeared: u64,
    /// Facts that went.
    pub removed: u64,
    /// Listings that could not be read whole.
    pub troubles: Vec<ListingTrouble>,
    /// Listings whose removals wait.
    pub held: Vec<HeldListing>,
    /// What was odd, by listing.
    pub diagnostics: Vec<(ListingKey, Diagnostic)>,
    /// The verdict on the listing that says how much the credential sees, when this stage read it.
    pub sight: Option<Verdict>,
    /// What the credential sees no more, in words: whatever disappeared waits because of it.
    pub shrunk: Option<String>,
}

impl StageReport {
    /// The stage's word, as output shows it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        if self.with_person { "with a person" } else { self.stage.word() }
    }
}

/// Listings that were left out because nobody helped to read them. What was known about them is still current.
#[derive(Debug)]
pub struct LeftOut {
    /// How many.
    pub count: usize,
    /// Why.
    pub reason: Reason,
    /// What to do next.
    pub hint: Option<String>,
}

/// A listing that could not be read whole.
#[derive(Debug)]
pub struct ListingTrouble {
    /// Which one.
    pub key: ListingKey,
    /// The verdict.
    pub verdict: Verdict,
}

/// A listing from which things disappeared that a person must confirm.
#[derive(Debug, Serialize)]
pub struct HeldListing {
    /// Which one.
    pub key: ListingKey,
    /// How many facts wait.
    pub facts: usize,
    /// Why.
    pub reason: String,
}
