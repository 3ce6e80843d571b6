//! What happened while a connector was read, for people who look for what is wrong with it.

use rolecall_model::Timestamp;
use rolecall_store::{LogQuery, StoredLogEntry, StoredProgress};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::ConnectorsError;
use super::subject::connector_any;
use crate::Context;

/// How grave it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LogLevel {
    /// All is well.
    Info,
    /// Something is missing, or waits.
    Warning,
    /// Something failed.
    Error,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// Its number; later ones are larger.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// How grave it is.
    pub level: LogLevel,
    /// Stable: `sync-begun`, `stage-begun`, `listing-read`, `request-failed`, `removals-wait`, `sync-ended`, …
    pub code: String,
    /// In a sentence.
    pub message: String,
    /// What else is known of it. Never a secret.
    pub fields: Json,
    /// In which sync.
    pub sync: Option<Uuid>,
    /// In which job.
    pub job: Option<Uuid>,
}

/// Which entries are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Those whose code or message contains this, whatever the case of ASCII letters.
    pub text: Option<String>,
    /// Those that are at least so grave.
    pub level: Option<LogLevel>,
    /// Those of this sync.
    pub sync: Option<Uuid>,
    /// Those older than this one ([`LogEntry::id`]): for the next page.
    pub before: Option<i64>,
    /// Those newer than this one: for whoever watches.
    pub after: Option<i64>,
}

/// How far a sync is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncProgress {
    /// Which sync.
    pub sync: Uuid,
    /// As which job.
    pub job: Option<Uuid>,
    /// `membership` or `detail`.
    pub stage: String,
    /// Listings of the stage that were read.
    pub done: u64,
    /// Listings of the stage that are known so far.
    pub known: u64,
    /// The last listing, in words.
    pub listing: String,
    /// When this was written.
    pub at: Timestamp,
}

impl LogLevel {
    /// All of them, from the least grave.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// The word used in the database and in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl LogLevel {
    /// As the database orders them.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Info => 0,
            Self::Warning => 1,
            Self::Error => 2,
        }
    }
}

impl LogEntry {
    fn of(entry: StoredLogEntry) -> Self {
        let StoredLogEntry { id, at, level, code, message, fields, sync, job } = entry;
        let level = LogLevel::ALL.into_iter().find(|known| known.number() == level).unwrap_or(LogLevel::Error);
        Self { id, at, level, code, message, fields, sync, job }
    }
}

impl SyncProgress {
    pub(super) fn of(progress: StoredProgress) -> Self {
        let StoredProgress { sync, job, stage, done, known, listing, at } = progress;
        Self { sync, job, stage, done, known, listing, at }
    }
}

/// The log of a connector, newest first; with [`LogFilter::after`], oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn log_list(
    context: &Context,
    connector: Uuid,
    filter: &LogFilter,
    limit: usize,
) -> Result<Vec<LogEntry>, ConnectorsError> {
    let known = connector_any(context, connector).await?;
    let query = LogQuery {
        text: filter.text.as_ref().map(|text| text.trim().to_owned()),
        level: filter.level.map_or(0, LogLevel::number),
        sync: filter.sync,
        before: filter.before,
        after: filter.after,
    };
    let found = context.store.log_list(known.id, &query, limit).await?;
    Ok(found.into_iter().map(LogEntry::of).collect())
}

/// How far the present sync of a connector is; nothing when there is none.
///
/// # Errors
/// When the database cannot be read.
pub async fn sync_progress(context: &Context, connector: Uuid) -> Result<Option<SyncProgress>, ConnectorsError> {
    let known = connector_any(context, connector).await?;
    Ok(context.store.progress_of(known.id).await?.map(SyncProgress::of))
}
