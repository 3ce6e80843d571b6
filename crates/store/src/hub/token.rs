//! API tokens, for the command line and for programs.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::user::{USER, moment, role_read, user_by_uuid, user_of};
use super::{HubAct, HubRefusal, Role, TokenHash, User, turn_take};
use crate::connector::uuid_read;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{HubUserId, Store, StoreError};

/// An API token, without what opens anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// The id for the outside world, which opens nothing.
    pub uuid: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// What it may do, as far as its owner may too.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be used.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewApiToken<'a> {
    /// What its owner calls it.
    pub name: &'a str,
    /// What it may do.
    pub role: Role,
    /// The digest of what programs send.
    pub hash: TokenHash,
    /// Until when it can be used.
    pub expires_at: Option<Timestamp>,
}

const TOKEN: &str = "t.uuid, t.name, t.role, t.created_at, t.expires_at, t.used_at, t.revoked_at";

impl Store {
    /// Makes a token of an account.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when the account is unknown.
    pub async fn hub_token_add(
        &self,
        user: Uuid,
        token: &NewApiToken<'_>,
        act: &HubAct<'_>,
    ) -> Result<ApiToken, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let account = user_by_uuid(&mut tx, user).await?;
            let made = token_insert(&mut tx, &account, token, act).await?;
            tx.commit().await?;
            Ok(made)
        })
        .await
    }

    /// The token of this digest and whose it is, if it was not revoked, has not expired, and its account is enabled.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_token_find(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<(User, ApiToken)>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!(
                "select {TOKEN}, {USER} from hub_token t join hub_user u on u.id = t.hub_user_id \
                 where t.token_hash = $1 and t.revoked_at is null and coalesce(t.expires_at, $2 + 1) > $2 \
                 and u.disabled_at is null"
            );
            let row = db::query(query).bind(hash.to_vec()).bind(now.0).fetch_optional(&mut db).await?;
            row.as_ref().map(|row| Ok((user_of(row)?, token_of(row)?))).transpose()
        })
        .await
    }

    /// Notes that a token is used.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn hub_token_touch(&self, token: Uuid, now: Timestamp) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            db::query("update hub_token set used_at = $1 where uuid = $2 and coalesce(used_at, 0) < $1")
                .bind(now.0)
                .bind(token.to_string())
                .execute(&mut tx)
                .await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// The tokens of an account, newest first.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_token_list(&self, user: HubUserId) -> Result<Vec<ApiToken>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!("select {TOKEN} from hub_token t where t.hub_user_id = $1 order by t.id desc");
            db::query(query).bind(user.0).fetch_all(&mut db).await?.iter().map(token_of).collect()
        })
        .await
    }

    /// Revokes a token of an account.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when the account or the token is unknown, or it is revoked.
    pub async fn hub_token_revoke(&self, user: Uuid, token: Uuid, act: &HubAct<'_>) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let account = user_by_uuid(&mut tx, user).await?;
            let revoked = db::query(
                "update hub_token set revoked_at = $1 where uuid = $2 and hub_user_id = $3 and revoked_at is null",
            );
            let revoked = revoked.bind(act.now.0).bind(token.to_string()).bind(account.id.0).execute(&mut tx).await?;
            if revoked.rows_affected() == 0 {
                return Err(HubRefusal::Unknown("token").into());
            }
            act.record(&mut tx, "hub.token-revoked", account.uuid, json!({ "token": token.to_string() })).await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}

/// Makes a token of an account, and the record of it.
pub(super) async fn token_insert(
    db: &mut Connection,
    account: &User,
    token: &NewApiToken<'_>,
    act: &HubAct<'_>,
) -> Result<ApiToken, Failure> {
    let uuid = Uuid::now_v7();
    let row = db::query(
        "insert into hub_token (uuid, hub_user_id, name, role, token_hash, created_at, expires_at) \
         values ($1, $2, $3, $4, $5, $6, $7) returning uuid, name, role, created_at, expires_at, used_at, revoked_at",
    )
    .bind(uuid.to_string())
    .bind(account.id.0)
    .bind(token.name)
    .bind(token.role.word())
    .bind(token.hash.to_vec())
    .bind(act.now.0)
    .bind(token.expires_at.map(|until| until.0))
    .fetch_one(&mut *db)
    .await?;
    let details = json!({ "role": token.role.word(), "token": uuid.to_string() });
    act.record_of(db, "hub.token-added", account.uuid.to_string(), details, &[("token", token.name)]).await?;
    token_of(&row)
}

fn token_of(row: &Row) -> Result<ApiToken, Failure> {
    Ok(ApiToken {
        uuid: uuid_read(row.try_get("uuid")?)?,
        name: row.try_get("name")?,
        role: role_read(row.try_get("role")?)?,
        created_at: Timestamp(row.try_get("created_at")?),
        expires_at: moment(row.try_get("expires_at")?),
        used_at: moment(row.try_get("used_at")?),
        revoked_at: moment(row.try_get("revoked_at")?),
    })
}
