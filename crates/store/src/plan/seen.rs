//! What becomes of steps by what was read.

use rolecall_model::Timestamp;
use rolecall_model::review::{StepSight, StepState};
use serde_json::json;

use super::row::{STEP, StoredStep, step_of};
use super::sight::step_sight;
use super::write::step_event_insert;
use crate::audit::{AuditEntry, audit_append};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{Store, StoreError};

/// A step that stands elsewhere since it was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct StepSeen {
    /// It, as it is now.
    pub step: StoredStep,
    /// Where it stood.
    pub before: StepState,
}

impl Store {
    /// Looks at what was read since steps were asked for, and moves on those of which that says something. What a step takes
    /// away is looked for in the transaction that moves it. `O(steps · their statements)`.
    ///
    /// # Errors
    /// As of any writing; all of it is written or nothing.
    pub async fn plan_step_seen(&self, now: Timestamp) -> Result<Vec<StepSeen>, StoreError> {
        if !self.plan_step_is_news().await? {
            return Ok(Vec::new());
        }
        self.answer(async {
            let mut tx = self.writing().await?;
            let mut seen = Vec::new();
            for (step, asked) in steps(&mut tx).await? {
                let (sight, evidence) = step_sight(&mut tx, &step, asked).await?;
                let next = step.state.seen(sight);
                if next != step.state {
                    move_on(&mut tx, &step, next, &json!(evidence), now).await?;
                    seen.push(StepSeen { before: step.state, step: step_by_id(&mut tx, &step).await? });
                }
            }
            tx.commit().await?;
            Ok(seen)
        })
        .await
    }

    /// Whether anything would be moved, without writing: most snapshots say nothing of any plan.
    async fn plan_step_is_news(&self) -> Result<bool, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            for (step, asked) in steps(&mut db).await? {
                let (sight, _) = step_sight(&mut db, &step, asked).await?;
                if sight != StepSight::Unknown && step.state.seen(sight) != step.state {
                    return Ok(true);
                }
            }
            Ok(false)
        })
        .await
    }
}

/// Every step, with the sync after which readings say something of it.
async fn steps(db: &mut Connection) -> Result<Vec<(StoredStep, i64)>, Failure> {
    let rows = db::query(format!("select {STEP}, s.asked_sync from plan_step s order by s.id"));
    let step = |row: &Row| Ok((step_of(row)?, row.try_get("asked_sync")?));
    rows.fetch_all(db).await?.iter().map(step).collect()
}

async fn step_by_id(db: &mut Connection, step: &StoredStep) -> Result<StoredStep, Failure> {
    let row = db::query(format!("select {STEP} from plan_step s where s.id = $1"));
    step_of(&row.bind(step.id.0).fetch_one(db).await?)
}

async fn move_on(
    db: &mut Connection,
    step: &StoredStep,
    next: StepState,
    evidence: &serde_json::Value,
    now: Timestamp,
) -> Result<(), Failure> {
    let update = db::query("update plan_step set state = $1, state_at = $2, seen = $3 where id = $4");
    let update = update.bind(next.word()).bind(now.0).bind(evidence.to_string()).bind(step.id.0);
    update.execute(&mut *db).await?;
    step_event_insert(db, step.id, now, (next.word(), None, None), evidence).await?;
    let subject: Option<String> =
        db::query_scalar("select uuid from plan where id = $1").bind(step.plan.0).fetch_optional(&mut *db).await?;
    let details = json!({ "step": step.number, "state": next.word(), "before": step.state.word() });
    let subject = subject.unwrap_or_default();
    let entry = AuditEntry { at: now, action: "plan.step-seen", subject, details, personal: Vec::new() };
    audit_append(db, &entry).await.map(drop)
}
