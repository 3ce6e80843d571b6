//! The address of a PostgreSQL database, which may hold a password.

use std::fmt;
use std::str::FromStr as _;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::PgConnectOptions;

/// A `postgres://` URL. It shows without its password.
#[derive(Clone)]
pub struct PostgresAddress {
    url: SecretString,
    shown: String,
}

impl PostgresAddress {
    /// Takes a URL that PostgreSQL's own programs understand; what it leaves out comes from `PGHOST`, `PGUSER`,
    /// `PGPASSWORD` and their like.
    pub(crate) fn parse(url: &str) -> Result<Self, String> {
        // The library's words could repeat a part of the password.
        let options =
            PgConnectOptions::from_str(url).map_err(|_| "it cannot be read as postgres://user@host:port/database")?;
        Ok(Self { url: SecretString::from(url), shown: shown(&options) })
    }

    pub(crate) fn options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        PgConnectOptions::from_str(self.url.expose_secret())
    }
}

/// Who, where and which database: put together from what was understood, so that no part of a password can be in it.
fn shown(options: &PgConnectOptions) -> String {
    let place = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    format!("postgres://{}@{place}/{database}", options.get_username())
}

impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresAddress({})", self.shown)
    }
}

impl PartialEq for PostgresAddress {
    fn eq(&self, other: &Self) -> bool {
        self.url.expose_secret() == other.url.expose_secret()
    }
}

impl Eq for PostgresAddress {}
