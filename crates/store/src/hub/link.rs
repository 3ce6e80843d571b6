//! One-time links: for the first administrator, for who is invited, and for who cannot sign in any more.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::user::{has_administrator, role_read, user_by_id};
use super::{HubAct, HubRefusal, Role, TokenHash, sessions_end, turn_take};
use crate::audit::chain_ensure;
use crate::connector::uuid_read;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{HubUserId, Store, StoreError};

/// How long a link that cannot be used any more is kept, in seconds: its address is personal.
const KEPT: i64 = 30 * 24 * 3600;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Makes the first administrator.
    FirstRun,
    /// Makes an account.
    Invitation,
    /// Sets a new password of an account that there is.
    Reset,
}

impl LinkKind {
    /// A stable word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FirstRun => "first-run",
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    fn read(word: &str) -> Result<Self, Failure> {
        let found = [Self::FirstRun, Self::Invitation, Self::Reset].into_iter().find(|kind| kind.word() == word);
        found.ok_or_else(|| Failure::Corrupt(format!("there is no kind of link {word}")))
    }
}

/// A link that can be used still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The id for the outside world, which opens nothing.
    pub uuid: Uuid,
    /// What it is for.
    pub kind: LinkKind,
    /// The role of the account that it makes; that of a reset's account.
    pub role: Role,
    /// The address it was made for; for a reset, the account's.
    pub email: Option<String>,
    /// The sign-in name of a reset's account.
    pub name: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// A link to be made.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The id for the outside world.
    pub uuid: Uuid,
    /// What it is for.
    pub kind: LinkKind,
    /// The digest of what opens it.
    pub hash: TokenHash,
    /// The role of the account that it makes.
    pub role: Role,
    /// The address it is made for.
    pub email: Option<String>,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

const LINK: &str = "select l.uuid, l.kind, l.role, coalesce(l.email, u.email) as email, u.name, l.created_at, \
    l.expires_at, l.hub_user_id from hub_link l left join hub_user u on u.id = l.hub_user_id \
    where l.used_at is null and l.voided_at is null and u.disabled_at is null and l.expires_at > $1";

impl Store {
    /// Makes a link for the first administrator, after which earlier ones are void, or an invitation.
    ///
    /// # Errors
    /// [`StoreError::Hub`] for a first one where there is an administrator already.
    pub async fn hub_link_make(&self, link: &NewLink, act: &HubAct<'_>) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let mut action = "hub.user-invited";
            if link.kind == LinkKind::FirstRun {
                if has_administrator(&mut tx).await? {
                    return Err(HubRefusal::AdministratorExists.into());
                }
                first_runs_void(&mut tx, act.now).await?;
                action = "hub.first-run-offered";
            }
            db::query("delete from hub_link where expires_at < $1")
                .bind(act.now.plus_seconds(-KEPT).0)
                .execute(&mut tx)
                .await?;
            link_insert(&mut tx, link, None, act.now).await?;
            let details = json!({ "role": link.role.word() });
            let invited: Vec<(&'static str, &str)> =
                link.email.iter().map(|email| ("invited", email.as_str())).collect();
            act.record_of(&mut tx, action, link.uuid.to_string(), details, &invited).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Links that can be used, newest first, but not that for the first administrator.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_link_list(&self, now: Timestamp) -> Result<Vec<Link>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!("{LINK} and l.kind <> 'first-run' order by l.id desc");
            db::query(query).bind(now.0).fetch_all(&mut db).await?.iter().map(link_of).collect()
        })
        .await
    }

    /// The link that this opens, if it can be used.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_link_find(&self, hash: &TokenHash, now: Timestamp) -> Result<Option<Link>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let found = db::query(format!("{LINK} and l.token_hash = $2")).bind(now.0).bind(hash.to_vec());
            found.fetch_optional(&mut db).await?.as_ref().map(link_of).transpose()
        })
        .await
    }

    /// Takes a link back.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when it cannot be used any more anyway.
    pub async fn hub_link_revoke(&self, link: Uuid, act: &HubAct<'_>) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let voided = db::query(
                "update hub_link set voided_at = $1 where uuid = $2 and used_at is null and voided_at is null \
                 and expires_at > $1",
            )
            .bind(act.now.0)
            .bind(link.to_string())
            .execute(&mut tx)
            .await?;
            if voided.rows_affected() == 0 {
                return Err(HubRefusal::LinkInvalid.into());
            }
            act.record(&mut tx, "hub.link-revoked", link, json!({})).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Uses a reset link up, and sets the password of its account, whose sessions end.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when the link cannot be used.
    pub async fn hub_link_reset(&self, hash: &TokenHash, password: &str, act: &HubAct<'_>) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let (link, user) = link_use(&mut tx, hash, act.now).await?;
            let (LinkKind::Reset, Some(user)) = (link.kind, user) else {
                return Err(HubRefusal::LinkInvalid.into());
            };
            db::query("update hub_user set password_hash = $1 where id = $2")
                .bind(password)
                .bind(user.0)
                .execute(&mut tx)
                .await?;
            let ended = sessions_end(&mut tx, user, &HubAct { session: None, ..*act }).await?;
            let account = user_by_id(&mut tx, user).await?;
            let act = HubAct { actor: Some(&account.name), ..*act };
            let details = json!({ "sessionsEnded": ended, "by": "reset" });
            act.record(&mut tx, "hub.password-changed", account.uuid, details).await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}

/// Uses a link up, and says whose it is, where it is somebody's.
pub(super) async fn link_use(
    db: &mut Connection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<(Link, Option<HubUserId>), Failure> {
    let query = format!("{LINK} and l.token_hash = $2");
    let row = db::query(query).bind(now.0).bind(hash.to_vec()).fetch_optional(&mut *db).await?;
    let row = row.ok_or(HubRefusal::LinkInvalid)?;
    let link = link_of(&row)?;
    link_used(db, link.uuid, now).await?;
    Ok((link, row.try_get::<Option<i64>, _>("hub_user_id")?.map(HubUserId)))
}

/// Notes that a link is used.
async fn link_used(db: &mut Connection, link: Uuid, now: Timestamp) -> Result<(), Failure> {
    let used = db::query("update hub_link set used_at = $1 where uuid = $2 and used_at is null and voided_at is null")
        .bind(now.0)
        .bind(link.to_string())
        .execute(db)
        .await?;
    if used.rows_affected() == 0 { Err(HubRefusal::LinkInvalid.into()) } else { Ok(()) }
}

/// Uses up the newest invitation to an address, if there is one.
pub(super) async fn invitation_use(db: &mut Connection, email: &str, now: Timestamp) -> Result<Option<Link>, Failure> {
    let query = format!("{LINK} and l.kind = 'invitation' and l.email is not null order by l.id desc");
    for row in db::query(query).bind(now.0).fetch_all(&mut *db).await? {
        let link = link_of(&row)?;
        if link.email.as_deref().is_some_and(|invited| is_same_address(invited, email)) {
            link_used(db, link.uuid, now).await?;
            return Ok(Some(link));
        }
    }
    Ok(None)
}

/// Whether two addresses are one: capitals do not part them.
fn is_same_address(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

pub(super) async fn link_insert(
    db: &mut Connection,
    link: &NewLink,
    user: Option<HubUserId>,
    now: Timestamp,
) -> Result<(), Failure> {
    db::query(
        "insert into hub_link (uuid, kind, token_hash, role, email, hub_user_id, created_at, expires_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(link.uuid.to_string())
    .bind(link.kind.word())
    .bind(link.hash.to_vec())
    .bind(link.role.word())
    .bind(&link.email)
    .bind(user.map(|user| user.0))
    .bind(now.0)
    .bind(link.expires_at.0)
    .execute(db)
    .await?;
    Ok(())
}

/// Voids every link for the first administrator.
pub(super) async fn first_runs_void(db: &mut Connection, now: Timestamp) -> Result<(), Failure> {
    db::query("update hub_link set voided_at = $1 where kind = 'first-run' and used_at is null and voided_at is null")
        .bind(now.0)
        .execute(db)
        .await?;
    Ok(())
}

fn link_of(row: &Row) -> Result<Link, Failure> {
    Ok(Link {
        uuid: uuid_read(row.try_get("uuid")?)?,
        kind: LinkKind::read(row.try_get("kind")?)?,
        role: role_read(row.try_get("role")?)?,
        email: row.try_get("email")?,
        name: row.try_get("name")?,
        created_at: Timestamp(row.try_get("created_at")?),
        expires_at: Timestamp(row.try_get("expires_at")?),
    })
}

/// The id of this database, for records that are about nobody in particular.
pub(super) async fn database_subject(db: &mut Connection) -> Result<String, Failure> {
    chain_ensure(db).await
}
