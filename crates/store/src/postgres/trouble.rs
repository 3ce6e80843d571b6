//! PostgreSQL's error codes, in our words.

use std::io::ErrorKind;

use sqlx::Error;

use crate::StoreError;

/// Names the database that a failure was about.
pub(crate) fn store_error(place: &str, error: Error) -> StoreError {
    let place = place.to_owned();
    let why = match &error {
        Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    };
    match &error {
        Error::Database(database) => match database.code().as_deref() {
            Some("3D000") => StoreError::Missing { place },
            // Wrong password, no right to connect or to a table, a server that only reads.
            Some("28000" | "28P01" | "42501" | "25006") => StoreError::Unwritable { place, why },
            // No space, no memory, too many connections.
            Some("53100") => StoreError::Full { place },
            Some("53300" | "55P03" | "40001" | "40P01") => StoreError::busy(None),
            // It stops, has crashed, or is only starting.
            Some("57P01" | "57P02" | "57P03") => StoreError::Unreachable { place, why },
            Some("XX001" | "XX002") => StoreError::Corrupt { place, why },
            _ => StoreError::Other(Box::new(error)),
        },
        Error::Io(io) if io.kind() == ErrorKind::ConnectionRefused || io.kind() == ErrorKind::NotFound => {
            StoreError::Unreachable { place, why }
        }
        Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::Configuration(_) => {
            StoreError::Unreachable { place, why }
        }
        _ => StoreError::Other(Box::new(error)),
    }
}
