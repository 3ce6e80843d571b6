//! The moments between which a database is compared with itself.

use rolecall_model::Timestamp;
use rolecall_store::{Store, StoreError, Sync};

use crate::as_of::past_parse;
use crate::export::{ExportError, Exported};
use crate::moment::moment_text;
use crate::world::{connector_title, connectors_of};

/// A side of a comparison, as a person names it: `now`, a moment, or `sync:ID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    name: String,
    at: Option<Timestamp>,
    connector: Option<String>,
}

/// Why a side cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum PointError {
    /// It is no moment, or one still to come.
    #[error("{0}")]
    Moment(String),
    /// No sync is called that.
    #[error("there is no sync {0:?}")]
    Unknown(String),
    /// The sync made nothing current.
    #[error("{name} made nothing current ({status}), so that there is nothing to compare")]
    Nothing {
        /// The sync.
        name: String,
        /// How it ended.
        status: &'static str,
    },
    /// Nothing had been read by then.
    #[error("nothing was known at {0}: no connector had been read yet")]
    Unread(String),
    /// The database cannot be read.
    #[error(transparent)]
    Load(#[from] ExportError),
}

impl From<StoreError> for PointError {
    fn from(error: StoreError) -> Self {
        Self::Load(error.into())
    }
}

impl Point {
    /// What is current.
    #[must_use]
    pub fn now() -> Self {
        Self { name: "the current database".to_owned(), at: None, connector: None }
    }

    /// Reads what a person wrote: `now`, `sync:ID` (by number or uuid), or a moment.
    ///
    /// # Errors
    /// When it is no moment, one still to come, no sync, or one that made nothing current.
    pub async fn read(store: &Store, text: &str, now: Timestamp) -> Result<Self, PointError> {
        if text == "now" {
            return Ok(Self::now());
        }
        let Some(id) = text.strip_prefix("sync:") else {
            let at = past_parse(text, now).map_err(PointError::Moment)?;
            return Ok(Self { name: "the database".to_owned(), at: Some(at), connector: None });
        };
        let sync = store.sync_find(id).await?.ok_or_else(|| PointError::Unknown(text.to_owned()))?;
        Self::of_sync(store, &sync).await
    }

    /// What was known when the last snapshot of a sync became current, of its connector alone.
    async fn of_sync(store: &Store, sync: &Sync) -> Result<Self, PointError> {
        let name = format!("sync:{}", sync.id);
        let Some(snapshot) = store.snapshot_of_sync(sync.id).await? else {
            return Err(PointError::Nothing { name, status: sync.status.word() });
        };
        let records = connectors_of(store, None, None).await?;
        let known = records.iter().find(|record| record.id == sync.connector).map(connector_title);
        let connector = known.ok_or_else(|| PointError::Unknown(name.clone()))?;
        Ok(Self { name, at: Some(snapshot.made_current_at), connector: Some(connector) })
    }

    /// What the side is called in answers.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its moment, where it is a past one.
    #[must_use]
    pub const fn at(&self) -> Option<Timestamp> {
        self.at
    }

    /// The connector that it is about, when it is a sync.
    #[must_use]
    pub fn connector(&self) -> Option<&str> {
        self.connector.as_deref()
    }

    /// Loads it, of every connector or of the one named `only`.
    ///
    /// # Errors
    /// When nothing had been read by then, or the database cannot be read.
    pub async fn load(&self, store: &Store, only: Option<&str>, now: Timestamp) -> Result<Exported, PointError> {
        let exported = Exported::at(store, only, self.at, now).await?;
        match self.at {
            Some(at) if exported.view.connectors.is_empty() => Err(PointError::Unread(moment_text(at))),
            _ => Ok(exported),
        }
    }
}
