//! How an evaluation of a rule becomes current, with all that is to be told of it.

use rolecall_model::Timestamp;
use serde_json::Value as Json;

use super::{AlertState, EntityTag, RuleStanding};
use crate::db::{self, Argument, Connection, Rows};
use crate::endpoint::deliveries_insert;
use crate::error::Failure;
use crate::finding::findings_apply;
use crate::review::requests_insert;
use crate::{FindingWrite, FindingsReport, NewDelivery, RuleId, Store, StoreError};

/// How many evaluations of a rule are kept.
const KEPT: i64 = 500;

/// What an evaluation found out about one row.
#[derive(Clone, Debug, PartialEq)]
pub enum RowWrite {
    /// It was not there, or is not as it was.
    Put {
        /// What makes it the same row the next time.
        key: String,
        /// It.
        content: Json,
        /// Since when it is there.
        since: Timestamp,
        /// Whether it was not there.
        is_new: bool,
    },
    /// It was there, and is not.
    Gone {
        /// Its key.
        key: String,
    },
}

/// One evaluation of a rule.
#[derive(Clone, Debug)]
pub struct EvaluationWrite {
    /// The rule.
    pub rule: RuleId,
    /// The version of the rule that was evaluated.
    pub version: i64,
    /// Where the rule stands after it. Its `turn` is the number of the evaluation: one more than the turn that it follows.
    pub standing: RuleStanding,
    /// Rows that differ from what is kept.
    pub rows: Vec<RowWrite>,
    /// How many appeared, vanished and changed.
    pub counts: [i64; 3],
    /// How many of them are told.
    pub told: i64,
    /// Findings that differ from what is kept.
    pub findings: Vec<FindingWrite>,
    /// What is to be told.
    pub deliveries: Vec<NewDelivery>,
    /// Tags that the rule gives; nothing where it gives none.
    pub tags: Option<Vec<EntityTag>>,
    /// What is to be reviewed because of it.
    pub reviews: Vec<Json>,
}

/// What became of an evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvaluationReport {
    /// What became of its findings.
    pub findings: FindingsReport,
    /// The ids of what is to be told.
    pub deliveries: Vec<uuid::Uuid>,
}

impl Store {
    /// Makes an evaluation current, unless the rule was changed, removed or evaluated by somebody else meanwhile.
    /// `O(differences)`.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when somebody else was faster.
    pub async fn rule_evaluation_write(&self, write: &EvaluationWrite) -> Result<EvaluationReport, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            standing_take(&mut tx, write).await?;
            rows_apply(&mut tx, write).await?;
            if let Some(tags) = &write.tags {
                super::tag::tags_replace(&mut tx, write.rule, tags, write.standing.begun_at).await?;
            }
            let findings = findings_apply(&mut tx, &write.findings, write.standing.begun_at).await?;
            let rule = Some(write.rule);
            let deliveries = deliveries_insert(&mut tx, rule, &write.deliveries, write.standing.begun_at).await?;
            requests_insert(&mut tx, write.rule, &write.reviews, write.standing.begun_at).await?;
            evaluation_insert(&mut tx, write).await?;
            tx.commit().await?;
            Ok(EvaluationReport { findings, deliveries })
        })
        .await
    }
}

async fn standing_take(db: &mut Connection, write: &EvaluationWrite) -> Result<(), Failure> {
    let conflict = || Failure::Conflict("the rule was just changed or evaluated by somebody else".to_owned());
    let current = "select count(*) from rule where id = $1 and version = $2 and removed_at is null";
    let current: i64 = db::query_scalar(current).bind(write.rule.0).bind(write.version).fetch_one(&mut *db).await?;
    if current == 0 {
        return Err(conflict());
    }
    let first = db::query(
        "insert into rule_standing (rule_id, turn, begun_at, seen, outcome, alert, alert_level, digest, result_count, \
         outputs) values ($1, 0, 0, '', '', $2, '', '', 0, '{}') on conflict (rule_id) do nothing",
    );
    first.bind(write.rule.0).bind(AlertState::None.word()).execute(&mut *db).await?;
    let standing = &write.standing;
    let update = db::query(
        "update rule_standing set turn = $1, begun_at = $2, evaluated_at = $3, seen = $4, outcome = $5, error = $6, \
         failing_since = $7, alert = $8, alert_since = $9, alert_level = $10, digest = $11, result_count = $12, \
         outputs = $13 where rule_id = $14 and turn = $1 - 1",
    );
    let moment = |at: Option<Timestamp>| at.map(|at| at.0);
    let update = update.bind(standing.turn).bind(standing.begun_at.0).bind(moment(standing.evaluated_at));
    let update = update.bind(&standing.seen).bind(&standing.outcome).bind(standing.error.as_deref());
    let update = update.bind(moment(standing.failing_since)).bind(standing.alert.word());
    let update = update.bind(moment(standing.alert_since)).bind(&standing.alert_level).bind(&standing.digest);
    let update = update.bind(standing.count).bind(standing.outputs.to_string()).bind(write.rule.0);
    if update.execute(db).await?.rows_affected() == 0 { Err(conflict()) } else { Ok(()) }
}

/// What is new comes last, all at once: a rule that lists everybody has as many rows at first.
async fn rows_apply(db: &mut Connection, write: &EvaluationWrite) -> Result<(), Failure> {
    let mut new = Rows::new("rule_row", &["rule_id", "key", "content", "since"]);
    for row in &write.rows {
        match row {
            RowWrite::Put { is_new: true, .. } => {}
            RowWrite::Put { key, content, .. } => {
                let put = db::query("update rule_row set content = $1 where rule_id = $2 and key = $3");
                put.bind(content.to_string()).bind(write.rule.0).bind(key).execute(&mut *db).await?;
            }
            RowWrite::Gone { key } => {
                let gone = db::query("delete from rule_row where rule_id = $1 and key = $2");
                gone.bind(write.rule.0).bind(key).execute(&mut *db).await?;
            }
        }
    }
    for row in &write.rows {
        if let RowWrite::Put { key, content, since, is_new: true } = row {
            let content = content.to_string();
            let row: [Argument<'_>; 4] = [write.rule.0.into(), key.as_str().into(), content.into(), since.0.into()];
            new.row(&mut *db, row).await?;
        }
    }
    Ok(new.finish(db).await?)
}

/// Adds an evaluation to the rule's history. Those that found nothing new are told apart by their number alone.
async fn evaluation_insert(db: &mut Connection, write: &EvaluationWrite) -> Result<(), Failure> {
    let EvaluationWrite { rule, standing, counts: [appeared, vanished, changed], told, .. } = write;
    let insert = db::query(
        "insert into rule_evaluation (rule_id, at, outcome, result_count, appeared, vanished, changed, told, error) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    );
    let insert = insert.bind(rule.0).bind(standing.begun_at.0).bind(&standing.outcome).bind(standing.count);
    let insert = insert.bind(*appeared).bind(*vanished).bind(*changed).bind(*told).bind(standing.error.as_deref());
    insert.execute(&mut *db).await?;
    let old = db::query(
        "delete from rule_evaluation where rule_id = $1 and id <= (select max(id) from rule_evaluation \
         where rule_id = $1) - $2 and id not in (select id from rule_evaluation where rule_id = $1 \
         order by id desc limit $2)",
    );
    old.bind(rule.0).bind(KEPT).execute(db).await?;
    Ok(())
}
