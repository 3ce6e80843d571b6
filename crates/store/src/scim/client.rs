//! Who may push: one client is one directory, and has one token at a time.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::ScimRefusal;
use crate::connector::uuid_read;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::hub::turn_take;
use crate::{HubAct, Store, StoreError, TokenHash, name_key};

/// An identity provider that pushes, and the directory that it fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimClient {
    /// The key of the row.
    pub(crate) id: i64,
    /// The id for the outside world, which opens nothing.
    pub uuid: Uuid,
    /// The directory's title.
    pub name: String,
    /// When it got its token.
    pub created_at: Timestamp,
    /// Who gave it to it.
    pub created_by: Option<String>,
    /// When the token was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A client to be made, or to be given another token.
#[derive(Clone, Copy, Debug)]
pub struct NewScimClient<'a> {
    /// The directory's title.
    pub name: &'a str,
    /// The digest of what it sends.
    pub hash: TokenHash,
}

const CLIENT: &str = "c.id, c.uuid, c.name, c.created_at, c.created_by, c.used_at, c.revoked_at";

impl Store {
    /// Makes a directory. One whose token was revoked is the same again, with all that it holds, and another token.
    ///
    /// # Errors
    /// [`StoreError::Scim`] when there is one of this name whose token is in use.
    pub async fn scim_client_add(
        &self,
        client: &NewScimClient<'_>,
        act: &HubAct<'_>,
    ) -> Result<ScimClient, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let known = client_named(&mut tx, client.name).await?;
            if known.as_ref().is_some_and(|known| known.revoked_at.is_none()) {
                return Err(ScimRefusal::ClientExists.into());
            }
            match &known {
                Some(known) => client_renew(&mut tx, known.id, client, act).await?,
                None => client_insert(&mut tx, client, act).await?,
            }
            let made = client_named(&mut tx, client.name).await?.ok_or(ScimRefusal::ClientUnknown)?;
            let details = json!({ "again": known.is_some() });
            act.record_of(&mut tx, "scim.client-added", made.uuid.to_string(), details, &[("directory", client.name)])
                .await?;
            tx.commit().await?;
            Ok(made)
        })
        .await
    }

    /// Every directory, by name, those whose token was revoked too.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn scim_client_list(&self) -> Result<Vec<ScimClient>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!("select {CLIENT} from scim_client c order by c.name_key");
            db::query(query).fetch_all(&mut db).await?.iter().map(client_of).collect()
        })
        .await
    }

    /// The directory of this token, if it was not revoked.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn scim_client_find(&self, hash: &TokenHash) -> Result<Option<ScimClient>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!("select {CLIENT} from scim_client c where c.token_hash = $1 and c.revoked_at is null");
            let row = db::query(query).bind(hash.to_vec()).fetch_optional(&mut db).await?;
            row.as_ref().map(client_of).transpose()
        })
        .await
    }

    /// Notes that a token is used.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn scim_client_touch(&self, client: &ScimClient, now: Timestamp) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            db::query("update scim_client set used_at = $1 where id = $2 and coalesce(used_at, 0) < $1")
                .bind(now.0)
                .bind(client.id)
                .execute(&mut tx)
                .await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Revokes the token of a directory. What it holds stays.
    ///
    /// # Errors
    /// [`StoreError::Scim`] when there is none of this name whose token is in use.
    pub async fn scim_client_revoke(&self, name: &str, act: &HubAct<'_>) -> Result<ScimClient, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let known = client_named(&mut tx, name).await?.filter(|known| known.revoked_at.is_none());
            let known = known.ok_or(ScimRefusal::ClientUnknown)?;
            db::query("update scim_client set revoked_at = $1 where id = $2")
                .bind(act.now.0)
                .bind(known.id)
                .execute(&mut tx)
                .await?;
            let directory = [("directory", known.name.as_str())];
            act.record_of(&mut tx, "scim.client-revoked", known.uuid.to_string(), json!({}), &directory).await?;
            tx.commit().await?;
            Ok(ScimClient { revoked_at: Some(act.now), ..known })
        })
        .await
    }
}

async fn client_named(db: &mut Connection, name: &str) -> Result<Option<ScimClient>, Failure> {
    let query = format!("select {CLIENT} from scim_client c where c.name_key = $1");
    let row = db::query(query).bind(name_key(name)).fetch_optional(db).await?;
    row.as_ref().map(client_of).transpose()
}

async fn client_insert(db: &mut Connection, client: &NewScimClient<'_>, act: &HubAct<'_>) -> Result<(), Failure> {
    db::query(
        "insert into scim_client (uuid, name, name_key, token_hash, created_at, created_by) \
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(client.name)
    .bind(name_key(client.name))
    .bind(client.hash.to_vec())
    .bind(act.now.0)
    .bind(act.actor)
    .execute(db)
    .await?;
    Ok(())
}

async fn client_renew(
    db: &mut Connection,
    id: i64,
    client: &NewScimClient<'_>,
    act: &HubAct<'_>,
) -> Result<(), Failure> {
    db::query(
        "update scim_client set name = $1, token_hash = $2, created_at = $3, created_by = $4, used_at = null, \
         revoked_at = null where id = $5",
    )
    .bind(client.name)
    .bind(client.hash.to_vec())
    .bind(act.now.0)
    .bind(act.actor)
    .bind(id)
    .execute(db)
    .await?;
    Ok(())
}

fn client_of(row: &Row) -> Result<ScimClient, Failure> {
    Ok(ScimClient {
        id: row.try_get("id")?,
        uuid: uuid_read(row.try_get("uuid")?)?,
        name: row.try_get("name")?,
        created_at: Timestamp(row.try_get("created_at")?),
        created_by: row.try_get("created_by")?,
        used_at: row.try_get::<Option<i64>, _>("used_at")?.map(Timestamp),
        revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(Timestamp),
    })
}
