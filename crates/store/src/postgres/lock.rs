//! Locks that end with their holder: advisory locks of a session of their own.

use std::time::Duration;

use rolecall_model::Timestamp;
use sqlx::postgres::PgConnection;

use super::{PostgresAddress, open};
use crate::error::Failure;
use crate::lock::LockHolder;

/// How long a lock is tried for: the server notices a moment late that a holder's connection ended.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(50);

/// A held lock; dropping it ends the session, and with it the lock.
pub(crate) struct SessionLock {
    _session: PgConnection,
}

impl SessionLock {
    /// Takes the lock of this name, or says who holds it.
    pub(crate) async fn acquire(
        address: &PostgresAddress,
        name: &str,
        purpose: &str,
    ) -> Result<Result<Self, Option<LockHolder>>, Failure> {
        let told = format!("rolecall {}: {purpose}", std::process::id());
        let mut session = open::connect(&open::options(address)?.application_name(&told)).await?;
        let started = tokio::time::Instant::now();
        loop {
            let lock = sqlx::query_scalar("select pg_try_advisory_lock(hashtextextended($1, 0))");
            if lock.bind(name).fetch_one(&mut session).await? {
                return Ok(Ok(Self { _session: session }));
            }
            if started.elapsed() >= PATIENCE {
                return Ok(Err(holder(&mut session, name).await?));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Who holds a lock, as its session tells: PostgreSQL cuts what is longer than 63 bytes.
async fn holder(session: &mut PgConnection, name: &str) -> Result<Option<LockHolder>, Failure> {
    let found: Option<(String, i64)> = sqlx::query_as(
        "select a.application_name, cast(extract(epoch from a.backend_start) * 1000000 as bigint) \
         from pg_locks l join pg_stat_activity a on a.pid = l.pid \
         where l.locktype = 'advisory' and l.granted and l.objsubid = 1 \
         and ((cast(l.classid as bigint) << 32) | cast(l.objid as bigint)) = hashtextextended($1, 0) limit 1",
    )
    .bind(name)
    .fetch_optional(session)
    .await?;
    Ok(found.and_then(|(told, since)| {
        let (pid, purpose) = told.strip_prefix("rolecall ")?.split_once(": ")?;
        Some(LockHolder { pid: pid.parse().ok()?, purpose: purpose.to_owned(), since: Timestamp(since) })
    }))
}
