//! What follows from what was denied.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::routing::{get, post};
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;
use rolecall_engine::plans::{
    PlanAnswer, PlanRow, StepEventRow, StepReading, StepRow, StepWish, plan_list, plan_show, plan_step_act,
};
use rolecall_engine::reviews::ReviewSource;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::address::Numbered;
use crate::api::ApiAnswer;
use crate::api::input::{Body, Id, Nothing, Parameters, moment_of};
use crate::api::list::{Listed, limit_of, part};
use crate::api::reply::json;
use crate::api::shape::{Moment, Told, shape};
use crate::error::WebError;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let (read, decide) = (Access::May(Permission::Read), Access::May(Permission::Decide));
    vec![
        Route::get("/api/v1/plans", read, get(plans)),
        Route::get("/api/v1/plans/{id}", read, get(plan)),
        Route::post("/api/v1/plans/{id}/steps/{number}/done", decide, "plan.step-done", post(step_done)),
        Route::post("/api/v1/plans/{id}/steps/{number}/owner", decide, "plan.step-owner-set", post(step_owner)),
        Route::post("/api/v1/plans/{id}/steps/{number}/due", decide, "plan.step-due-set", post(step_due)),
    ]
}

shape! {
    /// A plan in short.
    Plan of PlanRow {
        id: String,
        /// The name of the campaign that it follows from.
        review: Option<String>,
        created_at: Moment,
        created_by: String,
        /// Until when it is to be carried out.
        due_at: Moment,
        /// Of its steps as they were drawn up.
        digest: String,
        /// How many steps stand where.
        states: BTreeMap<String, u64>,
    }
}

shape! {
    /// A listing that says whether what a step takes away is there.
    PlanReading of StepReading {
        listing: String,
        /// When it was read in full.
        complete_at: Option<Moment>,
        /// By which sync.
        sync: Option<String>,
    }
}

shape! {
    /// Something that happened to a step.
    PlanStepEvent of StepEventRow {
        at: Moment,
        /// Where it stood from then on, or `owner-set`, `due-set`.
        what: String,
        /// Null where a reading showed it.
        actor: Option<String>,
        reason: Option<String>,
    }
}

shape! {
    /// A step of a plan.
    PlanStep of StepRow {
        number: i64,
        /// The number of the grant in the campaign.
        grant: Option<i64>,
        /// `requested`, `done`, `verified`, `failed`, `came-back` or `refused`.
        state: String,
        state_at: Moment,
        connector: String,
        holder: String,
        entitlement: String,
        /// What else goes with it: `grant`, `everything`, `lowered`.
        effect: String,
        what: String,
        how: String,
        needs: String,
        /// What has to be done or known before.
        first: Option<String>,
        /// Why it must not be done.
        refused: Option<String>,
        owner: String,
        due_at: Moment,
        is_overdue: bool,
        done_at: Option<Moment>,
        done_by: Option<String>,
        /// What was read when its state was last seen to be another.
        readings: Vec<PlanReading>,
        events: Vec<PlanStepEvent>,
    }
}

/// A plan with its steps, in the order in which they are to be done.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanExplained {
    #[serde(flatten)]
    plan: Plan,
    steps: Vec<PlanStep>,
}

impl Told<PlanExplained> for PlanAnswer {
    fn told(self) -> PlanExplained {
        PlanExplained { plan: self.row.told(), steps: self.steps.told() }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PlansAsked {
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// That a step is done.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "note": "ticket 4711" }))]
pub(crate) struct StepDoneWish {
    #[serde(default)]
    note: String,
}

/// Who does a step.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "owner": "grace" }))]
pub(crate) struct StepOwnerWish {
    /// Empty for nobody.
    owner: String,
    #[serde(default)]
    note: String,
}

/// Until when a step is to be done.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "due": "2027-01-31" }))]
pub(crate) struct StepDueWish {
    /// A date or RFC 3339.
    due: String,
    #[serde(default)]
    note: String,
}

/// Plans
///
/// The latest first.
#[utoipa::path(get, operation_id = "plans", path = "/api/v1/plans", tag = "Reviews", params(PlansAsked), responses(
    (status = 200, body = Listed<Plan>),
))]
pub(crate) async fn plans(State(site): State<Site>, Parameters(asked): Parameters<PlansAsked>) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    let all = plan_list(&site.context().store).await?;
    json(&part::<_, Plan>(all, limit, asked.after.as_deref(), |row| row.id.clone())?)
}

/// One plan
///
/// By its id, or by that of the campaign that it follows from.
#[utoipa::path(get, operation_id = "plan", path = "/api/v1/plans/{id}", tag = "Reviews", params(("id" = Uuid, Path)), responses(
    (status = 200, body = PlanExplained),
))]
pub(crate) async fn plan(State(site): State<Site>, Id(id): Id, _: Parameters<Nothing>) -> ApiAnswer {
    let plan: PlanExplained = plan_show(&site.context().store, &id.to_string(), site.context().now()).await?.told();
    json(&plan)
}

async fn act(site: &Site, signed: &Signed, (id, number): (Uuid, i64), wish: StepWish, note: String) -> ApiAnswer {
    let decision = Decision { actor: signed.actor().to_owned(), reason: note };
    let (name, now) = (id.to_string(), site.context().now());
    plan_step_act(site.context(), &name, number, &wish, &decision).await?;
    let plan = plan_show(&site.context().store, &name, now).await?;
    let step = plan.steps.into_iter().find(|step| step.number == number);
    let step: PlanStep = step.ok_or_else(|| WebError::not_found("step"))?.told();
    json(&step)
}

/// Say that a step is done
///
/// That verifies nothing: a later reading does.
#[utoipa::path(post, operation_id = "planStepDone", path = "/api/v1/plans/{id}/steps/{number}/done", tag = "Reviews",
    params(("id" = Uuid, Path), ("number" = i64, Path)), request_body = StepDoneWish, responses(
        (status = 200, body = PlanStep),
        (status = 409, description = "There is nothing to do any more."),
    )
)]
pub(crate) async fn step_done(
    State(site): State<Site>,
    signed: Signed,
    Numbered(id, number): Numbered,
    _: Parameters<Nothing>,
    Body(wish): Body<StepDoneWish>,
) -> ApiAnswer {
    act(&site, &signed, (id, number), StepWish::Done(ReviewSource::Interface), wish.note).await
}

/// Say who does a step
#[utoipa::path(post, operation_id = "planStepOwner", path = "/api/v1/plans/{id}/steps/{number}/owner", tag = "Reviews",
    params(("id" = Uuid, Path), ("number" = i64, Path)), request_body = StepOwnerWish, responses((status = 200, body = PlanStep))
)]
pub(crate) async fn step_owner(
    State(site): State<Site>,
    signed: Signed,
    Numbered(id, number): Numbered,
    _: Parameters<Nothing>,
    Body(wish): Body<StepOwnerWish>,
) -> ApiAnswer {
    act(&site, &signed, (id, number), StepWish::Own(wish.owner), wish.note).await
}

/// Say until when a step is to be done
#[utoipa::path(post, operation_id = "planStepDue", path = "/api/v1/plans/{id}/steps/{number}/due", tag = "Reviews",
    params(("id" = Uuid, Path), ("number" = i64, Path)), request_body = StepDueWish, responses((status = 200, body = PlanStep))
)]
pub(crate) async fn step_due(
    State(site): State<Site>,
    signed: Signed,
    Numbered(id, number): Numbered,
    _: Parameters<Nothing>,
    Body(wish): Body<StepDueWish>,
) -> ApiAnswer {
    act(&site, &signed, (id, number), StepWish::Due(moment_of(&wish.due)?), wish.note).await
}
