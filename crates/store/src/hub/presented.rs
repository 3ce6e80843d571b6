//! What somebody presented and opens nothing: whose it was, and that it is recorded.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::link::database_subject;
use super::user::{USER, user_of};
use super::{HubAct, TokenHash, User, turn_take};
use crate::db;
use crate::{Store, StoreError};

/// Why a session is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionRefusal {
    /// It was over: somebody ended it, or it was too old or not used since this moment.
    Over {
        /// What was not used since has expired.
        used_since: Timestamp,
    },
    /// It is not, but another program presents it than the one that it was begun with.
    OtherProgram,
}

/// What was presented and was never one of ours, or is one no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownCredential {
    /// No session has it.
    Session,
    /// No API token is it.
    Token,
    /// An identity provider's word is not to be believed, or opens no account.
    Identity,
    /// No runner's key made this proof, or it is void; or no runner has this token.
    Runner,
    /// This API token was revoked or has expired, or its account is disabled.
    TokenOver(Uuid),
}

impl Store {
    /// Records that a session was presented that is refused from now on: once, for it is forgotten with that. Says whose it
    /// was; nobody's where there is none, or it is not over after all.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn hub_session_refuse(
        &self,
        hash: &TokenHash,
        refusal: SessionRefusal,
        act: &HubAct<'_>,
    ) -> Result<Option<User>, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let query = format!(
                "select s.ended_at, s.seen_at, s.expires_at, {USER} from hub_session s \
                 join hub_user u on u.id = s.hub_user_id where s.token_hash = $1"
            );
            let Some(row) = db::query(query).bind(hash.to_vec()).fetch_optional(&mut tx).await? else {
                return Ok(None);
            };
            let (ended_at, seen_at, expires_at): (Option<i64>, i64, i64) =
                (row.try_get("ended_at")?, row.try_get("seen_at")?, row.try_get("expires_at")?);
            let why = match refusal {
                _ if ended_at.is_some() => "ended",
                _ if expires_at <= act.now.0 => "expired",
                SessionRefusal::OtherProgram => "other-program",
                SessionRefusal::Over { used_since } if seen_at <= used_since.0 => "not-used",
                SessionRefusal::Over { .. } => return Ok(None),
            };
            let user = user_of(&row)?;
            let query = db::query("delete from hub_session where token_hash = $1");
            query.bind(hash.to_vec()).execute(&mut tx).await?;
            act.record(&mut tx, "hub.session-refused", user.uuid, json!({ "why": why })).await?;
            tx.commit().await?;
            Ok(Some(user))
        })
        .await
    }

    /// Records that something was presented, so many times since the last record, that opens nothing.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn hub_credential_refuse(
        &self,
        presented: &UnknownCredential,
        times: u64,
        act: &HubAct<'_>,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let subject = database_subject(&mut tx).await?;
            let details = match presented {
                UnknownCredential::Session => json!({ "kind": "session", "times": times }),
                UnknownCredential::Token => json!({ "kind": "token", "times": times }),
                UnknownCredential::Identity => json!({ "kind": "identity", "times": times }),
                UnknownCredential::Runner => json!({ "kind": "runner", "times": times }),
                UnknownCredential::TokenOver(token) => {
                    json!({ "kind": "token", "times": times, "token": token.to_string() })
                }
            };
            act.record_of(&mut tx, "hub.credential-refused", subject, details, &[]).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// The API token of this digest, whether it opens anything or not.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_token_over(&self, hash: &TokenHash) -> Result<Option<Uuid>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = db::query("select uuid from hub_token where token_hash = $1");
            let row = query.bind(hash.to_vec()).fetch_optional(&mut db).await?;
            row.map(|row| crate::connector::uuid_read(row.try_get("uuid")?)).transpose()
        })
        .await
    }
}
