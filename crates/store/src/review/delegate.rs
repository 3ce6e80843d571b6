//! Who decides for whom, and for how long.

use std::collections::BTreeSet;

use rolecall_model::Timestamp;
use rolecall_model::review::ReviewerKey;
use serde_json::json;
use uuid::Uuid;

use super::row::moment;
use crate::audit::{AuditEntry, audit_append};
use crate::connector::uuid_read;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{Store, StoreError};

/// That somebody decides for somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReviewDelegate {
    /// Whose decisions they are, and how they are called.
    pub reviewer: (ReviewerKey, String),
    /// Who makes them, and how they are called.
    pub delegate: (ReviewerKey, String),
    /// From when.
    pub from: Timestamp,
    /// The first moment at which it holds no more.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
}

/// The same, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewDelegate {
    /// Its id.
    pub uuid: Uuid,
    /// What was set.
    pub set: NewReviewDelegate,
    /// When.
    pub set_at: Timestamp,
    /// By whom.
    pub set_by: String,
    /// When and by whom it was ended before its time.
    pub ended: Option<(Timestamp, String)>,
}

impl ReviewDelegate {
    /// Whether it holds at a moment.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.ended.is_none() && self.set.from <= now && now < self.set.until
    }
}

impl Store {
    /// Has somebody decide for somebody else.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn review_delegate_set(
        &self,
        new: &NewReviewDelegate,
        actor: &str,
        now: Timestamp,
    ) -> Result<Uuid, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let uuid = Uuid::now_v7();
            let insert = db::query(
                "insert into review_delegate (uuid, reviewer, reviewer_name, delegate, delegate_name, from_at, until_at, \
                 reason, set_at, set_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            );
            let insert = insert.bind(uuid.to_string()).bind(new.reviewer.0.as_str()).bind(&new.reviewer.1);
            let insert = insert.bind(new.delegate.0.as_str()).bind(&new.delegate.1).bind(new.from.0).bind(new.until.0);
            insert.bind(&new.reason).bind(now.0).bind(actor).execute(&mut tx).await?;
            let personal = vec![
                ("actor", actor),
                ("reason", new.reason.as_str()),
                ("reviewer", new.reviewer.1.as_str()),
                ("delegate", new.delegate.1.as_str()),
            ];
            let details = json!({ "from": new.from.0, "until": new.until.0 });
            let subject = uuid.to_string();
            let entry = AuditEntry { at: now, action: "review.delegated", subject, details, personal };
            audit_append(&mut tx, &entry).await?;
            tx.commit().await?;
            Ok(uuid)
        })
        .await
    }

    /// Ends that before its time. Whether it held, or was to hold.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn review_delegate_end(&self, delegate: Uuid, actor: &str, now: Timestamp) -> Result<bool, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let end = db::query(
                "update review_delegate set ended_at = $1, ended_by = $2 where uuid = $3 and ended_at is null \
                 and until_at > $1",
            );
            let ended = end.bind(now.0).bind(actor).bind(delegate.to_string()).execute(&mut tx).await?;
            if ended.rows_affected() == 0 {
                return Ok(false);
            }
            let (subject, personal) = (delegate.to_string(), vec![("actor", actor)]);
            let entry = AuditEntry { at: now, action: "review.delegate-ended", subject, details: json!({}), personal };
            audit_append(&mut tx, &entry).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }

    /// Who decides, decided or will decide for whom, the latest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_delegates(&self) -> Result<Vec<ReviewDelegate>, StoreError> {
        self.answer(async {
            let rows = db::query(
                "select uuid, reviewer, reviewer_name, delegate, delegate_name, from_at, until_at, reason, set_at, \
                 set_by, ended_at, ended_by from review_delegate order by id desc",
            );
            rows.fetch_all(&mut *self.reading().await?).await?.iter().map(delegate_of).collect()
        })
        .await
    }
}

fn delegate_of(row: &Row) -> Result<ReviewDelegate, Failure> {
    let key = |column: &str| Ok::<_, Failure>(ReviewerKey::kept(row.try_get::<String, _>(column)?));
    let at = |column: &str| Ok::<_, Failure>(moment(row, column)?.unwrap_or_default());
    let ended_by: Option<String> = row.try_get("ended_by")?;
    Ok(ReviewDelegate {
        uuid: uuid_read(row.try_get("uuid")?)?,
        set: NewReviewDelegate {
            reviewer: (key("reviewer")?, row.try_get("reviewer_name")?),
            delegate: (key("delegate")?, row.try_get("delegate_name")?),
            from: at("from_at")?,
            until: at("until_at")?,
            reason: row.try_get("reason")?,
        },
        set_at: at("set_at")?,
        set_by: row.try_get("set_by")?,
        ended: moment(row, "ended_at")?.zip(ended_by),
    })
}

/// For whom somebody decides at a moment: themself, and whoever set them as delegate.
pub(super) async fn delegators(
    db: &mut Connection,
    reviewer: &ReviewerKey,
    now: Timestamp,
) -> Result<BTreeSet<String>, Failure> {
    let rows = db::query(
        "select reviewer from review_delegate where delegate = $1 and ended_at is null and from_at <= $2 \
         and until_at > $2",
    );
    let rows = rows.bind(reviewer.as_str()).bind(now.0).fetch_all(db).await?;
    let others: Result<BTreeSet<String>, Failure> = rows.iter().map(|row| Ok(row.try_get(0)?)).collect();
    let mut theirs = others?;
    theirs.insert(reviewer.as_str().to_owned());
    Ok(theirs)
}
