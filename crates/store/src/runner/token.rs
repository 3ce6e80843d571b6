//! What a runner shows with each call: given for a proof of its key, once for each proof, and void with that key.

use rolecall_model::Timestamp;

use super::client::{client_by_token, with_connector};
use super::{RunnerClient, RunnerRefusal};
use crate::db;
use crate::{Connector, Store, StoreError, TokenHash};

/// A token to be given.
#[derive(Clone, Copy, Debug)]
pub struct NewRunnerToken {
    /// The digest of it.
    pub hash: TokenHash,
    /// The digest of the proof that it is given for.
    pub assertion: TokenHash,
    /// When it ends. No proof may be valid for longer: afterwards it is not known that it was used.
    pub expires_at: Timestamp,
}

impl Store {
    /// Keeps a token of a runner, as it was looked at. Tokens that have ended are forgotten.
    ///
    /// # Errors
    /// [`StoreError::Runner`] when its key is another by now, or the proof was used before.
    pub async fn runner_token_add(
        &self,
        client: &RunnerClient,
        token: &NewRunnerToken,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            // It changes nothing, and keeps the key from being replaced before this ends.
            let held = db::query(
                "update runner_client set public_key = public_key \
                 where id = $1 and public_key = $2 and revoked_at is null",
            )
            .bind(client.id)
            .bind(client.public_key.to_vec())
            .execute(&mut tx)
            .await?
            .rows_affected();
            if held == 0 {
                return Err(RunnerRefusal::ProofUsed.into());
            }
            db::query("delete from runner_token where expires_at <= $1").bind(now.0).execute(&mut tx).await?;
            let added = db::query(
                "insert into runner_token (runner_client_id, token_hash, assertion_hash, expires_at) \
                 values ($1, $2, $3, $4) on conflict (assertion_hash) do nothing",
            )
            .bind(client.id)
            .bind(token.hash.to_vec())
            .bind(token.assertion.to_vec())
            .bind(token.expires_at.0)
            .execute(&mut tx)
            .await?
            .rows_affected();
            if added == 0 {
                return Err(RunnerRefusal::ProofUsed.into());
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// The runner that this token was given to, and its connector, if the one may do anything and the other is there.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn runner_of_token(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<(RunnerClient, Connector)>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            match client_by_token(&mut db, hash, now).await? {
                Some(client) => with_connector(&mut db, client).await,
                None => Ok(None),
            }
        })
        .await
    }
}
