//! What lists and pages show of plans.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use rolecall_model::review::StepState;
use rolecall_store::{PlanFilter, PlanStepEvent, StepEvidence, Store, StoredPlan, StoredStep};
use serde::Serialize;

use crate::moment::moment_text;
use crate::reviews::ReviewError;

/// A plan, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanRow {
    /// The id for the outside world.
    pub id: String,
    /// The review that it follows from.
    pub review: Option<String>,
    /// When it was drawn up.
    pub created_at: String,
    /// By whom.
    pub created_by: String,
    /// Until when it is to be carried out.
    pub due_at: String,
    /// Of its steps as they were drawn up.
    pub digest: String,
    /// How many steps stand where.
    pub states: BTreeMap<&'static str, usize>,
}

/// A plan with its steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanAnswer {
    /// It in short.
    #[serde(flatten)]
    pub row: PlanRow,
    /// Its steps, in the order in which they are to be done.
    pub steps: Vec<StepRow>,
}

/// A step, as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepRow {
    /// Its number.
    pub number: i64,
    /// The number of the grant in the review.
    pub grant: Option<i64>,
    /// `requested`, `done`, `verified`, `failed`, `came-back` or `refused`.
    pub state: &'static str,
    /// Since when.
    pub state_at: String,
    /// The connector.
    pub connector: String,
    /// Who holds it.
    pub holder: String,
    /// What is taken away, as baton spells it.
    pub entitlement: String,
    /// What else goes with it: `grant`, `everything`, `lowered`.
    pub effect: String,
    /// What it does.
    pub what: String,
    /// How.
    pub how: String,
    /// What one needs for it.
    pub needs: String,
    /// What has to be done or known before.
    pub first: Option<String>,
    /// Why it must not be done.
    pub refused: Option<String>,
    /// Who does it.
    pub owner: String,
    /// Until when.
    pub due_at: String,
    /// Whether that is over and it is not verified.
    pub is_overdue: bool,
    /// When it was said to be done.
    pub done_at: Option<String>,
    /// By whom.
    pub done_by: Option<String>,
    /// What was read when its state was last seen to be another.
    pub readings: Vec<StepReading>,
    /// What happened to it, the earliest first.
    pub events: Vec<StepEventRow>,
}

/// A listing that says whether what a step takes away is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepReading {
    /// Which: `team-members of acme/core`.
    pub listing: String,
    /// When it was read in full.
    pub complete_at: Option<String>,
    /// By which sync.
    pub sync: Option<String>,
}

/// Something that happened to a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepEventRow {
    /// When.
    pub at: String,
    /// Where it stood from then on, or `owner-set`, `due-set`.
    pub what: String,
    /// Who; nobody where a reading showed it.
    pub actor: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
}

impl StepRow {
    /// Whether somebody has to do something.
    #[must_use]
    pub fn is_open(&self) -> bool {
        StepState::read(self.state).is_some_and(StepState::is_open)
    }
}

/// Plans, the latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn plan_list(store: &Store) -> Result<Vec<PlanRow>, ReviewError> {
    let mut rows = Vec::new();
    for plan in store.plan_list().await? {
        let steps = store.plan_steps(PlanFilter { plan: Some(plan.id), ..PlanFilter::default() }).await?;
        rows.push(row_of(&plan, &steps));
    }
    Ok(rows)
}

/// A plan with its steps, by its id or by the name or id of the review that it follows from.
///
/// # Errors
/// When there is none, or the database cannot be read.
pub async fn plan_show(store: &Store, name: &str, now: Timestamp) -> Result<PlanAnswer, ReviewError> {
    let plan = plan_known(store, name).await?;
    let steps = store.plan_steps(PlanFilter { plan: Some(plan.id), ..PlanFilter::default() }).await?;
    let mut events: BTreeMap<i64, Vec<StepEventRow>> = BTreeMap::new();
    for event in store.plan_step_events(plan.id).await? {
        events.entry(event.number).or_default().push(event_row(event));
    }
    let row = row_of(&plan, &steps);
    let steps = steps.into_iter().map(|step| {
        let of = events.remove(&step.number).unwrap_or_default();
        step_row(step, of, now)
    });
    Ok(PlanAnswer { row, steps: steps.collect() })
}

pub(super) async fn plan_known(store: &Store, name: &str) -> Result<StoredPlan, ReviewError> {
    let plans = store.plan_list().await?;
    let is_meant = |plan: &&StoredPlan| {
        plan.uuid.to_string() == name
            || plan.review.as_ref().is_some_and(|(uuid, review)| review == name || uuid.to_string() == name)
    };
    plans.iter().find(is_meant).cloned().ok_or_else(|| ReviewError::unknown("plan", name))
}

fn row_of(plan: &StoredPlan, steps: &[StoredStep]) -> PlanRow {
    let mut states: BTreeMap<&'static str, usize> = BTreeMap::new();
    for step in steps {
        *states.entry(step.state.word()).or_default() += 1;
    }
    PlanRow {
        id: plan.uuid.to_string(),
        review: plan.review.as_ref().map(|(_, name)| name.clone()),
        created_at: moment_text(plan.created_at),
        created_by: plan.created_by.clone(),
        due_at: moment_text(plan.due_at),
        digest: plan.digest.clone(),
        states,
    }
}

fn step_row(step: StoredStep, events: Vec<StepEventRow>, now: Timestamp) -> StepRow {
    let (done_at, done_by) = step.done.clone().unzip();
    StepRow {
        number: step.number,
        grant: step.item,
        state: step.state.word(),
        state_at: moment_text(step.state_at),
        connector: step.connector_title,
        holder: format!("{} {}", step.principal.kind, step.principal.id),
        entitlement: step.entitlement.to_string(),
        effect: step.effect,
        what: step.what,
        how: step.how,
        needs: step.needs,
        first: step.first,
        refused: step.refused,
        owner: step.owner,
        due_at: moment_text(step.due_at),
        is_overdue: step.due_at < now && (step.state.is_open() || step.state == StepState::Done),
        done_at: done_at.map(moment_text),
        done_by,
        readings: readings(step.seen),
        events,
    }
}

fn readings(seen: Option<serde_json::Value>) -> Vec<StepReading> {
    let evidence: Option<StepEvidence> = seen.and_then(|seen| serde_json::from_value(seen).ok());
    let reading = |one: rolecall_store::StepListing| StepReading {
        listing: format!("{} of {}", one.kind, one.subject),
        complete_at: one.complete_at.map(moment_text),
        sync: one.sync,
    };
    evidence.map(|evidence| evidence.listings.into_iter().map(reading).collect()).unwrap_or_default()
}

fn event_row(event: PlanStepEvent) -> StepEventRow {
    StepEventRow {
        at: moment_text(event.at),
        what: event.state,
        actor: event.actor,
        reason: event.reason.filter(|reason| !reason.is_empty()),
    }
}
