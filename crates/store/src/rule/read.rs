//! Which rules there are, where they stand, and what they found.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use serde_json::Value as Json;

use super::{AlertState, RuleStanding, StoredRule};
use crate::connector::{json_of, uuid_read};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{RuleId, Store, StoreError};

const COLUMNS: &str = "r.id, r.uuid, r.name, r.definition, r.version, r.created_at, r.updated_at, r.updated_by, r.source, \
                       s.turn, s.begun_at, s.evaluated_at, s.seen, s.outcome, s.error, s.failing_since, s.alert, \
                       s.alert_since, s.alert_level, s.digest, s.result_count, s.outputs";

/// One evaluation of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleEvaluation {
    /// When.
    pub at: Timestamp,
    /// `ok` or `failed`.
    pub outcome: String,
    /// How many rows it found.
    pub count: i64,
    /// How many of them were not there before.
    pub appeared: i64,
    /// How many were there before and are not.
    pub vanished: i64,
    /// How many are not as they were.
    pub changed: i64,
    /// How many were told.
    pub told: i64,
    /// Why it failed.
    pub error: Option<String>,
}

impl Store {
    /// Every rule, by name.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn rule_list(&self) -> Result<Vec<StoredRule>, StoreError> {
        self.answer(async { rules(&mut *self.reading().await?).await }).await
    }

    /// What a rule's last evaluation found, by key, and since when each is there.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn rule_rows(&self, rule: RuleId) -> Result<BTreeMap<String, (Json, Timestamp)>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query("select key, content, since from rule_row where rule_id = $1 order by key");
            let rows = rows.bind(rule.0).fetch_all(&mut db).await?;
            rows.iter()
                .map(|row| Ok((row.try_get(0)?, (json_of(row, "content")?, Timestamp(row.try_get(2)?)))))
                .collect()
        })
        .await
    }

    /// The latest evaluations of a rule, the last one first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn rule_evaluations(&self, rule: RuleId, limit: usize) -> Result<Vec<RuleEvaluation>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select at, outcome, result_count, appeared, vanished, changed, told, error from rule_evaluation \
                 where rule_id = $1 order by id desc limit $2",
            );
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = rows.bind(rule.0).bind(limit).fetch_all(&mut db).await?;
            rows.iter().map(evaluation_of).collect()
        })
        .await
    }
}

pub(super) async fn rules(db: &mut Connection) -> Result<Vec<StoredRule>, Failure> {
    let text = format!(
        "select {COLUMNS} from rule r left join rule_standing s on s.rule_id = r.id where r.removed_at is null \
         order by r.name"
    );
    db::query(text).fetch_all(db).await?.iter().map(rule_of).collect()
}

pub(super) async fn rule_by_name(db: &mut Connection, name: &str) -> Result<Option<StoredRule>, Failure> {
    let text = format!(
        "select {COLUMNS} from rule r left join rule_standing s on s.rule_id = r.id where r.removed_at is null \
         and r.name = $1"
    );
    db::query(text).bind(name).fetch_optional(db).await?.as_ref().map(rule_of).transpose()
}

fn rule_of(row: &Row) -> Result<StoredRule, Failure> {
    Ok(StoredRule {
        id: RuleId(row.try_get("id")?),
        uuid: uuid_read(row.try_get("uuid")?)?,
        name: row.try_get("name")?,
        definition: json_of(row, "definition")?,
        version: row.try_get("version")?,
        created_at: Timestamp(row.try_get("created_at")?),
        updated_at: Timestamp(row.try_get("updated_at")?),
        updated_by: row.try_get("updated_by")?,
        source: row.try_get("source")?,
        standing: standing_of(row)?,
    })
}

fn standing_of(row: &Row) -> Result<Option<RuleStanding>, Failure> {
    let Some(turn) = row.try_get::<Option<i64>, _>("turn")? else { return Ok(None) };
    let moment = |column| Ok::<_, Failure>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp));
    let alert: String = row.try_get("alert")?;
    Ok(Some(RuleStanding {
        turn,
        begun_at: Timestamp(row.try_get("begun_at")?),
        evaluated_at: moment("evaluated_at")?,
        seen: row.try_get("seen")?,
        outcome: row.try_get("outcome")?,
        error: row.try_get("error")?,
        failing_since: moment("failing_since")?,
        alert: AlertState::read(&alert).ok_or_else(|| Failure::Corrupt(format!("no alert is {alert:?}")))?,
        alert_since: moment("alert_since")?,
        alert_level: row.try_get("alert_level")?,
        digest: row.try_get("digest")?,
        count: row.try_get("result_count")?,
        outputs: json_of(row, "outputs")?,
    }))
}

fn evaluation_of(row: &Row) -> Result<RuleEvaluation, Failure> {
    Ok(RuleEvaluation {
        at: Timestamp(row.try_get(0)?),
        outcome: row.try_get(1)?,
        count: row.try_get(2)?,
        appeared: row.try_get(3)?,
        vanished: row.try_get(4)?,
        changed: row.try_get(5)?,
        told: row.try_get(6)?,
        error: row.try_get(7)?,
    })
}
