//! Whether the credential sees less than the one under which the facts were read (*Architecture Invariant* 3).
//!
//! Each connector tells what decides how much its source shows; added to it is what can be seen from outside: listings
//! that were once read in full and are kept from the credential now.

use std::collections::{BTreeMap, HashMap, HashSet};

use rolecall_model::{Fact, Fingerprint, ListingKey, Outcome, Reason, ResourceRef, SightShrank, Term, Verdict};
use rolecall_store::{FingerprintWrite, ListingState, StoreError};

use super::settle::Taken;
use super::stage::StageRun;
use crate::moment::moment_text;

/// What one round found of the credential's sight.
#[derive(Default)]
pub(super) struct Eyesight {
    /// What to write down; nothing while no source told anything yet.
    pub(super) write: Option<FingerprintWrite>,
    /// What it lacks; nothing when it sees no less than before.
    pub(super) shrunk: Option<SightShrank>,
}

impl Eyesight {
    /// Compares what this round's readings show with what was seen before. `O(listings + facts)`.
    pub(super) async fn of(
        run: &StageRun<'_>,
        taken: &[Taken],
        states: &HashMap<ListingKey, ListingState>,
    ) -> Result<Self, StoreError> {
        let known = run.context.store.fingerprints(run.record.id).await?;
        let told = taken.iter().find(|taken| run.is_sight(&taken.key) && arrived(taken));
        let told = told.and_then(|taken| run.connector.fingerprint(&taken.reading.facts));
        let Some(told) = told.or_else(|| known.latest.map(|latest| latest.seen)) else { return Ok(Self::default()) };
        let seen = Fingerprint { withheld: withheld(run, taken, states).await?, ..told };
        let shrunk = known.reference.and_then(|reference| {
            let losses = seen.losses(&reference.seen);
            (!losses.is_empty()).then(|| SightShrank { than_on: moment_text(reference.last_at), losses })
        });
        Ok(Self { write: Some(FingerprintWrite { seen, is_reference: shrunk.is_none() }), shrunk })
    }
}

const fn arrived(taken: &Taken) -> bool {
    matches!(taken.reading.outcome, Outcome::Whole(_) | Outcome::Partial(_))
}

/// How many listings of each kind that answers about access rest on were once read in full, and are kept from the
/// credential now although their subject is still there.
async fn withheld(
    run: &StageRun<'_>,
    taken: &[Taken],
    states: &HashMap<ListingKey, ListingState>,
) -> Result<BTreeMap<Term, u64>, StoreError> {
    let now: HashMap<&ListingKey, &Outcome> = taken.iter().map(|taken| (&taken.key, &taken.reading.outcome)).collect();
    let is_withheld = |state: &&ListingState| {
        let reason = match now.get(&state.key) {
            Some(outcome) => unavailable(outcome),
            None => refused(&state.verdict),
        };
        let supports = run.connector.declaration().listing(state.key.kind.as_str()).map(|declared| declared.supports);
        !state.retired
            && state.complete_at.is_some()
            && supports.is_some_and(|actions| !actions.is_empty())
            && reason.is_some_and(Reason::is_withheld)
    };
    let mut found: Vec<&ListingState> = states.values().filter(is_withheld).collect();
    if !found.is_empty() {
        let gone = Gone::of(run, taken).await?;
        found.retain(|state| !gone.is_gone(&state.key.subject));
    }
    let mut counts = BTreeMap::new();
    for state in found {
        *counts.entry(state.key.kind.clone()).or_default() += 1;
    }
    Ok(counts)
}

const fn unavailable(outcome: &Outcome) -> Option<&Reason> {
    match outcome {
        Outcome::Unavailable(reason) => Some(reason),
        _ => None,
    }
}

const fn refused(verdict: &Verdict) -> Option<&Reason> {
    match verdict {
        Verdict::Unavailable(reason) => Some(reason),
        _ => None,
    }
}

/// What is not there any more, so that nobody is shown its listings: a deleted team answers like a hidden one.
struct Gone<'t> {
    stated: HashSet<&'t ResourceRef>,
    /// Types of which a list of the root that arrived whole states something.
    types: HashSet<&'t Term>,
    /// What waits to be removed.
    waiting: HashSet<ResourceRef>,
}

impl<'t> Gone<'t> {
    async fn of(run: &StageRun<'_>, taken: &'t [Taken]) -> Result<Self, StoreError> {
        // What a listing says of its own subject tells nothing of the others of that type.
        let root = run.connector.root();
        let is_whole = |taken: &&Taken| taken.key.subject == root && matches!(taken.reading.outcome, Outcome::Whole(_));
        let whole = taken.iter().filter(is_whole);
        let stated: HashSet<&ResourceRef> = whole.flat_map(|taken| &taken.reading.facts).filter_map(existing).collect();
        let types = stated.iter().map(|resource| &resource.kind).collect();
        let pending = run.context.store.removals_pending(run.record.id).await?;
        let waiting = pending.iter().filter_map(|removal| existing(&removal.fact)).cloned().collect();
        Ok(Self { stated, types, waiting })
    }

    fn is_gone(&self, subject: &ResourceRef) -> bool {
        self.waiting.contains(subject) || (self.types.contains(&subject.kind) && !self.stated.contains(subject))
    }
}

const fn existing(fact: &Fact) -> Option<&ResourceRef> {
    match fact {
        Fact::Resource { resource, .. } => Some(resource),
        _ => None,
    }
}
