//! What people are told without asking.

use rolecall_model::Timestamp;
use uuid::Uuid;

use super::user::user_by_uuid;
use super::{HubRefusal, Role, User};
use crate::connector::uuid_read;
use crate::db::{self, Row};
use crate::error::Failure;
use crate::sync::limit_of;
use crate::{Store, StoreError};

/// Whom a notice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// One account, by its id for the outside world.
    User(Uuid),
    /// Everyone who has this role, now or later.
    Role(Role),
}

/// A notice to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// For whom.
    pub audience: Audience,
    /// A stable word for what happened: `last-owner-left`.
    pub kind: String,
    /// What it is about, as people call it: `npm:acme`.
    pub about: String,
    /// A sentence.
    pub text: String,
}

/// A notice, as one of its readers sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The id for the outside world.
    pub uuid: Uuid,
    /// A stable word for what happened.
    pub kind: String,
    /// What it is about.
    pub about: String,
    /// A sentence.
    pub text: String,
    /// When it was given.
    pub created_at: Timestamp,
    /// When this reader has read it.
    pub read_at: Option<Timestamp>,
}

/// How long a notice is kept, in seconds.
const KEPT: i64 = 366 * 24 * 3600;

/// The notices of an account with a role.
const NOTICES: &str = "select n.id, n.uuid, n.kind, n.about, n.body, n.created_at, r.read_at from hub_notice n \
    left join hub_notice_read r on r.notice_id = n.id and r.hub_user_id = $1 \
    where (n.hub_user_id = $1 or n.role = $2)";

impl Store {
    /// Gives a notice, and forgets those of more than a year ago.
    ///
    /// # Errors
    /// [`StoreError::Hub`] for an unknown account.
    pub async fn hub_notice_add(&self, notice: &NewNotice, now: Timestamp) -> Result<Uuid, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            let (user, role) = match notice.audience {
                Audience::User(user) => (Some(user_by_uuid(&mut tx, user).await?.id.0), None),
                Audience::Role(role) => (None, Some(role.word())),
            };
            let old = now.plus_seconds(-KEPT).0;
            let read =
                "delete from hub_notice_read where notice_id in (select id from hub_notice where created_at < $1)";
            for forget in [read, "delete from hub_notice where created_at < $1"] {
                db::query(forget).bind(old).execute(&mut tx).await?;
            }
            let uuid = Uuid::now_v7();
            db::query(
                "insert into hub_notice (uuid, hub_user_id, role, kind, about, body, created_at) \
                 values ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(uuid.to_string())
            .bind(user)
            .bind(role)
            .bind(&notice.kind)
            .bind(&notice.about)
            .bind(&notice.text)
            .bind(now.0)
            .execute(&mut tx)
            .await?;
            tx.commit().await?;
            Ok(uuid)
        })
        .await
    }

    /// The latest notices of an account, newest first: those to it, and those to its role.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn hub_notice_list(&self, user: &User, limit: usize) -> Result<Vec<Notice>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = db::query(format!("{NOTICES} order by n.id desc limit $3"));
            let rows = query.bind(user.id.0).bind(user.role.word()).bind(limit_of(limit)).fetch_all(&mut db).await?;
            rows.iter().map(notice_of).collect()
        })
        .await
    }

    /// Notes that an account has read a notice; the first time counts.
    ///
    /// # Errors
    /// [`StoreError::Hub`] for a notice that is none of its.
    pub async fn hub_notice_read(&self, user: &User, notice: Uuid, now: Timestamp) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            let found = db::query(format!("{NOTICES} and n.uuid = $3"));
            let found = found.bind(user.id.0).bind(user.role.word()).bind(notice.to_string());
            let row = found.fetch_optional(&mut tx).await?.ok_or(HubRefusal::Unknown("notice"))?;
            db::query(
                "insert into hub_notice_read (notice_id, hub_user_id, read_at) values ($1, $2, $3) \
                 on conflict (notice_id, hub_user_id) do nothing",
            )
            .bind(row.try_get::<i64, _>("id")?)
            .bind(user.id.0)
            .bind(now.0)
            .execute(&mut tx)
            .await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}

fn notice_of(row: &Row) -> Result<Notice, Failure> {
    Ok(Notice {
        uuid: uuid_read(row.try_get("uuid")?)?,
        kind: row.try_get("kind")?,
        about: row.try_get("about")?,
        text: row.try_get("body")?,
        created_at: Timestamp(row.try_get("created_at")?),
        read_at: row.try_get::<Option<i64>, _>("read_at")?.map(Timestamp),
    })
}
