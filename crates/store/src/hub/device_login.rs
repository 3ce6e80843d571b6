//! Log-ins that a command line began and a person has to allow: rows of ten minutes, of which only digests open anything.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::token::token_insert;
use super::user::{USER, user_by_uuid, user_of};
use super::{ApiToken, HubAct, HubRefusal, NewApiToken, Role, TokenHash, User, turn_take};
use crate::connector::uuid_read;
use crate::db::{self, Row};
use crate::error::Failure;
use crate::{Store, StoreError};

/// A log-in that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLogin {
    /// The id for the outside world, which opens nothing.
    pub uuid: Uuid,
    /// What the machine calls itself.
    pub machine: String,
    /// Where it was begun from.
    pub address: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Until when it can be allowed.
    pub expires_at: Timestamp,
}

/// A log-in to be begun.
#[derive(Clone, Debug)]
pub struct NewDeviceLogin<'a> {
    /// The digest of what the command line asks with.
    pub device: TokenHash,
    /// The digest of what the person types.
    pub code: TokenHash,
    /// What the machine calls itself.
    pub machine: &'a str,
    /// Where it is begun from.
    pub address: Option<&'a str>,
    /// The digest of that network.
    pub network: Option<TokenHash>,
    /// Until when it can be allowed.
    pub expires_at: Timestamp,
    /// How many may wait at once.
    pub most: i64,
    /// How many of one network may.
    pub most_of_network: i64,
}

/// The token that a log-in is to get once it is allowed.
#[derive(Clone, Debug)]
pub struct DeviceToken {
    /// The digest of what the command line sends from then on.
    pub hash: TokenHash,
    /// What it may do, as far as its owner may too.
    pub role: Role,
    /// What it is called, by what the machine calls itself.
    pub name: fn(&str) -> String,
}

/// What a command line is told that asks.
#[derive(Debug)]
pub enum DeviceLoginPoll {
    /// Nobody has decided yet.
    Waiting,
    /// It asks more often than it may.
    TooSoon,
    /// Somebody refused it.
    Refused,
    /// There is no such log-in, or none any more.
    Gone,
    /// It was allowed, and this is the token that was made.
    Token(Box<(User, ApiToken)>),
}

const LOGIN: &str = "uuid, machine, address, created_at, expires_at";

impl Store {
    /// Begins a log-in, and forgets those that can be allowed no more. Says whether there was room for it.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn hub_device_login_begin(&self, login: &NewDeviceLogin<'_>, now: Timestamp) -> Result<bool, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            db::query("delete from hub_device_login where expires_at <= $1").bind(now.0).execute(&mut tx).await?;
            let network = login.network.map(|network| network.to_vec());
            let count = db::query(
                "select count(*), coalesce(sum(case when network_hash = $1 then 1 else 0 end), 0) from hub_device_login",
            );
            let count = count.bind(network.clone()).fetch_one(&mut tx).await?;
            let (all, of_network): (i64, i64) = (count.try_get(0)?, count.try_get(1)?);
            if all >= login.most || of_network >= login.most_of_network {
                tx.commit().await?;
                return Ok(false);
            }
            db::query(
                "insert into hub_device_login (uuid, device_hash, code_hash, machine, address, network_hash, \
                 created_at, expires_at, state) values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting')",
            )
            .bind(Uuid::now_v7().to_string())
            .bind(login.device.to_vec())
            .bind(login.code.to_vec())
            .bind(login.machine)
            .bind(login.address)
            .bind(network)
            .bind(now.0)
            .bind(login.expires_at.0)
            .execute(&mut tx)
            .await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }

    /// The log-in of a code, if it waits for a person.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_device_login_find(
        &self,
        code: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<DeviceLogin>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!(
                "select {LOGIN} from hub_device_login where code_hash = $1 and state = 'waiting' and expires_at > $2"
            );
            let row = db::query(query).bind(code.to_vec()).bind(now.0).fetch_optional(&mut db).await?;
            row.as_ref().map(login_of).transpose()
        })
        .await
    }

    /// Decides about the log-in of a code, once: somebody allows it, with a token of so many days, or refuses it.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when none of this code waits any more.
    pub async fn hub_device_login_decide(
        &self,
        code: &TokenHash,
        user: Uuid,
        days: Option<i64>,
        act: &HubAct<'_>,
    ) -> Result<DeviceLogin, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let account = user_by_uuid(&mut tx, user).await?;
            let (state, action) = match days {
                Some(_) => ("allowed", "hub.login-allowed"),
                None => ("refused", "hub.login-refused"),
            };
            let query = format!(
                "update hub_device_login set state = $1, hub_user_id = $2, days = $3 \
                 where code_hash = $4 and state = 'waiting' and expires_at > $5 returning {LOGIN}"
            );
            let row = db::query(query)
                .bind(state)
                .bind(days.map(|_| account.id.0))
                .bind(days)
                .bind(code.to_vec())
                .bind(act.now.0)
                .fetch_optional(&mut tx)
                .await?;
            let login = login_of(&row.ok_or(HubRefusal::Unknown("log-in"))?)?;
            let details = json!({ "login": login.uuid.to_string() });
            let from = login.address.iter().map(|address| ("machine-address", address.as_str()));
            let personal: Vec<_> = from.chain([("machine", login.machine.as_str())]).collect();
            act.record_of(&mut tx, action, account.uuid.to_string(), details, &personal).await?;
            tx.commit().await?;
            Ok(login)
        })
        .await
    }

    /// What became of a log-in, for its command line, which may ask once in so many seconds. What was decided is told
    /// once: then the row is gone, and where it was allowed there is a token.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn hub_device_login_poll(
        &self,
        device: &TokenHash,
        every: i64,
        token: &DeviceToken,
        act: &HubAct<'_>,
    ) -> Result<DeviceLoginPoll, StoreError> {
        self.answer(async {
            // Whoever guesses costs no turn of those who write.
            let known = db::query("select id from hub_device_login where device_hash = $1").bind(device.to_vec());
            if known.fetch_optional(&mut *self.reading().await?).await?.is_none() {
                return Ok(DeviceLoginPoll::Gone);
            }
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let query = format!(
                "select {LOGIN}, state, days, polled_at, hub_user_id from hub_device_login \
                 where device_hash = $1 and expires_at > $2"
            );
            let row = db::query(query).bind(device.to_vec()).bind(act.now.0).fetch_optional(&mut tx).await?;
            let Some(row) = row else { return Ok(DeviceLoginPoll::Gone) };
            let state: String = row.try_get("state")?;
            if state == "waiting" {
                let polled: Option<i64> = row.try_get("polled_at")?;
                let polled = polled.filter(|at| Timestamp(*at).plus_seconds(every).0 > act.now.0);
                db::query("update hub_device_login set polled_at = $1 where device_hash = $2")
                    .bind(act.now.0)
                    .bind(device.to_vec())
                    .execute(&mut tx)
                    .await?;
                tx.commit().await?;
                return Ok(if polled.is_some() { DeviceLoginPoll::TooSoon } else { DeviceLoginPoll::Waiting });
            }
            db::query("delete from hub_device_login where device_hash = $1")
                .bind(device.to_vec())
                .execute(&mut tx)
                .await?;
            let (user, days): (Option<i64>, Option<i64>) = (row.try_get("hub_user_id")?, row.try_get("days")?);
            let (Some(user), Some(days)) = (user, days) else {
                tx.commit().await?;
                return Ok(DeviceLoginPoll::Refused);
            };
            let query = format!("select {USER} from hub_user u where u.id = $1 and u.disabled_at is null");
            let user = db::query(query).bind(user).fetch_optional(&mut tx).await?;
            let Some(user) = user.as_ref().map(user_of).transpose()? else {
                // Whoever allowed it may do nothing any more.
                tx.commit().await?;
                return Ok(DeviceLoginPoll::Refused);
            };
            let name = (token.name)(&row.try_get::<String, _>("machine")?);
            let expires_at = Some(act.now.plus_seconds(days * 24 * 3600));
            let new = NewApiToken { name: &name, role: token.role, hash: token.hash, expires_at };
            let act = HubAct { actor: Some(&user.name), ..*act };
            let made = token_insert(&mut tx, &user, &new, &act).await?;
            tx.commit().await?;
            Ok(DeviceLoginPoll::Token(Box::new((user, made))))
        })
        .await
    }
}

fn login_of(row: &Row) -> Result<DeviceLogin, Failure> {
    Ok(DeviceLogin {
        uuid: uuid_read(row.try_get("uuid")?)?,
        machine: row.try_get("machine")?,
        address: row.try_get("address")?,
        created_at: Timestamp(row.try_get("created_at")?),
        expires_at: Timestamp(row.try_get("expires_at")?),
    })
}
