//! Identities that a provider vouches for.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::session::session_insert;
use super::user::{USER, user_by_uuid, user_of};
use super::{HubAct, HubRefusal, NewSession, Session, User, sessions_end, turn_take, user_by_id};
use crate::connector::uuid_read;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{HubUserId, Store, StoreError};

/// What a provider calls the holder of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The id for the outside world.
    pub uuid: Uuid,
    /// The provider: `https://login.example.com`.
    pub issuer: String,
    /// The provider's own id of the person, which never becomes another's.
    pub subject: String,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When somebody last signed in with it.
    pub used_at: Option<Timestamp>,
}

const IDENTITY: &str = "i.uuid, i.issuer, i.subject, i.created_at, i.used_at";

impl Store {
    /// The account that an identity opens, if there is one.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_identity_user(&self, issuer: &str, subject: &str) -> Result<Option<User>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!(
                "select {USER} from hub_identity i join hub_user u on u.id = i.hub_user_id \
                 where i.issuer = $1 and i.subject = $2"
            );
            let row = db::query(query).bind(issuer).bind(subject).fetch_optional(&mut db).await?;
            row.as_ref().map(user_of).transpose()
        })
        .await
    }

    /// Begins a session of the account that an identity opens.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when the identity was unlinked or the account disabled meanwhile.
    pub async fn hub_identity_sign_in(
        &self,
        (issuer, subject): (&str, &str),
        session: &NewSession,
        act: &HubAct<'_>,
    ) -> Result<(User, Session), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let used = db::query(
                "update hub_identity set used_at = $1 where issuer = $2 and subject = $3 returning hub_user_id",
            );
            let used = used.bind(act.now.0).bind(issuer).bind(subject).fetch_optional(&mut tx).await?;
            let id = HubUserId(used.ok_or(HubRefusal::Unknown("identity"))?.try_get(0)?);
            let enabled = db::query("update hub_user set signed_in_at = $1 where id = $2 and disabled_at is null");
            if enabled.bind(act.now.0).bind(id.0).execute(&mut tx).await?.rows_affected() == 0 {
                return Err(HubRefusal::Unknown("account").into());
            }
            let session = session_insert(&mut tx, id, session, act.now).await?;
            let user = user_by_id(&mut tx, id).await?;
            let act = HubAct { actor: Some(&user.name), ..*act };
            act.record(&mut tx, "hub.signed-in", user.uuid, json!({ "by": "identity", "secondFactor": "none" }))
                .await?;
            tx.commit().await?;
            Ok((user, session))
        })
        .await
    }

    /// Links an identity to an account.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when it is linked already, or the account is unknown.
    pub async fn hub_identity_link(
        &self,
        user: Uuid,
        (issuer, subject): (&str, &str),
        act: &HubAct<'_>,
    ) -> Result<Identity, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let account = user_by_uuid(&mut tx, user).await?;
            let identity = identity_insert(&mut tx, account.id, issuer, subject, act.now).await?;
            act.record(&mut tx, "hub.identity-linked", account.uuid, json!({ "issuer": issuer })).await?;
            tx.commit().await?;
            Ok(identity)
        })
        .await
    }

    /// The identities of an account, oldest first.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_identity_list(&self, user: HubUserId) -> Result<Vec<Identity>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!("select {IDENTITY} from hub_identity i where i.hub_user_id = $1 order by i.id");
            db::query(query).bind(user.0).fetch_all(&mut db).await?.iter().map(identity_of).collect()
        })
        .await
    }

    /// Unlinks an identity of an account, and ends its sessions but `act`'s own.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when it is unknown, or nothing would be left to sign in with.
    pub async fn hub_identity_unlink(&self, user: Uuid, identity: Uuid, act: &HubAct<'_>) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let account = user_by_uuid(&mut tx, user).await?;
            let gone = db::query("delete from hub_identity where uuid = $1 and hub_user_id = $2 returning issuer");
            let gone = gone.bind(identity.to_string()).bind(account.id.0).fetch_optional(&mut tx).await?;
            let issuer: String = gone.ok_or(HubRefusal::Unknown("identity"))?.try_get(0)?;
            let left: i64 = db::query_scalar("select count(*) from hub_identity where hub_user_id = $1")
                .bind(account.id.0)
                .fetch_one(&mut tx)
                .await?;
            if left == 0 && !account.has_password {
                return Err(HubRefusal::LastSignIn.into());
            }
            let ended = sessions_end(&mut tx, account.id, act).await?;
            let details = json!({ "issuer": issuer, "sessionsEnded": ended });
            act.record(&mut tx, "hub.identity-unlinked", account.uuid, details).await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}

pub(super) async fn identity_insert(
    db: &mut Connection,
    user: HubUserId,
    issuer: &str,
    subject: &str,
    now: Timestamp,
) -> Result<Identity, Failure> {
    let uuid = Uuid::now_v7();
    let made = db::query(
        "insert into hub_identity (uuid, hub_user_id, issuer, subject, created_at) values ($1, $2, $3, $4, $5) \
         on conflict (issuer, subject) do nothing",
    )
    .bind(uuid.to_string())
    .bind(user.0)
    .bind(issuer)
    .bind(subject)
    .bind(now.0)
    .execute(db)
    .await?;
    if made.rows_affected() == 0 {
        return Err(HubRefusal::IdentityTaken.into());
    }
    Ok(Identity { uuid, issuer: issuer.to_owned(), subject: subject.to_owned(), created_at: now, used_at: None })
}

fn identity_of(row: &Row) -> Result<Identity, Failure> {
    Ok(Identity {
        uuid: uuid_read(row.try_get("uuid")?)?,
        issuer: row.try_get("issuer")?,
        subject: row.try_get("subject")?,
        created_at: Timestamp(row.try_get("created_at")?),
        used_at: row.try_get::<Option<i64>, _>("used_at")?.map(Timestamp),
    })
}
