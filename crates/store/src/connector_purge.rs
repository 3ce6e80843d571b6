//! Deleting a connector with everything that was recorded of it.

use rolecall_model::Timestamp;
use serde_json::json;

use crate::connector::by_id;
use crate::connector_change::event_insert;
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::feed::numbers_keep;
use crate::integrity::orphans;
use crate::purge_request::agreement_record;
use crate::{Connector, ConnectorAction, ConnectorEvent, ConnectorId, PurgeAgreement, Store, StoreError};

/// How many rows of one table were deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurgedRows {
    /// The table.
    pub table: &'static str,
    /// How many of its rows.
    pub rows: u64,
}

/// What belongs to one connector: every table that refers to one, in the end the connector itself.
const OWNED: &[(&str, &str)] = &[
    ("mark_past", "delete from mark_past where from_snapshot in (select id from snapshot where connector_id = $1)"),
    (
        "reading_unchanged",
        "delete from reading_unchanged where snapshot_id in (select id from snapshot where connector_id = $1)",
    ),
    ("fact", "delete from fact where listing_id in (select id from listing where connector_id = $1)"),
    ("listing_read", "delete from listing_read where listing_id in (select id from listing where connector_id = $1)"),
    ("hold", "delete from hold where connector_id = $1"),
    ("decision", "delete from decision where connector_id = $1"),
    ("reappearance", "delete from reappearance where connector_id = $1"),
    ("source_event", "delete from source_event where connector_id = $1"),
    ("fingerprint", "delete from fingerprint where connector_id = $1"),
    ("listing", "delete from listing where connector_id = $1"),
    ("connector_log", "delete from connector_log where connector_id = $1"),
    ("sync_progress", "delete from sync_progress where connector_id = $1"),
    ("connector_tally", "delete from connector_tally where connector_id = $1"),
    ("decision_pending", "delete from decision_pending where connector_id = $1"),
    ("purge_request", "delete from purge_request where connector_id = $1"),
    ("identity_pin", "delete from identity_pin where connector_id = $1"),
    ("identity_refusal", "delete from identity_refusal where connector_id = $1"),
    ("identity_link", "delete from identity_link where connector_id = $1"),
    ("identity_seen", "delete from identity_seen where connector_id = $1"),
    ("resource_owner", "delete from resource_owner where connector_id = $1"),
    (
        "attestation_account",
        "delete from attestation_account where attestation_id in (select id from attestation where connector_id = $1)",
    ),
    ("attestation", "delete from attestation where connector_id = $1"),
    ("entity_tag", "delete from entity_tag where connector_id = $1"),
    ("finding_event", "delete from finding_event where finding_id in (select id from finding where connector_id = $1)"),
    ("finding", "delete from finding where connector_id = $1"),
    ("notice_told", "delete from notice_told where connector_id = $1"),
    ("staged", "delete from staged where connector_id = $1"),
    ("snapshot", "delete from snapshot where connector_id = $1"),
    ("sync", "delete from sync where connector_id = $1"),
    ("resource", "delete from resource where connector_id = $1"),
    ("requests_used", "delete from requests_used where connector_id = $1"),
    ("secret", "delete from secret where connector_id = $1"),
    (
        "runner_token",
        "delete from runner_token where runner_client_id in (select id from runner_client where connector_id = $1)",
    ),
    ("runner_client", "delete from runner_client where connector_id = $1"),
    ("job", "delete from job where key in (select uuid from connector where id = $1)"),
    ("connector", "delete from connector where id = $1"),
];

impl Store {
    /// Deletes a connector and everything that was recorded of it, in one transaction. The record of who configured
    /// and deleted it stays. `O(facts)`, of every connector: references are checked once for the whole database.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process syncs or decides; [`StoreError::Conflict`] when it is gone already.
    pub async fn connector_purge(
        &self,
        connector: ConnectorId,
        actor: &str,
        now: Timestamp,
    ) -> Result<Vec<PurgedRows>, StoreError> {
        self.connector_purge_agreed(connector, actor, None, now).await
    }

    /// The same, as `agreement` says: two people wanted it, or one person gave a reason.
    ///
    /// # Errors
    /// As of [`Self::connector_purge`], and [`StoreError::Conflict`] when the wish was withdrawn meanwhile.
    pub async fn connector_purge_agreed(
        &self,
        connector: ConnectorId,
        actor: &str,
        agreement: Option<&PurgeAgreement>,
        now: Timestamp,
    ) -> Result<Vec<PurgedRows>, StoreError> {
        let _lock = self.writer_lock(connector, "deleting a connector's history").await?;
        self.answer(async {
            let mut tx = self.purging().await?;
            let known = by_id(&mut tx, connector).await?;
            let known = known.ok_or_else(|| Failure::Conflict(format!("connector {connector} is gone already")))?;
            if let Some(agreement) = agreement {
                agreement_record(&mut tx, &known, actor, agreement, now).await?;
            }
            let purged = delete(&mut tx, connector).await?;
            event_insert(&mut tx, &event(&known, &purged, actor, now)).await?;
            tx.commit().await?;
            self.purged().await?;
            Ok(purged)
        })
        .await
    }
}

async fn delete(db: &mut Connection, connector: ConnectorId) -> Result<Vec<PurgedRows>, Failure> {
    numbers_keep(db).await?;
    let mut purged = Vec::with_capacity(OWNED.len());
    for &(table, statement) in OWNED {
        let rows = db::query(statement).bind(connector.0).execute(&mut *db).await?.rows_affected();
        purged.push(PurgedRows { table, rows });
    }
    match orphans(db).await? {
        0 => Ok(purged),
        orphans => Err(Failure::Inconsistent(format!(
            "{orphans} rows would refer to the deleted connector, so that nothing was deleted"
        ))),
    }
}

fn event(known: &Connector, purged: &[PurgedRows], actor: &str, now: Timestamp) -> ConnectorEvent {
    let rows: u64 = purged.iter().map(|purged| purged.rows).sum();
    ConnectorEvent {
        connector: known.uuid,
        at: now,
        actor: actor.to_owned(),
        action: ConnectorAction::Purged,
        before: Some(known.to_json()),
        after: Some(json!({ "rowsDeleted": rows })),
    }
}
