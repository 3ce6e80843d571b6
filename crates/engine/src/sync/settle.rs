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

const UNCONFIRMED: &str = "a second reading, which must confirm a removal, could not be had";

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
    let ruling = removals.ruling();
    let seen_again = held.iter().filter(|fact| stated.contains(fact)).cloned().collect();
    let Missing { mut remove, hold, hold_reason } = missing_settle(ruling, missing, write, around).await?;
    let (appear, mut replace) = (diff.appeared, diff.replaced);
    replace.extend(lowered_take(diff.lowered, &mut remove));
    Ok(ListingChange::Changed(ListingDelta { appear, replace, remove, hold, hold_reason, seen_again }))
}

/// What becomes of what is missing for the first time.
#[derive(Debug, Default, PartialEq, Eq)]
struct Missing {
    remove: Vec<Fact>,
    hold: Vec<Fact>,
    hold_reason: Option<String>,
}

/// Carries a ruling out. Whatever may go has to be missing in a second reading too.
async fn missing_settle(
    ruling: Ruling,
    missing: Vec<Fact>,
    write: &mut ListingWrite,
    around: &Surroundings<'_>,
) -> Result<Missing, SyncError> {
    let (going, staying, reason) = match ruling {
        Ruling::Nothing | Ruling::NotEvidence => return Ok(Missing::default()),
        Ruling::Hold(reason) => {
            return Ok(Missing { hold: missing, hold_reason: Some(reason.sentence()), ..Missing::default() });
        }
        Ruling::PassIfConfirmed => (missing, Vec::new(), None),
        Ruling::PassPredicted { predicted, reason } => {
            let going = FactSet::new(predicted.iter().cloned());
            let staying = missing.into_iter().filter(|fact| !going.contains(fact)).collect();
            (predicted, staying, Some(reason.sentence()))
        }
    };
    let Some(second) = second_reading(&write.key, around).await? else {
        let reasons = reason.into_iter().chain([UNCONFIRMED.to_owned()]).collect::<Vec<_>>();
        let hold = going.into_iter().chain(staying).collect();
        return Ok(Missing { hold, hold_reason: Some(reasons.join("; ")), ..Missing::default() });
    };
    // What a second reading shows again never disappeared. Then the first one is not what is current, and the next
    // reading is compared fact by fact.
    if going.iter().chain(&staying).any(|fact| second.contains(fact)) {
        (write.digest, write.validator) = (None, None);
    }
    let is_gone = |fact: &Fact| !second.contains(fact);
    let hold: Vec<Fact> = staying.into_iter().filter(is_gone).collect();
    let hold_reason = reason.filter(|_| !hold.is_empty());
    Ok(Missing { remove: going.into_iter().filter(is_gone).collect(), hold, hold_reason })
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

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use rolecall_model::removal::HoldReason;
    use rolecall_model::{ConnectorDeclaration, ExpectedEffect, ExpectedRemoval, Fingerprint, Reason, ResourceRef};
    use rolecall_store::{DatabaseAddress, Mode};
    use rolecall_testkit::TestDatabase;

    use super::*;

    /// A source whose next reading states so much, or fails.
    struct Source(Option<Vec<Fact>>);

    #[async_trait]
    impl Connector for Source {
        fn declaration(&self) -> &'static ConnectorDeclaration {
            rolecall_connect::declaration("npm").unwrap()
        }

        fn root(&self) -> ResourceRef {
            root()
        }

        fn host(&self) -> &str {
            "registry.invalid"
        }

        fn requests_sent(&self) -> u64 {
            0
        }

        fn fingerprint(&self, _: &[Fact]) -> Option<Fingerprint> {
            None
        }

        async fn read(&self, _: &ListingKey, _: ReadRequest<'_>) -> Result<Reading, ReadError> {
            let failed = || Reading::unavailable(Reason::new("server-error", "the registry says 500"));
            Ok(self.0.clone().map_or_else(failed, |facts| Reading::whole(Proof::Itself, facts)))
        }
    }

    fn root() -> ResourceRef {
        ResourceRef::new("organization", "acme")
    }

    fn member(number: usize) -> Fact {
        Fact::grant(&ResourceRef::new("user", format!("user-{number}")), &root(), "developer")
    }

    fn members(numbers: impl IntoIterator<Item = usize>) -> Vec<Fact> {
        numbers.into_iter().map(member).collect()
    }

    /// Six of twenty are missing, of whom these two were expected to be.
    async fn settled(second: Option<Vec<Fact>>) -> (Missing, bool) {
        let database = TestDatabase::new().await.unwrap();
        let address: DatabaseAddress = database.address().parse().unwrap();
        Store::migrate(&address).await.unwrap();
        let store = Store::open(&address, Mode::Write).await.unwrap();
        let (old, stated) = (FactSet::new(members(0..20)), FactSet::new(members(0..14)));
        let leaves = |fact: Fact| match fact {
            Fact::Grant { principal, entitlement } => {
                Some(ExpectedRemoval { principal, entitlement, effect: ExpectedEffect::Everything })
            }
            _ => None,
        };
        let expected = ExpectedRemovals::new(members(14..16).into_iter().filter_map(leaves));
        let (connector, missing) = (Source(second), members(14..20));
        let around = Surroundings {
            connector: &connector,
            policy: Policy::default(),
            expected: &expected,
            shrunk: None,
            sight: None,
            state: None,
            store: &store,
            record: ConnectorId(1),
        };
        let ruling = Removals {
            old: &old,
            new: &stated,
            missing: &missing,
            waiting: &[],
            verdict: &Verdict::Proven,
            policy: around.policy,
            shrunk: None,
            expected: &expected,
            declaration: connector.declaration(),
        }
        .ruling();
        let is_split = matches!(&ruling, Ruling::PassPredicted { reason: HoldReason::TooMany { removed: 4, .. }, .. });
        assert!(is_split, "{ruling:?}");
        let mut write = ListingWrite {
            key: ListingKey { kind: "roster".into(), subject: root() },
            verdict: Verdict::Proven,
            read_at: Timestamp(1),
            validator: None,
            digest: Some(stated.digest()),
            diagnostics: Vec::new(),
            change: ListingChange::Unread,
        };
        let missing = missing_settle(ruling, missing, &mut write, &around).await.unwrap();
        (missing, write.digest.is_some())
    }

    const TOO_MANY: &str = "4 of 20 are missing, and at most 3 pass without a person's word";

    #[tokio::test]
    async fn what_was_predicted_goes_when_it_is_confirmed_and_the_rest_waits() {
        let (missing, is_as_read) = settled(Some(members(0..14))).await;
        let hold_reason = Some(TOO_MANY.to_owned());
        assert_eq!(missing, Missing { remove: members(14..16), hold: members(16..20), hold_reason });
        assert!(is_as_read);
    }

    #[tokio::test]
    async fn what_a_second_reading_shows_is_there() {
        let (missing, is_as_read) = settled(Some(members((0..14).chain([15, 19])))).await;
        let hold_reason = Some(TOO_MANY.to_owned());
        assert_eq!(missing, Missing { remove: members([14]), hold: members(16..19), hold_reason });
        assert!(!is_as_read, "the next reading is compared with what is current");
        let (missing, _) = settled(Some(members((0..14).chain(16..20)))).await;
        assert_eq!(missing, Missing { remove: members(14..16), ..Missing::default() });
    }

    #[tokio::test]
    async fn nothing_goes_without_a_second_reading() {
        let (missing, _) = settled(None).await;
        let hold_reason = Some(format!("{TOO_MANY}; {UNCONFIRMED}"));
        assert_eq!(missing, Missing { hold: members(14..20), hold_reason, ..Missing::default() });
    }
}
