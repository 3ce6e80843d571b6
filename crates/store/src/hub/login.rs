//! Log-ins at an identity provider that were begun here and are not finished. They are secrets of a few minutes, in the
//! clear: whoever could read them would need the browser's state as well, of which only a digest is here.

use rolecall_model::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::TokenHash;
use crate::db;
use crate::{Store, StoreError};

/// What belongs to a log-in.
#[derive(Clone, Debug)]
pub struct StoredLogin {
    /// What the provider has to put into its token.
    pub nonce: SecretString,
    /// The PKCE verifier.
    pub verifier: SecretString,
    /// Where to go afterwards.
    pub return_path: String,
}

impl Store {
    /// Keeps what belongs to a log-in, and forgets those that were begun before a moment.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn hub_login_begin(
        &self,
        state: &TokenHash,
        login: &StoredLogin,
        begun_since: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            db::query("delete from hub_login where created_at <= $1").bind(begun_since.0).execute(&mut tx).await?;
            db::query(
                "insert into hub_login (state_hash, nonce, verifier, return_path, created_at) \
                 values ($1, $2, $3, $4, $5)",
            )
            .bind(state.to_vec())
            .bind(login.nonce.expose_secret())
            .bind(login.verifier.expose_secret())
            .bind(&login.return_path)
            .bind(now.0)
            .execute(&mut tx)
            .await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// What belongs to a log-in that was begun since a moment. It is forgotten with that.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn hub_login_take(
        &self,
        state: &TokenHash,
        begun_since: Timestamp,
    ) -> Result<Option<StoredLogin>, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            let row = db::query(
                "delete from hub_login where state_hash = $1 returning nonce, verifier, return_path, created_at",
            );
            let Some(row) = row.bind(state.to_vec()).fetch_optional(&mut tx).await? else { return Ok(None) };
            tx.commit().await?;
            let secret = |column: &str| Ok::<_, sqlx::Error>(SecretString::from(row.try_get::<String, _>(column)?));
            let login = StoredLogin {
                nonce: secret("nonce")?,
                verifier: secret("verifier")?,
                return_path: row.try_get("return_path")?,
            };
            Ok((row.try_get::<i64, _>("created_at")? > begun_since.0).then_some(login))
        })
        .await
    }
}
