//! Codes that work once: of the second factor, and those that stand in for it.

use super::{HubRefusal, TokenHash};
use crate::HubUserId;
use crate::db::{self, Connection};
use crate::error::Failure;

/// Uses up the code of a step of time, and with it every earlier one.
pub(crate) async fn code_use(db: &mut Connection, user: HubUserId, step: i64) -> Result<(), Failure> {
    let used = db::query("update hub_user set totp_step = $1 where id = $2 and coalesce(totp_step, -1) < $1")
        .bind(step)
        .bind(user.0)
        .execute(db)
        .await?;
    if used.rows_affected() == 0 { Err(HubRefusal::CodeUsed.into()) } else { Ok(()) }
}

/// Uses up a recovery code.
pub(super) async fn recovery_code_use(
    db: &mut Connection,
    user: HubUserId,
    hash: &TokenHash,
    now: i64,
) -> Result<(), Failure> {
    let used =
        db::query("update hub_recovery_code set used_at = $1 where hub_user_id = $2 and hash = $3 and used_at is null")
            .bind(now)
            .bind(user.0)
            .bind(hash.to_vec())
            .execute(db)
            .await?;
    if used.rows_affected() == 0 { Err(HubRefusal::CodeUsed.into()) } else { Ok(()) }
}

/// Gives an account these recovery codes, and no others.
pub(crate) async fn recovery_codes_put(
    db: &mut Connection,
    user: HubUserId,
    hashes: &[TokenHash],
) -> Result<(), Failure> {
    db::query("delete from hub_recovery_code where hub_user_id = $1").bind(user.0).execute(&mut *db).await?;
    for hash in hashes {
        db::query("insert into hub_recovery_code (hub_user_id, hash) values ($1, $2)")
            .bind(user.0)
            .bind(hash.to_vec())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
