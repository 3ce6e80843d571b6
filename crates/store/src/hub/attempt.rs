//! Failed attempts to sign in, counted here so that every hub on this database counts the same.
//!
//! An attempt is counted before it is looked at, and taken back when it was right: a thousand attempts at the same moment
//! are a thousand attempts.

use rolecall_model::Timestamp;
use serde_json::json;

use super::link::database_subject;
use super::{HubAct, TokenHash, User, turn_take};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{Store, StoreError};

/// How often one may fail, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptLimit {
    /// So many failures within `window` lock out.
    pub failures: i64,
    /// After which failures that locked nobody out are forgotten.
    pub window: i64,
    /// How long the first lock-out lasts. Each further failure doubles it.
    pub lock: i64,
    /// How long one lasts at most.
    pub lock_most: i64,
    /// After which failures that locked out are forgotten, when none came since.
    pub memory: i64,
}

/// What is counted: the digest of a name or of an address, and how often it may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptKey {
    /// The digest.
    pub hash: TokenHash,
    /// How often.
    pub limit: AttemptLimit,
}

/// Whether an attempt may be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempted {
    /// It may, and is counted as a failure unless it is taken back.
    Counted {
        /// Until when nobody else may try, if it fails: set when it was the last that was free.
        locks_until: Option<Timestamp>,
    },
    /// It may not, and is not counted.
    Locked {
        /// When the next one may.
        until: Timestamp,
    },
}

/// An attempt that failed.
#[derive(Clone, Debug)]
pub struct FailedAttempt<'a> {
    /// The digest of name and address together.
    pub pair: TokenHash,
    /// The name that was given; it is kept as something personal alone.
    pub name: &'a str,
    /// The account of that name, if there is one.
    pub user: Option<&'a User>,
    /// Until when it locked out.
    pub locked_until: Option<Timestamp>,
}

/// How often the audit log tells of failures of the same name from the same address, in seconds.
const RECORD_EVERY: i64 = 60;

/// How long counters are kept, in seconds: longer than anything is remembered.
const KEPT: i64 = 2 * 24 * 3600;

struct Counter {
    failures: i64,
    first_at: i64,
    last_at: i64,
    locked_until: Option<i64>,
}

impl Store {
    /// Counts an attempt, unless one of its keys is locked out.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn hub_attempt_begin(&self, keys: &[AttemptKey], now: Timestamp) -> Result<Attempted, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            let mut counters = Vec::with_capacity(keys.len());
            for key in keys {
                counters.push(counter_take(&mut tx, &key.hash, now).await?);
            }
            let locked =
                counters.iter().filter_map(|counter| counter.locked_until).filter(|until| *until > now.0).max();
            if let Some(until) = locked {
                return Ok(Attempted::Locked { until: Timestamp(until) });
            }
            let mut locks_until = None;
            for (key, counter) in keys.iter().zip(counters) {
                let counted = counter.after_one_more(key.limit, now);
                locks_until = locks_until.max(counted.locked_until);
                counter_put(&mut tx, &key.hash, &counted).await?;
            }
            db::query("delete from hub_attempt where last_at < $1")
                .bind(now.plus_seconds(-KEPT).0)
                .execute(&mut tx)
                .await?;
            tx.commit().await?;
            Ok(Attempted::Counted { locks_until: locks_until.map(Timestamp) })
        })
        .await
    }

    /// Takes back that an attempt was counted: it was right.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn hub_attempt_clear(&self, keys: &[AttemptKey]) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            attempts_clear(&mut tx, keys).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Records that an attempt failed: once a minute for the same name and address, with how many there were; and every
    /// time that it locked out.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn hub_attempt_fail(&self, failed: &FailedAttempt<'_>, act: &HubAct<'_>) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            counter_take(&mut tx, &failed.pair, act.now).await?;
            let told = db::query(
                "update hub_attempt set unrecorded = unrecorded + 1, last_at = $1 where key_hash = $2 \
                 returning unrecorded, recorded_at",
            )
            .bind(act.now.0)
            .bind(failed.pair.to_vec())
            .fetch_one(&mut tx)
            .await?;
            let (failures, recorded_at): (i64, Option<i64>) = (told.try_get(0)?, told.try_get(1)?);
            let is_due = recorded_at.is_none_or(|at| at <= act.now.plus_seconds(-RECORD_EVERY).0);
            if is_due || failed.locked_until.is_some() {
                db::query("update hub_attempt set unrecorded = 0, recorded_at = $1 where key_hash = $2")
                    .bind(act.now.0)
                    .bind(failed.pair.to_vec())
                    .execute(&mut tx)
                    .await?;
                turn_take(&mut tx).await?;
                failure_record(&mut tx, failed, failures, act).await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }
}

async fn failure_record(
    db: &mut Connection,
    failed: &FailedAttempt<'_>,
    failures: i64,
    act: &HubAct<'_>,
) -> Result<(), Failure> {
    let subject = match failed.user {
        Some(user) => user.uuid.to_string(),
        None => database_subject(db).await?,
    };
    let (action, details) = match failed.locked_until {
        None => ("hub.sign-in-failed", json!({ "failures": failures })),
        Some(until) => ("hub.locked-out", json!({ "failures": failures, "until": until.0 })),
    };
    act.record_of(db, action, subject, details, &[("name", failed.name)]).await
}

/// Takes back that attempts were counted: those of a name are forgotten, and one of an address.
pub(super) async fn attempts_clear(db: &mut Connection, keys: &[AttemptKey]) -> Result<(), Failure> {
    let mut keys = keys.iter();
    if let Some(name) = keys.next() {
        db::query("delete from hub_attempt where key_hash = $1").bind(name.hash.to_vec()).execute(&mut *db).await?;
    }
    for key in keys {
        db::query(
            "update hub_attempt set failures = failures - 1, \
             locked_until = case when failures <= $1 then null else locked_until end \
             where key_hash = $2 and failures > 0",
        )
        .bind(key.limit.failures)
        .bind(key.hash.to_vec())
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// The counter of a key, which nobody else changes until this transaction ends.
async fn counter_take(db: &mut Connection, key: &TokenHash, now: Timestamp) -> Result<Counter, Failure> {
    db::query(
        "insert into hub_attempt (key_hash, failures, first_at, last_at, unrecorded) values ($1, 0, $2, $2, 0) \
         on conflict (key_hash) do update set last_at = hub_attempt.last_at",
    )
    .bind(key.to_vec())
    .bind(now.0)
    .execute(&mut *db)
    .await?;
    let row = db::query("select failures, first_at, last_at, locked_until from hub_attempt where key_hash = $1")
        .bind(key.to_vec())
        .fetch_one(db)
        .await?;
    Ok(Counter {
        failures: row.try_get(0)?,
        first_at: row.try_get(1)?,
        last_at: row.try_get(2)?,
        locked_until: row.try_get(3)?,
    })
}

async fn counter_put(db: &mut Connection, key: &TokenHash, counter: &Counter) -> Result<(), Failure> {
    db::query(
        "update hub_attempt set failures = $1, first_at = $2, last_at = $3, locked_until = $4 where key_hash = $5",
    )
    .bind(counter.failures)
    .bind(counter.first_at)
    .bind(counter.last_at)
    .bind(counter.locked_until)
    .bind(key.to_vec())
    .execute(db)
    .await?;
    Ok(())
}

impl Counter {
    fn after_one_more(self, limit: AttemptLimit, now: Timestamp) -> Self {
        let is_old = |at: i64, seconds: i64| Timestamp(at).plus_seconds(seconds).0 <= now.0;
        let is_forgotten = if self.failures < limit.failures {
            is_old(self.first_at, limit.window)
        } else {
            is_old(self.last_at, limit.memory)
        };
        let before = if is_forgotten { 0 } else { self.failures };
        let first_at = if before == 0 { now.0 } else { self.first_at };
        let failures = before + 1;
        let locked_until = (failures >= limit.failures).then(|| {
            let doubled = u32::try_from(failures - limit.failures).unwrap_or(u32::MAX).min(30);
            now.plus_seconds((limit.lock << doubled).min(limit.lock_most)).0
        });
        Self { failures, first_at, last_at: now.0, locked_until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: AttemptLimit = AttemptLimit { failures: 3, window: 100, lock: 10, lock_most: 60, memory: 1000 };

    /// Fails at these seconds, and says how long each locks out.
    fn locks(seconds: &[i64]) -> Vec<i64> {
        let mut counter = Counter { failures: 0, first_at: 0, last_at: 0, locked_until: None };
        let mut locks = Vec::new();
        for second in seconds {
            let now = Timestamp(0).plus_seconds(*second);
            counter = counter.after_one_more(LIMIT, now);
            locks.push(counter.locked_until.map_or(0, |until| (until - now.0) / 1_000_000));
        }
        locks
    }

    #[test]
    fn a_lock_out_doubles_up_to_the_most_and_is_forgotten_when_nothing_came_for_long() {
        assert_eq!(locks(&[0, 1, 2, 12, 32, 72, 132, 200]), [0, 0, 10, 20, 40, 60, 60, 60]);
        assert_eq!(locks(&[0, 1, 2, 1001, 2001, 2002]), [0, 0, 10, 20, 0, 0]);
    }

    #[test]
    fn failures_that_are_far_apart_lock_nobody_out() {
        assert_eq!(locks(&[0, 99, 100, 101, 201, 202]), [0; 6], "a window begins with its first failure");
        assert_eq!(locks(&[0, 98, 99, 109]), [0, 0, 10, 20]);
        assert_eq!(locks(&[0, 60, 120, 180, 240]), [0, 0, 0, 0, 0]);
    }
}
