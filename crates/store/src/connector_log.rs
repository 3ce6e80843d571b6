//! What happened while connectors were read, and how far the present sync of each is. Neither is evidence of anything: both
//! are for people who watch.

use std::collections::HashMap;

use rolecall_model::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::connector::{json_of, uuid_read};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::sync::limit_of;
use crate::{ConnectorId, Store, StoreError};

/// How many entries of one connector are kept.
pub const LOG_KEPT: i64 = 10_000;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct NewLogEntry {
    /// When.
    pub at: Timestamp,
    /// 0 information, 1 warning, 2 error.
    pub level: u8,
    /// A stable word.
    pub code: &'static str,
    /// In a sentence, without anything secret.
    pub message: String,
    /// What else is known, without anything secret.
    pub fields: Json,
    /// In which sync.
    pub sync: Option<Uuid>,
    /// In which job.
    pub job: Option<Uuid>,
}

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredLogEntry {
    /// Key; later ones are larger.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// 0 information, 1 warning, 2 error.
    pub level: u8,
    /// A stable word.
    pub code: String,
    /// In a sentence.
    pub message: String,
    /// What else is known.
    pub fields: Json,
    /// In which sync.
    pub sync: Option<Uuid>,
    /// In which job.
    pub job: Option<Uuid>,
}

/// Which entries are asked for; the default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Whose code or message contains this, whatever the case of ASCII letters.
    pub text: Option<String>,
    /// At least so grave.
    pub level: u8,
    /// Of this sync.
    pub sync: Option<Uuid>,
    /// Older than this one.
    pub before: Option<i64>,
    /// Newer than this one; then they are given oldest first.
    pub after: Option<i64>,
}

/// How far a sync is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProgress {
    /// Which sync.
    pub sync: Uuid,
    /// As which job.
    pub job: Option<Uuid>,
    /// `membership` or `detail`.
    pub stage: String,
    /// Listings that were read.
    pub done: u64,
    /// Listings that are known so far.
    pub known: u64,
    /// The last one, in words.
    pub listing: String,
    /// When this was written.
    pub at: Timestamp,
}

impl Store {
    /// Adds to a connector's log, and says how far its sync is. Neither waits for a transaction that makes a snapshot
    /// current, on an engine that has more than one writer.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn log_append(
        &self,
        connector: ConnectorId,
        entries: &[NewLogEntry],
        progress: Option<&StoredProgress>,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            for entry in entries {
                entry_insert(&mut tx, connector, entry).await?;
            }
            if let Some(progress) = progress {
                progress_put(&mut tx, connector, progress).await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// A connector's log, newest first; with [`LogQuery::after`] oldest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn log_list(
        &self,
        connector: ConnectorId,
        query: &LogQuery,
        limit: usize,
    ) -> Result<Vec<StoredLogEntry>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let order = if query.after.is_some() { "asc" } else { "desc" };
            let rows = db::query(format!("{LIST} order by id {order} limit $7"))
                .bind(connector.0)
                .bind(i64::from(query.level))
                .bind(query.sync.map(|sync| sync.to_string()))
                .bind(query.before.unwrap_or(i64::MAX))
                .bind(query.after.unwrap_or(0))
                .bind(pattern(query.text.as_deref().unwrap_or_default()))
                .bind(limit_of(limit))
                .fetch_all(&mut db)
                .await?;
            rows.iter().map(entry_of).collect()
        })
        .await
    }

    /// Forgets what a connector's log has from before a moment, and the oldest of what is more than [`LOG_KEPT`]. Says how
    /// many entries that were.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn log_trim(&self, connector: ConnectorId, before: Timestamp) -> Result<u64, StoreError> {
        self.answer(async {
            let beyond = "select id from connector_log where connector_id = $1 order by id desc limit 1 offset $2";
            let mut tx = self.writing_beside().await?;
            let beyond: Option<i64> =
                db::query_scalar(beyond).bind(connector.0).bind(LOG_KEPT).fetch_optional(&mut tx).await?;
            let trimmed = db::query("delete from connector_log where connector_id = $1 and (at < $2 or id <= $3)")
                .bind(connector.0)
                .bind(before.0)
                .bind(beyond.unwrap_or(0))
                .execute(&mut tx)
                .await?;
            tx.commit().await?;
            Ok(trimmed.rows_affected())
        })
        .await
    }

    /// How far the present sync of a connector is; nothing when the last that said so has ended.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn progress_of(&self, connector: ConnectorId) -> Result<Option<StoredProgress>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let row = db::query(format!("{PROGRESS} and p.connector_id = $1"))
                .bind(connector.0)
                .fetch_optional(&mut db)
                .await?;
            row.as_ref().map(progress_row).transpose()
        })
        .await
    }
}

const LIST: &str = "select * from connector_log where connector_id = $1 and level >= $2 \
     and coalesce(sync_uuid, '') = coalesce($3, sync_uuid, '') and id < $4 and id > $5 \
     and (lower(message) like $6 escape '!' or lower(code) like $6 escape '!')";

/// Of syncs that still run.
const PROGRESS: &str = "select p.* from sync_progress p join sync s on s.uuid = p.sync_uuid where s.status = 'running'";

/// Of every connector that is being read.
pub(crate) async fn progress_all(db: &mut Connection) -> Result<HashMap<ConnectorId, StoredProgress>, Failure> {
    let rows = db::query(PROGRESS).fetch_all(db).await?;
    rows.iter().map(|row| Ok((ConnectorId(row.try_get("connector_id")?), progress_row(row)?))).collect()
}

/// What contains a text, as `like` says it.
pub(crate) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.to_ascii_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

async fn entry_insert(db: &mut Connection, connector: ConnectorId, entry: &NewLogEntry) -> Result<(), Failure> {
    db::query(
        "insert into connector_log (connector_id, at, level, code, message, fields, sync_uuid, job_uuid) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(connector.0)
    .bind(entry.at.0)
    .bind(i64::from(entry.level))
    .bind(entry.code)
    .bind(&entry.message)
    .bind(entry.fields.to_string())
    .bind(entry.sync.map(|sync| sync.to_string()))
    .bind(entry.job.map(|job| job.to_string()))
    .execute(db)
    .await?;
    Ok(())
}

async fn progress_put(db: &mut Connection, connector: ConnectorId, progress: &StoredProgress) -> Result<(), Failure> {
    db::query(
        "insert into sync_progress (connector_id, sync_uuid, job_uuid, stage, done, known, listing, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (connector_id) do update set \
         sync_uuid = excluded.sync_uuid, job_uuid = excluded.job_uuid, stage = excluded.stage, \
         done = excluded.done, known = excluded.known, listing = excluded.listing, at = excluded.at",
    )
    .bind(connector.0)
    .bind(progress.sync.to_string())
    .bind(progress.job.map(|job| job.to_string()))
    .bind(&progress.stage)
    .bind(progress.done.cast_signed())
    .bind(progress.known.cast_signed())
    .bind(&progress.listing)
    .bind(progress.at.0)
    .execute(db)
    .await?;
    Ok(())
}

fn uuid_or_none(row: &Row, column: &str) -> Result<Option<Uuid>, Failure> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(uuid_read).transpose()
}

fn entry_of(row: &Row) -> Result<StoredLogEntry, Failure> {
    Ok(StoredLogEntry {
        id: row.try_get("id")?,
        at: Timestamp(row.try_get("at")?),
        level: u8::try_from(row.try_get::<i64, _>("level")?).unwrap_or(2),
        code: row.try_get("code")?,
        message: row.try_get("message")?,
        fields: json_of(row, "fields")?,
        sync: uuid_or_none(row, "sync_uuid")?,
        job: uuid_or_none(row, "job_uuid")?,
    })
}

fn progress_row(row: &Row) -> Result<StoredProgress, Failure> {
    Ok(StoredProgress {
        sync: uuid_read(row.try_get("sync_uuid")?)?,
        job: uuid_or_none(row, "job_uuid")?,
        stage: row.try_get("stage")?,
        done: row.try_get::<i64, _>("done")?.cast_unsigned(),
        known: row.try_get::<i64, _>("known")?.cast_unsigned(),
        listing: row.try_get("listing")?,
        at: Timestamp(row.try_get("at")?),
    })
}
