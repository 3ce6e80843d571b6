//! How an attempt to tell something ends.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::delivery::by_uuid;
use crate::audit::{AuditEntry, audit_append};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{Decision, EndpointId, Store, StoreError};

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptWrite {
    /// Of what.
    pub delivery: Uuid,
    /// When it ended.
    pub at: Timestamp,
    /// What the receiver answered, or what stood in the way.
    pub answer: String,
    /// How it ended.
    pub end: AttemptEnd,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    /// The receiver has it.
    Delivered {
        /// What the receiver calls it.
        reference: Option<String>,
    },
    /// It is tried again.
    Again {
        /// When.
        next_at: Timestamp,
        /// Since when everything must have failed there for the endpoint not to be tried any more.
        disable_if_failing_since: Timestamp,
    },
    /// It is given up.
    GivenUp,
}

impl Store {
    /// Records an attempt. Whether the endpoint is disabled from now on, because nothing could be told there for so long.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn delivery_attempt_write(&self, write: &AttemptWrite) -> Result<bool, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let Some(known) = by_uuid(&mut tx, write.delivery).await? else { return Ok(false) };
            attempt_insert(&mut tx, write).await?;
            let is_disabled = end(&mut tx, known.endpoint, write).await?;
            tx.commit().await?;
            Ok(is_disabled)
        })
        .await
    }

    /// Tries again what was given up or waits, at once. Whether there is such a delivery.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn delivery_retry(
        &self,
        delivery: Uuid,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let again = db::query(
                "update delivery set state = 'pending', next_at = $1, finished_at = null where uuid = $2 \
                 and state in ('pending', 'failed')",
            );
            let again = again.bind(now.0).bind(delivery.to_string()).execute(&mut tx).await?;
            if again.rows_affected() == 0 {
                return Ok(false);
            }
            let personal = vec![("actor", decision.actor.as_str()), ("reason", decision.reason.as_str())];
            let (action, subject, details) = ("delivery.retried", delivery.to_string(), json!({}));
            audit_append(&mut tx, &AuditEntry { at: now, action, subject, details, personal }).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }
}

async fn attempt_insert(db: &mut Connection, write: &AttemptWrite) -> Result<(), Failure> {
    let is_delivered = matches!(write.end, AttemptEnd::Delivered { .. });
    let insert = db::query(
        "insert into delivery_attempt (delivery_id, at, is_delivered, answer) \
         select id, $1, $2, $3 from delivery where uuid = $4",
    );
    let insert = insert.bind(write.at.0).bind(i64::from(is_delivered)).bind(&write.answer);
    insert.bind(write.delivery.to_string()).execute(db).await?;
    Ok(())
}

async fn end(db: &mut Connection, endpoint: EndpointId, write: &AttemptWrite) -> Result<bool, Failure> {
    let (at, uuid) = (write.at.0, write.delivery.to_string());
    match &write.end {
        AttemptEnd::Delivered { reference } => {
            let done = "update delivery set state = 'delivered', attempts = attempts + 1, finished_at = $1, \
                        reference = $2 where uuid = $3";
            db::query(done).bind(at).bind(reference.as_deref()).bind(uuid).execute(&mut *db).await?;
            let well = "update endpoint set failing_since = null where id = $1 and failing_since is not null";
            db::query(well).bind(endpoint.0).execute(db).await?;
            Ok(false)
        }
        AttemptEnd::GivenUp => {
            let failed =
                "update delivery set state = 'failed', attempts = attempts + 1, finished_at = $1 where uuid = $2";
            db::query(failed).bind(at).bind(uuid).execute(&mut *db).await?;
            failing(db, endpoint, at).await?;
            Ok(false)
        }
        AttemptEnd::Again { next_at, disable_if_failing_since } => {
            let again = "update delivery set attempts = attempts + 1, next_at = $1 where uuid = $2";
            db::query(again).bind(next_at.0).bind(uuid).execute(&mut *db).await?;
            failing(db, endpoint, at).await?;
            disable(db, endpoint, *disable_if_failing_since, write).await
        }
    }
}

async fn failing(db: &mut Connection, endpoint: EndpointId, at: i64) -> Result<(), Failure> {
    let failing = "update endpoint set failing_since = $1 where id = $2 and failing_since is null";
    db::query(failing).bind(at).bind(endpoint.0).execute(db).await?;
    Ok(())
}

async fn disable(
    db: &mut Connection,
    endpoint: EndpointId,
    since: Timestamp,
    write: &AttemptWrite,
) -> Result<bool, Failure> {
    let disabled = db::query(
        "update endpoint set disabled_at = $1, disabled_why = $2 where id = $3 and disabled_at is null \
         and failing_since <= $4 returning uuid",
    );
    let disabled = disabled.bind(write.at.0).bind(&write.answer).bind(endpoint.0).bind(since.0);
    let Some(row) = disabled.fetch_optional(&mut *db).await? else { return Ok(false) };
    let (action, subject) = ("endpoint.disabled", row.try_get(0)?);
    let entry =
        AuditEntry { at: write.at, action, subject, details: json!({ "byItself": true }), personal: Vec::new() };
    audit_append(db, &entry).await?;
    Ok(true)
}
