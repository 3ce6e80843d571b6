use std::io;

use crate::message::decode::MessageError;

/// Why a file could not be written, or is not read.
#[derive(Debug, thiserror::Error)]
pub enum C1zError {
    /// It begins with something else.
    #[error("it is no .c1z file: it begins with other bytes")]
    Foreign,
    /// It is of the newer version, whose database is another.
    #[error("it is a .c1z file of version 3, which holds a Pebble database")]
    Version3,
    /// It is larger than is taken in.
    #[error("it holds more than {0} bytes, which is the most that is taken in")]
    TooLarge(u64),
    /// What is in it is no database, or not one of this kind.
    #[error("its database cannot be read: {0}")]
    Database(#[from] rusqlite::Error),
    /// It holds no sync that has ended.
    #[error("it holds no sync that has ended")]
    NoSync,
    /// It holds no sync of this id.
    #[error("it holds no sync {0}")]
    UnknownSync(String),
    /// A row is no record.
    #[error("row {row} of {table}: {why}")]
    Row {
        /// The table.
        table: &'static str,
        /// The row's number.
        row: i64,
        /// What is wrong.
        why: MessageError,
    },
    /// The file system, or the compression.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl C1zError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Version3 => Some(
                "have the connector write version 1: --storage-engine sqlite, or BATON_STORAGE_ENGINE=sqlite; \
                 connectors older than SDK 0.25 write it anyway",
            ),
            Self::Foreign => Some("baton connectors write such files with -f FILE"),
            Self::NoSync => Some("the connector was stopped before it had read everything; let it run to its end"),
            Self::TooLarge(_) | Self::Database(_) | Self::UnknownSync(_) | Self::Row { .. } | Self::Io(_) => None,
        }
    }
}
