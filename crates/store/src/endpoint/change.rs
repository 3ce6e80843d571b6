//! Adding, changing and removing endpoints.

use rolecall_model::Timestamp;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Endpoint, endpoint_by_name, endpoints};
use crate::audit::{AuditEntry, audit_append};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::secret::endpoint_secret_delete;
use crate::{Decision, Store, StoreError};

impl Store {
    /// Every endpoint, by name.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn endpoint_list(&self) -> Result<Vec<Endpoint>, StoreError> {
        self.answer(async { endpoints(&mut *self.reading().await?).await }).await
    }

    /// Adds an endpoint or changes the one with this name. Its secret stays as it is; to give it one, see
    /// [`Vault::endpoint_put_sealing`](crate::Vault::endpoint_put_sealing).
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when one of this name is of another kind.
    pub async fn endpoint_put(
        &self,
        (name, kind, settings): (&str, &str, &Json),
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Endpoint, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let (endpoint, action) = endpoint_write(&mut tx, (name, kind, settings), now).await?;
            endpoint_record(&mut tx, action, &endpoint, decision, now).await?;
            tx.commit().await?;
            Ok(endpoint)
        })
        .await
    }

    /// Stops telling anything at an endpoint, or begins again; whether there is one with this name that was otherwise. What
    /// waits is told when it is enabled again.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn endpoint_enable(
        &self,
        name: &str,
        is_enabled: bool,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let known = endpoint_by_name(&mut tx, name).await?;
            let Some(known) = known.filter(|known| known.disabled.is_some() == is_enabled) else { return Ok(false) };
            let (at, why) = if is_enabled { (None, None) } else { (Some(now.0), Some(decision.reason.as_str())) };
            let update = "update endpoint set disabled_at = $1, disabled_why = $2, failing_since = null where id = $3";
            db::query(update).bind(at).bind(why).bind(known.id.0).execute(&mut tx).await?;
            if is_enabled {
                let soon = "update delivery set next_at = $1 where endpoint_id = $2 and state = 'pending'";
                db::query(soon).bind(now.0).bind(known.id.0).execute(&mut tx).await?;
            }
            let action = if is_enabled { "endpoint.enabled" } else { "endpoint.disabled" };
            endpoint_record(&mut tx, action, &known, decision, now).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }

    /// Removes an endpoint and its secret; whether there was one. What waits to be told there is not told.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn endpoint_remove(&self, name: &str, decision: &Decision, now: Timestamp) -> Result<bool, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let Some(known) = endpoint_by_name(&mut tx, name).await? else { return Ok(false) };
            endpoint_secret_delete(&mut tx, known.id).await?;
            let removed = "update endpoint set removed_at = $1 where id = $2";
            db::query(removed).bind(now.0).bind(known.id.0).execute(&mut tx).await?;
            let cancelled = "update delivery set state = 'cancelled', finished_at = $1 where endpoint_id = $2 \
                             and state = 'pending'";
            db::query(cancelled).bind(now.0).bind(known.id.0).execute(&mut tx).await?;
            endpoint_record(&mut tx, "endpoint.removed", &known, decision, now).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }
}

/// Adds or changes an endpoint, and says which of these it was.
pub(crate) async fn endpoint_write(
    db: &mut Connection,
    (name, kind, settings): (&str, &str, &Json),
    now: Timestamp,
) -> Result<(Endpoint, &'static str), Failure> {
    let known = endpoint_by_name(db, name).await?;
    let action = match &known {
        Some(known) if known.kind != kind => {
            let why = format!("the endpoint {name:?} is of kind {}; remove it first, or take another name", known.kind);
            return Err(Failure::Conflict(why));
        }
        Some(known) => {
            let update = "update endpoint set settings = $1, version = version + 1, updated_at = $2 where id = $3";
            db::query(update).bind(settings.to_string()).bind(now.0).bind(known.id.0).execute(&mut *db).await?;
            "endpoint.changed"
        }
        None => {
            let insert = db::query(
                "insert into endpoint (uuid, name, kind, settings, version, created_at, updated_at) \
                 values ($1, $2, $3, $4, 1, $5, $5)",
            );
            let insert = insert.bind(Uuid::now_v7().to_string()).bind(name).bind(kind).bind(settings.to_string());
            insert.bind(now.0).execute(&mut *db).await?;
            "endpoint.added"
        }
    };
    let endpoint = endpoint_by_name(db, name).await?;
    let endpoint =
        endpoint.ok_or_else(|| Failure::Inconsistent("an endpoint that was just written is gone".to_owned()));
    Ok((endpoint?, action))
}

/// Records what was done. What an endpoint is called may be a person's address.
pub(crate) async fn endpoint_record(
    db: &mut Connection,
    action: &'static str,
    endpoint: &Endpoint,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), Failure> {
    let personal = vec![("actor", decision.actor.as_str()), ("reason", &decision.reason), ("endpoint", &endpoint.name)];
    let (subject, details) = (endpoint.uuid.to_string(), json!({ "kind": endpoint.kind }));
    audit_append(db, &AuditEntry { at: now, action, subject, details, personal }).await.map(drop)
}
