//! Locks that end with their holder: advisory locks of a session of their own.

use std::time::Duration;

use rolecall_model::Timestamp;
use sqlx::postgres::PgConnection;

use super::{PostgresAddress, open};
use crate::error::Failure;
use crate::lock::{LockHolder, LockScope};

/// How long a lock is tried for: the server notices a moment late that a holder's connection ended.
const PATIENCE: Duration = Duration::from_secs(1);
/// The name of the lock that all work on connectors shares.
const DATABASE: &str = "rolecall database";
const PAUSE: Duration = Duration::from_millis(50);

/// A held lock; dropping it ends the session, and with it the lock.
pub(crate) struct SessionLock {
    _session: PgConnection,
}

/// How a lock of some name is wanted.
struct Wanted {
    name: String,
    try_lock: &'static str,
}

impl Wanted {
    fn alone(name: String) -> Self {
        Self { name, try_lock: "select pg_try_advisory_lock(hashtextextended($1, 0))" }
    }

    fn shared(name: &str) -> Self {
        Self { name: name.to_owned(), try_lock: "select pg_try_advisory_lock_shared(hashtextextended($1, 0))" }
    }

    /// Work on a connector shares the database with work on others.
    fn of(scope: LockScope) -> Vec<Self> {
        match scope {
            LockScope::Connector(connector) => {
                vec![Self::shared(DATABASE), Self::alone(format!("rolecall connector {connector}"))]
            }
            LockScope::Database => vec![Self::alone(DATABASE.to_owned())],
            LockScope::Schema => vec![Self::alone("rolecall schema".to_owned())],
        }
    }
}

impl SessionLock {
    /// Takes the lock of what long work is about, or says who holds it.
    pub(crate) async fn acquire(
        address: &PostgresAddress,
        scope: LockScope,
        purpose: &str,
    ) -> Result<Result<Self, Option<LockHolder>>, Failure> {
        let told = format!("rolecall {}: {purpose}", std::process::id());
        let mut session = open::connect(&open::options(address)?.application_name(&told)).await?;
        let started = tokio::time::Instant::now();
        for wanted in Wanted::of(scope) {
            while !sqlx::query_scalar(wanted.try_lock).bind(&wanted.name).fetch_one(&mut session).await? {
                if started.elapsed() >= PATIENCE {
                    return Ok(Err(holder(&mut session, &wanted.name).await?));
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(Ok(Self { _session: session }))
    }
}

/// Who holds a lock, as its session tells: PostgreSQL cuts what is longer than 63 bytes.
async fn holder(session: &mut PgConnection, name: &str) -> Result<Option<LockHolder>, Failure> {
    // Of another role's session neither is told.
    let found: Option<(Option<String>, Option<i64>)> = sqlx::query_as(
        "select a.application_name, cast(extract(epoch from a.backend_start) * 1000000 as bigint) \
         from pg_locks l join pg_stat_activity a on a.pid = l.pid \
         where l.locktype = 'advisory' and l.granted and l.objsubid = 1 \
         and ((cast(l.classid as bigint) << 32) | cast(l.objid as bigint)) = hashtextextended($1, 0) limit 1",
    )
    .bind(name)
    .fetch_optional(session)
    .await?;
    Ok(found.and_then(|(told, since)| {
        let told = told?;
        let (pid, purpose) = told.strip_prefix("rolecall ")?.split_once(": ")?;
        Some(LockHolder { pid: pid.parse().ok()?, purpose: purpose.to_owned(), since: Timestamp(since?) })
    }))
}
