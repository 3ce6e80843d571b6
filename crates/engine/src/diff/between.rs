//! Two moments of one database.

use rolecall_model::Timestamp;
use rolecall_store::Store;

use super::{DiffAnswer, DiffError, Point, PointError, diff};

/// Why two moments cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum BetweenError {
    /// One of them cannot be loaded.
    #[error(transparent)]
    Point(#[from] PointError),
    /// They are about different things.
    #[error(transparent)]
    Diff(#[from] DiffError),
}

/// How two moments differ, each named as [`Point::read`] reads it, of every connector or of the one named `only`. A side
/// that is a sync is about one connector, and then the other one is too. `O(everything recorded of both)`.
///
/// # Errors
/// When one of them cannot be loaded, or they are about different things.
pub async fn diff_between(
    store: &Store,
    (from, to): (&str, &str),
    only: Option<&str>,
    now: Timestamp,
) -> Result<DiffAnswer, BetweenError> {
    let (from, to) = (Point::read(store, from, now).await?, Point::read(store, to, now).await?);
    let of_sync = [&from, &to].into_iter().find_map(|point| point.connector());
    let only = only.or(of_sync);
    // Two syncs of two connectors are told apart by what they hold.
    let (old, new) =
        (from.load(store, from.connector().or(only), now).await?, to.load(store, to.connector().or(only), now).await?);
    let mut answer = diff((from.name(), &old), (to.name(), &new))?;
    (answer.old.at, answer.new.at) = (from.at(), to.at());
    Ok(answer)
}
