//! Writes a file: rows into a temporary database, indexes when all rows are there, then everything compressed. No more is in
//! memory than SQLite's cache.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use jiff::tz::TimeZone;
use prost::Message as _;
use rolecall_model::{ResourceRef, Timestamp};
use rusqlite::{Connection, params};
use tempfile::NamedTempFile;

use super::container::pack;
use super::moment::moment_text;
use super::schema::{INDEXES, OWN_TABLES, TABLES};
use super::{C1zError, SyncId};
use crate::message::encode;
use crate::message::grant::{EntitlementHeld, GrantRow, grant_encode};
use crate::record::{Entitlement, Resource, ResourceType};

/// How a file is written.
#[derive(Clone, Debug)]
pub struct WriteOptions {
    /// Whether indexes are in it. Without them it is smaller, and every reader makes them anew.
    pub indexes: bool,
    /// The zone that its moments are in.
    pub time_zone: TimeZone,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { indexes: true, time_zone: TimeZone::system() }
    }
}

/// A file that is being written, sync by sync.
#[derive(Debug)]
pub struct C1zWriter {
    options: WriteOptions,
    file: NamedTempFile,
    database: Connection,
    /// The sync that rows belong to.
    sync: String,
    /// When they were found.
    found_at: String,
    message: Vec<u8>,
    has_own: bool,
}

impl C1zWriter {
    /// Begins one. Its database is made in this folder for as long as it takes.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(folder: &Path, options: WriteOptions) -> Result<Self, C1zError> {
        let file = tempfile::Builder::new().prefix(".c1z-").tempfile_in(folder)?;
        let database = Connection::open(file.path())?;
        // Nobody else sees it, and a crash leaves nothing that anybody would read.
        database.execute_batch(
            "pragma journal_mode = off; pragma synchronous = off; pragma locking_mode = exclusive; \
             pragma page_size = 4096; pragma cache_size = -32768; pragma temp_store = file;",
        )?;
        database.execute_batch(TABLES)?;
        database.set_prepared_statement_cache_capacity(32);
        let (sync, found_at) = (String::new(), String::new());
        Ok(Self { options, file, database, sync, found_at, message: Vec::with_capacity(1024), has_own: false })
    }

    /// Begins a full sync; what is written from here on belongs to it.
    ///
    /// # Errors
    /// When it cannot be written, for instance because a sync of this id is in it already.
    pub fn sync_begin(&mut self, id: &SyncId, started: Timestamp, ended: Timestamp) -> Result<(), C1zError> {
        if self.sync.is_empty() {
            self.database.execute_batch("begin")?;
        }
        self.sync = id.as_str().to_owned();
        let [started, ended] = [started, ended].map(|at| moment_text(at, &self.options.time_zone));
        // Expandable grants have their column, so that no reader needs to look for more of them.
        self.database.execute(
            "insert into v1_sync_runs (sync_id, started_at, ended_at, sync_token, grants_backfilled) \
             values (?1, ?2, ?3, '', 1)",
            params![self.sync, started, ended],
        )?;
        self.found_at = ended;
        Ok(())
    }

    /// Writes a resource type.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn resource_type(&mut self, record: &ResourceType) -> Result<(), C1zError> {
        let mut statement = self.database.prepare_cached(
            "insert into v1_resource_types (external_id, data, sync_id, discovered_at) values (?1, ?2, ?3, ?4)",
        )?;
        let data = encode::resource_type(record).encode_to_vec();
        statement.execute(params![record.id, data, self.sync, self.found_at])?;
        Ok(())
    }

    /// Writes a resource.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn resource(&mut self, record: &Resource) -> Result<(), C1zError> {
        let mut statement = self.database.prepare_cached(
            "insert into v1_resources (resource_type_id, external_id, parent_resource_type_id, parent_resource_id, \
             data, sync_id, discovered_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        let data = encode::resource(record).encode_to_vec();
        let parent = record.parent.as_ref().map(|parent| (parent.kind.as_str(), &*parent.id)).unzip();
        let (kind, id) = (record.id.kind.as_str(), record.id.to_string());
        statement.execute(params![kind, id, parent.0, parent.1, data, self.sync, self.found_at])?;
        Ok(())
    }

    /// Writes an entitlement.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn entitlement(&mut self, record: &Entitlement) -> Result<(), C1zError> {
        let mut statement = self.database.prepare_cached(
            "insert into v1_entitlements (resource_type_id, resource_id, external_id, data, sync_id, discovered_at) \
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let data = encode::entitlement(record).encode_to_vec();
        let ResourceRef { kind, id } = &record.resource;
        statement.execute(params![kind.as_str(), &**id, record.id, data, self.sync, self.found_at])?;
        Ok(())
    }

    /// Writes a grant of an entitlement. Its id is `ENTITLEMENT:TYPE:PRINCIPAL`.
    ///
    /// # Errors
    /// When it cannot be written, for instance because it is in this sync already.
    pub fn grant(&mut self, held: &EntitlementHeld, row: &GrantRow<'_>) -> Result<(), C1zError> {
        let id = format!("{}:{}", held.id, row.principal);
        grant_encode(held, row, &id, &mut self.message);
        let expansion = row.expandable.map(|expandable| encode::expandable(expandable).encode_to_vec());
        let mut statement = self.database.prepare_cached(
            "insert into v1_grants (resource_type_id, resource_id, entitlement_id, principal_resource_type_id, \
             principal_resource_id, external_id, expansion, needs_expansion, data, sync_id, discovered_at) \
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7 is not null, ?8, ?9, ?10)",
        )?;
        statement.execute(params![
            held.resource.kind.as_str(),
            &*held.resource.id,
            held.id,
            row.principal.kind.as_str(),
            &*row.principal.id,
            id,
            expansion,
            self.message,
            self.sync,
            self.found_at
        ])?;
        Ok(())
    }

    /// Writes what our own reader wants to know of this sync beside it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn own(&mut self, line: OwnLine, text: &str) -> Result<(), C1zError> {
        if !self.has_own {
            self.database.execute_batch(OWN_TABLES)?;
            self.has_own = true;
        }
        let mut statement = self.database.prepare_cached(match line {
            OwnLine::Header => "insert into rolecall_headers (sync_id, line) values (?1, ?2)",
            OwnLine::Listing => "insert into rolecall_listings (sync_id, line) values (?1, ?2)",
            OwnLine::Fact => "insert into rolecall_facts (sync_id, line) values (?1, ?2)",
        })?;
        statement.execute(params![self.sync, text])?;
        Ok(())
    }

    /// Writes the whole file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self, out: &mut dyn Write) -> Result<(), C1zError> {
        if !self.sync.is_empty() {
            self.database.execute_batch("commit")?;
        }
        if self.options.indexes {
            self.database.execute_batch(INDEXES)?;
        }
        self.database.close().map_err(|(_, error)| error)?;
        Ok(pack(&File::open(self.file.path())?, out)?)
    }
}

/// What a line of ours is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnLine {
    /// The whole sync.
    Header,
    /// A listing.
    Listing,
    /// What a listing states.
    Fact,
}
