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
        PgConnectOptions::from_str(url).map_err(|_| "it cannot be read as postgres://user@host:port/database")?;
        Ok(Self { url: SecretString::from(url), shown: shown(url) })
    }

    pub(crate) fn options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        PgConnectOptions::from_str(self.url.expose_secret())
    }
}

/// Scheme, host and database; neither a password nor parameters, among which one may be.
fn shown(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    match rest.rsplit_once('@') {
        Some((account, host)) => {
            let name = account.split(':').next().unwrap_or_default();
            format!("{scheme}://{name}@{host}")
        }
        None => format!("{scheme}://{rest}"),
    }
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
