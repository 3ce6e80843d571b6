//! What is exported: every table, in an order in which each comes after those it refers to, and its columns.
//!
//! A test compares this with the schema, so that a migration that adds a table or a column changes this too.

mod audit;
mod hub;
mod people;
mod reviews;
mod rules;
mod sources;

use super::table::Table;

/// Of each area its tables. The order is that of the file.
const AREAS: &[&[Table]] = &[audit::AUDIT, sources::SOURCES, hub::HUB, people::PEOPLE, rules::RULES, reviews::REVIEWS];

/// Tables that belong to one database file and not to what it holds: who is signed in there, is about to be, or failed to.
#[cfg(test)]
const NOT_EXPORTED: &[&str] = &[
    "schema_version",
    "import_progress",
    "hub_session",
    "hub_login",
    "hub_device_login",
    "hub_attempt",
    // What happened while connectors were read where this file is; it is bounded, and nothing is derived from it.
    "connector_log",
    "sync_progress",
    // What runners show with their calls, for a quarter of an hour.
    "runner_token",
    // Worked out anew from what is current.
    "connector_tally",
    "identity_seen",
];

/// Every table of the schema but [`NOT_EXPORTED`].
pub(super) fn tables() -> impl DoubleEndedIterator<Item = &'static Table> {
    AREAS.iter().copied().flatten()
}

pub(super) fn table_named(name: &str) -> Option<&'static Table> {
    tables().find(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{DatabaseAddress, Mode, Store, db};

    #[tokio::test]
    async fn every_table_and_every_column_of_the_schema_is_exported() {
        let directory = tempfile::tempdir().unwrap();
        let address = DatabaseAddress::Sqlite(directory.path().join("rolecall.db"));
        let store = Store::open(&address, Mode::Write).await.unwrap();
        let mut db = store.reading().await.unwrap();
        let named = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'";
        let found: BTreeSet<String> = db::query_scalar(named).fetch_all(&mut db).await.unwrap().into_iter().collect();
        let known: BTreeSet<String> =
            tables().map(|table| table.name).chain(NOT_EXPORTED.iter().copied()).map(str::to_owned).collect();
        assert_eq!(found, known, "add what is new to its area, after what it refers to, or to NOT_EXPORTED");

        for table in tables() {
            let columns = "select name, type, \"notnull\", pk from pragma_table_info($1) order by cid";
            let rows = db::query(columns).bind(table.name).fetch_all(&mut db).await.unwrap();
            let found: Vec<(String, String, bool, bool)> = rows
                .iter()
                .map(|row| {
                    let is_key = row.try_get::<i64, _>("pk").unwrap() > 0;
                    let nullable = row.try_get::<i64, _>("notnull").unwrap() == 0 && !is_key;
                    let kind: String = row.try_get("type").unwrap();
                    (row.try_get("name").unwrap(), kind.to_lowercase(), nullable, is_key)
                })
                .collect();
            let known: Vec<(String, String, bool, bool)> = table
                .columns
                .iter()
                .map(|column| (column.name.to_owned(), column.kind.word().to_owned(), column.nullable, column.is_key))
                .collect();
            assert_eq!(found, known, "the columns of {}", table.name);
        }
    }
}
