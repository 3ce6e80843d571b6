//! What people say of a step: that it is done, and who does it.

use rolecall_model::Timestamp;
use rolecall_model::review::StepState;
use serde_json::json;

use super::row::{STEP, StoredStep, step_of};
use super::write::{step_event_insert, sync_latest};
use crate::audit::{AuditEntry, audit_append};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{Decision, PlanId, ReviewSource, Store, StoreError};

/// What somebody says of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanStepAct {
    /// It is done, somebody says from there. Nothing but a later reading shows that it is.
    Done(ReviewSource),
    /// This is who does it; nobody, where the name is empty.
    Own(String),
    /// It is to be done until then.
    Due(Timestamp),
}

impl PlanStepAct {
    const fn action(&self) -> &'static str {
        match self {
            Self::Done(_) => "plan.step-done",
            Self::Own(_) => "plan.step-owner-set",
            Self::Due(_) => "plan.step-due-set",
        }
    }
}

impl Store {
    /// Writes down what somebody says of a step, and gives it as it is then; nothing where there is none with this number.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when it cannot be done any more.
    pub async fn plan_step_act(
        &self,
        plan: PlanId,
        number: i64,
        act: &PlanStepAct,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Option<StoredStep>, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let Some(known) = step_by_number(&mut tx, plan, number).await? else { return Ok(None) };
            apply(&mut tx, &known, act, decision, now).await?;
            record(&mut tx, &known, act, decision, now).await?;
            let step = step_by_number(&mut tx, plan, number).await?;
            tx.commit().await?;
            Ok(step)
        })
        .await
    }
}

async fn apply(
    db: &mut Connection,
    known: &StoredStep,
    act: &PlanStepAct,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), Failure> {
    match act {
        PlanStepAct::Done(_) if !known.state.may_be_done() => {
            let why = format!("step {} is {}: there is nothing to do", known.number, known.state.word());
            Err(Failure::Conflict(why))
        }
        PlanStepAct::Done(_) => {
            let asked = sync_latest(db, known.connector).await?;
            let update = db::query(
                "update plan_step set state = $1, state_at = $2, done_at = $2, done_by = $3, asked_sync = $4 where id = $5",
            );
            let update = update.bind(StepState::Done.word()).bind(now.0).bind(&decision.actor).bind(asked);
            update.bind(known.id.0).execute(db).await?;
            Ok(())
        }
        PlanStepAct::Own(owner) => {
            let update = db::query("update plan_step set owner = $1 where id = $2");
            update.bind(owner).bind(known.id.0).execute(db).await?;
            Ok(())
        }
        PlanStepAct::Due(due) => {
            let update = db::query("update plan_step set due_at = $1 where id = $2");
            update.bind(due.0).bind(known.id.0).execute(db).await?;
            Ok(())
        }
    }
}

async fn record(
    db: &mut Connection,
    known: &StoredStep,
    act: &PlanStepAct,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), Failure> {
    let (word, details) = match act {
        PlanStepAct::Done(source) => (StepState::Done.word(), json!({ "step": known.number, "source": source.word() })),
        PlanStepAct::Own(_) => ("owner-set", json!({ "step": known.number })),
        PlanStepAct::Due(due) => ("due-set", json!({ "step": known.number, "due": due.0 })),
    };
    let (actor, reason) = (decision.actor.as_str(), decision.reason.as_str());
    let told = match act {
        PlanStepAct::Own(owner) => json!({ "owner": owner }),
        _ => details.clone(),
    };
    step_event_insert(db, known.id, now, (word, Some(actor), Some(reason)), &told).await?;
    let mut personal = vec![("actor", actor), ("reason", reason)];
    if let PlanStepAct::Own(owner) = act {
        personal.push(("owner", owner));
    }
    let subject: Option<String> =
        db::query_scalar("select uuid from plan where id = $1").bind(known.plan.0).fetch_optional(&mut *db).await?;
    let subject = subject.unwrap_or_default();
    audit_append(db, &AuditEntry { at: now, action: act.action(), subject, details, personal }).await.map(drop)
}

async fn step_by_number(db: &mut Connection, plan: PlanId, number: i64) -> Result<Option<StoredStep>, Failure> {
    let row = db::query(format!("select {STEP} from plan_step s where s.plan_id = $1 and s.number = $2"));
    row.bind(plan.0).bind(number).fetch_optional(db).await?.as_ref().map(step_of).transpose()
}
