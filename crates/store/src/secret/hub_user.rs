//! Second factors of accounts, sealed.

use secrecy::SecretString;
use serde_json::json;

use super::row::{Owner, hub_user_secret_delete, secret_write};
use super::{SECOND_FACTOR, SECOND_FACTOR_BEGUN, Vault};
use crate::hub::{HubAct, code_use, recovery_codes_put, sessions_end, turn_take, user_by_id};
use crate::{HubRefusal, HubUserId, StoreError};

impl Vault {
    /// The secret that an account's one-time codes are made from, if it has a second factor.
    ///
    /// # Errors
    /// As of [`Vault::connector_token`].
    pub async fn second_factor(&self, user: HubUserId) -> Result<Option<SecretString>, StoreError> {
        self.open(SECOND_FACTOR, Owner::HubUser(user)).await
    }

    /// The same of a second factor that was begun and that no code has confirmed.
    ///
    /// # Errors
    /// As of [`Vault::connector_token`].
    pub async fn second_factor_begun(&self, user: HubUserId) -> Result<Option<SecretString>, StoreError> {
        self.open(SECOND_FACTOR_BEGUN, Owner::HubUser(user)).await
    }

    /// Seals the secret of a second factor that begins. It has no effect until it is confirmed.
    ///
    /// # Errors
    /// [`StoreError::Secret`] when there is no usable master key.
    pub async fn second_factor_begin(
        &self,
        user: HubUserId,
        secret: &SecretString,
        act: &HubAct<'_>,
    ) -> Result<(), StoreError> {
        let master = self.master().await?;
        let store = self.store();
        store
            .answer(async {
                let mut tx = store.writing_beside().await?;
                turn_take(&mut tx).await?;
                self.key_hold(&mut tx, &master, act.now).await?;
                let account = user_by_id(&mut tx, user).await?;
                let owner = (SECOND_FACTOR_BEGUN, Owner::HubUser(user));
                secret_write(&mut tx, &master, owner, secret, act.now).await?;
                act.record(&mut tx, "hub.second-factor-begun", account.uuid, json!({})).await?;
                Ok(tx.commit().await?)
            })
            .await
    }

    /// Makes a secret that was begun the account's second factor: with the step of the code that confirmed it, which is
    /// used up, and digests of recovery codes. Every session of the account but `act`'s own ends.
    ///
    /// # Errors
    /// [`StoreError::Secret`] when there is no usable master key; [`StoreError::Hub`] when the account has one already.
    pub async fn second_factor_confirm(
        &self,
        user: HubUserId,
        secret: &SecretString,
        step: i64,
        recovery: &[[u8; 32]],
        act: &HubAct<'_>,
    ) -> Result<(), StoreError> {
        let master = self.master().await?;
        let store = self.store();
        store
            .answer(async {
                let mut tx = store.writing_beside().await?;
                turn_take(&mut tx).await?;
                self.key_hold(&mut tx, &master, act.now).await?;
                let account = user_by_id(&mut tx, user).await?;
                if account.second_factor_since.is_some() {
                    return Err(HubRefusal::SecondFactorPresent.into());
                }
                hub_user_secret_delete(&mut tx, user).await?;
                let owner = (SECOND_FACTOR, Owner::HubUser(user));
                secret_write(&mut tx, &master, owner, secret, act.now).await?;
                crate::db::query("update hub_user set totp_at = $1, totp_step = null where id = $2")
                    .bind(act.now.0)
                    .bind(user.0)
                    .execute(&mut tx)
                    .await?;
                code_use(&mut tx, user, step).await?;
                recovery_codes_put(&mut tx, user, recovery).await?;
                let ended = sessions_end(&mut tx, user, act).await?;
                act.record(&mut tx, "hub.second-factor-added", account.uuid, json!({ "sessionsEnded": ended })).await?;
                Ok(tx.commit().await?)
            })
            .await
    }
}
