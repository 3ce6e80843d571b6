//! Removing a connector so that nothing of its secret is left, and nobody works for it any more.
//!
//! A deleted row is overwritten in its page of a SQLite file (`secure_delete`), and the write-ahead log, which still has it,
//! is folded away and cut off. What earlier versions of this program or a moved page may have left elsewhere in the file is
//! looked for by its bytes; where anything is found, the file is written anew. On a server the row is overwritten before it
//! is deleted, which does not reach the server's own log, its earlier row versions before they are vacuumed, or backups.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use rolecall_model::Timestamp;
use serde_json::json;

use crate::connector_change::Act;
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::job::job_record;
use crate::{ConnectorChange, ConnectorId, Store, StoreError};

/// What became of a removed connector's secret and jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Withdrawn {
    /// Jobs about it that were cancelled.
    pub jobs_cancelled: usize,
    /// Whether a sealed secret was destroyed.
    pub had_secret: bool,
    /// Whether nothing of it is left in this database. Otherwise somebody was reading all the time, and its log could not
    /// be cut off yet: [`Store::secrets_scrub`] does it later.
    pub is_scrubbed: bool,
}

/// So many bytes of what was sealed are no coincidence.
const NEEDLE: usize = 16;

impl Store {
    /// Removes a connector, keeps its history, destroys its secret and cancels its jobs.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is gone already.
    pub async fn connector_withdraw(
        &self,
        connector: ConnectorId,
        actor: &str,
        now: Timestamp,
    ) -> Result<Withdrawn, StoreError> {
        let (mut withdrawn, needles) = self
            .answer(async {
                let mut tx = self.writing().await?;
                let needles = secret_overwrite(&mut tx, connector).await?;
                let removed = Act { actor, now }.change(&mut tx, &ConnectorChange::Remove(connector)).await?;
                let jobs_cancelled = jobs_cancel(&mut tx, &removed.uuid.to_string(), actor, now).await?;
                tx.commit().await?;
                Ok((Withdrawn { jobs_cancelled, had_secret: !needles.is_empty(), is_scrubbed: true }, needles))
            })
            .await?;
        if withdrawn.had_secret {
            withdrawn.is_scrubbed = self.secrets_scrub(&needles).await?;
        }
        Ok(withdrawn)
    }

    /// Takes what was deleted out of a SQLite file and its log, and says whether all of it is gone. `needles` are looked
    /// for in the file.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub async fn secrets_scrub(&self, needles: &[Vec<u8>]) -> Result<bool, StoreError> {
        let Some(path) = self.address().path().map(Path::to_owned) else { return Ok(true) };
        self.answer(async {
            let mut is_cut = self.log_cut().await?;
            let needles = needles.to_vec();
            let found = tokio::task::spawn_blocking(move || is_any_in(&path, &needles)).await;
            if found.map_err(|error| Failure::Inconsistent(error.to_string()))?? {
                self.file_rewrite().await?;
                is_cut = self.log_cut().await?;
            }
            Ok(is_cut)
        })
        .await
    }
}

/// Overwrites a connector's secrets, which are deleted in the same transaction, and returns what was in their place.
async fn secret_overwrite(db: &mut Connection, connector: ConnectorId) -> Result<Vec<Vec<u8>>, Failure> {
    let rows = db::query("select ciphertext, wrapped_key from secret where connector_id = $1")
        .bind(connector.0)
        .fetch_all(&mut *db)
        .await?;
    let mut needles = Vec::with_capacity(rows.len() * 2);
    for row in &rows {
        needles.push(row.try_get::<Vec<u8>, _>(0)?);
        needles.push(row.try_get::<Vec<u8>, _>(1)?);
    }
    let longest = needles.iter().map(Vec::len).max().unwrap_or_default();
    db::query(
        "update secret set ciphertext = $1, wrapped_key = $1, nonce = $1, wrap_nonce = $1 where connector_id = $2",
    )
    .bind(vec![0_u8; longest])
    .bind(connector.0)
    .execute(db)
    .await?;
    Ok(needles)
}

/// Cancels what is queued or running about a connector, whatever its kind.
pub(crate) async fn jobs_cancel(db: &mut Connection, key: &str, actor: &str, now: Timestamp) -> Result<usize, Failure> {
    let why = json!({ "code": "not-wanted", "message": "the connector was removed" });
    let rows = db::query(
        "update job set state = 'cancelled', lease_until = null, last_error = $1, finished_at = $2 \
         where key = $3 and state in ('queued', 'running') returning *",
    )
    .bind(why.to_string())
    .bind(now.0)
    .bind(key)
    .fetch_all(&mut *db)
    .await?;
    for row in &rows {
        job_record(db, "job.cancelled", row, actor, now).await?;
    }
    Ok(rows.len())
}

/// Whether a file, or the log beside it, has any part of what is looked for.
fn is_any_in(path: &Path, needles: &[Vec<u8>]) -> Result<bool, Failure> {
    let parts: HashSet<&[u8]> = needles.iter().flat_map(|needle| needle.chunks_exact(NEEDLE)).collect();
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    for place in [path, Path::new(&log)] {
        match File::open(place) {
            Ok(file) => {
                if is_part_in(file, &parts)? {
                    return Ok(true);
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&error)),
        }
    }
    Ok(false)
}

fn is_part_in(mut file: File, parts: &HashSet<&[u8]>) -> Result<bool, Failure> {
    if parts.is_empty() {
        return Ok(false);
    }
    let mut begins = [false; 256];
    for begin in parts.iter().filter_map(|part| part.first()) {
        if let Some(known) = begins.get_mut(usize::from(*begin)) {
            *known = true;
        }
    }
    let mut window = Vec::with_capacity(1 << 20);
    loop {
        // The end of the last piece stays in front, for what lies across.
        let kept = window.len().min(NEEDLE - 1);
        window.drain(..window.len() - kept);
        let read = (&mut file).take(1 << 20).read_to_end(&mut window).map_err(|error| unreadable(&error))?;
        let is_there = |slice: &[u8]| {
            slice.first().and_then(|first| begins.get(usize::from(*first))).is_some_and(|known| *known)
                && parts.contains(slice)
        };
        if window.windows(NEEDLE).any(is_there) {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
    }
}

fn unreadable(error: &std::io::Error) -> Failure {
    Failure::Inconsistent(format!("the database's file cannot be looked through: {error}"))
}
