//! Writing a campaign, as long as it is a draft.

use rolecall_model::Timestamp;
use rolecall_model::review::ReviewState;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::row::{REVIEW, StoredReview, review_of};
use super::{Act, act_record};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{Decision, Store, StoreError};

/// What a campaign is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewWrite {
    /// How it is called.
    pub name: String,
    /// What it is to be.
    pub definition: Json,
    /// A person, the review that it repeats, or the rule that asked for it.
    pub origin: String,
}

impl Store {
    /// Writes a campaign as a draft.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when another is called so.
    pub async fn review_create(
        &self,
        write: &ReviewWrite,
        actor: &str,
        now: Timestamp,
    ) -> Result<StoredReview, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let review = review_insert(&mut tx, write, actor, now).await?;
            tx.commit().await?;
            Ok(review)
        })
        .await
    }

    /// Changes a campaign that nobody was asked about yet. What was staged of it is taken back: it was staged as something else.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when it is no draft any more, is another version, or another is called so.
    pub async fn review_change(
        &self,
        review: Uuid,
        version: i64,
        write: &ReviewWrite,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<StoredReview, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let known = review_take(&mut tx, review, Some(version), ReviewState::Draft).await?;
            if known.name != write.name {
                name_check(&mut tx, &write.name).await?;
            }
            super::stage::items_clear(&mut tx, known.id).await?;
            let update = db::query(
                "update review set name = $1, definition = $2, state = 'draft', staged_at = null, items = 0, \
                 population = '', accuracy = '{}' where id = $3",
            );
            update.bind(&write.name).bind(write.definition.to_string()).bind(known.id.0).execute(&mut tx).await?;
            act_record(
                &mut tx,
                Act {
                    review: &known,
                    at: now,
                    what: "changed",
                    action: "review.changed",
                    actor: Some(&decision.actor),
                    reason: Some(&decision.reason),
                    details: json!({}),
                    personal: vec![("review", &write.name)],
                },
            )
            .await?;
            let changed = review_by_uuid(&mut tx, review).await?;
            tx.commit().await?;
            Ok(changed)
        })
        .await
    }
}

/// Writes a campaign as a draft, in a transaction.
pub(super) async fn review_insert(
    db: &mut Connection,
    write: &ReviewWrite,
    actor: &str,
    now: Timestamp,
) -> Result<StoredReview, Failure> {
    name_check(db, &write.name).await?;
    let uuid = Uuid::now_v7();
    let insert = db::query(
        "insert into review (uuid, name, definition, state, version, origin, created_at, created_by) \
         values ($1, $2, $3, 'draft', 1, $4, $5, $6)",
    );
    let insert = insert.bind(uuid.to_string()).bind(&write.name).bind(write.definition.to_string());
    insert.bind(&write.origin).bind(now.0).bind(actor).execute(&mut *db).await?;
    let review = review_by_uuid(db, uuid).await?;
    let act = Act {
        review: &review,
        at: now,
        what: "created",
        action: "review.created",
        actor: Some(actor),
        reason: None,
        details: json!({}),
        personal: vec![("review", &write.name)],
    };
    act_record(db, act).await?;
    Ok(review)
}

async fn name_check(db: &mut Connection, name: &str) -> Result<(), Failure> {
    let known: i64 =
        db::query_scalar("select count(*) from review where name = $1").bind(name).fetch_one(&mut *db).await?;
    match known {
        0 => Ok(()),
        _ => Err(Failure::Conflict(format!("there is a review called {name:?} already"))),
    }
}

pub(super) async fn review_by_uuid(db: &mut Connection, review: Uuid) -> Result<StoredReview, Failure> {
    let row = db::query(format!("select {REVIEW} from review where uuid = $1"));
    let row = row.bind(review.to_string()).fetch_optional(db).await?;
    row.as_ref().map(review_of).ok_or_else(|| Failure::Conflict("there is no such review".to_owned()))?
}

/// Takes a campaign to change it: nobody else does before the end of the transaction, and whoever had looked at it before
/// finds another version.
pub(super) async fn review_take(
    db: &mut Connection,
    review: Uuid,
    version: Option<i64>,
    next: ReviewState,
) -> Result<StoredReview, Failure> {
    let taken = db::query("update review set version = version + 1 where uuid = $1 and ($2 = 0 or version = $3)");
    let taken = taken.bind(review.to_string()).bind(i64::from(version.is_some())).bind(version.unwrap_or_default());
    let taken = taken.execute(&mut *db).await?;
    let known = review_by_uuid(db, review).await?;
    if taken.rows_affected() == 0 {
        return Err(Failure::Conflict(format!("the review {:?} was changed by somebody else meanwhile", known.name)));
    }
    if known.state != next && !known.state.may_become(next) || known.state.is_over() {
        return Err(Failure::Conflict(format!(
            "the review {:?} is {}, and cannot become {} any more",
            known.name,
            known.state.word(),
            next.word()
        )));
    }
    Ok(known)
}
