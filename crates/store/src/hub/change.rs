//! Changes of accounts. Each leaves one record, and ends what it has to end.

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::link::{NewLink, link_insert};
use super::user::user_by_uuid;
use super::{HubAct, HubRefusal, LinkKind, Role, TokenHash, User, recovery_codes_put, sessions_end, turn_take};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::secret::hub_user_secret_delete;
use crate::{Store, StoreError};

/// What becomes of an account.
#[derive(Clone, Debug)]
pub enum UserChange {
    /// It is called otherwise.
    Details {
        /// What people are called.
        display_name: String,
        /// Where mail goes.
        email: Option<String>,
    },
    /// It may do other things. Its sessions end.
    Role(Role),
    /// It can be used no more. Its sessions end, and a reset that waits is void.
    Disable,
    /// It can be used again.
    Enable,
    /// It has another password, of which this is the hash. Its other sessions end.
    Password(String),
    /// It has no second factor any more. Its other sessions end.
    SecondFactorRemove,
    /// It has these recovery codes, and no others.
    RecoveryCodes(Vec<TokenHash>),
    /// It loses what it signs in with. Its sessions end, and a reset that waited before is void.
    Reset {
        /// The link that sets a new password, where the password goes.
        password: Option<NewLink>,
        /// Whether the second factor goes.
        second_factor: bool,
    },
}

impl Store {
    /// Changes an account. A change that changes nothing leaves no record.
    ///
    /// # Errors
    /// [`StoreError::Hub`] for an unknown account, and where nobody would be left who may administer.
    pub async fn hub_user_change(&self, user: Uuid, change: &UserChange, act: &HubAct<'_>) -> Result<User, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let before = user_by_uuid(&mut tx, user).await?;
            Changing { user: &before, act }.make(&mut tx, change).await?;
            let after = user_by_uuid(&mut tx, user).await?;
            tx.commit().await?;
            Ok(after)
        })
        .await
    }
}

struct Changing<'a> {
    user: &'a User,
    act: &'a HubAct<'a>,
}

impl Changing<'_> {
    async fn make(&self, db: &mut Connection, change: &UserChange) -> Result<(), Failure> {
        match change {
            UserChange::Details { display_name, email } => self.details(db, display_name, email.as_deref()).await,
            UserChange::Role(role) if *role == self.user.role => Ok(()),
            UserChange::Role(role) => self.role(db, *role).await,
            UserChange::Disable if !self.user.is_enabled() => Ok(()),
            UserChange::Disable => self.disable(db).await,
            UserChange::Enable if self.user.is_enabled() => Ok(()),
            UserChange::Enable => {
                self.set(db, "disabled_at = null").await?;
                self.record(db, "hub.user-enabled", json!({})).await
            }
            UserChange::Password(hash) => {
                self.password(db, Some(hash)).await?;
                self.ended(db, "hub.password-changed", json!({})).await
            }
            UserChange::SecondFactorRemove => {
                self.second_factor_remove(db).await?;
                self.ended(db, "hub.second-factor-removed", json!({})).await
            }
            UserChange::RecoveryCodes(hashes) => {
                if self.user.second_factor_since.is_none() {
                    return Err(HubRefusal::NoSecondFactor.into());
                }
                recovery_codes_put(db, self.user.id, hashes).await?;
                self.record(db, "hub.recovery-codes-renewed", json!({})).await
            }
            UserChange::Reset { password, second_factor } => self.reset(db, password.as_ref(), *second_factor).await,
        }
    }

    async fn details(&self, db: &mut Connection, name: &str, email: Option<&str>) -> Result<(), Failure> {
        let named = (self.user.display_name != name).then_some("displayName");
        let addressed = (self.user.email.as_deref() != email).then_some("email");
        let changed: Vec<&str> = named.into_iter().chain(addressed).collect();
        if changed.is_empty() {
            return Ok(());
        }
        db::query("update hub_user set display_name = $1, email = $2 where id = $3")
            .bind(name)
            .bind(email)
            .bind(self.user.id.0)
            .execute(&mut *db)
            .await?;
        self.record(db, "hub.user-changed", json!({ "changed": changed })).await
    }

    async fn role(&self, db: &mut Connection, role: Role) -> Result<(), Failure> {
        self.another_administrator(db).await?;
        db::query("update hub_user set role = $1 where id = $2")
            .bind(role.word())
            .bind(self.user.id.0)
            .execute(&mut *db)
            .await?;
        let details = json!({ "from": self.user.role.word(), "to": role.word() });
        self.ended(db, "hub.user-role-changed", details).await
    }

    async fn disable(&self, db: &mut Connection) -> Result<(), Failure> {
        self.another_administrator(db).await?;
        db::query("update hub_user set disabled_at = $1 where id = $2")
            .bind(self.act.now.0)
            .bind(self.user.id.0)
            .execute(&mut *db)
            .await?;
        self.resets_void(db).await?;
        self.ended(db, "hub.user-disabled", json!({})).await
    }

    async fn reset(&self, db: &mut Connection, password: Option<&NewLink>, factor: bool) -> Result<(), Failure> {
        if let Some(link) = password {
            self.password(db, None).await?;
            self.resets_void(db).await?;
            let link = NewLink { kind: LinkKind::Reset, role: self.user.role, email: None, ..link.clone() };
            link_insert(db, &link, Some(self.user.id), self.act.now).await?;
        }
        if factor && self.user.second_factor_since.is_some() {
            self.second_factor_remove(db).await?;
        }
        let details = json!({ "password": password.is_some(), "secondFactor": factor });
        self.ended(db, "hub.user-reset", details).await
    }

    async fn password(&self, db: &mut Connection, hash: Option<&str>) -> Result<(), Failure> {
        db::query("update hub_user set password_hash = $1 where id = $2")
            .bind(hash)
            .bind(self.user.id.0)
            .execute(db)
            .await?;
        Ok(())
    }

    async fn second_factor_remove(&self, db: &mut Connection) -> Result<(), Failure> {
        if self.user.second_factor_since.is_none() {
            return Err(HubRefusal::NoSecondFactor.into());
        }
        hub_user_secret_delete(db, self.user.id).await?;
        recovery_codes_put(db, self.user.id, &[]).await?;
        self.set(db, "totp_at = null, totp_step = null").await
    }

    async fn resets_void(&self, db: &mut Connection) -> Result<(), Failure> {
        db::query(
            "update hub_link set voided_at = $1 where hub_user_id = $2 and used_at is null and voided_at is null",
        )
        .bind(self.act.now.0)
        .bind(self.user.id.0)
        .execute(db)
        .await?;
        Ok(())
    }

    /// That an enabled administrator is left when this account is none any more.
    async fn another_administrator(&self, db: &mut Connection) -> Result<(), Failure> {
        if self.user.role != Role::Administrator || !self.user.is_enabled() {
            return Ok(());
        }
        let others: i64 =
            db::query_scalar("select count(*) from hub_user where role = $1 and disabled_at is null and id <> $2")
                .bind(Role::Administrator.word())
                .bind(self.user.id.0)
                .fetch_one(db)
                .await?;
        if others == 0 { Err(HubRefusal::LastAdministrator.into()) } else { Ok(()) }
    }

    async fn set(&self, db: &mut Connection, what: &'static str) -> Result<(), Failure> {
        db::query(format!("update hub_user set {what} where id = $1")).bind(self.user.id.0).execute(db).await?;
        Ok(())
    }

    /// Ends the account's sessions but the one that this is done in, and records the change.
    async fn ended(&self, db: &mut Connection, action: &'static str, mut details: Json) -> Result<(), Failure> {
        let ended = sessions_end(db, self.user.id, self.act).await?;
        if let Json::Object(fields) = &mut details {
            fields.insert("sessionsEnded".to_owned(), ended.into());
        }
        self.record(db, action, details).await
    }

    async fn record(&self, db: &mut Connection, action: &'static str, details: Json) -> Result<(), Failure> {
        self.act.record(db, action, self.user.uuid, details).await
    }
}
