//! Every statement of the store can be prepared on both engines.

use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};

use crate::source::statements;
use crate::support::Both;

/// The head of a statement over many rows gets one.
fn whole(statement: &str) -> String {
    if !statement.ends_with(" in") {
        return statement.to_owned();
    }
    let bound = (1..9).take_while(|place| statement.contains(&format!("${place}"))).count();
    format!("{statement} (${})", bound + 1)
}

#[tokio::test]
async fn every_statement_is_understood_by_both_engines() {
    let mut both = Both::new().await;
    let statements = statements();
    assert!(statements.len() > 60, "only {} statements were found", statements.len());
    let mut refused = Vec::new();
    for (file, statement) in statements {
        let statement = whole(&statement);
        let file = file.file_name().unwrap().to_string_lossy().into_owned();
        let sql = || AssertSqlSafe(statement.clone()).into_sql_str();
        if let Err(error) = both.sqlite.prepare(sql()).await {
            refused.push(format!("SQLite, {file}: {error}\n  {statement}"));
        }
        if let Err(error) = both.postgres.prepare(sql()).await {
            refused.push(format!("PostgreSQL, {file}: {error}\n  {statement}"));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
