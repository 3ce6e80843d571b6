//! A plan, a step, and what happened to it, as rows say it.

use rolecall_model::review::StepState;
use rolecall_model::{EntitlementRef, ResourceRef, Timestamp};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::connector::uuid_read;
use crate::db::Row;
use crate::error::Failure;
use crate::review::{moment, resource_of, unknown};
use crate::{PlanId, PlanStepId};

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPlan {
    /// Key.
    pub id: PlanId,
    /// The id for the outside world.
    pub uuid: Uuid,
    /// The review that it follows from: its uuid and name.
    pub review: Option<(Uuid, String)>,
    /// When it was drawn up.
    pub created_at: Timestamp,
    /// By whom: whoever completed the review.
    pub created_by: String,
    /// Until when it is to be carried out.
    pub due_at: Timestamp,
    /// Of its steps as they were drawn up.
    pub digest: String,
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredStep {
    /// Key.
    pub id: PlanStepId,
    /// The plan.
    pub plan: PlanId,
    /// Its number in the plan: 1, 2, 3, ….
    pub number: i64,
    /// The number of the grant in the review.
    pub item: Option<i64>,
    /// The uuid of the connector.
    pub connector: Uuid,
    /// How that was called.
    pub connector_title: String,
    /// Who holds it.
    pub principal: ResourceRef,
    /// What is taken away.
    pub entitlement: EntitlementRef,
    /// What else goes with it: `grant`, `everything`, `lowered`.
    pub effect: String,
    /// What it does.
    pub what: String,
    /// How: a command, or a page.
    pub how: String,
    /// What one needs for it.
    pub needs: String,
    /// What has to be done before.
    pub first: Option<String>,
    /// Why it must not be done.
    pub refused: Option<String>,
    /// Who does it; nobody where nobody was named.
    pub owner: String,
    /// Until when.
    pub due_at: Timestamp,
    /// Where it stands.
    pub state: StepState,
    /// Since when it stands there.
    pub state_at: Timestamp,
    /// When and by whom it was said to be done.
    pub done: Option<(Timestamp, String)>,
    /// What was read when its state was last seen to be another.
    pub seen: Option<Json>,
}

pub(super) const STEP: &str = "s.id, s.plan_id, s.number, s.item_number, s.connector, s.connector_title, s.principal_kind, \
     s.principal_id, s.resource_kind, s.resource_id, s.slug, s.effect, s.what, s.how, s.needs, s.first, s.refused, s.owner, \
     s.due_at, s.state, s.state_at, s.done_at, s.done_by, s.seen";

pub(super) fn step_of(row: &Row) -> Result<StoredStep, Failure> {
    let word: String = row.try_get("state")?;
    let (done_by, seen): (Option<String>, Option<String>) = (row.try_get("done_by")?, row.try_get("seen")?);
    Ok(StoredStep {
        id: PlanStepId(row.try_get("id")?),
        plan: PlanId(row.try_get("plan_id")?),
        number: row.try_get("number")?,
        item: row.try_get("item_number")?,
        connector: uuid_read(row.try_get("connector")?)?,
        connector_title: row.try_get("connector_title")?,
        principal: resource_of(row, "principal_kind", "principal_id")?,
        entitlement: resource_of(row, "resource_kind", "resource_id")?.entitlement(row.try_get::<String, _>("slug")?),
        effect: row.try_get("effect")?,
        what: row.try_get("what")?,
        how: row.try_get("how")?,
        needs: row.try_get("needs")?,
        first: row.try_get("first")?,
        refused: row.try_get("refused")?,
        owner: row.try_get("owner")?,
        due_at: Timestamp(row.try_get("due_at")?),
        state: StepState::read(&word).ok_or_else(|| unknown("state", &word))?,
        state_at: Timestamp(row.try_get("state_at")?),
        done: moment(row, "done_at")?.zip(done_by),
        seen: seen.and_then(|text| serde_json::from_str(&text).ok()),
    })
}

pub(super) const PLAN: &str = "p.id, p.uuid, p.created_at, p.created_by, p.due_at, p.digest, r.uuid as review_uuid, \
     r.name as review_name";

pub(super) fn plan_of(row: &Row) -> Result<StoredPlan, Failure> {
    let (review, name): (Option<String>, Option<String>) = (row.try_get("review_uuid")?, row.try_get("review_name")?);
    let review = review.zip(name).map(|(uuid, name)| Ok::<_, Failure>((uuid_read(&uuid)?, name)));
    Ok(StoredPlan {
        id: PlanId(row.try_get("id")?),
        uuid: uuid_read(row.try_get("uuid")?)?,
        review: review.transpose()?,
        created_at: Timestamp(row.try_get("created_at")?),
        created_by: row.try_get("created_by")?,
        due_at: Timestamp(row.try_get("due_at")?),
        digest: row.try_get("digest")?,
    })
}

/// Something that happened to a step.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanStepEvent {
    /// The number of the step.
    pub number: i64,
    /// When, by the clock of whoever wrote it.
    pub at: Timestamp,
    /// Where it stood from then on, or `owner-set`.
    pub state: String,
    /// Who did it; nobody where a reading showed it.
    pub actor: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// What else is to be said.
    pub details: Json,
}
