//! Submitting decisions: from then on they stand, and whoever decides anew adds another.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewDecision, ReviewOutcome, ReviewState, ReviewerKey, may_review, review_outcome};
use serde_json::json;
use uuid::Uuid;

use super::change::review_take;
use super::delegate::delegators;
use super::row::{StoredReview, unknown};
use super::{Act, act_record, event};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{Store, StoreError};

/// From where decisions come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReviewSource {
    /// A page of the hub.
    Page,
    /// The JSON interface.
    Interface,
    /// A command.
    Terminal,
    /// A file of decisions.
    File,
    /// The end of the campaign, which denies what is left.
    Completion,
}

impl ReviewSource {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Interface => "interface",
            Self::Terminal => "terminal",
            Self::File => "file",
            Self::Completion => "completion",
        }
    }
}

/// A decision about a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewChoice {
    /// The grant's number.
    pub number: i64,
    /// What is decided.
    pub decision: ReviewDecision,
    /// Why, in their words.
    pub reason: String,
}

/// What somebody decides at once.
#[derive(Clone, Debug)]
pub struct ReviewSubmission {
    /// The campaign.
    pub review: Uuid,
    /// Who decides.
    pub reviewer: ReviewerKey,
    /// How they are called.
    pub reviewer_name: String,
    /// From where it comes.
    pub source: ReviewSource,
    /// Who brings it: the reviewer, or somebody who has it from them.
    pub brought_by: String,
    /// Under which keys whoever brings it and whoever decides might hold something: neither touches what they hold.
    pub own: BTreeSet<ReviewerKey>,
    /// What whoever brings it or decides is known to hold now, whatever was known when it was staged ([`super::ReviewItem::holding`]).
    pub own_now: BTreeSet<String>,
    /// What those in whose place the reviewer decides are known to hold now, by who they are: nobody decides about it in
    /// their place.
    pub delegators_own: BTreeSet<(ReviewerKey, String)>,
    /// The file it was read from: its name, and the SHA-256 digest of its bytes.
    pub file: Option<(String, String)>,
    /// The decisions, each grant once.
    pub choices: Vec<ReviewChoice>,
}

/// Why a decision does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubmitRefusal {
    /// There is no grant with this number.
    Unknown,
    /// It is somebody else's to decide.
    NotTheirs,
    /// Whoever decides or brings it holds it.
    Own,
    /// A deny, or a decision in the place of another, needs a reason.
    Reasonless,
}

impl SubmitRefusal {
    /// A stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotTheirs => "not-theirs",
            Self::Own => "own",
            Self::Reasonless => "reasonless",
        }
    }
}

/// What became of a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewSubmitted {
    /// Its id, where anything was decided.
    pub submission: Option<Uuid>,
    /// Grants that were certified by it.
    pub certified: Vec<i64>,
    /// Grants that were denied by it.
    pub denied: Vec<i64>,
    /// Grants of which the same reviewer had decided the same for the same reason.
    pub repeated: Vec<i64>,
    /// Grants about which nothing was decided, and why.
    pub refused: Vec<(i64, SubmitRefusal)>,
}

/// What is known of a grant that is decided about.
struct Target {
    id: i64,
    reviewer: Option<String>,
    holding: String,
}

impl Store {
    /// Takes decisions: those that may be taken, together or not at all; the others are told. Choices of the reviewer about
    /// the same grants are choices no more. `O(decisions)`.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when the campaign does not run.
    pub async fn review_submit(
        &self,
        submission: &ReviewSubmission,
        now: Timestamp,
    ) -> Result<ReviewSubmitted, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let review = review_take(&mut tx, submission.review, None, ReviewState::Running).await?;
            if review.state != ReviewState::Running {
                return Err(Failure::Conflict(format!("the review {:?} is not running", review.name)));
            }
            let submitted = submit(&mut tx, &review, submission, now).await?;
            // What is only repeated changes nothing, and nobody who looked at it before has to look again.
            if submitted.submission.is_some() || !submitted.refused.is_empty() {
                tx.commit().await?;
            }
            Ok(submitted)
        })
        .await
    }
}

/// The same in a transaction that has taken the campaign.
pub(super) async fn submit(
    db: &mut Connection,
    review: &StoredReview,
    submission: &ReviewSubmission,
    now: Timestamp,
) -> Result<ReviewSubmitted, Failure> {
    let (mut submitted, mut taken) = (ReviewSubmitted::default(), Vec::new());
    let theirs = delegators(db, &submission.reviewer, now).await?;
    for choice in &submission.choices {
        match examine(db, review, submission, &theirs, choice).await? {
            Examined::Refused(why) => submitted.refused.push((choice.number, why)),
            Examined::Repeated => submitted.repeated.push(choice.number),
            Examined::Taken(target) => taken.push((target, choice)),
        }
    }
    if !submitted.refused.is_empty() {
        let refused: Vec<_> = submitted.refused.iter().map(|(number, why)| json!([number, why.word()])).collect();
        let by = Some(submission.brought_by.as_str());
        event::event_insert(db, review.id, now, ("refused", by, None), &json!({ "grants": refused })).await?;
    }
    if !taken.is_empty() {
        // It is large, and on the stack of whoever completes a campaign otherwise.
        Box::pin(write(db, review, submission, &taken, &mut submitted, now)).await?;
    }
    Ok(submitted)
}

enum Examined {
    Refused(SubmitRefusal),
    Repeated,
    Taken(Target),
}

async fn examine(
    db: &mut Connection,
    review: &StoredReview,
    submission: &ReviewSubmission,
    theirs: &BTreeSet<String>,
    choice: &ReviewChoice,
) -> Result<Examined, Failure> {
    let Some(target) = target(db, review, choice.number).await? else {
        return Ok(Examined::Refused(SubmitRefusal::Unknown));
    };
    let is_theirs = target.reviewer.as_ref().is_some_and(|reviewer| theirs.contains(reviewer));
    if !is_theirs && submission.source != ReviewSource::Completion {
        return Ok(Examined::Refused(SubmitRefusal::NotTheirs));
    }
    let holders = holders(db, review, &target.holding).await?;
    let is_own = submission.own.iter().chain([&submission.reviewer]).any(|key| !may_review(key, &holders));
    let in_place_of = target.reviewer.as_deref().map(ReviewerKey::kept);
    let is_delegators = in_place_of.is_some_and(|of| submission.delegators_own.contains(&(of, target.holding.clone())));
    if is_own || is_delegators || submission.own_now.contains(&target.holding) {
        return Ok(Examined::Refused(SubmitRefusal::Own));
    }
    let known = decisions(db, target.id).await?;
    let last = known.iter().rev().find(|(reviewer, ..)| reviewer == submission.reviewer.as_str());
    let reason = choice.reason.trim();
    match last {
        Some((_, decision, said)) if *decision == choice.decision && (said == reason || reason.is_empty()) => {
            return Ok(Examined::Repeated);
        }
        Some(_) if reason.is_empty() => return Ok(Examined::Refused(SubmitRefusal::Reasonless)),
        _ => {}
    }
    let is_reasonless = choice.decision == ReviewDecision::Deny && reason.is_empty();
    Ok(if is_reasonless { Examined::Refused(SubmitRefusal::Reasonless) } else { Examined::Taken(target) })
}

async fn target(db: &mut Connection, review: &StoredReview, number: i64) -> Result<Option<Target>, Failure> {
    let row = db::query("select id, reviewer, holding from review_item where review_id = $1 and number = $2");
    let row = row.bind(review.id.0).bind(number).fetch_optional(db).await?;
    let target = |row: Row| Ok(Target { id: row.try_get(0)?, reviewer: row.try_get(1)?, holding: row.try_get(2)? });
    row.map(target).transpose()
}

async fn holders(db: &mut Connection, review: &StoredReview, holding: &str) -> Result<BTreeSet<ReviewerKey>, Failure> {
    let rows = db::query("select reviewer from review_holder where review_id = $1 and holding = $2");
    let rows = rows.bind(review.id.0).bind(holding).fetch_all(db).await?;
    rows.iter().map(|row| Ok(ReviewerKey::kept(row.try_get::<String, _>(0)?))).collect()
}

/// The decisions about a grant, the earliest first.
async fn decisions(db: &mut Connection, item: i64) -> Result<Vec<(String, ReviewDecision, String)>, Failure> {
    let rows = db::query("select reviewer, decision, reason from review_decision where item_id = $1 order by id");
    let rows = rows.bind(item).fetch_all(db).await?;
    let decision = |row: &Row| {
        let word: String = row.try_get(1)?;
        let decision = ReviewDecision::read(&word).ok_or_else(|| unknown("decision", &word))?;
        Ok((row.try_get(0)?, decision, row.try_get(2)?))
    };
    rows.iter().map(decision).collect()
}

async fn write(
    db: &mut Connection,
    review: &StoredReview,
    submission: &ReviewSubmission,
    taken: &[(Target, &ReviewChoice)],
    submitted: &mut ReviewSubmitted,
    now: Timestamp,
) -> Result<(), Failure> {
    for (_, choice) in taken {
        match choice.decision {
            ReviewDecision::Certify => submitted.certified.push(choice.number),
            ReviewDecision::Deny => submitted.denied.push(choice.number),
        }
    }
    let uuid = Uuid::now_v7();
    submitted.submission = Some(uuid);
    let id = submission_insert(db, review, submission, submitted, uuid, now).await?;
    for (target, choice) in taken {
        let insert = db::query(
            "insert into review_decision (item_id, submission_id, reviewer, decision, reason, at) \
             values ($1, $2, $3, $4, $5, $6)",
        );
        let insert = insert.bind(target.id).bind(id).bind(submission.reviewer.as_str()).bind(choice.decision.word());
        insert.bind(choice.reason.trim()).bind(now.0).execute(&mut *db).await?;
        let mark = db::query("delete from review_mark where item_id = $1 and reviewer = $2");
        mark.bind(target.id).bind(submission.reviewer.as_str()).execute(&mut *db).await?;
        outcome_renew(db, target.id, now).await?;
    }
    let details = json!({
        "submission": uuid.to_string(),
        "source": submission.source.word(),
        "certified": submitted.certified,
        "denied": submitted.denied,
        "file": submission.file.as_ref().map(|(_, digest)| digest),
    });
    // Reasons are what people wrote, and can be erased one by one.
    let reasons: BTreeMap<i64, &str> = taken
        .iter()
        .filter(|(_, choice)| !choice.reason.trim().is_empty())
        .map(|(_, choice)| (choice.number, choice.reason.trim()))
        .collect();
    let reasons = serde_json::to_string(&reasons).unwrap_or_default();
    let mut personal = vec![("reviewer", submission.reviewer_name.as_str())];
    personal.extend((reasons != "{}").then_some(("reasons", reasons.as_str())));
    let act = Act {
        review,
        at: now,
        what: "submitted",
        action: "review.submitted",
        actor: Some(&submission.brought_by),
        reason: None,
        details,
        personal,
    };
    act_record(db, act).await
}

async fn submission_insert(
    db: &mut Connection,
    review: &StoredReview,
    submission: &ReviewSubmission,
    submitted: &ReviewSubmitted,
    uuid: Uuid,
    now: Timestamp,
) -> Result<i64, Failure> {
    let count = |numbers: &[i64]| i64::try_from(numbers.len()).unwrap_or(i64::MAX);
    let insert = db::query(
        "insert into review_submission (uuid, review_id, at, reviewer, reviewer_name, source, brought_by, file_name, \
         file_sha256, certified, denied) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id",
    );
    let (name, digest) = submission.file.as_ref().map(|(name, digest)| (name.as_str(), digest.as_str())).unzip();
    let insert = insert.bind(uuid.to_string()).bind(review.id.0).bind(now.0).bind(submission.reviewer.as_str());
    let insert = insert.bind(&submission.reviewer_name).bind(submission.source.word()).bind(&submission.brought_by);
    let insert = insert.bind(name).bind(digest).bind(count(&submitted.certified)).bind(count(&submitted.denied));
    Ok(insert.fetch_one(db).await?.try_get(0)?)
}

/// Works out anew what counts of the decisions about a grant.
async fn outcome_renew(db: &mut Connection, item: i64, now: Timestamp) -> Result<(), Failure> {
    let known = decisions(db, item).await?;
    let outcome: ReviewOutcome = review_outcome(known.iter().map(|(reviewer, decision, _)| (&**reviewer, *decision)));
    let update = db::query("update review_item set outcome = $1, decided_at = $2 where id = $3");
    update.bind(outcome.word()).bind(now.0).bind(item).execute(db).await?;
    Ok(())
}
