//! A campaign, a grant in it, and what was decided, as rows say it.

use rolecall_model::review::{ReviewDecision, ReviewNovelty, ReviewOutcome, ReviewState, ReviewerKey};
use rolecall_model::{EntitlementRef, ResourceRef, Term, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::connector::{json_of, uuid_read};
use crate::db::Row;
use crate::error::Failure;
use crate::{ReviewId, ReviewItemId};

/// A campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredReview {
    /// Key.
    pub id: ReviewId,
    /// The id for the outside world.
    pub uuid: Uuid,
    /// How people call it; no two are called alike.
    pub name: String,
    /// What it is to be.
    pub definition: Json,
    /// Where it stands.
    pub state: ReviewState,
    /// Counts every change of what others may have looked at.
    pub version: i64,
    /// A person, the review that it repeats, or the rule that asked for it.
    pub origin: String,
    /// When it was written first.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When its population was fixed.
    pub staged_at: Option<Timestamp>,
    /// When reviewers were asked.
    pub started_at: Option<Timestamp>,
    /// Until when they are to decide.
    pub due_at: Option<Timestamp>,
    /// When it was completed or given up.
    pub ended_at: Option<Timestamp>,
    /// By whom; nobody where the program did it.
    pub ended_by: Option<String>,
    /// Why, in their words.
    pub ended_reason: Option<String>,
    /// How many grants are in it.
    pub items: i64,
    /// A digest of them all; empty before it is staged.
    pub population: String,
    /// How complete what they were taken from was.
    pub accuracy: Json,
}

pub(super) const REVIEW: &str = "id, uuid, name, definition, state, version, origin, created_at, created_by, staged_at, \
     started_at, due_at, ended_at, ended_by, ended_reason, items, population, accuracy";

pub(super) fn review_of(row: &Row) -> Result<StoredReview, Failure> {
    let state: String = row.try_get("state")?;
    Ok(StoredReview {
        id: ReviewId(row.try_get("id")?),
        uuid: uuid_read(row.try_get("uuid")?)?,
        name: row.try_get("name")?,
        definition: json_of(row, "definition")?,
        state: ReviewState::read(&state).ok_or_else(|| unknown("state", &state))?,
        version: row.try_get("version")?,
        origin: row.try_get("origin")?,
        created_at: Timestamp(row.try_get("created_at")?),
        created_by: row.try_get("created_by")?,
        staged_at: moment(row, "staged_at")?,
        started_at: moment(row, "started_at")?,
        due_at: moment(row, "due_at")?,
        ended_at: moment(row, "ended_at")?,
        ended_by: row.try_get("ended_by")?,
        ended_reason: row.try_get("ended_reason")?,
        items: row.try_get("items")?,
        population: row.try_get("population")?,
        accuracy: json_of(row, "accuracy")?,
    })
}

/// A grant in a campaign: as it was when the population was fixed, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewItem {
    /// Key.
    pub id: ReviewItemId,
    /// Its number in the campaign: 1, 2, 3, ….
    pub number: i64,
    /// The uuid of its connector.
    pub connector: Uuid,
    /// How that was called: `npm:acme`.
    pub connector_title: String,
    /// Who holds it.
    pub principal: ResourceRef,
    /// What is held.
    pub entitlement: EntitlementRef,
    /// What makes it the same grant in another review.
    pub grant: String,
    /// A digest of what decides whether it is as it was.
    pub content: String,
    /// What its reviewer is shown.
    pub shown: Json,
    /// Under which name its holders are kept.
    pub holding: String,
    /// What it is beside what was certified before.
    pub novelty: ReviewNovelty,
    /// What was decided of it last, in an earlier review.
    pub previous: Option<ItemPrevious>,
    /// Who reviews it; nobody where nobody could be found.
    pub reviewer: Option<ReviewerKey>,
    /// How they are called.
    pub reviewer_name: String,
    /// Why it is they.
    pub reviewer_why: String,
    /// What counts of the decisions about it.
    pub outcome: ReviewOutcome,
    /// When that came to be.
    pub decided_at: Option<Timestamp>,
}

/// What was decided of a grant in an earlier review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemPrevious {
    /// The review.
    pub review: String,
    /// `certified` or `denied`.
    pub outcome: String,
    /// When, in microseconds.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

pub(super) const ITEM: &str = "i.id, i.number, i.connector, i.connector_title, i.principal_kind, i.principal_id, \
     i.resource_kind, i.resource_id, i.slug, i.grant_key, i.content, i.shown, i.holding, i.novelty, i.previous, i.reviewer, \
     i.reviewer_name, i.reviewer_why, i.outcome, i.decided_at";

pub(super) fn item_of(row: &Row) -> Result<ReviewItem, Failure> {
    let (novelty, outcome): (String, String) = (row.try_get("novelty")?, row.try_get("outcome")?);
    let previous: Option<String> = row.try_get("previous")?;
    let previous = previous.map(|text| serde_json::from_str(&text)).transpose();
    Ok(ReviewItem {
        id: ReviewItemId(row.try_get("id")?),
        number: row.try_get("number")?,
        connector: uuid_read(row.try_get("connector")?)?,
        connector_title: row.try_get("connector_title")?,
        principal: resource_of(row, "principal_kind", "principal_id")?,
        entitlement: resource_of(row, "resource_kind", "resource_id")?.entitlement(row.try_get::<String, _>("slug")?),
        grant: row.try_get("grant_key")?,
        content: row.try_get("content")?,
        shown: json_of(row, "shown")?,
        holding: row.try_get("holding")?,
        novelty: ReviewNovelty::read(&novelty).ok_or_else(|| unknown("novelty", &novelty))?,
        previous: previous.map_err(|error| Failure::Corrupt(format!("a grant's earlier decision: {error}")))?,
        reviewer: row.try_get::<Option<String>, _>("reviewer")?.map(ReviewerKey::kept),
        reviewer_name: row.try_get("reviewer_name")?,
        reviewer_why: row.try_get("reviewer_why")?,
        outcome: ReviewOutcome::read(&outcome).ok_or_else(|| unknown("outcome", &outcome))?,
        decided_at: moment(row, "decided_at")?,
    })
}

/// A submitted decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDecision {
    /// The grant's number in the campaign.
    pub number: i64,
    /// With what it was submitted.
    pub submission: Uuid,
    /// Who decided.
    pub reviewer: ReviewerKey,
    /// What.
    pub decision: ReviewDecision,
    /// Why, in their words.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// What was submitted at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSubmission {
    /// Its id.
    pub uuid: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who decided.
    pub reviewer: ReviewerKey,
    /// How they are called.
    pub reviewer_name: String,
    /// `page`, `terminal`, `file`, `interface` or `completion`.
    pub source: String,
    /// Who brought it; the reviewer most often.
    pub brought_by: String,
    /// The file it was read from: its name, and the SHA-256 digest of its bytes.
    pub file: Option<(String, String)>,
    /// How many grants it certified.
    pub certified: i64,
    /// How many it denied.
    pub denied: i64,
}

/// That another came to review a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewAssignment {
    /// The grant's number.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who saw to it; nobody where the program did.
    pub actor: Option<String>,
    /// Who had it before.
    pub from_name: String,
    /// Who has it from then on.
    pub reviewer: Option<ReviewerKey>,
    /// How they are called.
    pub reviewer_name: String,
    /// Why.
    pub reason: String,
}

pub(crate) fn resource_of(row: &Row, kind: &str, id: &str) -> Result<ResourceRef, Failure> {
    let (kind, id): (String, String) = (row.try_get(kind)?, row.try_get(id)?);
    Ok(ResourceRef::new(Term::from(kind), id.as_str()))
}

pub(crate) fn moment(row: &Row, column: &str) -> Result<Option<Timestamp>, Failure> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp))
}

pub(crate) fn unknown(what: &str, word: &str) -> Failure {
    Failure::Corrupt(format!("the {what} {word:?} of something under review is not known"))
}
