//! What rules ask to have reviewed. It is written with the evaluation that asks, and a review is made of it once.

use rolecall_model::Timestamp;
use serde_json::Value as Json;

use super::ReviewWrite;
use super::change::review_insert;
use super::row::StoredReview;
use crate::connector::json_of;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{RuleId, Store, StoreError};

/// What a rule asks to have reviewed.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewRequest {
    /// Its number.
    pub number: i64,
    /// The rule.
    pub rule: Option<RuleId>,
    /// When it was asked for.
    pub at: Timestamp,
    /// What it is to be.
    pub content: Json,
}

impl Store {
    /// What rules ask for and nobody made a review of yet, the earliest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_requests(&self) -> Result<Vec<ReviewRequest>, StoreError> {
        self.answer(async {
            let rows =
                db::query("select id, rule_id, at, content from review_request where review_id is null order by id");
            let rows = rows.fetch_all(&mut *self.reading().await?).await?;
            let request = |row: &Row| {
                Ok(ReviewRequest {
                    number: row.try_get("id")?,
                    rule: row.try_get::<Option<i64>, _>("rule_id")?.map(RuleId),
                    at: Timestamp(row.try_get("at")?),
                    content: json_of(row, "content")?,
                })
            };
            rows.iter().map(request).collect()
        })
        .await
    }

    /// Makes a draft of what a rule asks for, unless somebody else did.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when another review is called so.
    pub async fn review_of_request(
        &self,
        request: i64,
        write: &ReviewWrite,
        actor: &str,
        now: Timestamp,
    ) -> Result<Option<StoredReview>, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let open = "select count(*) from review_request where id = $1 and review_id is null";
            let open: i64 = db::query_scalar(open).bind(request).fetch_one(&mut tx).await?;
            if open == 0 {
                return Ok(None);
            }
            let review = review_insert(&mut tx, write, actor, now).await?;
            let made = db::query("update review_request set review_id = $1 where id = $2");
            made.bind(review.id.0).bind(request).execute(&mut tx).await?;
            tx.commit().await?;
            Ok(Some(review))
        })
        .await
    }
}

/// Writes down what a rule asks for, in the transaction of its evaluation.
pub(crate) async fn requests_insert(
    db: &mut Connection,
    rule: RuleId,
    requests: &[Json],
    at: Timestamp,
) -> Result<(), Failure> {
    for content in requests {
        let insert = db::query("insert into review_request (rule_id, at, content) values ($1, $2, $3)");
        insert.bind(rule.0).bind(at.0).bind(content.to_string()).execute(&mut *db).await?;
    }
    Ok(())
}
