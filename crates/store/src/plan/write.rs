//! Drawing up a plan.

use rolecall_model::review::StepState;
use rolecall_model::{EntitlementRef, ResourceRef, Timestamp};
use serde_json::json;
use uuid::Uuid;

use crate::audit::{AuditEntry, audit_append};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{PlanStepId, ReviewId};

/// A plan that is drawn up.
#[derive(Clone, Debug)]
pub struct NewPlan {
    /// Until when it is to be carried out.
    pub due_at: Timestamp,
    /// Of its steps: what is carried out is this and nothing else.
    pub digest: String,
    /// In the order in which they are to be done.
    pub steps: Vec<NewPlanStep>,
}

/// A step of it.
#[derive(Clone, Debug)]
pub struct NewPlanStep {
    /// The number of the grant in the review.
    pub item: Option<i64>,
    /// The uuid of the connector.
    pub connector: Uuid,
    /// How that is called.
    pub connector_title: String,
    /// Who holds it.
    pub principal: ResourceRef,
    /// What is taken away.
    pub entitlement: EntitlementRef,
    /// What else goes with it: `grant`, `everything`, `lowered`.
    pub effect: &'static str,
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
    /// Who does it; nobody, where the name is empty.
    pub owner: String,
}

/// Writes it in a transaction.
pub(crate) async fn plan_insert(
    db: &mut Connection,
    review: Option<ReviewId>,
    plan: &NewPlan,
    actor: &str,
    now: Timestamp,
) -> Result<Uuid, Failure> {
    let uuid = Uuid::now_v7();
    let insert = db::query(
        "insert into plan (uuid, review_id, created_at, created_by, due_at, digest) values ($1, $2, $3, $4, $5, $6) \
         returning id",
    );
    let insert = insert.bind(uuid.to_string()).bind(review.map(|review| review.0)).bind(now.0).bind(actor);
    let row = insert.bind(plan.due_at.0).bind(&plan.digest).fetch_one(&mut *db).await?;
    let id: i64 = row.try_get(0)?;
    for (step, number) in plan.steps.iter().zip(1_i64..) {
        step_insert(db, (id, number), plan, step, now).await?;
    }
    let refused = plan.steps.iter().filter(|step| step.refused.is_some()).count();
    let details = json!({ "steps": plan.steps.len(), "refused": refused, "digest": plan.digest });
    let (subject, personal) = (uuid.to_string(), vec![("actor", actor)]);
    audit_append(db, &AuditEntry { at: now, action: "plan.drawn-up", subject, details, personal }).await?;
    Ok(uuid)
}

async fn step_insert(
    db: &mut Connection,
    (plan_id, number): (i64, i64),
    plan: &NewPlan,
    step: &NewPlanStep,
    now: Timestamp,
) -> Result<(), Failure> {
    let state = if step.refused.is_some() { StepState::Refused } else { StepState::Requested };
    let asked = sync_latest(db, step.connector).await?;
    let insert = db::query(
        "insert into plan_step (plan_id, number, item_number, connector, connector_title, principal_kind, principal_id, \
         resource_kind, resource_id, slug, effect, what, how, needs, first, refused, owner, due_at, state, state_at, \
         asked_sync) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
         $21) returning id",
    );
    let resource = &step.entitlement.resource;
    let insert = insert.bind(plan_id).bind(number).bind(step.item).bind(step.connector.to_string());
    let insert = insert.bind(&step.connector_title).bind(step.principal.kind.as_str()).bind(&*step.principal.id);
    let insert = insert.bind(resource.kind.as_str()).bind(&*resource.id).bind(step.entitlement.slug.as_str());
    let insert = insert.bind(step.effect).bind(&step.what).bind(&step.how).bind(&step.needs);
    let insert = insert.bind(step.first.as_deref()).bind(step.refused.as_deref()).bind(&step.owner);
    let insert = insert.bind(plan.due_at.0).bind(state.word()).bind(now.0).bind(asked);
    let row = insert.fetch_one(&mut *db).await?;
    let details = step.refused.as_ref().map_or_else(|| json!({}), |why| json!({ "why": why }));
    step_event_insert(db, PlanStepId(row.try_get(0)?), now, (state.word(), None, None), &details).await
}

/// The last sync of a connector that has begun: what later ones read was so after now.
pub(super) async fn sync_latest(db: &mut Connection, connector: Uuid) -> Result<i64, Failure> {
    let latest =
        "select coalesce(max(s.id), 0) from sync s join connector c on c.id = s.connector_id where c.uuid = $1";
    Ok(db::query_scalar(latest).bind(connector.to_string()).fetch_one(db).await?)
}

/// Adds to the history of a step.
pub(super) async fn step_event_insert(
    db: &mut Connection,
    step: PlanStepId,
    at: Timestamp,
    (state, actor, reason): (&str, Option<&str>, Option<&str>),
    details: &serde_json::Value,
) -> Result<(), Failure> {
    let insert = db::query(
        "insert into plan_step_event (step_id, at, state, actor, reason, details) values ($1, $2, $3, $4, $5, $6)",
    );
    let insert = insert.bind(step.0).bind(at.0).bind(state).bind(actor).bind(reason).bind(details.to_string());
    insert.execute(db).await?;
    Ok(())
}
