//! The fence: whether a job is still its worker's, decided in the transaction that is to write for it.

use super::Fence;
use crate::db::{self, Connection};
use crate::error::Failure;

/// Refuses the transaction unless the job is still this attempt's. Nobody can take it before the transaction ends: the
/// update, which changes nothing, holds the job's row.
///
/// A lease that has run out without anybody taking the job still counts: what matters is that no other is at work.
pub(crate) async fn fence_hold(db: &mut Connection, fence: Fence) -> Result<(), Failure> {
    let held = db::query("update job set attempt = attempt where id = $1 and attempt = $2 and state = 'running'")
        .bind(fence.job.0)
        .bind(fence.attempt)
        .execute(db)
        .await?
        .rows_affected();
    if held == 0 { Err(Failure::LeaseLost(fence.job)) } else { Ok(()) }
}
