//! Who is signed in.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::user::{USER, user_by_uuid, user_of};
use super::{HubAct, HubRefusal, TokenHash, User, turn_take};
use crate::connector::uuid_read;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{HubUserId, Store, StoreError};

/// A session, without what opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The id for the outside world, which opens nothing.
    pub uuid: Uuid,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When its holder last gave a password, a second factor or an identity provider's word.
    pub confirmed_at: Timestamp,
    /// When it ends, however much it is used.
    pub expires_at: Timestamp,
    /// Where it was begun from.
    pub address: Option<String>,
    /// The program it was begun with, shortened.
    pub agent: Option<String>,
}

/// A session to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The digest of what opens it.
    pub hash: TokenHash,
    /// When it ends, however much it is used.
    pub expires_at: Timestamp,
    /// Where it is begun from.
    pub address: Option<String>,
    /// The program it is begun with, shortened.
    pub agent: Option<String>,
}

const SESSION: &str = "s.uuid, s.created_at, s.seen_at, s.confirmed_at, s.expires_at, s.address, s.agent";

impl Store {
    /// The session that this opens, and whose it is, if it has not expired, was used since a moment, and its account is
    /// enabled.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_session_find(
        &self,
        hash: &TokenHash,
        used_since: Timestamp,
        now: Timestamp,
    ) -> Result<Option<(User, Session)>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!(
                "select {SESSION}, {USER} from hub_session s join hub_user u on u.id = s.hub_user_id \
                 where s.token_hash = $1 and s.ended_at is null and s.expires_at > $2 and s.seen_at > $3 and u.disabled_at is null"
            );
            let row =
                db::query(query).bind(hash.to_vec()).bind(now.0).bind(used_since.0).fetch_optional(&mut db).await?;
            row.as_ref().map(|row| Ok((user_of(row)?, session_of(row)?))).transpose()
        })
        .await
    }

    /// Notes that a session is used.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn hub_session_touch(&self, session: Uuid, now: Timestamp) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            db::query("update hub_session set seen_at = $1 where uuid = $2 and seen_at < $1")
                .bind(now.0)
                .bind(session.to_string())
                .execute(&mut tx)
                .await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// The sessions of an account that have not ended, the last used first.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_session_list(
        &self,
        user: HubUserId,
        used_since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!(
                "select {SESSION} from hub_session s where s.hub_user_id = $1 and s.ended_at is null and s.expires_at > $2 and s.seen_at > $3 \
                 order by s.seen_at desc, s.id desc"
            );
            let rows = db::query(query).bind(user.0).bind(now.0).bind(used_since.0).fetch_all(&mut db).await?;
            rows.iter().map(session_of).collect()
        })
        .await
    }

    /// Ends a session of an account, or every one but `act`'s own, and says how many they were. None leave no record.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when the account or the one session is unknown.
    pub async fn hub_session_end(
        &self,
        user: Uuid,
        session: Option<Uuid>,
        act: &HubAct<'_>,
    ) -> Result<u64, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let account = user_by_uuid(&mut tx, user).await?;
            let ended = match session {
                Some(session) => session_end(&mut tx, account.id, session, act.now).await?,
                None => sessions_end(&mut tx, account.id, act).await?,
            };
            if ended > 0 {
                let is_own = session.is_some() && session == act.session;
                let action = if is_own { "hub.signed-out" } else { "hub.session-ended" };
                act.record(&mut tx, action, account.uuid, json!({ "sessions": ended })).await?;
            }
            tx.commit().await?;
            Ok(ended)
        })
        .await
    }
}

pub(super) async fn session_insert(
    db: &mut Connection,
    user: HubUserId,
    session: &NewSession,
    now: Timestamp,
) -> Result<Session, Failure> {
    let uuid = Uuid::now_v7();
    db::query("delete from hub_session where expires_at <= $1").bind(now.0).execute(&mut *db).await?;
    db::query(
        "insert into hub_session (uuid, token_hash, hub_user_id, created_at, seen_at, confirmed_at, expires_at, \
         address, agent) values ($1, $2, $3, $4, $4, $4, $5, $6, $7)",
    )
    .bind(uuid.to_string())
    .bind(session.hash.to_vec())
    .bind(user.0)
    .bind(now.0)
    .bind(session.expires_at.0)
    .bind(&session.address)
    .bind(&session.agent)
    .execute(db)
    .await?;
    let NewSession { expires_at, address, agent, .. } = session.clone();
    Ok(Session { uuid, created_at: now, seen_at: now, confirmed_at: now, expires_at, address, agent })
}

/// The row stays until the session would have expired: whoever still presents it is noticed.
async fn session_end(db: &mut Connection, user: HubUserId, session: Uuid, now: Timestamp) -> Result<u64, Failure> {
    let query = db::query(
        "update hub_session set ended_at = $1 where hub_user_id = $2 and uuid = $3 and ended_at is null and expires_at > $1",
    );
    match query.bind(now.0).bind(user.0).bind(session.to_string()).execute(db).await?.rows_affected() {
        0 => Err(HubRefusal::Unknown("session").into()),
        ended => Ok(ended),
    }
}

/// Ends every session of an account but the one that it is done in.
pub(crate) async fn sessions_end(db: &mut Connection, user: HubUserId, act: &HubAct<'_>) -> Result<u64, Failure> {
    let keep = act.session.map(|keep| keep.to_string()).unwrap_or_default();
    let query = db::query(
        "update hub_session set ended_at = $1 where hub_user_id = $2 and uuid <> $3 and ended_at is null \
         and expires_at > $1",
    );
    Ok(query.bind(act.now.0).bind(user.0).bind(keep).execute(db).await?.rows_affected())
}

fn session_of(row: &Row) -> Result<Session, Failure> {
    Ok(Session {
        uuid: uuid_read(row.try_get("uuid")?)?,
        created_at: Timestamp(row.try_get("created_at")?),
        seen_at: Timestamp(row.try_get("seen_at")?),
        confirmed_at: Timestamp(row.try_get("confirmed_at")?),
        expires_at: Timestamp(row.try_get("expires_at")?),
        address: row.try_get("address")?,
        agent: row.try_get("agent")?,
    })
}
