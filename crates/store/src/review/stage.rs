//! Fixing the population of a campaign, and asking its reviewers.

use rolecall_model::review::{ReviewNovelty, ReviewState, ReviewerKey};
use rolecall_model::{EntitlementRef, ResourceRef, Timestamp};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::change::{review_by_uuid, review_take};
use super::row::{ItemPrevious, StoredReview};
use super::{Act, act_record};
use crate::db::{self, Argument, Connection, Rows};
use crate::error::Failure;
use crate::{ReviewId, Store, StoreError};

/// A grant to be reviewed.
#[derive(Clone, Debug)]
pub struct NewReviewItem {
    /// The uuid of its connector.
    pub connector: Uuid,
    /// How that is called.
    pub connector_title: String,
    /// Who holds it.
    pub principal: ResourceRef,
    /// What is held.
    pub entitlement: EntitlementRef,
    /// What makes it the same grant in another review.
    pub grant: String,
    /// A digest of what decides whether it is as it was.
    pub content: String,
    /// What its reviewer is shown.
    pub shown: Json,
    /// Under which name its holders are kept ([`ReviewStage::holders`]).
    pub holding: String,
    /// What it is beside what was certified before.
    pub novelty: ReviewNovelty,
    /// What was decided of it last.
    pub previous: Option<ItemPrevious>,
    /// Who reviews it, how they are called, and why it is they.
    pub reviewer: Option<(ReviewerKey, String, String)>,
}

/// A whole population.
#[derive(Clone, Debug)]
pub struct ReviewStage {
    /// The version of the campaign that was looked at.
    pub version: i64,
    /// The grants, in the order in which they are numbered.
    pub items: Vec<NewReviewItem>,
    /// Who holds what, each pair once.
    pub holders: Vec<(String, ReviewerKey)>,
    /// A digest of all grants.
    pub population: String,
    /// How complete what they were taken from is.
    pub accuracy: Json,
}

/// What was decided of a grant in the last review that decided about it.
#[derive(Clone, Debug)]
pub struct ReviewCertified {
    /// What makes it the same grant.
    pub grant: String,
    /// A digest of what it was then.
    pub content: String,
    /// What was decided.
    pub previous: ItemPrevious,
}

impl Store {
    /// Of each grant that completed reviews decided about, what counts in the one in which somebody decided last, whichever was
    /// staged last, and who said so. `O(grants ever reviewed)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_certified(&self) -> Result<Vec<ReviewCertified>, StoreError> {
        self.answer(async {
            let rows = db::query(
                "select i.grant_key, i.content, i.outcome, d.at, s.reviewer_name, r.name from review_item i \
                 join review r on r.id = i.review_id \
                 join review_decision d on d.id = (select max(c.id) from review_decision c where c.item_id = i.id \
                 and c.decision = case i.outcome when 'denied' then 'deny' else 'certify' end and not exists \
                 (select 1 from review_decision l where l.item_id = c.item_id and l.reviewer = c.reviewer and l.id > c.id)) \
                 join review_submission s on s.id = d.submission_id where i.id in (select o.item_id from review_decision o \
                 where o.id in (select max(x.id) from review_decision x join review_item y on y.id = x.item_id \
                 join review w on w.id = y.review_id where w.state = 'completed' group by y.grant_key)) order by i.grant_key",
            );
            let rows = rows.fetch_all(&mut *self.reading().await?).await?;
            let certified = |row: &db::Row| {
                let previous = ItemPrevious {
                    review: row.try_get(5)?,
                    outcome: row.try_get(2)?,
                    at: Timestamp(row.try_get(3)?),
                    by: row.try_get(4)?,
                };
                Ok(ReviewCertified { grant: row.try_get(0)?, content: row.try_get(1)?, previous })
            };
            rows.iter().map(certified).collect()
        })
        .await
    }

    /// Fixes the population of a campaign, in the place of what was staged of it before. `O(grants)`.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when it runs already, or was changed meanwhile.
    pub async fn review_stage(
        &self,
        review: Uuid,
        stage: &ReviewStage,
        actor: &str,
        now: Timestamp,
    ) -> Result<StoredReview, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let known = review_take(&mut tx, review, Some(stage.version), ReviewState::Staged).await?;
            items_clear(&mut tx, known.id).await?;
            items_insert(&mut tx, known.id, stage).await?;
            let items = i64::try_from(stage.items.len()).unwrap_or(i64::MAX);
            let update = db::query(
                "update review set state = 'staged', staged_at = $1, items = $2, population = $3, accuracy = $4 \
                 where id = $5",
            );
            let update = update.bind(now.0).bind(items).bind(&stage.population).bind(stage.accuracy.to_string());
            update.bind(known.id.0).execute(&mut tx).await?;
            let details = json!({ "grants": items, "population": stage.population });
            let act = Act {
                review: &known,
                at: now,
                what: "staged",
                action: "review.staged",
                actor: Some(actor),
                reason: None,
                details,
                personal: Vec::new(),
            };
            act_record(&mut tx, act).await?;
            let staged = review_by_uuid(&mut tx, review).await?;
            tx.commit().await?;
            Ok(staged)
        })
        .await
    }

    /// Asks the reviewers of a staged campaign, until a moment.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when it is not staged, or was changed meanwhile.
    pub async fn review_start(
        &self,
        review: Uuid,
        version: i64,
        due_at: Timestamp,
        actor: &str,
        now: Timestamp,
    ) -> Result<StoredReview, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let known = review_take(&mut tx, review, Some(version), ReviewState::Running).await?;
            if known.state != ReviewState::Staged {
                return Err(Failure::Conflict(format!("the review {:?} runs already", known.name)));
            }
            let update = db::query("update review set state = 'running', started_at = $1, due_at = $2 where id = $3");
            update.bind(now.0).bind(due_at.0).bind(known.id.0).execute(&mut tx).await?;
            let act = Act {
                review: &known,
                at: now,
                what: "started",
                action: "review.started",
                actor: Some(actor),
                reason: None,
                details: json!({ "due": due_at.0, "population": known.population }),
                personal: Vec::new(),
            };
            act_record(&mut tx, act).await?;
            let started = review_by_uuid(&mut tx, review).await?;
            tx.commit().await?;
            Ok(started)
        })
        .await
    }
}

/// Takes back what was staged. Nobody was asked yet, so that there are no decisions.
pub(super) async fn items_clear(db: &mut Connection, review: ReviewId) -> Result<(), Failure> {
    for statement in [
        "delete from review_mark where item_id in (select id from review_item where review_id = $1)",
        "delete from review_assignment where item_id in (select id from review_item where review_id = $1)",
        "delete from review_item where review_id = $1",
        "delete from review_holder where review_id = $1",
    ] {
        db::query(statement).bind(review.0).execute(&mut *db).await?;
    }
    Ok(())
}

async fn items_insert(db: &mut Connection, review: ReviewId, stage: &ReviewStage) -> Result<(), Failure> {
    const COLUMNS: &[&str] = &[
        "review_id",
        "number",
        "connector",
        "connector_title",
        "principal_kind",
        "principal_id",
        "resource_kind",
        "resource_id",
        "slug",
        "grant_key",
        "content",
        "shown",
        "holding",
        "novelty",
        "previous",
        "reviewer",
        "reviewer_name",
        "reviewer_why",
    ];
    let mut rows = Rows::new("review_item", COLUMNS);
    for (item, number) in stage.items.iter().zip(1_i64..) {
        let (reviewer, name, why) = match &item.reviewer {
            Some((key, name, why)) => (Some(key.as_str()), name.as_str(), why.as_str()),
            None => (None, "", ""),
        };
        let previous = item.previous.as_ref().and_then(|previous| serde_json::to_string(previous).ok());
        let resource = &item.entitlement.resource;
        let row: [Argument<'_>; 18] = [
            review.0.into(),
            number.into(),
            item.connector.to_string().into(),
            item.connector_title.as_str().into(),
            item.principal.kind.as_str().into(),
            (&*item.principal.id).into(),
            resource.kind.as_str().into(),
            (&*resource.id).into(),
            item.entitlement.slug.as_str().into(),
            item.grant.as_str().into(),
            item.content.as_str().into(),
            item.shown.to_string().into(),
            item.holding.as_str().into(),
            item.novelty.word().into(),
            previous.into(),
            reviewer.into(),
            name.into(),
            why.into(),
        ];
        rows.row(&mut *db, row).await?;
    }
    rows.finish(&mut *db).await?;
    let mut rows = Rows::new("review_holder", &["review_id", "holding", "reviewer"]);
    for (holding, reviewer) in &stage.holders {
        rows.row(&mut *db, [review.0.into(), holding.as_str().into(), reviewer.as_str().into()]).await?;
    }
    Ok(rows.finish(db).await?)
}
