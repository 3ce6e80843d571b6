//! Copies of a database, and SQLite's own opinion of its health.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Pool, SqliteConnection};
use crate::StoreError;
use crate::lock::beside;

/// Copies the database to `<path>.before-<version>`, whole and consistent, the write-ahead log included.
///
/// An earlier copy of the same name is replaced only once the new one is complete.
pub(crate) async fn database_copy(pool: &Pool, path: &Path, version: i64) -> Result<PathBuf, StoreError> {
    let target = beside(path, &format!(".before-{version}"));
    let unfinished = beside(path, &format!(".before-{version}.part"));
    if unfinished.exists() {
        fs::remove_file(&unfinished).map_err(|error| StoreError::of_file(&unfinished, &error))?;
    }
    // Made first, so that nobody else may read it: the copy holds what the database holds.
    super::file_ensure(&unfinished)?;
    sqlx::query("vacuum into $1")
        .bind(unfinished.to_string_lossy().into_owned())
        .execute(pool)
        .await
        .map_err(|error| super::store_error(&unfinished, error))?;
    fs::rename(&unfinished, &target).map_err(|error| StoreError::of_file(&target, &error))?;
    Ok(target)
}

/// What SQLite itself finds wrong with the file.
pub(crate) async fn integrity_problems(db: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let mut problems: Vec<String> = sqlx::query_scalar("pragma integrity_check").fetch_all(&mut *db).await?;
    problems.retain(|line| line != "ok");
    let orphans = orphans(db).await?;
    if orphans > 0 {
        problems.push(format!("{orphans} rows refer to rows that do not exist"));
    }
    Ok(problems)
}

/// How many rows refer to rows that do not exist.
pub(crate) async fn orphans(db: &mut SqliteConnection) -> Result<usize, sqlx::Error> {
    Ok(sqlx::query("pragma foreign_key_check").fetch_all(db).await?.len())
}
