//! Reads a file that anybody may have written. Its database is a stranger's: it is opened to be read, by one who trusts no
//! view or trigger in it, and every value is checked as it is taken.

use std::cell::Cell;
use std::io::Read;
use std::path::Path;

use jiff::tz::TimeZone;
use rolecall_model::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use tempfile::NamedTempFile;

use super::container::unpack;
use super::moment::moment_read;
use super::write::OwnLine;
use super::{C1zError, Limits};
use crate::message::decode::{self, MessageError};
use crate::record::{Entitlement, Grant, Resource, ResourceType};

/// No message is larger.
const LARGEST_VALUE: i32 = 16 << 20;

/// A file that is being read.
#[derive(Debug)]
pub struct C1zReader {
    pub(super) database: Connection,
    /// Rows of which nothing can be told, so far.
    nameless: Cell<usize>,
    /// Kept, because it is gone with it.
    _file: NamedTempFile,
}

/// A sync in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncRun {
    /// Its id.
    pub id: String,
    /// `full`, `partial`, ….
    pub kind: String,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it had read everything.
    pub ended_at: Option<Timestamp>,
}

impl C1zReader {
    /// Opens a file. Its database lies in this folder for as long as it is read.
    ///
    /// # Errors
    /// When it is no such file, is larger than is taken in, or its database is none.
    pub fn open(file: impl Read, folder: &Path, limits: Limits) -> Result<Self, C1zError> {
        let mut unpacked = tempfile::Builder::new().prefix(".c1z-").tempfile_in(folder)?;
        unpack(file, limits, unpacked.as_file_mut())?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(unpacked.path(), flags)?;
        database.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        database.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
        database.set_limit(Limit::SQLITE_LIMIT_LENGTH, LARGEST_VALUE)?;
        database.pragma_update(None, "cell_size_check", true)?;
        database.pragma_update(None, "cache_size", -16384)?;
        Ok(Self { database, nameless: Cell::new(0), _file: unpacked })
    }

    /// Its syncs, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn syncs(&self) -> Result<Vec<SyncRun>, C1zError> {
        // Files of old connectors have no kinds.
        let kind = if self.has("v1_sync_runs", "sync_type")? { "sync_type" } else { "'full'" };
        let text = format!("select sync_id, {kind}, started_at, ended_at from v1_sync_runs order by started_at, id");
        let zone = TimeZone::system();
        let moment = |text: Option<String>| text.and_then(|text| moment_read(&text, &zone));
        let mut statement = self.database.prepare(&text)?;
        let rows = statement.query_map([], |row| {
            let (id, kind) = (row.get(0)?, row.get(1)?);
            Ok(SyncRun { id, kind, started_at: moment(row.get(2)?), ended_at: moment(row.get(3)?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest full sync that has ended: what the file says now.
    ///
    /// # Errors
    /// When there is none, or the database cannot be read.
    pub fn newest(&self) -> Result<SyncRun, C1zError> {
        let mut ended = self.syncs()?.into_iter().filter(|sync| sync.ended_at.is_some() && sync.kind == "full");
        ended.next_back().ok_or(C1zError::NoSync)
    }

    /// How many rows were left out so far because they do not say what they are about: connectors write such, and baton's
    /// own programs drop them too (`reference/baton.md` §4).
    #[must_use]
    pub fn nameless(&self) -> usize {
        self.nameless.get()
    }

    /// Tells every resource type of a sync.
    ///
    /// # Errors
    /// When a row is no record, the database cannot be read, or whoever is told wants no more.
    pub fn resource_types<E: From<C1zError>>(
        &self,
        sync: &str,
        tell: impl FnMut(ResourceType) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each("v1_resource_types", "data, null", sync, |data, _| decode::resource_type(data), tell)
    }

    /// Tells every resource of a sync. See [`Self::resource_types`].
    ///
    /// # Errors
    /// As there.
    pub fn resources<E: From<C1zError>>(
        &self,
        sync: &str,
        tell: impl FnMut(Resource) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each("v1_resources", "data, null", sync, |data, _| decode::resource(data), tell)
    }

    /// Tells every entitlement of a sync. See [`Self::resource_types`].
    ///
    /// # Errors
    /// As there.
    pub fn entitlements<E: From<C1zError>>(
        &self,
        sync: &str,
        tell: impl FnMut(Entitlement) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each("v1_entitlements", "data, null", sync, |data, _| decode::entitlement(data), tell)
    }

    /// Tells every grant of a sync. See [`Self::resource_types`].
    ///
    /// # Errors
    /// As there.
    pub fn grants<E: From<C1zError>>(&self, sync: &str, tell: impl FnMut(Grant) -> Result<(), E>) -> Result<(), E> {
        let has_column = self.has("v1_grants", "expansion").map_err(E::from)?;
        let columns = if has_column { "data, expansion" } else { "data, null" };
        self.each("v1_grants", columns, sync, decode::grant, tell)
    }

    /// Tells every line of ours of a sync; none, where somebody else wrote the file.
    ///
    /// # Errors
    /// When the database cannot be read, or whoever is told wants no more.
    pub fn own<E: From<C1zError>>(
        &self,
        sync: &str,
        line: OwnLine,
        mut tell: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let table = match line {
            OwnLine::Header => "rolecall_headers",
            OwnLine::Listing => "rolecall_listings",
            OwnLine::Fact => "rolecall_facts",
        };
        if !self.has(table, "line").map_err(E::from)? {
            return Ok(());
        }
        let text = format!("select line from {table} where sync_id = ?1 order by rowid");
        let mut statement = self.database.prepare(&text).map_err(C1zError::from)?;
        let mut rows = statement.query(params![sync]).map_err(C1zError::from)?;
        while let Some(row) = rows.next().map_err(C1zError::from)? {
            tell(row.get_ref(0).and_then(|value| Ok(value.as_str()?)).map_err(C1zError::from)?)?;
        }
        Ok(())
    }

    fn each<R, E: From<C1zError>>(
        &self,
        table: &'static str,
        columns: &str,
        sync: &str,
        decode: impl Fn(&[u8], Option<&[u8]>) -> Result<R, MessageError>,
        mut tell: impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), E> {
        let text = format!("select id, {columns} from {table} where sync_id = ?1 order by id");
        let mut statement = self.database.prepare(&text).map_err(C1zError::from)?;
        let mut rows = statement.query(params![sync]).map_err(C1zError::from)?;
        while let Some(row) = rows.next().map_err(C1zError::from)? {
            match record_of(row, table, &decode) {
                Ok(record) => tell(record)?,
                Err(C1zError::Row { why: MessageError::Nameless(_), .. }) => self.nameless.set(self.nameless.get() + 1),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    pub(super) fn has(&self, table: &str, column: &str) -> Result<bool, C1zError> {
        let text = "select 1 from pragma_table_info(?1) where name = ?2";
        let found: Option<i64> = self.database.query_row(text, params![table, column], |row| row.get(0)).optional()?;
        Ok(found.is_some())
    }
}

fn record_of<R>(
    row: &Row<'_>,
    table: &'static str,
    decode: impl Fn(&[u8], Option<&[u8]>) -> Result<R, MessageError>,
) -> Result<R, C1zError> {
    let number: i64 = row.get(0)?;
    let (data, more) = (row.get_ref(1)?, row.get_ref(2)?);
    let more = more.as_blob_or_null().map_err(rusqlite::Error::from)?;
    let data = data.as_blob().map_err(rusqlite::Error::from)?;
    decode(data, more).map_err(|why| C1zError::Row { table, row: number, why })
}
