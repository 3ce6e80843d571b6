//! Accounts, as they are shown and found.

use rolecall_model::Timestamp;
use uuid::Uuid;

use super::{HubRefusal, Role};
use crate::connector::uuid_read;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{HubUserId, Store, StoreError};

/// Somebody who uses the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The key of the row.
    pub id: HubUserId,
    /// The id for the outside world.
    pub uuid: Uuid,
    /// The sign-in name, as it was typed when it was made.
    pub name: String,
    /// What people are called on pages.
    pub display_name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Since when there is the account.
    pub created_at: Timestamp,
    /// Since when it is disabled.
    pub disabled_at: Option<Timestamp>,
    /// When somebody last signed in to it.
    pub signed_in_at: Option<Timestamp>,
    /// Whether it has a password; accounts of an identity provider may have none.
    pub has_password: bool,
    /// Since when it has a second factor.
    pub second_factor_since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
}

/// The columns of [`user_of`], from `hub_user u`.
pub(super) const USER: &str = "u.id as user_id, u.uuid as user_uuid, u.name as user_name, u.display_name, \
    u.email as user_email, u.role as user_role, u.created_at as user_created_at, u.disabled_at, u.signed_in_at, \
    u.totp_at, case when u.password_hash is null then 0 else 1 end as has_password, \
    (select count(*) from hub_recovery_code r where r.hub_user_id = u.id and r.used_at is null) as recovery_codes";

impl User {
    /// Whether it can be used.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }
}

/// A sign-in name as it is compared: names that differ in capitals alone are the same.
#[must_use]
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Store {
    /// Every account, by name.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_user_list(&self) -> Result<Vec<User>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows =
                db::query(format!("select {USER} from hub_user u order by u.name_key")).fetch_all(&mut db).await?;
            rows.iter().map(user_of).collect()
        })
        .await
    }

    /// An account by its id for the outside world.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when there is none.
    pub async fn hub_user(&self, user: Uuid) -> Result<User, StoreError> {
        self.answer(async { user_by_uuid(&mut *self.reading().await?, user).await }).await
    }

    /// An account by its sign-in name.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_user_named(&self, name: &str) -> Result<Option<User>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let row = db::query(format!("select {USER} from hub_user u where u.name_key = $1"))
                .bind(name_key(name))
                .fetch_optional(&mut db)
                .await?;
            row.as_ref().map(user_of).transpose()
        })
        .await
    }

    /// Whether anybody is, or was, an administrator.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_has_administrator(&self) -> Result<bool, StoreError> {
        self.answer(async { has_administrator(&mut *self.reading().await?).await }).await
    }
}

pub(super) async fn has_administrator(db: &mut Connection) -> Result<bool, Failure> {
    let count: i64 = db::query_scalar("select count(*) from hub_user where role = $1")
        .bind(Role::Administrator.word())
        .fetch_one(db)
        .await?;
    Ok(count > 0)
}

pub(crate) async fn user_by_id(db: &mut Connection, user: HubUserId) -> Result<User, Failure> {
    let query = format!("select {USER} from hub_user u where u.id = $1");
    user_found(db::query(query).bind(user.0).fetch_optional(db).await?.as_ref())
}

pub(super) async fn user_by_uuid(db: &mut Connection, user: Uuid) -> Result<User, Failure> {
    let query = format!("select {USER} from hub_user u where u.uuid = $1");
    user_found(db::query(query).bind(user.to_string()).fetch_optional(db).await?.as_ref())
}

fn user_found(row: Option<&Row>) -> Result<User, Failure> {
    row.map_or_else(|| Err(HubRefusal::Unknown("account").into()), user_of)
}

pub(super) fn user_of(row: &Row) -> Result<User, Failure> {
    Ok(User {
        id: HubUserId(row.try_get("user_id")?),
        uuid: uuid_read(row.try_get("user_uuid")?)?,
        name: row.try_get("user_name")?,
        display_name: row.try_get("display_name")?,
        email: row.try_get("user_email")?,
        role: role_read(row.try_get("user_role")?)?,
        created_at: Timestamp(row.try_get("user_created_at")?),
        disabled_at: moment(row.try_get("disabled_at")?),
        signed_in_at: moment(row.try_get("signed_in_at")?),
        has_password: row.try_get("has_password")?,
        second_factor_since: moment(row.try_get("totp_at")?),
        recovery_codes: u32::try_from(row.try_get::<i64, _>("recovery_codes")?).unwrap_or(u32::MAX),
    })
}

pub(super) fn role_read(word: &str) -> Result<Role, Failure> {
    Role::read(word).ok_or_else(|| Failure::Corrupt(format!("there is no role {word}")))
}

pub(super) fn moment(micros: Option<i64>) -> Option<Timestamp> {
    micros.map(Timestamp)
}
