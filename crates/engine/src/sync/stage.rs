//! One stage of a sync: read its listings side by side, settle each, and make the stage current in one step.
//!
//! Every reading is put into the staging area as soon as it arrives, so that a stage that is interrupted, or killed,
//! loses nothing that was read: the next run takes what is there and reads the rest.

use std::collections::HashMap;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use rolecall_connect::{Connector, ReadError, ReadRequest};
use rolecall_model::{ListingKey, Outcome, Proof, Reading, Reason, SightShrank, Stage, Timestamp, Verdict};
use rolecall_store::{
    Connector as ConnectorRecord, FingerprintWrite, ListingChange, ListingDelta, ListingState, ListingWrite,
    MonthRequests, SnapshotReport, SnapshotWrite, SyncId,
};

use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

use super::expected::expected_removals;
use super::eyesight::Eyesight;
use super::integrity::populations_check;
use super::plan::{Round, Worklist, subject_types};
use super::report::{HeldListing, LeftOut, ListingTrouble, StageReport};
use super::settle::{Surroundings, Taken, settle};
use super::{SyncError, SyncOptions, budget};
use crate::context::{ListingSettled, stopped};
use crate::{Context, measure};

/// The parts that every stage of one sync shares.
pub(super) struct StageRun<'a> {
    pub(super) context: &'a Context,
    pub(super) connector: &'a dyn Connector,
    pub(super) record: &'a ConnectorRecord,
    pub(super) sync: SyncId,
    pub(super) options: SyncOptions,
}

/// What the store knows about the listings when the stage begins.
struct Before {
    states: HashMap<ListingKey, ListingState>,
    staged: HashMap<ListingKey, Taken>,
}

/// What was read, and how much was not.
struct Harvest {
    taken: Vec<Taken>,
    resumed: usize,
    carried: usize,
    not_asked: usize,
    left_out: Option<LeftOut>,
    /// How many of the taken ones are staged, and since when.
    staged: usize,
    staged_at: Instant,
}

impl Default for Harvest {
    fn default() -> Self {
        let (taken, resumed, carried, not_asked, left_out) = Default::default();
        Self { taken, resumed, carried, not_asked, left_out, staged: 0, staged_at: Instant::now() }
    }
}

/// A killed sync loses the readings of this long at most.
const STAGED_AT_LEAST_EVERY: Duration = Duration::from_millis(200);

impl StageRun<'_> {
    /// Runs one round to the end.
    pub(super) async fn run(&self, round: Round) -> Result<StageReport, SyncError> {
        let stage = round.stage();
        match round {
            Round::Unattended(stage) => self.context.progress.stage_begun(stage),
            Round::WithPerson => self.context.progress.person_needed(),
        }
        let requests_before = self.connector.requests_sent();
        let mut before = self.before(stage).await?;
        let (worklist, carried) = self.worklist(round, &before).await?;
        let mut harvest = Box::pin(self.harvest(round, worklist, &mut before, carried)).await?;
        self.refuse_if_blind(stage, &harvest.taken)?;
        populations_check(self.connector.declaration(), &self.connector.root(), &mut harvest.taken);
        let sight = self.sight(&harvest.taken, &before);
        let eyesight = Eyesight::of(self, &harvest.taken, &before.states).await?;
        let writes = self.settle_all(harvest.taken, sight.as_ref(), &eyesight, &before.states).await?;
        let mut report = stage_report(stage, &writes);
        (report.resumed, report.carried, report.not_asked) = (harvest.resumed, harvest.carried, harvest.not_asked);
        (report.with_person, report.left_out) = (round == Round::WithPerson, harvest.left_out);
        report.sight = writes.iter().find(|write| self.is_sight(&write.key)).map(|write| write.verdict.clone());
        report.shrunk = eyesight.shrunk.as_ref().map(SightShrank::sentence);
        let requests = self.connector.requests_sent().saturating_sub(requests_before);
        let written = self.make_current(stage, writes, eyesight.write, requests).await?;
        let counts = written.counts;
        report.appeared = counts.appeared + counts.replaced;
        report.removed = counts.removed + counts.cascaded;
        self.context.progress.stage_current(stage);
        Ok(report)
    }

    async fn before(&self, stage: Stage) -> Result<Before, SyncError> {
        let store = &self.context.store;
        let states = store.listing_states(self.record.id).await?;
        let staged = store.staged_list(self.record.id, stage).await?;
        Ok(Before {
            states: states.into_iter().map(|state| (state.key.clone(), state)).collect(),
            staged: staged
                .into_iter()
                .map(|staged| {
                    let taken = Taken { key: staged.key.clone(), read_at: staged.read_at, reading: staged.reading };
                    (staged.key, taken)
                })
                .collect(),
        })
    }

    /// The listings to read, and how many must wait because of the budget.
    async fn worklist(&self, round: Round, before: &Before) -> Result<(Worklist, usize), SyncError> {
        let declaration = self.connector.declaration();
        let root = self.connector.root();
        let mut resources = vec![root.clone()];
        for resource_type in subject_types(declaration, round).filter(|name| *name != declaration.root_type) {
            resources.extend(self.context.store.resources_current(self.record.id, resource_type).await?);
        }
        let mut worklist = Worklist::new(declaration, round, &resources);
        let waiting = match round.stage() {
            Stage::Membership => 0,
            Stage::Detail => worklist.rotate(&last_read(before), self.allowance().await?),
        };
        Ok((worklist, waiting))
    }

    /// How many listings the detail stage may read now; nearly all of them cost one request.
    async fn allowance(&self) -> Result<usize, SyncError> {
        let now = self.context.now();
        let used = self.context.store.requests_used(self.record.id, &budget::month(now)).await?;
        let allowed = budget::allowance(self.options.monthly_requests, used, now);
        Ok(usize::try_from(allowed).unwrap_or(usize::MAX))
    }

    /// Reads the worklist to its end, several listings at a time, or with a person one at a time until they give up.
    /// However that ends, what was read is kept for the next run.
    async fn harvest(
        &self,
        round: Round,
        worklist: Worklist,
        before: &mut Before,
        carried: usize,
    ) -> Result<Harvest, SyncError> {
        let mut harvest = Harvest { carried, ..Harvest::default() };
        let ended = self.harvest_all(round, worklist, before, &mut harvest).await;
        self.stage(round, &mut harvest).await?;
        ended.map(|()| harvest)
    }

    async fn harvest_all(
        &self,
        round: Round,
        mut worklist: Worklist,
        before: &mut Before,
        harvest: &mut Harvest,
    ) -> Result<(), SyncError> {
        let mut reading = FuturesUnordered::new();
        let concurrency = if round == Round::WithPerson { 1 } else { self.options.concurrency.max(1) };
        loop {
            while reading.len() < concurrency {
                let Some(key) = worklist.next() else { break };
                match before.staged.remove(&key) {
                    Some(staged) => {
                        harvest.resumed += 1;
                        self.keep(staged, &mut worklist, &mut harvest.taken);
                    }
                    None => reading.push(self.read(key, &before.states)),
                }
            }
            if self.context.is_stopped() {
                return Err(SyncError::Stopped { kept: harvest.taken.len() });
            }
            let next = self.next_reading(&mut reading, harvest.taken.len());
            let Ok(taken) = timeout_at(harvest.staged_at + STAGED_AT_LEAST_EVERY, next).await else {
                self.stage(round, harvest).await?;
                continue;
            };
            let taken = match taken {
                None => return Ok(()),
                Some(Err(SyncError::Refused(ReadError { reason, hint }))) if round == Round::WithPerson => {
                    let count = worklist.known() - harvest.taken.len();
                    harvest.left_out = Some(LeftOut { count, reason, hint });
                    return Ok(());
                }
                Some(taken) => taken?,
            };
            if is_not_asked(self, &taken) {
                harvest.not_asked += 1;
                continue;
            }
            self.keep(taken, &mut worklist, &mut harvest.taken);
        }
    }

    /// Puts new readings where the next run finds them, if this one does not get to its end. What could not be read is
    /// not put there: by then the token may be another, or the registry well again. One transaction for each reading
    /// would be the slowest part of a sync.
    async fn stage(&self, round: Round, harvest: &mut Harvest) -> Result<(), SyncError> {
        let new = harvest.taken.get(harvest.staged..).unwrap_or_default();
        let read = new.iter().filter(|taken| unavailable(&taken.reading).is_none() && !self.is_of_this_run(taken));
        let readings: Vec<_> = read.map(|taken| (&taken.key, taken.read_at, &taken.reading)).collect();
        if !readings.is_empty() {
            self.context.store.staged_put(self.record.id, round.stage(), readings).await?;
        }
        (harvest.staged, harvest.staged_at) = (harvest.taken.len(), Instant::now());
        Ok(())
    }

    /// What the next run has to find out for itself: what its credential can see, and what a person says then.
    fn is_of_this_run(&self, taken: &Taken) -> bool {
        self.is_sight(&taken.key) || matches!(taken.reading.outcome, Outcome::Whole(Proof::Attested))
    }

    /// The next reading that arrives, or a stop that arrives before it.
    async fn next_reading(
        &self,
        reading: &mut FuturesUnordered<impl Future<Output = Result<Taken, ReadError>>>,
        kept: usize,
    ) -> Option<Result<Taken, SyncError>> {
        let mut stop = self.context.stop.clone();
        tokio::select! {
            taken = reading.next() => taken.map(|taken| taken.map_err(SyncError::from)),
            () = stopped(&mut stop) => Some(Err(SyncError::Stopped { kept })),
        }
    }

    fn keep(&self, taken: Taken, worklist: &mut Worklist, all: &mut Vec<Taken>) {
        worklist.add_discovered(&taken.reading.facts);
        let declared = self.connector.declaration().listing(taken.key.kind.as_str());
        let title = declared.map_or_else(String::new, |declared| declared.title_of(&taken.key.subject.id));
        all.push(taken);
        self.context.progress.listing_read(all.len(), worklist.known(), &title);
    }

    async fn read(&self, key: ListingKey, states: &HashMap<ListingKey, ListingState>) -> Result<Taken, ReadError> {
        let conditional = self.connector.declaration().listing(key.kind.as_str()).is_some_and(|kind| kind.conditional);
        // *Not modified* says nothing about what an incomplete reading left out.
        let state = states.get(&key).filter(|state| conditional && state.verdict.is_complete());
        let validator = state.and_then(|state| state.validator.as_deref());
        let span = measure::listing_span(&self.record.config.connector_type, &key);
        let reading = self.connector.read(&key, ReadRequest { validator }).instrument(span.clone()).await;
        measure::listing_ended(&span, reading.as_ref());
        let reading = reading?.storable();
        Ok(Taken { key, read_at: self.context.now(), reading })
    }

    /// When nothing at all about the organisation could be read, there is nothing to make current and one thing to say.
    fn refuse_if_blind(&self, stage: Stage, taken: &[Taken]) -> Result<(), SyncError> {
        let root = self.connector.root();
        let is_of_root = |taken: &&Taken| taken.key.subject == root && !self.is_stated(&taken.key);
        let mut of_root = taken.iter().filter(|taken| stage == Stage::Membership && is_of_root(taken));
        let first = of_root.clone().next().and_then(|taken| unavailable(&taken.reading));
        match first {
            Some(reason) if of_root.all(|taken| unavailable(&taken.reading).is_some()) => {
                Err(SyncError::NothingReadable { root: root.to_string(), reason: reason.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Whether a listing leans on nothing that the source shows: what a person states of it.
    fn is_stated(&self, key: &ListingKey) -> bool {
        let declared = self.connector.declaration().listing(key.kind.as_str());
        declared.is_some_and(|declared| declared.sight.is_none()) && !self.is_sight(key)
    }

    pub(super) fn is_sight(&self, key: &ListingKey) -> bool {
        self.connector.declaration().listings.iter().any(|declared| declared.sight.is_some_and(|kind| key.kind == kind))
    }

    /// The verdict on the listing that shows how much the credential sees: from this stage, or else the last known.
    fn sight(&self, taken: &[Taken], before: &Before) -> Option<Verdict> {
        let now = taken.iter().find(|taken| self.is_sight(&taken.key));
        now.and_then(|taken| Verdict::of(&taken.reading.outcome, None)).or_else(|| {
            before.states.values().find(|state| self.is_sight(&state.key)).map(|state| state.verdict.clone())
        })
    }

    async fn settle_all(
        &self,
        taken: Vec<Taken>,
        sight: Option<&Verdict>,
        eyesight: &Eyesight,
        states: &HashMap<ListingKey, ListingState>,
    ) -> Result<Vec<ListingWrite>, SyncError> {
        let expected = expected_removals(&self.context.store, self.record.uuid).await?;
        let mut writes = Vec::with_capacity(taken.len());
        for taken in taken {
            let declared = self.connector.declaration().listing(taken.key.kind.as_str());
            let around = Surroundings {
                connector: self.connector,
                policy: self.options.removals.of(&taken.key),
                expected: &expected,
                shrunk: eyesight.shrunk.as_ref(),
                sight: sight.filter(|_| declared.is_some_and(|declared| declared.sight.is_some())),
                state: states.get(&taken.key),
                store: &self.context.store,
                record: self.record.id,
            };
            let write = settle(taken, &around).await?;
            let title = declared.map_or_else(String::new, |declared| declared.title_of(&write.key.subject.id));
            self.context.progress.listing_settled(&ListingSettled {
                stage: declared.map_or(Stage::Detail, |declared| declared.stage),
                title: &title,
                kind: write.key.kind.as_str(),
                subject: &write.key.subject.id,
                verdict: &write.verdict,
            });
            writes.push(write);
        }
        Ok(writes)
    }

    async fn make_current(
        &self,
        stage: Stage,
        listings: Vec<ListingWrite>,
        fingerprint: Option<FingerprintWrite>,
        requests: u64,
    ) -> Result<SnapshotReport, SyncError> {
        let at = self.context.now();
        let write = SnapshotWrite {
            connector: self.record.id,
            sync: self.sync,
            stage,
            at,
            listings,
            requests_month: Some(MonthRequests { month: budget::month(at), count: requests }),
            fingerprint,
            reused_ids: self.connector.declaration().reused_ids(),
        };
        Ok(self.context.store.snapshot_make_current(&write).await?)
    }
}

fn stage_of(run: &StageRun<'_>, key: &ListingKey) -> Stage {
    run.connector.declaration().listing(key.kind.as_str()).map_or(Stage::Detail, |declared| declared.stage)
}

/// A detail that was not asked for is carried: what was known about it stands, and the next sync reads it first.
fn is_not_asked(run: &StageRun<'_>, taken: &Taken) -> bool {
    stage_of(run, &taken.key) == Stage::Detail
        && unavailable(&taken.reading).is_some_and(|reason| reason.code.as_str() == Reason::NOT_ASKED)
}

fn last_read(before: &Before) -> HashMap<ListingKey, Timestamp> {
    before.states.iter().map(|(key, state)| (key.clone(), state.read_at)).collect()
}

fn unavailable(reading: &Reading) -> Option<&Reason> {
    match &reading.outcome {
        Outcome::Unavailable(reason) => Some(reason),
        _ => None,
    }
}

fn stage_report(stage: Stage, writes: &[ListingWrite]) -> StageReport {
    let mut report = StageReport {
        stage,
        with_person: false,
        left_out: None,
        read: 0,
        resumed: 0,
        carried: 0,
        not_asked: 0,
        appeared: 0,
        removed: 0,
        troubles: Vec::new(),
        held: Vec::new(),
        diagnostics: Vec::new(),
        sight: None,
        shrunk: None,
    };
    for write in writes {
        match &write.verdict {
            Verdict::Partial(_) | Verdict::Unavailable(_) => {
                report.troubles.push(ListingTrouble { key: write.key.clone(), verdict: write.verdict.clone() });
            }
            _ => report.read += 1,
        }
        if let ListingChange::Changed(ListingDelta { hold, hold_reason: Some(reason), .. }) = &write.change {
            report.held.push(HeldListing { key: write.key.clone(), facts: hold.len(), reason: reason.clone() });
        }
        report.diagnostics.extend(write.diagnostics.iter().map(|noted| (write.key.clone(), noted.clone())));
    }
    report
}
