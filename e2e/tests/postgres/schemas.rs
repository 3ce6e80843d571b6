//! The two schemas are one: tables, columns, types, what may be absent, keys and indexes.

use std::collections::BTreeSet;

use crate::support::Both;

/// What PostgreSQL calls the three types, in SQLite's words.
fn type_of(postgres: &str) -> &str {
    match postgres {
        "bigint" => "integer",
        "bytea" => "blob",
        other => other,
    }
}

#[tokio::test]
async fn both_engines_have_the_same_tables_and_columns() {
    let mut both = Both::new().await;
    let sqlite: BTreeSet<Vec<String>> = both
        .sqlite_rows(
            "select m.name, c.name, lower(c.type), case when c.\"notnull\" = 1 or c.pk > 0 then 'not null' else '' end \
             from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'",
        )
        .await
        .into_iter()
        .collect();
    let postgres: BTreeSet<Vec<String>> = both
        .postgres_rows(
            "select c.table_name::text, c.column_name::text, c.data_type::text, \
             case when c.is_nullable = 'NO' then 'not null' else '' end \
             from information_schema.columns c join information_schema.tables t using (table_schema, table_name) \
             where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'",
        )
        .await
        .into_iter()
        .map(|mut column| {
            column[2] = type_of(&column[2]).to_owned();
            column
        })
        .collect();
    assert!(sqlite.len() > 80, "{}", sqlite.len());
    let differences: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

#[tokio::test]
async fn both_engines_have_the_same_indexes_and_views() {
    let mut both = Both::new().await;
    let sqlite = both
        .sqlite_rows(
            "select name from sqlite_master where (type = 'index' and sql is not null) or type = 'view' order by 1",
        )
        .await;
    let postgres = both
        .postgres_rows(
            "select c.relname::text collate \"C\" from pg_class c join pg_namespace n on n.oid = c.relnamespace \
             where n.nspname = current_schema() and (c.relkind = 'v' or (c.relkind = 'i' \
             and not exists (select 1 from pg_constraint k where k.conindid = c.oid))) order by 1",
        )
        .await;
    assert!(sqlite.len() > 10);
    assert_eq!(sqlite, postgres);
}

#[tokio::test]
async fn text_is_ordered_byte_by_byte_on_both() {
    let mut both = Both::new().await;
    let collations = both
        .postgres_rows(
            "select distinct coalesce(collation_name::text, 'default') from information_schema.columns c \
             join information_schema.tables t using (table_schema, table_name) \
             where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.data_type = 'text'",
        )
        .await;
    assert_eq!(collations, [["C"]]);
}
