//! Exit codes, and errors that say what failed, why, and what to do next.

use std::fmt;
use std::process::ExitCode;

use rolecall_connect::{ReadError, TokenError};
use rolecall_engine::changes::DecisionError;
use rolecall_engine::rules::SettingError;
use rolecall_engine::{NameError, SyncError};
use rolecall_store::{AuditKeyError, SecretError, StoreError};

/// Exit codes, documented in `docs/reference/exit-codes.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It was done.
    Done,
    /// Something unexpected.
    Failure,
    /// The command line makes no sense.
    Usage,
    /// There is no credential, or the source refuses it.
    Credential,
    /// The source cannot be reached, or its answers cannot be used.
    Source,
    /// It was done, but not everything could be read; or `--require-complete` was not met.
    Incomplete,
    /// A name was not found or means several things.
    Name,
    /// The database cannot be used.
    Database,
    /// Another process is writing to the database.
    Busy,
    /// It looked for something, and found it: `check` a finding, `diff` and `drift` a difference, `audit verify` a broken record,
    /// `evidence verify` a package that is not as it was signed, `db check` damage.
    Found,
    /// A person stopped it.
    Stopped,
    /// `runner` alone: the code of a call, which other connectors end with too.
    Status(u8),
}

impl Exit {
    const ALL: [Self; 11] = [
        Self::Done,
        Self::Failure,
        Self::Usage,
        Self::Credential,
        Self::Source,
        Self::Incomplete,
        Self::Name,
        Self::Database,
        Self::Busy,
        Self::Found,
        Self::Stopped,
    ];

    /// The exit of a code that a hub told; one of a later version is something unexpected.
    pub(crate) fn read(code: u8) -> Self {
        Self::ALL.into_iter().find(|exit| exit.code() == code).unwrap_or(Self::Failure)
    }

    /// The code that the process ends with.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Credential => 3,
            Self::Source => 4,
            Self::Incomplete => 5,
            Self::Name => 6,
            Self::Database => 7,
            Self::Busy => 8,
            Self::Found => 9,
            Self::Stopped => 130,
            Self::Status(code) => code,
        }
    }

    /// The worse of two: what needs a person comes before what may pass by itself, and that before what was done.
    pub(crate) fn worse(self, other: Self) -> Self {
        if other.weight() > self.weight() { other } else { self }
    }

    const fn weight(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found | Self::Incomplete => 1,
            Self::Busy => 2,
            Self::Source => 3,
            Self::Name => 4,
            Self::Usage => 5,
            Self::Credential => 6,
            Self::Database => 7,
            Self::Failure | Self::Status(_) => 8,
            Self::Stopped => 9,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// An error that ends the program.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<&StoreError> for Exit {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Busy { .. } | StoreError::LeaseLost { .. } | StoreError::HubRunning { .. } => Self::Busy,
            StoreError::Secret(SecretError::Tampered { .. }) => Self::Database,
            StoreError::Secret(_) => Self::Credential,
            _ => Self::Database,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { exit: Exit::from(&error), message: error.to_string(), hint: error.hint() }
    }
}

impl From<AuditKeyError> for Failure {
    fn from(error: AuditKeyError) -> Self {
        Self { exit: Exit::Failure, message: error.to_string(), hint: error.hint() }
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self::new(Exit::Credential, error.to_string()).hint(error.hint())
    }
}

impl From<rolecall_http::ClientError> for Failure {
    fn from(error: rolecall_http::ClientError) -> Self {
        Self { exit: Exit::Usage, message: error.to_string(), hint: error.hint() }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let exit = match error.reason.code.as_str() {
            "unauthorised" | "forbidden" | "address-not-allowed" | "lost-sight" => Exit::Credential,
            _ => Exit::Source,
        };
        Self { exit, message: error.reason.text, hint: error.hint }
    }
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        let message = error.to_string();
        match error {
            SyncError::Refused(error) => error.into(),
            SyncError::NothingReadable { reason, .. } => {
                let inner = Self::from(ReadError { reason, hint: None });
                Self::new(inner.exit, message).hint("what was recorded before is unchanged")
            }
            SyncError::Stopped { .. } => Self::new(Exit::Stopped, message),
            SyncError::Busy { job, .. } => Self::new(Exit::Busy, message)
                .hint(format!("wait until it is done, or cancel it with: rolecall jobs cancel {job}")),
            SyncError::Store(error) => error.into(),
        }
    }
}

impl From<NameError> for Failure {
    fn from(error: NameError) -> Self {
        Self { exit: Exit::Name, message: error.to_string(), hint: error.hint() }
    }
}

impl From<DecisionError> for Failure {
    fn from(error: DecisionError) -> Self {
        match error {
            DecisionError::Name(error) => error.into(),
            DecisionError::Store(error) => error.into(),
        }
    }
}

impl From<SettingError> for Failure {
    fn from(error: SettingError) -> Self {
        Self::new(Exit::Usage, error.to_string()).hint("see every rule's settings with: rolecall check --list")
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            // Whoever reads the output has seen enough, as `head` does.
            return Self::new(Exit::Done, "");
        }
        Self::new(Exit::Failure, error.to_string())
    }
}
