//! Which plans there are, and how far they are.

use rolecall_model::review::StepState;
use uuid::Uuid;

use super::row::{PLAN, PlanStepEvent, STEP, StoredPlan, StoredStep, plan_of, step_of};
use crate::connector::json_of;
use crate::db::{self, Row};
use crate::error::Failure;
use crate::review::moment;
use crate::{PlanId, ReviewId, Store, StoreError};

/// Which steps to read; the default is all.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanFilter {
    /// Only those of this plan.
    pub plan: Option<PlanId>,
    /// Only those of this connector.
    pub connector: Option<Uuid>,
    /// Only those that stand so.
    pub state: Option<StepState>,
}

impl Store {
    /// Plans, the latest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn plan_list(&self) -> Result<Vec<StoredPlan>, StoreError> {
        self.answer(async {
            let rows = db::query(format!(
                "select {PLAN} from plan p left join review r on r.id = p.review_id order by p.id desc"
            ));
            rows.fetch_all(&mut *self.reading().await?).await?.iter().map(plan_of).collect()
        })
        .await
    }

    /// A number that changes with everything that happens to a step; 0 where nothing ever did.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn plan_version(&self) -> Result<i64, StoreError> {
        self.answer(async {
            let query = db::query_scalar("select coalesce(max(id), 0) from plan_step_event");
            Ok(query.fetch_one(&mut *self.reading().await?).await?)
        })
        .await
    }

    /// The plan that followed from a review.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn plan_of_review(&self, review: ReviewId) -> Result<Option<StoredPlan>, StoreError> {
        self.answer(async {
            let row = db::query(format!(
                "select {PLAN} from plan p left join review r on r.id = p.review_id where p.review_id = $1 \
                 order by p.id desc limit 1"
            ));
            let row = row.bind(review.0).fetch_optional(&mut *self.reading().await?).await?;
            row.as_ref().map(plan_of).transpose()
        })
        .await
    }

    /// Steps, by plan and number.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn plan_steps(&self, filter: PlanFilter) -> Result<Vec<StoredStep>, StoreError> {
        self.answer(async {
            let rows = db::query(format!(
                "select {STEP} from plan_step s where ($1 = 0 or s.plan_id = $1) and ($2 = '' or s.connector = $2) \
                 and ($3 = '' or s.state = $3) order by s.plan_id, s.number"
            ));
            let connector = filter.connector.map(|connector| connector.to_string()).unwrap_or_default();
            let rows = rows.bind(filter.plan.map_or(0, |plan| plan.0)).bind(connector);
            let rows = rows.bind(filter.state.map_or("", StepState::word));
            rows.fetch_all(&mut *self.reading().await?).await?.iter().map(step_of).collect()
        })
        .await
    }

    /// What happened to the steps of a plan, the earliest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn plan_step_events(&self, plan: PlanId) -> Result<Vec<PlanStepEvent>, StoreError> {
        self.answer(async {
            let rows = db::query(
                "select s.number, e.at, e.state, e.actor, e.reason, e.details from plan_step_event e \
                 join plan_step s on s.id = e.step_id where s.plan_id = $1 order by e.id",
            );
            let rows = rows.bind(plan.0).fetch_all(&mut *self.reading().await?).await?;
            rows.iter().map(event_of).collect()
        })
        .await
    }
}

fn event_of(row: &Row) -> Result<PlanStepEvent, Failure> {
    Ok(PlanStepEvent {
        number: row.try_get("number")?,
        at: moment(row, "at")?.unwrap_or_default(),
        state: row.try_get("state")?,
        actor: row.try_get("actor")?,
        reason: row.try_get("reason")?,
        details: json_of(row, "details")?,
    })
}
