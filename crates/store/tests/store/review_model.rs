//! Any order of what reviewers, their delegates, people who complete and cancel, syncs and the clock do to reviews and plans,
//! against a model of them: what was decided stays, nobody decides about what they hold, and nothing is verified but by a
//! complete reading that began later.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rolecall_model::review::{ReviewDecision, ReviewOutcome, ReviewState, ReviewerKey, StepState};
use rolecall_model::{Fact, ListingKey, Proof, Reading, Reason, Stage, Timestamp, Verdict};
use rolecall_store::{
    AuditEvidence, AuditFilter, ListingChange, ListingDelta, ListingWrite, PlanFilter, PlanStepAct, RemovalFilter,
    ReviewEnd, ReviewItemFilter, ReviewMarkWrite, ReviewSource, ReviewSubmission, ReviewSubmitted, StoredDecision,
    StoredReview, SubmitRefusal, SyncEnd, SyncId,
};
use rolecall_testkit::cases;
use uuid::Uuid;

use crate::plan::{plan, step};
use crate::review::{assign, connector, decides, delegate, item, key, population, wanted};
use crate::world::{World, decision, exists, member, members, membership_write, minute, owner, roster, team, teams};

const PEOPLE: [&str; 4] = ["ada", "bob", "cleo", "dan"];
/// Who holds what, as groups: nobody, one, two, three.
const HOLDERS: [&[usize]; 4] = [&[], &[0], &[1, 2], &[0, 1, 3]];
const REASONS: [&str; 3] = ["", "she left", "he is back"];

/// Everything is read back after so many actions.
const CHECKED_EVERY: usize = 5;

/// Listings, after that of who owns: who is in the team, which teams there are.
const MEMBERS: usize = 1;
const TEAMS: usize = 2;
/// What is stated: three grants, one of them in two listings, and that the team exists.
const TEAM: usize = 4;
const STATABLE: [&[usize]; 3] = [&[0, 1], &[1, 2, 3], &[TEAM]];

fn listing(at: usize) -> ListingKey {
    [roster(), members("dev"), teams()][at].clone()
}

fn fact(at: usize) -> Fact {
    let all = [owner("ada"), owner("bob"), member("dev", "ada"), member("dev", "bob"), exists(team("dev"))];
    all[at].clone()
}

/// What a sync finds in a listing: what of it is there, by bits.
#[derive(Clone, Copy, Debug)]
enum Found {
    Nothing,
    Complete { there: u8, is_held: bool },
    Partial { there: u8 },
    Failed,
}

/// Of a review or a step, which of those that there are.
type Which = usize;

#[derive(Clone, Debug)]
enum Action {
    Begin(Vec<(usize, Option<usize>)>),
    Submit {
        review: Which,
        /// Whoever reviews the first of them, where nobody is said.
        who: Option<usize>,
        also: Option<usize>,
        own_now: Option<usize>,
        choices: BTreeMap<i64, (bool, usize)>,
    },
    Again,
    Mark {
        review: Which,
        who: usize,
        number: i64,
        is_deny: bool,
    },
    Assign {
        review: Which,
        numbers: Vec<i64>,
        to: usize,
    },
    Delegate {
        from: usize,
        to: usize,
        start: i64,
        minutes: i64,
    },
    DelegateEnd(Which),
    Complete {
        review: Which,
        denies: Option<usize>,
        is_stale: bool,
    },
    Cancel(Which),
    Stale(Which),
    SyncBegin,
    Sync([Found; 3]),
    Interrupt([Found; 3]),
    Confirm,
    Discard,
    StepDone(Which),
    Look,
    Clock(i64),
}

fn found() -> impl Strategy<Value = Found> {
    prop_oneof![
        2 => Just(Found::Nothing),
        6 => (any::<u8>(), prop::bool::weighted(0.25)).prop_map(|(there, is_held)| Found::Complete { there, is_held }),
        2 => any::<u8>().prop_map(|there| Found::Partial { there }),
        1 => Just(Found::Failed),
    ]
}

/// What people do to reviews.
fn reviewing() -> impl Strategy<Value = Action> {
    let (which, who, number) = (|| 0..6_usize, || 0..PEOPLE.len(), || 1..5_i64);
    let items = prop::collection::vec((0..HOLDERS.len(), prop::option::weighted(0.8, who())), 1..5);
    let choices = prop::collection::btree_map(number(), (any::<bool>(), 0..REASONS.len()), 1..4);
    let by = prop::option::weighted(0.5, who());
    prop_oneof![
        1 => items.prop_map(Action::Begin),
        12 => (which(), by, prop::option::weighted(0.1, who()), prop::option::weighted(0.1, 0..HOLDERS.len()), choices)
            .prop_map(|(review, who, also, own_now, choices)| Action::Submit { review, who, also, own_now, choices }),
        1 => Just(Action::Again),
        1 => (which(), who(), number(), any::<bool>())
            .prop_map(|(review, who, number, is_deny)| Action::Mark { review, who, number, is_deny }),
        2 => (which(), prop::collection::vec(number(), 1..4), who())
            .prop_map(|(review, numbers, to)| Action::Assign { review, numbers, to }),
        2 => (who(), who(), -3..3_i64, 1..12_i64)
            .prop_map(|(from, to, start, minutes)| Action::Delegate { from, to, start, minutes }),
        1 => which().prop_map(Action::DelegateEnd),
        1 => (which(), prop::option::of(who()), prop::bool::weighted(0.1))
            .prop_map(|(review, denies, is_stale)| Action::Complete { review, denies, is_stale }),
        1 => which().prop_map(Action::Cancel),
        1 => which().prop_map(Action::Stale),
        1 => (-9..9_i64).prop_map(Action::Clock),
    ]
}

/// What is read, and what becomes of steps.
fn carrying_out() -> impl Strategy<Value = Action> {
    let (which, found) = (|| 0..8_usize, || [found(), found(), found()]);
    prop_oneof![
        1 => Just(Action::SyncBegin),
        10 => found().prop_map(Action::Sync),
        3 => found().prop_map(Action::Interrupt),
        2 => Just(Action::Confirm),
        1 => Just(Action::Discard),
        4 => which().prop_map(Action::StepDone),
        9 => Just(Action::Look),
        1 => (-9..9_i64).prop_map(Action::Clock),
    ]
}

/// Much of the one, of the other, or of both.
fn actions() -> impl Strategy<Value = Vec<Action>> {
    let both = prop_oneof![reviewing(), carrying_out()];
    prop_oneof![
        prop::collection::vec(reviewing(), 1..50),
        prop::collection::vec(carrying_out(), 1..50),
        prop::collection::vec(both, 1..50),
    ]
}

/// Whether a fact waits to be removed, and whether somebody said that it is not to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    None,
    Waits,
    Discarded,
}

/// What is known of a listing.
#[derive(Clone, Debug, Default)]
struct Listed {
    current: BTreeMap<usize, Mark>,
    ever: BTreeSet<usize>,
    /// The sync that last read it in full, and what that found.
    complete: Option<(SyncId, BTreeSet<usize>)>,
    is_retired: bool,
    /// What an interrupted sync left: when it was read, by which sync, and what it found.
    staged: Option<(Timestamp, SyncId, BTreeSet<usize>)>,
}

#[derive(Clone, Debug)]
struct Item {
    holders: usize,
    reviewer: Option<usize>,
    decisions: Vec<(usize, ReviewDecision, usize)>,
}

impl Item {
    /// The latest word of each, and any deny wins.
    fn outcome(&self) -> ReviewOutcome {
        let last =
            |who: usize| self.decisions.iter().rev().find(|(by, ..)| *by == who).map(|(_, decision, _)| *decision);
        let words: Vec<ReviewDecision> = (0..PEOPLE.len()).filter_map(last).collect();
        match words.as_slice() {
            [] => ReviewOutcome::Undecided,
            words if words.contains(&ReviewDecision::Deny) => ReviewOutcome::Denied,
            _ => ReviewOutcome::Certified,
        }
    }
}

#[derive(Clone, Debug)]
struct Campaign {
    review: StoredReview,
    state: ReviewState,
    items: Vec<Item>,
    /// What was read of its decisions last.
    known: Vec<StoredDecision>,
}

#[derive(Clone, Debug)]
struct Delegation {
    uuid: Uuid,
    from: usize,
    to: usize,
    start: i64,
    until: i64,
    is_ended: bool,
}

#[derive(Clone, Debug)]
struct Step {
    plan: Uuid,
    number: i64,
    grant: usize,
    state: StepState,
    asked: SyncId,
}

struct Run {
    world: World,
    connector: Uuid,
    now: i64,
    /// So that no two readings have the same moment.
    serial: i64,
    campaigns: Vec<Campaign>,
    delegations: Vec<Delegation>,
    last: Option<(usize, ReviewSubmission)>,
    listed: [Listed; 3],
    latest: SyncId,
    open: Option<SyncId>,
    steps: Vec<Step>,
    submissions: usize,
}

type Tried = Result<(), TestCaseError>;

impl Run {
    async fn new() -> Self {
        let world = World::new().await;
        let connector = connector(&world).await;
        Self {
            world,
            connector,
            now: 50,
            serial: 0,
            campaigns: Vec::new(),
            delegations: Vec::new(),
            last: None,
            listed: Default::default(),
            latest: SyncId(0),
            open: None,
            steps: Vec::new(),
            submissions: 0,
        }
    }

    /// Everything is there, all of it was denied in one review, and another one runs.
    async fn prelude(&mut self) -> Tried {
        let all = Found::Complete { there: u8::MAX, is_held: false };
        let denied = (1..5).map(|number| (number, (true, 1))).collect();
        let review = 0;
        for action in [
            Action::Sync([all, all, all]),
            Action::Begin(vec![(0, Some(3)); 4]),
            Action::Submit { review, who: Some(3), also: None, own_now: None, choices: denied },
            Action::Complete { review, denies: None, is_stale: false },
            Action::Begin((0..HOLDERS.len()).map(|holders| (holders, Some(3 - holders))).collect()),
        ] {
            Box::pin(self.act(action)).await?;
        }
        self.check().await
    }

    fn at(&self) -> Timestamp {
        minute(self.now)
    }

    fn read_at(&mut self) -> Timestamp {
        self.serial += 1;
        Timestamp(minute(self.now).0 + self.serial)
    }

    fn campaign(&self, which: Which) -> Option<usize> {
        (!self.campaigns.is_empty()).then(|| which % self.campaigns.len())
    }

    async fn act(&mut self, action: Action) -> Tried {
        self.now += 1;
        match action {
            Action::Begin(items) => self.begin(&items).await,
            Action::Submit { review, who, also, own_now, choices } => {
                let Some(at) = self.campaign(review) else { return Ok(()) };
                let choices: Vec<(i64, ReviewDecision, &str)> = choices
                    .iter()
                    .map(|(number, (is_deny, reason))| (*number, word(*is_deny), REASONS[*reason]))
                    .collect();
                let first = choices.first().and_then(|(number, ..)| usize::try_from(number - 1).ok());
                let reviewer = first.and_then(|first| self.campaigns[at].items.get(first)?.reviewer);
                let who = who.or(reviewer).unwrap_or_default();
                let mut submission = decides(&self.campaigns[at].review, PEOPLE[who], &choices);
                submission.own.extend(also.map(|also| key(PEOPLE[also])));
                submission.own_now = own_now.map(holding).into_iter().collect();
                self.submit(at, submission).await
            }
            Action::Again => match self.last.clone() {
                Some((at, submission)) => self.submit(at, submission).await,
                None => Ok(()),
            },
            Action::Mark { review, who, number, is_deny } => self.mark(review, who, number, is_deny).await,
            Action::Assign { review, numbers, to } => self.assign(review, &numbers, to).await,
            Action::Delegate { from, to, start, minutes } => self.delegate(from, to, start, minutes).await,
            Action::DelegateEnd(which) => self.delegate_end(which).await,
            Action::Complete { review, denies, is_stale } => self.complete(review, denies, is_stale).await,
            Action::Cancel(which) => self.cancel(which).await,
            Action::Stale(which) => self.stale(which).await,
            Action::SyncBegin => {
                self.sync_begun().await;
                Ok(())
            }
            Action::Sync(found) => self.sync(found).await,
            Action::Interrupt(found) => self.interrupt(found).await,
            Action::Confirm => self.confirm().await,
            Action::Discard => self.discard().await,
            Action::StepDone(which) => self.step_done(which).await,
            Action::Look => self.look().await,
            Action::Clock(minutes) => {
                self.now += minutes;
                Ok(())
            }
        }
    }

    async fn begin(&mut self, items: &[(usize, Option<usize>)]) -> Tried {
        let (store, name) = (&self.world.store, format!("review {}", self.campaigns.len()));
        let draft = store.review_create(&wanted(&name), "mara", self.at()).await.unwrap();
        let new = |(place, (holders, reviewer)): (usize, &(usize, Option<usize>))| {
            let mut new = item(self.connector, PEOPLE[place % 2], reviewer.map(|who| PEOPLE[who]));
            new.holding = holding(*holders);
            new
        };
        let new = items.iter().enumerate().map(new).collect();
        let holders = HOLDERS.iter().enumerate();
        let holders =
            holders.flat_map(|(at, who)| who.iter().map(move |who| (holding(at), key(PEOPLE[*who])))).collect();
        let stage = population(draft.version, new, holders);
        let staged = store.review_stage(draft.uuid, &stage, "mara", self.at()).await.unwrap();
        let review = store.review_start(staged.uuid, staged.version, self.at(), "mara", self.at()).await.unwrap();
        let item = |(holders, reviewer): &(usize, Option<usize>)| Item {
            holders: *holders,
            reviewer: *reviewer,
            decisions: Vec::new(),
        };
        let items = items.iter().map(item).collect();
        self.campaigns.push(Campaign { review, state: ReviewState::Running, items, known: Vec::new() });
        Ok(())
    }

    /// For whom somebody decides now.
    fn theirs(&self, who: usize) -> BTreeSet<usize> {
        let holds = |one: &&Delegation| one.to == who && !one.is_ended && one.start <= self.now && self.now < one.until;
        self.delegations.iter().filter(holds).map(|one| one.from).chain([who]).collect()
    }

    /// What is to become of a submission, taken into the model.
    fn expected(&mut self, at: usize, submission: &ReviewSubmission) -> ReviewSubmitted {
        let who = person(&submission.reviewer);
        let theirs = self.theirs(who);
        let (mut told, mut taken) = (ReviewSubmitted::default(), Vec::new());
        for choice in &submission.choices {
            let place = usize::try_from(choice.number - 1).unwrap();
            let refusal = match self.campaigns[at].items.get(place) {
                None => Some(SubmitRefusal::Unknown),
                Some(item) => {
                    let is_theirs = item.reviewer.is_some_and(|reviewer| theirs.contains(&reviewer));
                    let mut own = submission.own.iter().map(person).chain([who]);
                    let is_own = own.any(|who| HOLDERS[item.holders].contains(&who));
                    let last = item.decisions.iter().rev().find(|(by, ..)| *by == who);
                    let is_unsaid = choice.reason.is_empty();
                    let is_deny = choice.decision == ReviewDecision::Deny;
                    match last {
                        _ if !is_theirs && submission.source != ReviewSource::Completion => {
                            Some(SubmitRefusal::NotTheirs)
                        }
                        _ if is_own || submission.own_now.contains(&holding(item.holders)) => Some(SubmitRefusal::Own),
                        Some((_, decision, reason))
                            if *decision == choice.decision && (is_unsaid || REASONS[*reason] == choice.reason) =>
                        {
                            told.repeated.push(choice.number);
                            continue;
                        }
                        Some(_) if is_unsaid => Some(SubmitRefusal::Reasonless),
                        None if is_unsaid && is_deny => Some(SubmitRefusal::Reasonless),
                        _ => None,
                    }
                }
            };
            match refusal {
                Some(refusal) => told.refused.push((choice.number, refusal)),
                None => {
                    let list =
                        if choice.decision == ReviewDecision::Deny { &mut told.denied } else { &mut told.certified };
                    list.push(choice.number);
                    taken.push((place, choice));
                }
            }
        }
        for (place, choice) in taken {
            let reason = REASONS.iter().position(|reason| *reason == choice.reason).unwrap();
            self.campaigns[at].items[place].decisions.push((who, choice.decision, reason));
        }
        told
    }

    async fn submit(&mut self, at: usize, submission: ReviewSubmission) -> Tried {
        let result = self.world.store.review_submit(&submission, self.at()).await;
        if self.campaigns[at].state != ReviewState::Running {
            prop_assert!(result.is_err(), "what is over accepts nothing");
            return Ok(());
        }
        let told = result.unwrap();
        let mut all: Vec<i64> =
            [&told.certified, &told.denied, &told.repeated].into_iter().flatten().copied().collect();
        all.extend(told.refused.iter().map(|(number, _)| *number));
        all.sort_unstable();
        let asked: Vec<i64> = submission.choices.iter().map(|choice| choice.number).collect();
        prop_assert_eq!(all, asked, "each choice ends in one place");
        let expected = self.expected(at, &submission);
        prop_assert_eq!(told.submission.is_some(), !told.certified.is_empty() || !told.denied.is_empty());
        self.submissions += usize::from(told.submission.is_some());
        prop_assert_eq!(ReviewSubmitted { submission: None, ..told }, expected);
        self.last = Some((at, submission));
        Ok(())
    }

    async fn mark(&mut self, review: Which, who: usize, number: i64, is_deny: bool) -> Tried {
        let Some(at) = self.campaign(review) else { return Ok(()) };
        let campaign = &self.campaigns[at];
        let marks = [ReviewMarkWrite { number, choice: Some((word(is_deny), String::new())) }];
        let put = self.world.store.review_marks_put(campaign.review.id, &key(PEOPLE[who]), &marks, self.at()).await;
        prop_assert_eq!(put.is_ok(), campaign.state == ReviewState::Running);
        Ok(())
    }

    async fn assign(&mut self, review: Which, numbers: &[i64], to: usize) -> Tried {
        let Some(at) = self.campaign(review) else { return Ok(()) };
        let wanted = assign(&self.campaigns[at].review, numbers, PEOPLE[to]);
        let moved = self.world.store.review_assign(&wanted, Some("mara"), self.at()).await;
        if self.campaigns[at].state != ReviewState::Running {
            prop_assert!(moved.is_err());
            return Ok(());
        }
        let mut expected = Vec::new();
        for number in numbers {
            let Some(item) = self.campaigns[at].items.get_mut(usize::try_from(number - 1).unwrap()) else { continue };
            if item.reviewer != Some(to) && !HOLDERS[item.holders].contains(&to) {
                item.reviewer = Some(to);
                expected.push(*number);
            }
        }
        prop_assert_eq!(moved.unwrap(), expected);
        Ok(())
    }

    async fn delegate(&mut self, from: usize, to: usize, start: i64, minutes: i64) -> Tried {
        let (start, until) = (self.now + start, self.now + start + minutes);
        let new = delegate(PEOPLE[from], PEOPLE[to], minute(start), minute(until));
        let uuid = self.world.store.review_delegate_set(&new, "mara", self.at()).await.unwrap();
        self.delegations.push(Delegation { uuid, from, to, start, until, is_ended: false });
        Ok(())
    }

    async fn delegate_end(&mut self, which: Which) -> Tried {
        let (now, at, count) = (self.now, self.at(), self.delegations.len());
        let Some(one) = self.delegations.get_mut(which % count.max(1)) else { return Ok(()) };
        let ended = self.world.store.review_delegate_end(one.uuid, "mara", at).await.unwrap();
        prop_assert_eq!(ended, !one.is_ended && one.until > now);
        one.is_ended |= ended;
        Ok(())
    }

    async fn complete(&mut self, review: Which, denies: Option<usize>, is_stale: bool) -> Tried {
        let Some(at) = self.campaign(review) else { return Ok(()) };
        let name = self.campaigns[at].review.name.clone();
        let known = self.world.store.review_named(&name).await.unwrap().unwrap();
        let is_running = self.campaigns[at].state == ReviewState::Running;
        let remaining = denies.map(|who| self.remaining(at, who));
        let before = self.campaigns[at].items.clone();
        if let Some(remaining) = remaining.as_ref().filter(|_| is_running && !is_stale) {
            let told = self.expected(at, remaining);
            self.submissions += usize::from(!told.denied.is_empty());
        }
        let items = self.campaigns[at].items.iter().zip(1_i64..);
        let denied: Vec<i64> =
            items.filter(|(item, _)| item.outcome() == ReviewOutcome::Denied).map(|(_, number)| number).collect();
        let grant = |number: i64| usize::try_from(number - 1).unwrap() % TEAM;
        let steps = denied.iter().map(|number| step(self.connector, &fact(grant(*number)))).collect();
        let planned = (!denied.is_empty()).then(|| plan(steps, self.at()));
        let end = ReviewEnd { version: known.version - i64::from(is_stale), remaining, plan: planned };
        let result = self.world.store.review_complete(known.uuid, &end, &decision(), self.at()).await;
        if !is_running || is_stale {
            prop_assert!(result.is_err(), "it is over, or another version");
            self.campaigns[at].items = before;
            prop_assert_eq!(self.world.store.review_named(&name).await.unwrap().unwrap(), known);
            return Ok(());
        }
        let (over, drawn_up) = result.unwrap();
        prop_assert_eq!((over.state, drawn_up.is_some()), (ReviewState::Completed, !denied.is_empty()));
        self.campaigns[at].state = ReviewState::Completed;
        for (number, step) in denied.iter().zip(1_i64..) {
            let plan = drawn_up.unwrap();
            let state = StepState::Requested;
            self.steps.push(Step { plan, number: step, grant: grant(*number), state, asked: self.latest });
        }
        Ok(())
    }

    /// What is denied of what nobody decided about, in the name of whoever completes it.
    fn remaining(&self, at: usize, who: usize) -> ReviewSubmission {
        let items = self.campaigns[at].items.iter().zip(1_i64..);
        let left = items.filter(|(item, _)| item.outcome() == ReviewOutcome::Undecided);
        let choices: Vec<_> = left.map(|(_, number)| (number, ReviewDecision::Deny, REASONS[1])).collect();
        let source = ReviewSource::Completion;
        ReviewSubmission { source, ..decides(&self.campaigns[at].review, PEOPLE[who], &choices) }
    }

    async fn cancel(&mut self, which: Which) -> Tried {
        let Some(at) = self.campaign(which) else { return Ok(()) };
        let cancelled = self.world.store.review_cancel(self.campaigns[at].review.uuid, &decision(), self.at()).await;
        prop_assert_eq!(cancelled.is_ok(), self.campaigns[at].state == ReviewState::Running);
        if cancelled.is_ok() {
            self.campaigns[at].state = ReviewState::Cancelled;
        }
        Ok(())
    }

    /// Whatever compares a version changes nothing when it is another, and nothing of a review that runs or is over.
    async fn stale(&mut self, which: Which) -> Tried {
        let Some(at) = self.campaign(which) else { return Ok(()) };
        let (store, now, uuid) = (&self.world.store, self.at(), self.campaigns[at].review.uuid);
        let known = store.review_named(&uuid.to_string()).await.unwrap().unwrap();
        for version in [known.version, known.version - 1, 0] {
            prop_assert!(store.review_change(uuid, version, &wanted("other"), &decision(), now).await.is_err());
            prop_assert!(store.review_stage(uuid, &population(version, vec![], vec![]), "mara", now).await.is_err());
            prop_assert!(store.review_start(uuid, version, now, "mara", now).await.is_err());
        }
        prop_assert_eq!(store.review_named(&uuid.to_string()).await.unwrap().unwrap(), known);
        Ok(())
    }

    /// The sync that is under way, or a new one.
    async fn sync_begun(&mut self) -> SyncId {
        if let Some(open) = self.open {
            return open;
        }
        let sync = self.world.store.sync_begin(self.world.connector, self.at()).await.unwrap().id;
        (self.open, self.latest) = (Some(sync), sync);
        sync
    }

    /// Whether a listing is read after this was found of the teams: one that is gone has no members that could be.
    fn is_read(&self, at: usize, found: &[Found; 3]) -> bool {
        let is_there = self.listed[TEAMS].current.contains_key(&TEAM);
        let staged = self.listed[TEAMS].staged.as_ref().map(|(.., there)| there.contains(&TEAM));
        at != MEMBERS
            || match found[TEAMS] {
                Found::Complete { there, is_held } => {
                    staged.unwrap_or_else(|| of_bits(TEAMS, there).contains(&TEAM)) || is_there && is_held
                }
                Found::Partial { there } => is_there || of_bits(TEAMS, there).contains(&TEAM),
                Found::Nothing | Found::Failed => is_there,
            }
    }

    async fn sync(&mut self, found: [Found; 3]) -> Tried {
        let sync = self.sync_begun().await;
        let wanted: Vec<usize> = (0..found.len()).filter(|at| self.is_read(*at, &found)).collect();
        let mut writes = Vec::new();
        for at in wanted {
            writes.extend(self.listing_read(at, found[at], sync));
        }
        // What is gone takes the listing of which it is the subject with it.
        if !self.listed[TEAMS].current.contains_key(&TEAM) {
            self.retire();
        }
        let write = membership_write(self.world.connector, sync, self.at(), writes);
        self.world.store.snapshot_make_current(&write).await.unwrap();
        self.world.store.sync_finish(sync, &SyncEnd::Finished, self.at(), 1).await.unwrap();
        self.open = None;
        Ok(())
    }

    fn retire(&mut self) {
        let members = &mut self.listed[MEMBERS];
        members.current.clear();
        members.is_retired |= members.complete.is_some() || !members.ever.is_empty();
        members.complete = None;
    }

    fn listing_read(&mut self, at: usize, found: Found, sync: SyncId) -> Option<ListingWrite> {
        let fresh = self.read_at();
        let listed = &mut self.listed[at];
        let staged = listed.staged.take_if(|_| !matches!(found, Found::Nothing));
        let (verdict, there, is_held, read_at) = match found {
            Found::Nothing => return None,
            Found::Failed => {
                let verdict = Verdict::Unavailable(Reason::new("lost-sight", "404"));
                listed.is_retired = false;
                return Some(write(at, verdict, fresh, ListingChange::Unread));
            }
            Found::Partial { there } => {
                (Verdict::Partial(Reason::new("cut-off", "a page is missing")), of_bits(at, there), None, fresh)
            }
            Found::Complete { there, is_held } => match staged {
                Some((read_at, read_by, there)) => {
                    listed.complete = Some((read_by, there.clone()));
                    (Verdict::Proven, there, Some(is_held), read_at)
                }
                None => {
                    let there = of_bits(at, there);
                    listed.complete = Some((sync, there.clone()));
                    (Verdict::Proven, there, Some(is_held), fresh)
                }
            },
        };
        listed.is_retired = false;
        let mut delta = ListingDelta::default();
        for one in &there {
            match listed.current.insert(*one, Mark::None) {
                None => delta.appear.push(fact(*one)),
                Some(Mark::None) => {}
                Some(Mark::Waits | Mark::Discarded) => delta.seen_again.push(fact(*one)),
            }
            listed.ever.insert(*one);
        }
        let missed: Vec<usize> = listed.current.keys().filter(|one| !there.contains(one)).copied().collect();
        for one in missed {
            match is_held {
                None => {}
                Some(true) => {
                    let mark = listed.current.get_mut(&one).unwrap();
                    *mark = if *mark == Mark::Discarded { Mark::Discarded } else { Mark::Waits };
                    delta.hold.push(fact(one));
                    delta.hold_reason = Some("too many".to_owned());
                }
                Some(false) => {
                    listed.current.remove(&one);
                    delta.remove.push(fact(one));
                }
            }
        }
        Some(write(at, verdict, read_at, ListingChange::Changed(delta)))
    }

    /// A sync that is stopped half-way: what it read in full waits for the next one.
    async fn interrupt(&mut self, found: [Found; 3]) -> Tried {
        let sync = self.sync_begun().await;
        for (at, found) in found.into_iter().enumerate() {
            let Found::Complete { there, .. } = found else { continue };
            if at == MEMBERS && !self.listed[TEAMS].current.contains_key(&TEAM) {
                continue;
            }
            let (read_at, there) = (self.read_at(), of_bits(at, there));
            let reading = Reading::whole(Proof::Itself, there.iter().map(|one| fact(*one)).collect());
            let (key, stage) = (listing(at), Stage::Membership);
            self.world.store.staged_put(self.world.connector, stage, [(&key, read_at, &reading)]).await.unwrap();
            self.listed[at].staged = Some((read_at, sync, there));
        }
        self.world.store.sync_finish(sync, &SyncEnd::Interrupted, self.at(), 1).await.unwrap();
        self.open = None;
        Ok(())
    }

    async fn confirm(&mut self) -> Tried {
        let all = RemovalFilter::default();
        self.world.store.removals_confirm(self.world.connector, &decision(), self.at(), all).await.unwrap();
        let was_there = self.listed[TEAMS].current.contains_key(&TEAM);
        for listed in &mut self.listed {
            listed.current.retain(|_, mark| *mark != Mark::Waits);
        }
        if was_there && !self.listed[TEAMS].current.contains_key(&TEAM) {
            self.retire();
        }
        Ok(())
    }

    async fn discard(&mut self) -> Tried {
        let all = RemovalFilter::default();
        self.world.store.removals_discard(self.world.connector, &decision(), self.at(), all).await.unwrap();
        let marks = self.listed.iter_mut().flat_map(|listed| listed.current.values_mut());
        marks.filter(|mark| **mark == Mark::Waits).for_each(|mark| *mark = Mark::Discarded);
        Ok(())
    }

    async fn step_done(&mut self, which: Which) -> Tried {
        let (count, at, latest) = (self.steps.len(), self.at(), self.latest);
        let Some(step) = self.steps.get_mut(which % count.max(1)) else { return Ok(()) };
        let plans = self.world.store.plan_list().await.unwrap();
        let plan = plans.iter().find(|plan| plan.uuid == step.plan).unwrap().id;
        let done = self
            .world
            .store
            .plan_step_act(plan, step.number, &PlanStepAct::Done(ReviewSource::Terminal), &decision(), at)
            .await;
        let may = matches!(step.state, StepState::Requested | StepState::Failed | StepState::CameBack);
        prop_assert_eq!(done.is_ok(), may);
        if may {
            (step.state, step.asked) = (StepState::Done, latest);
        }
        Ok(())
    }

    /// Where a step stands after what was read.
    fn after(&self, step: &Step) -> StepState {
        let stating: Vec<&Listed> = self.listed.iter().filter(|listed| listed.ever.contains(&step.grant)).collect();
        let is_later = |listed: &Listed| listed.complete.as_ref().is_some_and(|(sync, _)| *sync > step.asked);
        let states = |listed: &&&Listed| listed.current.get(&step.grant) == Some(&Mark::None);
        let is_stated = stating.iter().filter(states).count() > 0;
        let is_stated_later = stating.iter().filter(states).any(|listed| is_later(listed));
        let is_current = stating.iter().any(|listed| listed.current.contains_key(&step.grant));
        let of_teams = &self.listed[TEAMS];
        let is_settled = |listed: &&Listed| match listed.is_retired {
            true => is_later(of_teams) && !of_teams.current.contains_key(&TEAM),
            false => is_later(listed),
        };
        match step.state {
            StepState::Verified if is_stated => StepState::CameBack,
            StepState::Done if is_stated_later => StepState::Failed,
            _ if !stating.is_empty() && !is_current && stating.iter().all(is_settled) => StepState::Verified,
            same => same,
        }
    }

    async fn look(&mut self) -> Tried {
        let seen = self.world.store.plan_step_seen(self.at()).await.unwrap();
        let mut expected = Vec::new();
        for at in 0..self.steps.len() {
            let (before, after) = (self.steps[at].state, self.after(&self.steps[at]));
            // What was verified stays so until it is stated again.
            if after == StepState::Verified && before != after {
                let step = &self.steps[at];
                for listed in self.listed.iter().filter(|one| one.ever.contains(&step.grant) && !one.is_retired) {
                    let (sync, there) = listed.complete.as_ref().unwrap();
                    prop_assert!(*sync > step.asked, "it began before it was asked for");
                    prop_assert!(!there.contains(&step.grant), "it states it");
                }
            }
            if before != after {
                expected.push((before, after));
                self.steps[at].state = after;
            }
        }
        let seen: Vec<_> = seen.iter().map(|seen| (seen.before, seen.step.state)).collect();
        prop_assert_eq!(seen, expected);
        Ok(())
    }

    /// Everything is as the model has it.
    async fn check(&mut self) -> Tried {
        let store = &self.world.store;
        for campaign in &mut self.campaigns {
            let items = store.review_items(campaign.review.id, &ReviewItemFilter::default()).await.unwrap();
            let outcomes: Vec<ReviewOutcome> = items.iter().map(|item| item.outcome).collect();
            let expected: Vec<ReviewOutcome> = campaign.items.iter().map(Item::outcome).collect();
            prop_assert_eq!(outcomes, expected);
            let reviewers: Vec<_> = items.iter().map(|item| item.reviewer.as_ref().map(person)).collect();
            prop_assert_eq!(reviewers, campaign.items.iter().map(|item| item.reviewer).collect::<Vec<_>>());
            let decisions = store.review_decisions(campaign.review.id).await.unwrap();
            prop_assert!(decisions.starts_with(&campaign.known), "nothing that was decided is lost or changed");
            for one in &decisions {
                let item = &campaign.items[usize::try_from(one.number - 1).unwrap()];
                prop_assert!(!HOLDERS[item.holders].contains(&person(&one.reviewer)), "they hold it themself");
            }
            prop_assert_eq!(decisions.len(), campaign.items.iter().map(|item| item.decisions.len()).sum::<usize>());
            campaign.known = decisions;
            let state = store.review_named(&campaign.review.name).await.unwrap().unwrap().state;
            prop_assert_eq!(state, campaign.state);
        }
        let steps = store.plan_steps(PlanFilter::default()).await.unwrap();
        let states: Vec<StepState> = steps.iter().map(|step| step.state).collect();
        prop_assert_eq!(states, self.steps.iter().map(|step| step.state).collect::<Vec<_>>());
        Ok(())
    }

    /// Each submission has one record and no other, and the log is sound.
    async fn end(&mut self) -> Tried {
        let store = &self.world.store;
        let filter =
            AuditFilter { since: None, action: Some("review.submitted".to_owned()), actor: None, limit: usize::MAX };
        let records = store.audit_list(&filter).await.unwrap();
        let mut submitted = BTreeSet::new();
        for campaign in &self.campaigns {
            for one in store.review_submissions(campaign.review.id).await.unwrap() {
                submitted.insert(one.uuid.to_string());
            }
        }
        prop_assert_eq!(submitted.len(), self.submissions);
        let details = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let recorded: Vec<String> = records
            .iter()
            .map(|record| details(&record.details)["submission"].as_str().unwrap_or_default().to_owned())
            .collect();
        prop_assert_eq!(recorded.len(), submitted.len());
        prop_assert_eq!(recorded.into_iter().collect::<BTreeSet<_>>(), submitted);
        prop_assert!(store.audit_verify(&AuditEvidence::default()).await.unwrap().is_sound());
        prop_assert_eq!(store.integrity_check().await.unwrap(), Vec::<String>::new());
        Ok(())
    }
}

fn word(is_deny: bool) -> ReviewDecision {
    if is_deny { ReviewDecision::Deny } else { ReviewDecision::Certify }
}

fn holding(holders: usize) -> String {
    format!("holding {holders}")
}

fn person(key: &ReviewerKey) -> usize {
    PEOPLE.iter().position(|name| key.as_str() == format!("user:{name}")).unwrap()
}

fn of_bits(at: usize, bits: u8) -> BTreeSet<usize> {
    STATABLE[at].iter().copied().filter(|one| bits & (1 << one) != 0).collect()
}

fn write(at: usize, verdict: Verdict, read_at: Timestamp, change: ListingChange) -> ListingWrite {
    ListingWrite { key: listing(at), verdict, read_at, validator: None, digest: None, diagnostics: Vec::new(), change }
}

#[test]
fn what_was_decided_stays_nobody_decides_for_themself_and_only_later_readings_verify() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // A database of one's own on a server takes long to make.
    let on_server = std::env::var_os("ROLECALL_TEST_POSTGRES").is_some();
    let many = u32::try_from(cases(100, 3_000) / if on_server { 5 } else { 1 }).unwrap();
    let config = Config { cases: many, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&actions(), |actions| {
        runtime.block_on(async {
            let mut run = Run::new().await;
            run.prelude().await?;
            for (number, action) in actions.into_iter().enumerate() {
                Box::pin(run.act(action)).await?;
                if number % CHECKED_EVERY == 0 {
                    run.check().await?;
                }
            }
            run.look().await?;
            run.check().await?;
            run.end().await
        })
    });
    outcome.unwrap();
}
