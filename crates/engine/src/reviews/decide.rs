//! Deciding about grants: choosing, which counts for nothing, and submitting, which stands.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::review::{ReviewDecision, ReviewState, ReviewerKey};
use rolecall_store::{
    ReviewChoice, ReviewMarkWrite, ReviewSource, ReviewSubmission, ReviewSubmitted, Store, StoredReview, SubmitRefusal,
};
use serde::Serialize;

use super::delegate::decides_for;
use super::draft::review_known;
use super::own::OwnNow;
use super::{ReviewError, ReviewPeople};
use crate::Context;
use crate::world::WorldView;

/// So long a reason may be.
const LONGEST_REASON: usize = 2_000;

/// Who decides, and who brings it.
#[derive(Clone, Debug)]
pub struct ReviewActor {
    /// Who decides.
    pub reviewer: ReviewerKey,
    /// How they are called.
    pub reviewer_name: String,
    /// Under which name whoever brings it acts here: that of the reviewer, or of somebody who has it from them.
    pub brought_by: String,
    /// From where it comes.
    pub source: ReviewSource,
}

impl ReviewActor {
    /// Somebody who decides for themself, by the name under which they act here.
    #[must_use]
    pub fn themself(people: &ReviewPeople, name: &str, source: ReviewSource) -> Self {
        let (reviewer, reviewer_name) = people.actor(name);
        Self { reviewer, reviewer_name, brought_by: name.to_owned(), source }
    }

    /// Somebody who decided elsewhere, brought by whoever acts under a name here.
    ///
    /// # Errors
    /// When nobody is called so, or several are.
    pub fn brought(people: &ReviewPeople, who: &str, name: &str, source: ReviewSource) -> Result<Self, ReviewError> {
        let found = people.named(who);
        let (reviewer, reviewer_name) = found.ok_or_else(|| ReviewError::nobody("reviewer", who))?;
        Ok(Self { reviewer, reviewer_name, brought_by: name.to_owned(), source })
    }
}

/// What somebody wants to decide about a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceWish {
    /// The grant's number.
    pub number: i64,
    /// What; nothing takes a choice back.
    pub decision: Option<ReviewDecision>,
    /// Why, in their words.
    pub reason: String,
}

/// What became of decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DecideReport {
    /// The submission's id, where anything was decided.
    pub submission: Option<String>,
    /// Grants that were certified.
    pub certified: Vec<i64>,
    /// Grants that were denied.
    pub denied: Vec<i64>,
    /// Grants of which the same had been decided.
    pub repeated: Vec<i64>,
    /// Grants about which nothing was decided: the number, a stable word, and why in words.
    pub refused: Vec<(i64, &'static str, &'static str)>,
}

impl DecideReport {
    pub(super) fn of(submitted: ReviewSubmitted) -> Self {
        let refused = submitted.refused.into_iter();
        Self {
            submission: submitted.submission.map(|uuid| uuid.to_string()),
            certified: submitted.certified,
            denied: submitted.denied,
            repeated: submitted.repeated,
            refused: refused.map(|(number, why)| (number, why.word(), refusal_text(why))).collect(),
        }
    }

    /// Whether everything that was wanted was taken, or had been decided so already.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.refused.is_empty()
    }
}

const fn refusal_text(why: SubmitRefusal) -> &'static str {
    match why {
        SubmitRefusal::Unknown => "there is no grant with this number in the review",
        SubmitRefusal::NotTheirs => "it is somebody else's to decide: have it reassigned, with a reason",
        SubmitRefusal::Own => {
            "nobody decides about what they hold themself, and nobody brings such a decision or makes it in their place"
        }
        SubmitRefusal::Reasonless => "a deny, and a decision in the place of another, needs a reason",
    }
}

/// Keeps what a reviewer chooses, so that they find it again. Nothing of it counts before it is submitted.
///
/// # Errors
/// When the campaign does not run, a grant is not theirs, or the database cannot be written.
pub async fn review_choose(
    context: &Context,
    name: &str,
    reviewer: &ReviewerKey,
    wishes: &[ChoiceWish],
) -> Result<usize, ReviewError> {
    choose(context, name, reviewer, &BTreeSet::from([reviewer.clone()]), wishes).await
}

/// The same of somebody who may be known under several keys: what they hold under any of them cannot be chosen.
///
/// # Errors
/// As of [`review_choose`].
pub async fn review_choose_as(
    context: &Context,
    people: &ReviewPeople,
    name: &str,
    actor: &ReviewActor,
    wishes: &[ChoiceWish],
) -> Result<usize, ReviewError> {
    let mut own = people.own_keys(&actor.brought_by);
    own.extend(people.own_keys_of(&actor.reviewer));
    choose(context, name, &actor.reviewer, &own, wishes).await
}

async fn choose(
    context: &Context,
    name: &str,
    reviewer: &ReviewerKey,
    own: &BTreeSet<ReviewerKey>,
    wishes: &[ChoiceWish],
) -> Result<usize, ReviewError> {
    let (store, now) = (&context.store, context.now());
    let review = running(store, name).await?;
    let numbers = || wishes.iter().map(|wish| wish.number);
    let span = (numbers().min().unwrap_or_default(), numbers().max().unwrap_or_default());
    let decides = decides_for(store, reviewer, now).await?;
    let places = store.review_places(review.id, span).await?.into_iter();
    let is_theirs =
        |place: &rolecall_store::ReviewPlace| place.reviewer.as_ref().is_some_and(|of| decides.contains(of));
    let theirs: BTreeMap<i64, String> = places.filter(is_theirs).map(|place| (place.number, place.holding)).collect();
    let own: Vec<ReviewerKey> = own.iter().cloned().collect();
    let held: BTreeSet<String> = store.review_holdings_of(review.id, &own).await?.into_iter().collect();
    for wish in wishes {
        let Some(holding) = theirs.get(&wish.number) else {
            let why = format!("grant {} is not theirs to decide", wish.number);
            return Err(ReviewError::refused("not-theirs", why, Some("have it reassigned, with a reason")));
        };
        if held.contains(holding) {
            let why = format!("grant {}: {}", wish.number, refusal_text(SubmitRefusal::Own));
            return Err(ReviewError::refused("own", why, Some("have it reassigned, with a reason")));
        }
    }
    let mark = |wish: &ChoiceWish| {
        reason_check(&wish.reason)?;
        let choice = wish.decision.map(|decision| (decision, wish.reason.trim().to_owned()));
        Ok(ReviewMarkWrite { number: wish.number, choice })
    };
    let marks: Vec<ReviewMarkWrite> = wishes.iter().map(mark).collect::<Result<_, ReviewError>>()?;
    Ok(context.store.review_marks_put(review.id, reviewer, &marks, context.now()).await?)
}

/// Submits what a reviewer has chosen.
///
/// # Errors
/// When the campaign does not run, nothing is chosen, or the database cannot be written.
pub async fn review_submit_chosen(
    context: &Context,
    view: &WorldView,
    people: &ReviewPeople,
    name: &str,
    actor: &ReviewActor,
) -> Result<DecideReport, ReviewError> {
    let review = running(&context.store, name).await?;
    let marks = context.store.review_marks(review.id, &actor.reviewer).await?;
    if marks.is_empty() {
        let why = "nothing is chosen that could be submitted";
        return Err(ReviewError::refused("nothing-chosen", why, Some("certify or deny first")));
    }
    let choice = |mark: rolecall_store::ReviewMark| ChoiceWish {
        number: mark.number,
        decision: Some(mark.decision),
        reason: mark.reason,
    };
    let wishes: Vec<ChoiceWish> = marks.into_iter().map(choice).collect();
    review_decide(context, view, people, name, actor, &wishes, None).await
}

/// Decides about grants at once: those that may be decided are, and the others are told.
///
/// # Errors
/// When the campaign does not run, or the database cannot be written.
pub async fn review_decide(
    context: &Context,
    view: &WorldView,
    people: &ReviewPeople,
    name: &str,
    actor: &ReviewActor,
    wishes: &[ChoiceWish],
    file: Option<(String, String)>,
) -> Result<DecideReport, ReviewError> {
    let review = running(&context.store, name).await?;
    let choices = choices_of(wishes)?;
    let mut own = people.own_keys(&actor.brought_by);
    own.extend(people.own_keys_of(&actor.reviewer));
    let held = OwnNow::load(&context.store, view, people, &review).await?;
    let delegators = decides_for(&context.store, &actor.reviewer, context.now()).await?;
    let delegators = delegators.iter().filter(|delegator| **delegator != actor.reviewer);
    let own_of = |delegator: &ReviewerKey| held.of(&people.own_keys_of(delegator));
    let delegators_own =
        delegators.flat_map(|of| own_of(of).into_iter().map(|holding| (of.clone(), holding))).collect();
    let submission = ReviewSubmission {
        review: review.uuid,
        reviewer: actor.reviewer.clone(),
        reviewer_name: actor.reviewer_name.clone(),
        source: actor.source,
        brought_by: actor.brought_by.clone(),
        own_now: held.of(&own),
        own,
        delegators_own,
        file,
        choices,
    };
    Ok(DecideReport::of(context.store.review_submit(&submission, context.now()).await?))
}

/// Each grant once, with what is decided.
pub(super) fn choices_of(wishes: &[ChoiceWish]) -> Result<Vec<ReviewChoice>, ReviewError> {
    let mut choices: BTreeMap<i64, ReviewChoice> = BTreeMap::new();
    for wish in wishes {
        reason_check(&wish.reason)?;
        let Some(decision) = wish.decision else { continue };
        let choice = ReviewChoice { number: wish.number, decision, reason: wish.reason.trim().to_owned() };
        if choices.get(&choice.number).is_some_and(|known| *known != choice) {
            let why = format!("grant {} is decided about twice, and not alike", choice.number);
            return Err(ReviewError::refused("decided-twice", why, Some("say of each grant once what is decided")));
        }
        choices.insert(choice.number, choice);
    }
    Ok(choices.into_values().collect())
}

pub(super) async fn running(store: &Store, name: &str) -> Result<StoredReview, ReviewError> {
    let review = review_known(store, name).await?;
    if review.state == ReviewState::Running {
        return Ok(review);
    }
    let why = format!("the review {:?} is {}: nothing can be decided in it", review.name, review.state.word());
    Err(ReviewError::refused("review-not-running", why, None))
}

fn reason_check(reason: &str) -> Result<(), ReviewError> {
    if reason.chars().count() > LONGEST_REASON {
        return Err(ReviewError::wrong("reason", format!("a reason has {LONGEST_REASON} letters at most")));
    }
    Ok(())
}
