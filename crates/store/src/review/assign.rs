//! Who reviews a grant from now on.

use std::collections::BTreeSet;

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewState, ReviewerKey, may_review};
use serde_json::json;
use uuid::Uuid;

use super::change::review_take;
use super::event::event_insert;
use super::submit::SubmitRefusal;
use super::{Act, act_record};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{Store, StoreError};

/// Who is to review which grants from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewAssign {
    /// The campaign.
    pub review: Uuid,
    /// The numbers of the grants.
    pub numbers: Vec<i64>,
    /// Who, and how they are called.
    pub reviewer: (ReviewerKey, String),
    /// Under which keys they might hold something besides: what they hold nobody gives them.
    pub own: BTreeSet<ReviewerKey>,
    /// Why.
    pub reason: String,
    /// Whether the program does it because something happened, and nobody asked for it.
    pub is_escalation: bool,
}

impl Store {
    /// Gives grants to another reviewer. Those that they hold themself stay where they are, and so do those that are theirs
    /// already. The numbers of those that changed hands.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when the campaign is neither staged nor running.
    pub async fn review_assign(
        &self,
        assign: &ReviewAssign,
        actor: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<i64>, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let review = review_take(&mut tx, assign.review, None, ReviewState::Running).await?;
            let (mut moved, mut own) = (Vec::new(), Vec::new());
            for number in &assign.numbers {
                match item_assign(&mut tx, (review.id.0, *number), assign, actor, now).await? {
                    Assigned::Moved => moved.push(*number),
                    Assigned::Own => own.push(json!([number, SubmitRefusal::Own.word()])),
                    Assigned::AsBefore => {}
                }
            }
            // The program looks for somebody else by itself; that a person wanted it is worth knowing.
            if !own.is_empty() && !assign.is_escalation {
                let details = json!({ "grants": own, "reviewer": assign.reviewer.0.as_str() });
                event_insert(&mut tx, review.id, now, ("refused", actor, Some(&assign.reason)), &details).await?;
            }
            if moved.is_empty() {
                if !own.is_empty() {
                    tx.commit().await?;
                }
                return Ok(moved);
            }
            let (what, action) = match assign.is_escalation {
                true => ("escalated", "review.escalated"),
                false => ("reassigned", "review.reassigned"),
            };
            let act = Act {
                review: &review,
                at: now,
                what,
                action,
                actor,
                reason: Some(&assign.reason),
                details: json!({ "grants": moved }),
                personal: vec![("reviewer", &assign.reviewer.1)],
            };
            act_record(&mut tx, act).await?;
            tx.commit().await?;
            Ok(moved)
        })
        .await
    }
}

enum Assigned {
    Moved,
    /// They hold it themself.
    Own,
    /// It is theirs already, or there is no such grant.
    AsBefore,
}

async fn item_assign(
    db: &mut Connection,
    (review, number): (i64, i64),
    assign: &ReviewAssign,
    actor: Option<&str>,
    now: Timestamp,
) -> Result<Assigned, Failure> {
    let row =
        db::query("select id, reviewer, reviewer_name, holding from review_item where review_id = $1 and number = $2");
    let Some(row) = row.bind(review).bind(number).fetch_optional(&mut *db).await? else {
        return Ok(Assigned::AsBefore);
    };
    let (id, from, from_name): (i64, Option<String>, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let holding: String = row.try_get(3)?;
    let rows = db::query("select reviewer from review_holder where review_id = $1 and holding = $2");
    let rows = rows.bind(review).bind(&holding).fetch_all(&mut *db).await?;
    let holders = rows.iter().map(|row| Ok(ReviewerKey::kept(row.try_get::<String, _>(0)?)));
    let holders = holders.collect::<Result<_, Failure>>()?;
    let (key, name) = (&assign.reviewer.0, &assign.reviewer.1);
    if from.as_deref() == Some(key.as_str()) {
        return Ok(Assigned::AsBefore);
    }
    if assign.own.iter().chain([key]).any(|own| !may_review(own, &holders)) {
        return Ok(Assigned::Own);
    }
    let update = db::query("update review_item set reviewer = $1, reviewer_name = $2, reviewer_why = $3 where id = $4");
    let update = update.bind(key.as_str()).bind(name).bind(&assign.reason).bind(id);
    update.execute(&mut *db).await?;
    let insert = db::query(
        "insert into review_assignment (item_id, at, actor, from_reviewer, from_name, reviewer, reviewer_name, reason) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let insert = insert.bind(id).bind(now.0).bind(actor).bind(from).bind(from_name);
    insert.bind(key.as_str()).bind(name).bind(&assign.reason).execute(db).await?;
    Ok(Assigned::Moved)
}
