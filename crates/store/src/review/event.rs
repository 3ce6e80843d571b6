//! What happened in a campaign, as its history keeps it: in order of what happened, whatever the clock said.

use rolecall_model::Timestamp;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::row::moment;
use crate::connector::json_of;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{ReviewId, Store, StoreError};

/// Something that happened in a campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewEvent {
    /// When, by the clock of whoever wrote it.
    pub at: Timestamp,
    /// A stable word: `created`, `changed`, `staged`, `started`, `submitted`, `refused`, `reassigned`, `reminded`, `escalated`,
    /// `delegated`, `connector-removed`, `completed`, `cancelled`, `clock-back`.
    pub what: String,
    /// Who did it; nobody where the program did.
    pub actor: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// What else is to be said.
    pub details: Json,
}

impl Store {
    /// What happened in a campaign, the earliest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_events(&self, review: Uuid) -> Result<Vec<ReviewEvent>, StoreError> {
        self.answer(async {
            let rows = db::query(
                "select e.at, e.what, e.actor, e.reason, e.details from review_event e \
                 join review r on r.id = e.review_id where r.uuid = $1 order by e.id",
            );
            let rows = rows.bind(review.to_string()).fetch_all(&mut *self.reading().await?).await?;
            rows.iter().map(event_of).collect()
        })
        .await
    }

    /// Adds what the program noticed: no decision, and nothing that anybody configured.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn review_note(
        &self,
        review: ReviewId,
        what: &'static str,
        details: &Json,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            event_insert(&mut tx, review, now, (what, None, None), details).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }
}

fn event_of(row: &Row) -> Result<ReviewEvent, Failure> {
    Ok(ReviewEvent {
        at: moment(row, "at")?.unwrap_or_default(),
        what: row.try_get("what")?,
        actor: row.try_get("actor")?,
        reason: row.try_get("reason")?,
        details: json_of(row, "details")?,
    })
}

/// Adds an event. Where the clock says that it is earlier than something that happened before, that is written down first.
pub(super) async fn event_insert(
    db: &mut Connection,
    review: ReviewId,
    at: Timestamp,
    (what, actor, reason): (&str, Option<&str>, Option<&str>),
    details: &Json,
) -> Result<(), Failure> {
    let latest = "select at from review_event where review_id = $1 order by id desc limit 1";
    let latest: Option<i64> = db::query_scalar(latest).bind(review.0).fetch_optional(&mut *db).await?;
    if let Some(latest) = latest.filter(|latest| *latest > at.0) {
        let details = json!({ "before": latest, "now": at.0 });
        insert(db, review, at, ("clock-back", None, None), &details).await?;
    }
    insert(db, review, at, (what, actor, reason), details).await
}

async fn insert(
    db: &mut Connection,
    review: ReviewId,
    at: Timestamp,
    (what, actor, reason): (&str, Option<&str>, Option<&str>),
    details: &Json,
) -> Result<(), Failure> {
    let insert = db::query(
        "insert into review_event (review_id, at, what, actor, reason, details) values ($1, $2, $3, $4, $5, $6)",
    );
    let insert = insert.bind(review.0).bind(at.0).bind(what).bind(actor).bind(reason).bind(details.to_string());
    insert.execute(db).await?;
    Ok(())
}
