//! What it takes to sign in, and what it leaves.

use serde_json::json;
use uuid::Uuid;

use super::attempt::{AttemptKey, attempts_clear};
use super::code::recovery_code_use;
use super::session::session_insert;
use super::user::{USER, name_key, user_of};
use super::{HubAct, HubRefusal, NewSession, Session, TokenHash, User, code_use, turn_take, user_by_id};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{HubUserId, Store, StoreError};

/// What an account is signed in to with.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account.
    pub user: User,
    /// The hash of its password.
    pub password_hash: Option<String>,
    /// The last step of time whose code was used.
    pub last_step: Option<i64>,
}

/// What was given besides the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing, where there is no second factor.
    None,
    /// The code of this step of time.
    Step(i64),
    /// A recovery code with this digest.
    Recovery(TokenHash),
}

impl Proof {
    const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Step(_) => "code",
            Self::Recovery(_) => "recovery-code",
        }
    }
}

/// A proof that was looked at and is right, to be used up.
#[derive(Clone, Debug)]
pub struct SignInWrite<'a> {
    /// Whose.
    pub user: HubUserId,
    /// By what: `password` or `identity`.
    pub by: &'static str,
    /// The hash that the password fitted; it must be so still. Nothing where no password was asked for.
    pub password_hash: Option<&'a str>,
    /// A hash of the same password with the parameters of today.
    pub rehashed: Option<&'a str>,
    /// The second factor.
    pub proof: Proof,
    /// The counters of failed attempts that this ends.
    pub attempts: &'a [AttemptKey],
}

impl Store {
    /// What the account with this sign-in name is signed in to with.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_credentials(&self, name: &str) -> Result<Option<Credentials>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!("select {USER}, u.password_hash, u.totp_step from hub_user u where u.name_key = $1");
            let row = db::query(query).bind(name_key(name)).fetch_optional(&mut db).await?;
            row.map(|row| {
                let (user, last_step) = (user_of(&row)?, row.try_get("totp_step")?);
                Ok(Credentials { user, password_hash: row.try_get("password_hash")?, last_step })
            })
            .transpose()
        })
        .await
    }

    /// Begins a session.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when the account was disabled, its password changed or its code used meanwhile.
    pub async fn hub_sign_in(
        &self,
        write: &SignInWrite<'_>,
        session: &NewSession,
        act: &HubAct<'_>,
    ) -> Result<(User, Session), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            attempts_clear(&mut tx, write.attempts).await?;
            turn_take(&mut tx).await?;
            proof_use(&mut tx, write, act).await?;
            let session = session_insert(&mut tx, write.user, session, act.now).await?;
            let user = user_by_id(&mut tx, write.user).await?;
            let details = json!({ "by": write.by, "secondFactor": write.proof.word() });
            act.record(&mut tx, "hub.signed-in", user.uuid, details).await?;
            tx.commit().await?;
            Ok((user, session))
        })
        .await
    }

    /// Notes that the holder of a session proved again that it is them.
    ///
    /// # Errors
    /// As of [`Store::hub_sign_in`], and [`StoreError::Hub`] when the session has ended.
    pub async fn hub_session_confirm(
        &self,
        write: &SignInWrite<'_>,
        session: Uuid,
        act: &HubAct<'_>,
    ) -> Result<User, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            attempts_clear(&mut tx, write.attempts).await?;
            turn_take(&mut tx).await?;
            proof_use(&mut tx, write, act).await?;
            let confirmed = db::query(
                "update hub_session set confirmed_at = $1 where uuid = $2 and hub_user_id = $3 and ended_at is null",
            )
            .bind(act.now.0)
            .bind(session.to_string())
            .bind(write.user.0)
            .execute(&mut tx)
            .await?;
            if confirmed.rows_affected() == 0 {
                return Err(HubRefusal::Unknown("session").into());
            }
            let user = user_by_id(&mut tx, write.user).await?;
            let details = json!({ "by": write.by, "secondFactor": write.proof.word() });
            act.record(&mut tx, "hub.confirmed", user.uuid, details).await?;
            tx.commit().await?;
            Ok(user)
        })
        .await
    }
}

/// Uses a proof up, if everything still is as it was when it was looked at.
async fn proof_use(db: &mut Connection, write: &SignInWrite<'_>, act: &HubAct<'_>) -> Result<(), Failure> {
    let signed_in = db::query(
        "update hub_user set signed_in_at = $1, password_hash = coalesce($2, password_hash) \
         where id = $3 and disabled_at is null and coalesce(password_hash, '') = coalesce($4, password_hash, '') \
         and (totp_at is null or $5 = 1)",
    )
    .bind(act.now.0)
    .bind(write.rehashed)
    .bind(write.user.0)
    .bind(write.password_hash)
    .bind(write.proof != Proof::None || write.password_hash.is_none())
    .execute(&mut *db)
    .await?;
    if signed_in.rows_affected() == 0 {
        return Err(HubRefusal::Unknown("account").into());
    }
    match write.proof {
        Proof::None => Ok(()),
        Proof::Step(step) => code_use(db, write.user, step).await,
        Proof::Recovery(hash) => recovery_code_use(db, write.user, &hash, act.now.0).await,
    }
}
