//! Reviews of access as they stood at a moment: each campaign, each grant in it with its decisions, who came to review it, and
//! what was submitted.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewDecision, ReviewOutcome, ReviewerKey, review_outcome};
use rolecall_store::{
    ReviewAssignment, ReviewFilter, ReviewItem, ReviewItemFilter, StoreError, StoredDecision, StoredReview,
    StoredSubmission,
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::scope::Scope;
use super::section::{Extent, Put, Row, Section, filled, known, text};
use crate::moment::moment_text;
use crate::reviews::{ItemShown, ReviewAccuracy, ReviewDefinition};

/// A campaign that there was at a moment, with what had happened in it by then.
pub(super) struct Campaign {
    review: StoredReview,
    at: Timestamp,
    items: Vec<ReviewItem>,
    decisions: BTreeMap<i64, Vec<StoredDecision>>,
    submissions: BTreeMap<Uuid, StoredSubmission>,
    reassigned: Vec<ReviewAssignment>,
    /// What was known at staging to be held by those who decided and those who entered it, by both.
    own: BTreeMap<(ReviewerKey, String), Own>,
}

/// Who decided, and what they held.
struct Own {
    holdings: BTreeSet<String>,
    /// Whether a directory or the hub knows them.
    is_known: bool,
}

/// All that there were, the earliest first. Those that ended before the period are left out.
pub(super) struct Campaigns {
    all: Vec<Campaign>,
}

impl Campaigns {
    /// Reads them. `O(grants of the campaigns of the period)`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>) -> Result<Self, StoreError> {
        let mut all = Vec::new();
        let is_meant = |review: &StoredReview| {
            review.created_at <= scope.at && review.ended_at.is_none_or(|ended| ended >= scope.since)
        };
        let reviews = scope.store.review_list(ReviewFilter::default()).await?;
        for review in reviews.into_iter().rev().filter(is_meant) {
            let campaign = Campaign::load(scope, review).await?;
            // Of what is not about the connectors that are asked about, nothing is told.
            if scope.is_whole() || !campaign.items.is_empty() {
                all.push(campaign);
            }
        }
        Ok(Self { all })
    }

    /// What is told of each as a whole.
    pub(super) fn reviews(&self) -> Reviews {
        Reviews { rows: self.all.iter().map(Campaign::row).collect() }
    }
}

impl Campaign {
    async fn load(scope: &Scope<'_>, review: StoredReview) -> Result<Self, StoreError> {
        let (store, id, at) = (scope.store, review.id, scope.at);
        // What was staged later is not what there was.
        let was_staged = review.staged_at.is_some_and(|staged| staged <= at);
        let mut items = match was_staged {
            true => store.review_items(id, &ReviewItemFilter::default()).await?,
            false => Vec::new(),
        };
        items.retain(|item| scope.has_connector(item.connector));
        let mut decisions: BTreeMap<i64, Vec<StoredDecision>> = BTreeMap::new();
        for decision in store.review_decisions(id).await?.into_iter().filter(|decision| decision.at <= at) {
            decisions.entry(decision.number).or_default().push(decision);
        }
        let submissions = store.review_submissions(id).await?.into_iter().filter(|one| one.at <= at);
        let submissions: BTreeMap<Uuid, StoredSubmission> = submissions.map(|one| (one.uuid, one)).collect();
        let reassigned = store.review_assignments(id).await?;
        let mut own = BTreeMap::new();
        for submission in submissions.values() {
            if let Entry::Vacant(place) = own.entry((submission.reviewer.clone(), submission.brought_by.clone())) {
                place.insert(Own::of(scope, &review, submission).await?);
            }
        }
        Ok(Self { review, at, items, decisions, submissions, reassigned, own })
    }

    fn outcome(&self, number: i64) -> ReviewOutcome {
        let of = self.decisions.get(&number).map(Vec::as_slice).unwrap_or_default();
        review_outcome(of.iter().map(|decision| (decision.reviewer.as_str(), decision.decision)))
    }

    fn count(&self, outcome: ReviewOutcome) -> usize {
        self.items.iter().filter(|item| self.outcome(item.number) == outcome).count()
    }

    /// Whether somebody decided about what was known to be theirs when it was staged. The store refuses it; this looks again.
    /// Whose account could be anybody's may be theirs all the same.
    fn self_review(&self, item: &ReviewItem, shown: &ItemShown) -> Json {
        let decisions = self.decisions.get(&item.number).map(Vec::as_slice).unwrap_or_default();
        let own_of = |decision: &StoredDecision| {
            let submission = self.submissions.get(&decision.submission)?;
            self.own.get(&(submission.reviewer.clone(), submission.brought_by.clone()))
        };
        let by = || decisions.iter().filter_map(own_of);
        let is_of_somebody = shown.is_group || matches!(shown.account_state.as_deref(), Some("person" | "service"));
        let is_known = is_of_somebody && by().all(|own| own.is_known);
        match (decisions.is_empty(), by().any(|own| own.holdings.contains(&item.holding)), is_known) {
            (true, ..) => text(""),
            (false, true, _) => text("own"),
            (false, false, true) => text("not own"),
            (false, false, false) => Json::Null,
        }
    }

    fn moment(&self, at: Option<Timestamp>) -> Json {
        filled(at.filter(|at| *at <= self.at).map(moment_text))
    }

    fn row(&self) -> Row {
        let review = &self.review;
        let definition = ReviewDefinition::of(review).unwrap_or_default();
        let accuracy: ReviewAccuracy = serde_json::from_value(review.accuracy.clone()).unwrap_or_default();
        let flags = accuracy.connectors.iter().flat_map(|connector| {
            connector.flags.iter().map(move |flag| format!("{}: {}", connector.connector, flag.text))
        });
        let flags: Vec<String> = flags.collect();
        let has_ended = review.ended_at.is_some_and(|ended| ended <= self.at);
        let scope = serde_json::to_string(&definition.scope).unwrap_or_default();
        vec![
            text(review.uuid.to_string()),
            text(&review.name),
            text(if has_ended { review.state.word() } else { "not ended" }),
            text(&definition.owner),
            text(scope),
            text(reviewers(&definition)),
            self.moment(Some(review.created_at)),
            self.moment(review.staged_at),
            self.moment(review.started_at),
            filled(review.due_at.filter(|_| review.started_at.is_some_and(|at| at <= self.at)).map(moment_text)),
            self.moment(review.ended_at),
            filled(review.ended_by.clone().filter(|_| has_ended)),
            filled(review.ended_reason.clone().filter(|_| has_ended)),
            self.items.len().into(),
            self.count(ReviewOutcome::Certified).into(),
            self.count(ReviewOutcome::Denied).into(),
            self.count(ReviewOutcome::Undecided).into(),
            text(&review.population),
            text(flags.join("; ")),
        ]
    }

    fn item_row(&self, item: &ReviewItem) -> Row {
        let shown: ItemShown = serde_json::from_value(item.shown.clone()).unwrap_or_default();
        let of = self.decisions.get(&item.number).map(Vec::as_slice).unwrap_or_default();
        let counting = of.iter().rev().find(|one| one.decision == counted(self.outcome(item.number)));
        let submission = counting.and_then(|one| self.submissions.get(&one.submission));
        let (before, after): (Vec<_>, Vec<_>) =
            self.reassigned.iter().filter(|one| one.number == item.number).partition(|one| one.at <= self.at);
        let chain: Vec<String> = before.iter().map(|one| handed_over(one)).collect();
        // Who had it then, and why: of what somebody else was given since, the first reason is not kept.
        let (reviewer, why) = match (before.last(), after.first()) {
            (Some(last), _) => (&last.reviewer_name, Some(&last.reason)),
            (None, Some(next)) => (&next.from_name, None),
            (None, None) => (&item.reviewer_name, Some(&item.reviewer_why)),
        };
        let writes = shown.blast_radius.as_ref().map(|radius| format!("{} of {}", radius.writes, radius.of));
        let previous = item.previous.as_ref().map(|one| format!("{} in {} by {}", one.outcome, one.review, one.by));
        let of_account = |value: Option<String>| if shown.is_group { filled(value) } else { known(value) };
        vec![
            text(&self.review.name),
            item.number.into(),
            text(&item.grant),
            text(&item.connector_title),
            text(&shown.holder),
            text(shown.whose_text()),
            of_account(shown.employment.clone()),
            text(item.entitlement.to_string()),
            text(&shown.may),
            text(&shown.path),
            text(&shown.since),
            shown.or_earlier.into(),
            filled(writes),
            of_account(shown.last_activity.clone()),
            of_account(shown.two_factor.clone()),
            text(item.novelty.word()),
            filled(previous),
            text(reviewer),
            known(why),
            text(chain.join("; ")),
            text(self.outcome(item.number).word()),
            filled(submission.map(|submission| submission.reviewer_name.clone())),
            filled(counting.map(|one| one.reason.clone())),
            filled(counting.map(|one| moment_text(one.at))),
            filled(submission.map(|submission| submission.brought_by.clone())),
            filled(submission.map(|submission| submission.source.clone())),
            of.len().into(),
            self.self_review(item, &shown),
        ]
    }
}

impl Own {
    async fn of(scope: &Scope<'_>, review: &StoredReview, submission: &StoredSubmission) -> Result<Self, StoreError> {
        let people = &scope.people;
        let mut keys = people.own_keys_of(&submission.reviewer);
        keys.extend(people.own_keys(&submission.brought_by));
        let keys: Vec<ReviewerKey> = keys.into_iter().collect();
        let holdings = scope.store.review_holdings_of(review.id, &keys).await?.into_iter().collect();
        let is_known = submission.reviewer.person_key().is_some() || people.is_account(&submission.reviewer);
        Ok(Self { holdings, is_known })
    }
}

/// The decision that an outcome is made by.
const fn counted(outcome: ReviewOutcome) -> ReviewDecision {
    match outcome {
        ReviewOutcome::Denied => ReviewDecision::Deny,
        ReviewOutcome::Certified | ReviewOutcome::Undecided => ReviewDecision::Certify,
    }
}

/// Where reviewers were found, in the order in which it was tried.
fn reviewers(definition: &ReviewDefinition) -> String {
    let fallback = Some(definition.fallback.clone()).filter(|who| !who.is_empty());
    let all = definition.reviewers.iter().cloned().chain(fallback.map(|who| format!("fallback {who}")));
    all.collect::<Vec<_>>().join(", ")
}

/// How a grant came from one reviewer to another.
fn handed_over(one: &ReviewAssignment) -> String {
    let from = if one.from_name.is_empty() { "nobody" } else { &one.from_name };
    let by = one.actor.as_deref().unwrap_or("the program");
    format!("{} from {from} to {} by {by} ({})", moment_text(one.at), one.reviewer_name, one.reason)
}

/// See [`Section`]: the campaigns.
pub(super) struct Reviews {
    rows: Vec<Row>,
}

impl Section for Campaigns {
    fn name(&self) -> &'static str {
        "review-decisions"
    }

    fn title(&self) -> &'static str {
        "Access reviews: each grant, and what was decided"
    }

    fn proves(&self) -> &'static str {
        "What each reviewer was shown of each grant when the population was fixed, who reviewed it and why it was they, what they \
         decided, when, for which reason and from where, and that nobody decided about what was known to be theirs. What is not \
         known of an account is unknown, and never no."
    }

    fn columns(&self) -> &'static [&'static str] {
        &[
            "review",
            "number",
            "grant",
            "connector",
            "holder",
            "whose",
            "employment",
            "entitlement",
            "may",
            "path",
            "since",
            "orEarlier",
            "canWrite",
            "lastActivity",
            "twoFactor",
            "novelty",
            "lastDecision",
            "reviewer",
            "assignedBecause",
            "reassigned",
            "outcome",
            "decidedBy",
            "reason",
            "decidedAt",
            "broughtBy",
            "source",
            "decisions",
            "selfReview",
        ]
    }

    fn extent(&self) -> Extent {
        let undecided: usize = self.all.iter().map(|campaign| campaign.count(ReviewOutcome::Undecided)).sum();
        let flagged = self.all.iter().filter(|campaign| is_flagged(campaign)).map(|campaign| {
            format!("{:?} was staged of what was not read in full or not lately", campaign.review.name)
        });
        let flagged: Vec<String> = flagged.collect();
        match flagged.is_empty() {
            true => Extent::complete(format!(
                "every grant of every review of the period is a row; {undecided} of them nobody decided about"
            )),
            false => Extent::at_least(&flagged),
        }
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        let rows = self.all.iter().flat_map(|one| one.items.iter().map(move |item| one.item_row(item)));
        rows.into_iter().try_for_each(put)
    }
}

fn is_flagged(campaign: &Campaign) -> bool {
    let accuracy: ReviewAccuracy = serde_json::from_value(campaign.review.accuracy.clone()).unwrap_or_default();
    accuracy.flagged() > 0
}

impl Section for Reviews {
    fn name(&self) -> &'static str {
        "reviews"
    }

    fn title(&self) -> &'static str {
        "Access reviews: campaigns"
    }

    fn proves(&self) -> &'static str {
        "Which reviews of access there were, of what, by whom, when each was staged, started and ended, how much was decided, how \
         complete what it was taken from was, and a digest of its population: no grant of it was changed since."
    }

    fn columns(&self) -> &'static [&'static str] {
        &[
            "id",
            "review",
            "state",
            "owner",
            "scope",
            "reviewers",
            "createdAt",
            "stagedAt",
            "startedAt",
            "dueAt",
            "endedAt",
            "endedBy",
            "endedBecause",
            "grants",
            "certified",
            "denied",
            "undecided",
            "population",
            "accuracy",
        ]
    }

    fn extent(&self) -> Extent {
        Extent::complete("every review that there was in the period is a row")
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        self.rows.iter().cloned().try_for_each(put)
    }
}
