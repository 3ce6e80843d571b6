//! The listing rows that a snapshot moves on.

use std::collections::HashMap;

use rolecall_model::Verdict;

use super::baseline::Origin;
use super::dictionary::Dictionary;
use super::{ListingChange, ListingWrite};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{ConnectorId, SnapshotId, SyncId};

/// What is known of a listing before a write.
pub(super) struct Head {
    /// When it was last read whole. A listing that never was has its baseline still to come.
    pub(super) whole_at: Option<i64>,
    /// When it was last shown to be complete.
    pub(super) complete_at: Option<i64>,
    verdict: String,
    reason_code: Option<String>,
    reason_text: Option<String>,
    retired: bool,
}

impl Head {
    /// Whether a reading with this verdict is worth a row of its own.
    pub(super) fn differs_from(&self, verdict: &Verdict) -> bool {
        let reason = verdict.reason();
        self.retired
            || self.verdict != verdict.kind().word()
            || self.reason_code.as_deref() != reason.map(|reason| reason.code.as_str())
            || self.reason_text.as_deref() != reason.map(|reason| reason.text.as_str())
    }
}

/// The listings of a connector, by the keys of kind and subject. `O(listings of the connector)`.
pub(super) async fn heads(db: &mut Connection, connector: ConnectorId) -> Result<HashMap<(i64, i64), Head>, Failure> {
    let rows = db::query(
        "select kind_id, subject_id, whole_at, complete_at, verdict, reason_code, reason_text, retired \
         from listing where connector_id = $1",
    )
    .bind(connector.0)
    .fetch_all(db)
    .await?;
    let mut heads = HashMap::with_capacity(rows.len());
    for row in &rows {
        let head = Head {
            whole_at: row.try_get(2)?,
            complete_at: row.try_get(3)?,
            verdict: row.try_get(4)?,
            reason_code: row.try_get(5)?,
            reason_text: row.try_get(6)?,
            retired: row.try_get(7)?,
        };
        heads.insert((row.try_get(0)?, row.try_get(1)?), head);
    }
    Ok(heads)
}

/// A listing's row after a write.
pub(super) struct Moved {
    pub(super) id: i64,
    whole_at: Option<i64>,
    complete_at: Option<i64>,
}

/// Moves a listing's row on, or adds it. A retired listing that is read becomes live again. `read_by` is the sync that read it.
pub(super) async fn listing_put(
    db: &mut Connection,
    connector: ConnectorId,
    (snapshot, read_by): (SnapshotId, Option<SyncId>),
    write: &ListingWrite,
    dictionary: &Dictionary<'_>,
) -> Result<Moved, Failure> {
    let diagnostics = serde_json::to_string(&write.diagnostics)
        .map_err(|error| Failure::Inconsistent(format!("diagnostics cannot be written: {error}")))?;
    let reason = write.verdict.reason();
    let was_read = !matches!(write.change, ListingChange::Unread);
    let row = db::query(LISTING_PUT)
        .bind(connector.0)
        .bind(dictionary.term(&write.key.kind)?)
        .bind(dictionary.resource(&write.key.subject)?)
        .bind(write.verdict.kind().word())
        .bind(reason.map(|reason| reason.code.as_str()))
        .bind(reason.map(|reason| reason.text.as_str()))
        .bind(write.read_at.0)
        .bind((was_read && arrived_whole(&write.verdict)).then_some(write.read_at.0))
        .bind((was_read && write.verdict.is_complete()).then_some(write.read_at.0))
        .bind(write.digest.map(|digest| digest.to_vec()))
        .bind(was_read.then_some(write.validator.as_deref()).flatten())
        .bind(diagnostics)
        .bind(snapshot.0)
        .bind(matches!(write.change, ListingChange::Changed(_)))
        .bind(read_by.filter(|_| was_read && write.verdict.is_complete()).map(|sync| sync.0))
        .fetch_one(db)
        .await?;
    Ok(Moved { id: row.try_get(0)?, whole_at: row.try_get(1)?, complete_at: row.try_get(2)? })
}

/// `$14` says whether the facts were stated anew: only then do the old digest and validator not stand.
const LISTING_PUT: &str = "insert into listing (connector_id, kind_id, subject_id, verdict, reason_code, reason_text, \
     read_at, whole_at, complete_at, digest, validator, diagnostics, first_snapshot, complete_sync) \
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $15) \
     on conflict (connector_id, kind_id, subject_id) do update set \
     verdict = excluded.verdict, reason_code = excluded.reason_code, reason_text = excluded.reason_text, \
     read_at = excluded.read_at, diagnostics = excluded.diagnostics, retired = 0, \
     whole_at = coalesce(excluded.whole_at, listing.whole_at), \
     complete_at = coalesce(excluded.complete_at, listing.complete_at), \
     complete_sync = coalesce(excluded.complete_sync, listing.complete_sync), \
     digest = case when $14 = 1 then excluded.digest else listing.digest end, \
     validator = case when $14 = 1 then excluded.validator else coalesce(excluded.validator, listing.validator) end \
     returning id, whole_at, complete_at";

/// Records a reading that changed content or verdict.
pub(super) async fn listing_read_insert(
    db: &mut Connection,
    listing: &Moved,
    snapshot: SnapshotId,
    write: &ListingWrite,
    origin: Origin,
) -> Result<(), Failure> {
    let reason = write.verdict.reason();
    db::query(
        "insert into listing_read (listing_id, snapshot_id, read_at, not_before, certain_before, verdict, reason_code, \
         reason_text, whole_at, complete_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(listing.id)
    .bind(snapshot.0)
    .bind(write.read_at.0)
    .bind(origin.not_before)
    .bind(origin.certain_before)
    .bind(write.verdict.kind().word())
    .bind(reason.map(|reason| reason.code.as_str()))
    .bind(reason.map(|reason| reason.text.as_str()))
    .bind(listing.whole_at)
    .bind(listing.complete_at)
    .execute(db)
    .await?;
    Ok(())
}

/// Whether everything that the source sent was read, even if nothing shows that it sent everything.
pub(super) fn arrived_whole(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Proven | Verdict::Attested | Verdict::Unproven(_))
}
