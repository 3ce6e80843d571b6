//! From a reading to a change of the store: what appears at once, what goes, what waits.

use std::collections::HashSet;

use rolecall_connect::{Connector, ReadError, ReadRequest};
use rolecall_model::removal::{Policy, Removals, Ruling};
use rolecall_model::{
    ExpectedRemovals, Fact, FactSet, ListingDiff, ListingKey, Outcome, Proof, Reading, Replaced, SightShrank,
    Timestamp, Verdict,
};
use rolecall_store::{ConnectorId, ListingChange, ListingDelta, ListingState, ListingWrite, Store, StoreError};

use super::SyncError;

/// A reading with the moment it was made.
pub(super) struct Taken {
    pub(super) key: ListingKey,
    pub(super) read_at: Timestamp,
    pub(super) reading: Reading,
}

/// What is needed to settle a listing besides its reading.
pub(super) struct Surroundings<'a> {
    pub(super) connector: &'a dyn Connector,
    pub(super) policy: Policy,
    /// What people are about to take away.
    pub(super) expected: &'a ExpectedRemovals,
    /// What the credential sees no more.
    pub(super) shrunk: Option<&'a SightShrank>,
    /// The verdict of the listing that this one's sight depends on.
    pub(super) sight: Option<&'a Verdict>,
    /// How the listing stands, if it was ever read.
    pub(super) state: Option<&'a ListingState>,
    /// Where what it states is kept.
    pub(super) store: &'a Store,
    /// Whose listing it is.
    pub(super) record: ConnectorId,
}

impl Surroundings<'_> {
    /// What the listing states now. Most listings state what they stated before, which their digests tell without this.
    async fn current(&self, key: &ListingKey) -> Result<(FactSet, FactSet), StoreError> {
        let current = match self.state {
            Some(_) => self.store.listing_current(self.record, key).await?,
            None => None,
        };
        Ok(current.map(|current| (current.facts, current.held)).unwrap_or_default())
    }
}

/// Decides what a reading changes. It may read the listing a second time, to confirm removals.
pub(super) async fn settle(taken: Taken, around: &Surroundings<'_>) -> Result<ListingWrite, SyncError> {
    let verdict = verdict(&taken.reading.outcome, around);
    let Taken { key, read_at, reading } = taken;
    let mut write = ListingWrite {
        key,
        verdict,
        read_at,
        validator: reading.validator,
        digest: None,
        diagnostics: reading.diagnostics,
        change: ListingChange::Unread,
    };
    match reading.outcome {
        Outcome::Unavailable(_) => {}
        Outcome::NotModified => {
            write.validator = around.state.and_then(|state| state.validator.clone());
            write.digest = around.state.and_then(|state| state.digest);
            write.change = ListingChange::Same;
        }
        Outcome::Whole(_) | Outcome::Partial(_) => {
            let stated = FactSet::new(reading.facts);
            if matches!(reading.outcome, Outcome::Whole(_)) {
                write.digest = Some(stated.digest());
            }
            write.change = change(&mut write, &stated, around).await?;
        }
    }
    Ok(write)
}

fn verdict(outcome: &Outcome, around: &Surroundings<'_>) -> Verdict {
    // Only listings that lean on another's sight are asked for conditionally, so that an answer *not modified* is
    // exactly as good as that sight is now, whatever it was when the body was read.
    Verdict::of(outcome, around.sight)
        .or_else(|| match around.sight {
            Some(sight) => Verdict::of(&Outcome::Whole(Proof::Sight), Some(sight)),
            None => around.state.map(|state| state.verdict.clone()),
        })
        .unwrap_or_else(|| Verdict::Unavailable(rolecall_model::Reason::new("never-read", "it was never read")))
}

async fn change(
    write: &mut ListingWrite,
    stated: &FactSet,
    around: &Surroundings<'_>,
) -> Result<ListingChange, SyncError> {
    if is_same(write, around.state) {
        return Ok(ListingChange::Same);
    }
    let (facts, held) = around.current(&write.key).await?;
    let declaration = around.connector.declaration();
    let diff = ListingDiff::between(&facts, stated, declaration);
    // What waits is a person's to decide, and keeps its mark whatever becomes of the rest.
    let (waiting, missing): (Vec<Fact>, _) = diff.disappeared.into_iter().partition(|fact| held.contains(fact));
    let removals = Removals {
        old: &facts,
        new: stated,
        missing: &missing,
        waiting: &waiting,
        verdict: &write.verdict,
        policy: around.policy,
        shrunk: around.shrunk,
        expected: around.expected,
        declaration,
    };
    let (going, waits) = match removals.ruling() {
        Ruling::Nothing | Ruling::NotEvidence => (Vec::new(), None),
        Ruling::PassIfConfirmed => (missing.clone(), None),
        Ruling::PassPredicted { predicted, reason } => (predicted, Some(reason)),
        Ruling::Hold(reason) => (Vec::new(), Some(reason)),
    };
    let seen_again = held.iter().filter(|fact| stated.contains(fact)).cloned().collect();
    let mut settled = Settled::default();
    if let Some(reason) = waits {
        let going = FactSet::new(going.iter().cloned());
        settled.wait(missing.iter().filter(|fact| !going.contains(fact)).cloned().collect(), reason.sentence());
    }
    if !going.is_empty() {
        match second_reading(&write.key, around).await? {
            // What a second reading shows again never disappeared. Then the first one is not what is current, and the
            // next reading is compared fact by fact.
            Some(second) => {
                if missing.iter().any(|fact| second.contains(fact)) {
                    (write.digest, write.validator) = (None, None);
                }
                settled.remove = going;
                settled.forget(&second);
            }
            None => {
                settled.wait(going, "a second reading, which must confirm a removal, could not be had".to_owned());
            }
        }
    }
    let Settled { mut remove, hold, reasons } = settled;
    let hold_reason = (!hold.is_empty()).then(|| reasons.join("; "));
    let (appear, mut replace) = (diff.appeared, diff.replaced);
    replace.extend(lowered_take(diff.lowered, &mut remove));
    Ok(ListingChange::Changed(ListingDelta { appear, replace, remove, hold, hold_reason, seen_again }))
}

/// What becomes of what is missing.
#[derive(Default)]
struct Settled {
    remove: Vec<Fact>,
    hold: Vec<Fact>,
    /// Why what is held waits.
    reasons: Vec<String>,
}

impl Settled {
    fn wait(&mut self, facts: Vec<Fact>, reason: String) {
        self.hold.extend(facts);
        self.reasons.push(reason);
    }

    /// Leaves what is stated again alone.
    fn forget(&mut self, stated: &FactSet) {
        self.remove.retain(|fact| !stated.contains(fact));
        self.hold.retain(|fact| !stated.contains(fact));
    }
}

/// The lower values of properties that take the place of old ones which may go; none is current before. `O(removals)`.
fn lowered_take(lowered: Vec<Replaced>, remove: &mut Vec<Fact>) -> Vec<Replaced> {
    if lowered.is_empty() {
        return lowered;
    }
    let going: HashSet<&Fact> = remove.iter().collect();
    let taken: Vec<Replaced> = lowered.into_iter().filter(|lowered| going.contains(&lowered.old)).collect();
    let replaced: HashSet<&Fact> = taken.iter().map(|lowered| &lowered.old).collect();
    remove.retain(|fact| !replaced.contains(fact));
    taken
}

/// Equal digests mean equal facts, and then there is nothing to compare; unless the listing was not complete then and
/// is now, for what absence was no evidence of before may be evidence now.
fn is_same(write: &ListingWrite, state: Option<&ListingState>) -> bool {
    state.is_some_and(|state| {
        write.digest.is_some()
            && write.digest == state.digest
            && (!write.verdict.is_complete() || state.verdict.is_complete())
    })
}

/// Reads the listing once more, without a validator. `None` when this reading is not complete itself.
async fn second_reading(key: &ListingKey, around: &Surroundings<'_>) -> Result<Option<FactSet>, ReadError> {
    let needs_person =
        around.connector.declaration().listing(key.kind.as_str()).is_some_and(|it| it.interactive.is_some());
    let reading = match around.connector.read(key, ReadRequest::default()).await {
        // That nobody helps to read it again ends nothing: the removal waits.
        Err(_) if needs_person => return Ok(None),
        reading => reading?.storable(),
    };
    let complete = Verdict::of(&reading.outcome, around.sight).is_some_and(|verdict| verdict.is_complete());
    Ok(complete.then(|| FactSet::new(reading.facts)))
}
