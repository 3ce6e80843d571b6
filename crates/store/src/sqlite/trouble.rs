//! SQLite's result codes, in our words.

use std::path::Path;

use sqlx::Error;

use crate::StoreError;
use crate::error::Failure;
use crate::lock::WriterLock;

/// Names the file that a failure was about.
pub(crate) fn store_error(path: &Path, failure: Failure) -> StoreError {
    match failure {
        Failure::Sql(error) => sql_error(path, error),
        Failure::Corrupt(why) => StoreError::Corrupt { path: path.to_owned(), why },
        Failure::Conflict(why) => StoreError::Conflict(why),
        Failure::Inconsistent(why) => StoreError::Inconsistent(why),
        Failure::Output(error) => StoreError::Output { why: error.to_string() },
        Failure::Secret(error) => error.into(),
        Failure::OpenedForReading => StoreError::unwritable(path, &"it was opened for reading"),
    }
}

fn sql_error(path: &Path, error: Error) -> StoreError {
    let why = match &error {
        Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    };
    match primary_code(&error) {
        Some(5 | 6) => StoreError::busy(WriterLock::holder(path)),
        Some(8 | 14) => StoreError::unwritable(path, &why),
        Some(11) => StoreError::Corrupt { path: path.to_owned(), why },
        Some(13) => StoreError::Full { path: path.to_owned() },
        Some(26) => StoreError::NotADatabase { path: path.to_owned() },
        _ if matches!(error, Error::PoolTimedOut) => StoreError::busy(WriterLock::holder(path)),
        _ => StoreError::Other(Box::new(error)),
    }
}

/// The low byte of SQLite's extended result code: 5 busy, 6 locked, 8 read-only, 11 corrupt, 13 full, 14 cannot open,
/// 26 not a database.
fn primary_code(error: &Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}
