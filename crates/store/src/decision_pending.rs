//! Decisions about held removals that are carried out later, because they concern whoever made them.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use crate::audit::{AuditEntry, audit_append, connector_subject};
use crate::connector::{uuid_of, uuid_read};
use crate::db::{self, Connection, Row};
use crate::decision::Act;
use crate::error::Failure;
use crate::{ConnectorId, Decision, DecisionReport, ListingId, RemovalFilter, SnapshotId, Store, StoreError};

/// What is to be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDecisionPending {
    /// Whose removals.
    pub connector: ConnectorId,
    /// Whether they pass; otherwise they are not to be believed.
    pub is_confirmation: bool,
    /// Only those of this listing.
    pub listing: Option<ListingId>,
    /// Nothing that was first missed by a later snapshot.
    pub seen: SnapshotId,
    /// Who decided.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When it is carried out.
    pub due_at: Timestamp,
}

/// A decision that is not carried out yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionPending {
    /// Its id.
    pub uuid: Uuid,
    /// The connector's id for the outside world.
    pub connector_uuid: Uuid,
    /// When it was made.
    pub made_at: Timestamp,
    /// What is to be decided.
    pub asked: NewDecisionPending,
}

const WAITING: &str = "select d.*, c.uuid as connector_uuid from decision_pending d \
     join connector c on c.id = d.connector_id where d.state = 'waiting'";

impl Store {
    /// Makes a decision that is carried out later.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn decision_delay(
        &self,
        asked: &NewDecisionPending,
        now: Timestamp,
    ) -> Result<DecisionPending, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let uuid = Uuid::now_v7();
            db::query(
                "insert into decision_pending (uuid, connector_id, action, listing_id, seen_snapshot, actor, reason, \
                 made_at, due_at, state) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting')",
            )
            .bind(uuid.to_string())
            .bind(asked.connector.0)
            .bind(word(asked.is_confirmation))
            .bind(asked.listing.map(|listing| listing.0))
            .bind(asked.seen.0)
            .bind(&asked.actor)
            .bind(&asked.reason)
            .bind(now.0)
            .bind(asked.due_at.0)
            .execute(&mut tx)
            .await?;
            record(&mut tx, asked, "decision.delayed", &asked.actor, now).await?;
            let row = db::query(format!("{WAITING} and d.uuid = $1")).bind(uuid.to_string()).fetch_one(&mut tx).await?;
            tx.commit().await?;
            pending_of(&row)
        })
        .await
    }

    /// Decisions that are not carried out yet, oldest first: of one connector, or of all.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn decisions_pending(&self, connector: Option<ConnectorId>) -> Result<Vec<DecisionPending>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(format!("{WAITING} and d.connector_id = coalesce($1, d.connector_id) order by d.id"))
                .bind(connector.map(|connector| connector.0))
                .fetch_all(&mut db)
                .await?;
            rows.iter().map(pending_of).collect()
        })
        .await
    }

    /// Withdraws a decision that is not carried out yet; nothing when it has ended already.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn decision_withdraw(
        &self,
        decision: Uuid,
        actor: &str,
        now: Timestamp,
    ) -> Result<Option<DecisionPending>, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let Some(pending) = waiting(&mut tx, decision).await? else { return Ok(None) };
            end(&mut tx, decision, Some(actor), now).await?;
            record(&mut tx, &pending.asked, "decision.withdrawn", actor, now).await?;
            tx.commit().await?;
            Ok(Some(pending))
        })
        .await
    }

    /// Carries out a decision that is due, in the name of whoever made it; nothing when it has ended already or is not
    /// due.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn decision_carry_out(
        &self,
        decision: Uuid,
        now: Timestamp,
    ) -> Result<Option<DecisionReport>, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let Some(pending) = waiting(&mut tx, decision).await? else { return Ok(None) };
            if pending.asked.due_at > now {
                return Ok(None);
            }
            let asked = &pending.asked;
            let made = Decision { actor: asked.actor.clone(), reason: asked.reason.clone() };
            let filter =
                RemovalFilter { listing: asked.listing, missing_until: Some(asked.seen), ..Default::default() };
            let act = Act { connector: asked.connector, decision: &made, now, filter };
            let report = if asked.is_confirmation { act.confirm(&mut tx).await? } else { act.discard(&mut tx).await? };
            end(&mut tx, decision, None, now).await?;
            tx.commit().await?;
            Ok(Some(report))
        })
        .await
    }
}

async fn waiting(db: &mut Connection, decision: Uuid) -> Result<Option<DecisionPending>, Failure> {
    let row = db::query(format!("{WAITING} and d.uuid = $1")).bind(decision.to_string()).fetch_optional(db).await?;
    row.as_ref().map(pending_of).transpose()
}

async fn end(db: &mut Connection, decision: Uuid, withdrawn_by: Option<&str>, now: Timestamp) -> Result<(), Failure> {
    db::query(
        "update decision_pending set state = $1, ended_at = $2, ended_by = $3 where uuid = $4 and state = 'waiting'",
    )
    .bind(if withdrawn_by.is_some() { "withdrawn" } else { "done" })
    .bind(now.0)
    .bind(withdrawn_by)
    .bind(decision.to_string())
    .execute(db)
    .await?;
    Ok(())
}

async fn record(
    db: &mut Connection,
    asked: &NewDecisionPending,
    action: &'static str,
    actor: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let entry = AuditEntry {
        at: now,
        action,
        subject: connector_subject(db, asked.connector).await?,
        details: json!({
            "action": word(asked.is_confirmation),
            "due": asked.due_at.0,
            "listing": asked.listing.map(|listing| listing.0),
            "snapshot": asked.seen.0,
        }),
        personal: vec![("actor", actor), ("reason", &asked.reason)],
    };
    audit_append(db, &entry).await.map(drop)
}

const fn word(is_confirmation: bool) -> &'static str {
    if is_confirmation { "confirm" } else { "discard" }
}

fn pending_of(row: &Row) -> Result<DecisionPending, Failure> {
    let action: &str = row.try_get("action")?;
    Ok(DecisionPending {
        uuid: uuid_of(row)?,
        connector_uuid: uuid_read(row.try_get("connector_uuid")?)?,
        made_at: Timestamp(row.try_get("made_at")?),
        asked: NewDecisionPending {
            connector: ConnectorId(row.try_get("connector_id")?),
            is_confirmation: action == "confirm",
            listing: row.try_get::<Option<i64>, _>("listing_id")?.map(ListingId),
            seen: SnapshotId(row.try_get("seen_snapshot")?),
            actor: row.try_get("actor")?,
            reason: row.try_get("reason")?,
            due_at: Timestamp(row.try_get("due_at")?),
        },
    })
}
