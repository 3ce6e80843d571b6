//! Where a database is, as a person writes it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::StoreError;
use crate::postgres::PostgresAddress;

/// The address of Rolecall's own database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseAddress {
    /// A file of SQLite's.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server, 15 or newer.
    Postgres(PostgresAddress),
}

impl DatabaseAddress {
    /// The file behind the address; a server's database has none that concerns us.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }

    /// Whether there certainly is no database there: of a server that only asking it tells.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.path().is_some_and(|path| !path.exists())
    }
}

/// Reads a path, `sqlite:path`, `sqlite://path` or `postgres://user@host:port/database`.
///
/// # Errors
/// [`StoreError::Address`] for anything else.
impl FromStr for DatabaseAddress {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let refuse = |why: &str| Err(StoreError::Address { address: redacted(text), why: why.to_owned() });
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            return PostgresAddress::parse(text).map(Self::Postgres).or_else(|why| refuse(&why));
        }
        let path = match text.strip_prefix("sqlite:") {
            Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
            None if text.contains("://") => return refuse("only sqlite: and postgres: are known"),
            None => text,
        };
        match path {
            "" => refuse("the path is empty"),
            ":memory:" => refuse("a database in memory would be lost with the process"),
            _ if path.contains('?') && path.len() < text.len() => refuse("parameters after ? are not supported"),
            _ => Ok(Self::Sqlite(path.into())),
        }
    }
}

/// A path, or a server's URL without its password.
impl fmt::Display for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(address) => address.fmt(f),
        }
    }
}

/// The address without what may be a password: everything between the scheme and the last `@`.
fn redacted(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_urls_name_the_same_file() {
        for text in ["/var/lib/rolecall.db", "sqlite:/var/lib/rolecall.db", "sqlite:///var/lib/rolecall.db"] {
            let address: DatabaseAddress = text.parse().unwrap();
            assert_eq!(address.path(), Some(Path::new("/var/lib/rolecall.db")));
            assert_eq!(address.to_string().parse::<DatabaseAddress>().unwrap(), address);
        }
        assert_eq!("sqlite:here.db".parse::<DatabaseAddress>().unwrap().path(), Some(Path::new("here.db")));
    }

    #[test]
    fn a_server_is_shown_without_its_password() {
        let address: DatabaseAddress = "postgres://rolecall:hunter2@db:5433/rolecall?password=hunter2".parse().unwrap();
        assert_eq!(address.path(), None);
        assert_eq!(address.to_string(), "postgres://rolecall@db:5433/rolecall");
        assert!(!format!("{address:?}").contains("hunter2"));
        for odd in ["postgres://u:12%3Fhunter2@h/db", "postgres://u:hunter2@h:1/db?x=a@b", "postgres://u:a%40hunter2@h"]
        {
            if let Ok(address) = odd.parse::<DatabaseAddress>() {
                assert!(!address.to_string().contains("hunter2") && !address.to_string().contains("12"), "{address}");
            }
        }
    }

    #[test]
    fn what_cannot_be_opened_is_refused_without_repeating_a_password() {
        let error = "postgres://rolecall:hunter2@db:port/rolecall".parse::<DatabaseAddress>().unwrap_err();
        assert_eq!(error.code(), "store-address");
        assert!(!error.to_string().contains("hunter2"), "{error}");
        for text in ["", "sqlite:", "sqlite::memory:", "mysql://x", "sqlite:a.db?mode=ro"] {
            assert!(text.parse::<DatabaseAddress>().is_err(), "{text}");
        }
    }
}
