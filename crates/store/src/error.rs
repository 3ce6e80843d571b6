//! What can go wrong with the database, in words that say what to do next.

use std::error::Error;
use std::path::Path;

use rolecall_model::Timestamp;

use crate::lock::LockHolder;
use crate::{DatabaseAddress, postgres, sqlite};
use crate::{HubRefusal, JobId, RunnerRefusal, ScimRefusal, SecretError};

/// An error of Rolecall's own database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no database.
    #[error("there is no database at {place}")]
    Missing {
        /// Where it was looked for.
        place: String,
    },
    /// A file or directory cannot be opened or written.
    #[error("{place} cannot be opened or written: {why}")]
    Unwritable {
        /// Which one.
        place: String,
        /// What the system said.
        why: String,
    },
    /// The file is damaged, or holds something that this program never wrote.
    #[error("the database {place} is damaged: {why}")]
    Corrupt {
        /// Which file.
        place: String,
        /// What was found.
        why: String,
    },
    /// The file is something else.
    #[error("{place} is not a database of Rolecall's")]
    NotADatabase {
        /// Which file.
        place: String,
    },
    /// No space is left. What was current still is.
    #[error("no space is left for the database {place}")]
    Full {
        /// Which file.
        place: String,
    },
    /// The server cannot be reached.
    #[error("the database {place} cannot be reached: {why}")]
    Unreachable {
        /// Which database.
        place: String,
        /// What happened.
        why: String,
    },
    /// Another process, or another part of this one, is writing.
    #[error("{}", busy_sentence(*pid, purpose.as_deref()))]
    Busy {
        /// The process, where it is known.
        pid: Option<u32>,
        /// What it is doing.
        purpose: Option<String>,
        /// Since when.
        since: Option<Timestamp>,
    },
    /// Another process runs jobs and schedules on this database.
    #[error("another hub works on the database {place} already{}", process(*pid))]
    HubRunning {
        /// Which database.
        place: String,
        /// The process, where it is known.
        pid: Option<u32>,
    },
    /// The file lies where other machines could write to it too, and SQLite would not notice.
    #[error("the database {place} lies on a network file system ({kind}), where SQLite loses data")]
    NetworkFileSystem {
        /// Which file.
        place: String,
        /// As the kernel calls it: `nfs4`.
        kind: String,
    },
    /// An import into this database was begun and not finished.
    #[error("the import into the database {place} is not finished")]
    ImportUnfinished {
        /// Which database.
        place: String,
    },
    /// A file that cannot be imported: damaged, cut off, edited, or of another program. Nothing of it is used.
    #[error("{file} cannot be imported: {place}: {why}")]
    Import {
        /// Which file.
        file: String,
        /// Where in it.
        place: String,
        /// What was found there.
        why: String,
    },
    /// What was exported cannot be written.
    #[error("the export cannot be written: {why}")]
    Output {
        /// What the system said.
        why: String,
    },
    /// A sealed secret, or the key that opens it.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// What the hub's tables refuse, whoever asks. Nothing was written.
    #[error(transparent)]
    Hub(#[from] HubRefusal),
    /// What the tables of directories refuse, whoever asks. Nothing was written.
    #[error(transparent)]
    Scim(#[from] ScimRefusal),
    /// What the tables of runners refuse, whoever asks. Nothing was written.
    #[error(transparent)]
    Runner(#[from] RunnerRefusal),
    /// A newer Rolecall has used this database.
    #[error("the database {place} has schema {found}, and this program knows only {known}")]
    NewerSchema {
        /// Which file.
        place: String,
        /// Its schema.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// The database has to be migrated, which reading alone never does.
    #[error("the database {place} has schema {found}, and this program needs {known}")]
    OlderSchema {
        /// Which file.
        place: String,
        /// Its schema; 0 when it has none.
        found: i64,
        /// The schema this program needs.
        known: i64,
    },
    /// The address cannot be used.
    #[error("{address} is no usable database address: {why}")]
    Address {
        /// As it was given, without a password.
        address: String,
        /// Why not.
        why: String,
    },
    /// What was asked contradicts what is stored. Nothing was written.
    #[error("{0}")]
    Conflict(String),
    /// A write does not fit the current data: a removed fact that is not there, a fact that appears twice. A mistake
    /// of the caller; nothing was written.
    #[error("the write does not fit the current data: {0}")]
    Inconsistent(String),
    /// A worker has lost its job: the lease ran out and another took it, or a person cancelled it. Nothing of what it
    /// was about to write was written.
    #[error("job {job} is no longer this worker's: its lease ran out and another took it, or it was cancelled")]
    LeaseLost {
        /// Which job.
        job: JobId,
    },
    /// Anything else that the engine reports.
    #[error("the database failed")]
    Other(#[source] Box<dyn Error + Send + Sync>),
}

impl StoreError {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "store-missing",
            Self::Unwritable { .. } => "store-unwritable",
            Self::Corrupt { .. } => "store-corrupt",
            Self::NotADatabase { .. } => "store-not-a-database",
            Self::Full { .. } => "store-full",
            Self::Unreachable { .. } => "store-unreachable",
            Self::Busy { .. } => "store-busy",
            Self::HubRunning { .. } => "store-hub-running",
            Self::NetworkFileSystem { .. } => "store-network-file-system",
            Self::ImportUnfinished { .. } => "store-import-unfinished",
            Self::Import { .. } => "store-import",
            Self::Output { .. } => "store-output",
            Self::Secret(error) => error.code(),
            Self::Hub(refusal) => refusal.code(),
            Self::Scim(refusal) => refusal.code(),
            Self::Runner(refusal) => refusal.code(),
            Self::NewerSchema { .. } => "store-newer-schema",
            Self::OlderSchema { .. } => "store-older-schema",
            Self::Address { .. } => "store-address",
            Self::Conflict(_) => "store-conflict",
            Self::Inconsistent(_) => "store-inconsistent",
            Self::LeaseLost { .. } => "store-lease-lost",
            Self::Other(_) => "store-other",
        }
    }

    /// What to do next, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Missing { place } if is_server(place) => {
                "make it with `createdb`, and then run `rolecall db migrate`".into()
            }
            Self::Missing { .. } => {
                "nothing has been recorded there yet: add a connector, or name another database".into()
            }
            Self::Unwritable { place, .. } if is_server(place) => {
                "check the role and its password, and what it may do in the database".into()
            }
            Self::Unwritable { place, .. } => {
                format!("check the owner and the permissions of {place} and of its directory")
            }
            Self::Corrupt { place, .. } => format!("keep a copy of {place}, and restore the last good backup"),
            Self::NotADatabase { .. } => "name another one: this one is left as it is".into(),
            Self::Full { place } => format!("free some space where {place} is, and try again: nothing was lost"),
            Self::Unreachable { .. } => "check that the server runs, its address, and its certificate".into(),
            Self::Busy { pid: Some(pid), .. } => format!("wait until process {pid} is done, and try again"),
            Self::Busy { .. } => "wait a moment, and try again".into(),
            Self::HubRunning { pid: Some(pid), .. } => {
                format!("one hub is enough; stop process {pid} first if this one is to take over")
            }
            Self::HubRunning { .. } => "one hub is enough; stop the other one first if this one is to take over".into(),
            Self::NetworkFileSystem { .. } => "keep the database on a disk of this machine: name another file".into(),
            Self::ImportUnfinished { place } if is_server(place) => {
                "import the same file again, which continues where it stopped; or drop the database and start anew"
                    .into()
            }
            Self::ImportUnfinished { place } => {
                format!(
                    "import the same file again, which continues where it stopped; or delete {place} and start anew"
                )
            }
            Self::Output { .. } => "check that its folder can be written and has room".into(),
            Self::Import { .. } => "export the database again, or take another copy of the file".into(),
            Self::Secret(error) => return error.hint(),
            Self::Hub(refusal) => return refusal.hint().map(str::to_owned),
            Self::Scim(refusal) => return refusal.hint().map(str::to_owned),
            Self::Runner(refusal) => return refusal.hint().map(str::to_owned),
            Self::NewerSchema { .. } => "use the newer Rolecall, or restore the copy made before its migration".into(),
            Self::OlderSchema { place, .. } if is_server(place) => {
                "run `rolecall db migrate` once, with a role that may make tables".into()
            }
            Self::OlderSchema { .. } => "run any command that writes: it copies the database and migrates it".into(),
            Self::Address { .. } => "give the path of a SQLite file, or postgres://user@host/database".into(),
            Self::LeaseLost { job } => {
                format!(
                    "see what became of it with: rolecall jobs list; ask for it again with: rolecall jobs retry {job}"
                )
            }
            Self::Conflict(_) | Self::Inconsistent(_) | Self::Other(_) => return None,
        })
    }

    pub(crate) fn unwritable(path: &Path, why: &dyn ToString) -> Self {
        Self::Unwritable { place: path.display().to_string(), why: why.to_string() }
    }

    /// A file that could not be opened or written; no room left is told apart, for it needs another remedy.
    pub(crate) fn of_file(path: &Path, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            return Self::Full { place: path.display().to_string() };
        }
        Self::unwritable(path, error)
    }

    pub(crate) fn busy(holder: Option<LockHolder>) -> Self {
        match holder {
            Some(LockHolder { pid, purpose, since }) => {
                Self::Busy { pid: Some(pid), purpose: Some(purpose), since: Some(since) }
            }
            None => Self::Busy { pid: None, purpose: None, since: None },
        }
    }
}

/// Whether a place is a server, whose address never ends in a file's name.
fn is_server(place: &str) -> bool {
    place.starts_with("postgres") && place.contains("://")
}

fn process(pid: Option<u32>) -> String {
    pid.map(|pid| format!(": process {pid}")).unwrap_or_default()
}

fn busy_sentence(pid: Option<u32>, purpose: Option<&str>) -> String {
    let process = pid.map(|pid| format!(" by process {pid}")).unwrap_or_default();
    let purpose = purpose.map(|purpose| format!(" ({purpose})")).unwrap_or_default();
    format!("the database is being written{process}{purpose}")
}

/// What an operation inside a transaction can run into, before it is known which database it was about.
#[derive(Debug)]
pub(crate) enum Failure {
    Sql(sqlx::Error),
    Corrupt(String),
    Conflict(String),
    Inconsistent(String),
    LeaseLost(JobId),
    OpenedForReading,
    ImportUnfinished,
    Secret(SecretError),
    Hub(HubRefusal),
    Scim(ScimRefusal),
    Runner(RunnerRefusal),
    Output(std::io::Error),
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        Self::Secret(error)
    }
}

impl From<HubRefusal> for Failure {
    fn from(refusal: HubRefusal) -> Self {
        Self::Hub(refusal)
    }
}

impl From<ScimRefusal> for Failure {
    fn from(refusal: ScimRefusal) -> Self {
        Self::Scim(refusal)
    }
}

impl From<RunnerRefusal> for Failure {
    fn from(refusal: RunnerRefusal) -> Self {
        Self::Runner(refusal)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl Failure {
    /// Names the database that it was about.
    pub(crate) fn at(self, address: &DatabaseAddress) -> StoreError {
        let place = || address.to_string();
        match self {
            Self::Sql(error) => match address {
                DatabaseAddress::Sqlite(path) => sqlite::store_error(path, error),
                DatabaseAddress::Postgres(_) => postgres::store_error(&place(), error),
            },
            Self::Corrupt(why) => StoreError::Corrupt { place: place(), why },
            Self::Conflict(why) => StoreError::Conflict(why),
            Self::Inconsistent(why) => StoreError::Inconsistent(why),
            Self::LeaseLost(job) => StoreError::LeaseLost { job },
            Self::Output(error) => StoreError::Output { why: error.to_string() },
            Self::Secret(error) => error.into(),
            Self::Hub(refusal) => refusal.into(),
            Self::Scim(refusal) => refusal.into(),
            Self::Runner(refusal) => refusal.into(),
            Self::ImportUnfinished => StoreError::ImportUnfinished { place: place() },
            Self::OpenedForReading => {
                StoreError::Unwritable { place: place(), why: "it was opened for reading".to_owned() }
            }
        }
    }
}
