//! How what was found becomes current: all of an evaluation, or nothing.

use rolecall_model::Timestamp;
use serde_json::Value as Json;

use super::event::event_insert;
use super::read::by_key;
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{ConnectorId, FindingId, Store, StoreError};

/// What an evaluation found out about one finding.
#[derive(Clone, Debug, PartialEq)]
pub enum FindingWrite {
    /// It is there, and is new or not as it was.
    Found {
        /// What people call it by.
        code: String,
        /// What makes it the same finding the next time.
        key: String,
        /// The rule.
        rule: String,
        /// The connector that it is about, where it is one.
        connector: Option<ConnectorId>,
        /// How bad it is.
        severity: String,
        /// It in one sentence.
        title: String,
        /// All of it.
        content: Json,
    },
    /// It is not there any more, and everything was read that could show otherwise.
    Resolved(FindingId),
    /// It was not found, and not everything was read that could show it.
    Unsure(FindingId),
}

/// What became of an evaluation's findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingsReport {
    /// Codes of those that were not there before.
    pub opened: Vec<String>,
    /// Codes of those that were resolved and are there again.
    pub reopened: Vec<String>,
    /// How many are not as they were.
    pub changed: usize,
    /// How many are not there any more.
    pub resolved: usize,
}

/// When findings of the built-in rules were worked out last, and of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingTurn {
    /// How often they were.
    pub turn: i64,
    /// When; nothing where they never were.
    pub at: Option<Timestamp>,
    /// What was looked at, in the evaluator's words: equal text, equal findings.
    pub seen: String,
    /// What it said besides, in JSON.
    pub summary: Json,
}

/// What the built-in rules found.
#[derive(Clone, Debug)]
pub struct FindingsWrite {
    /// The turn before, as it was read.
    pub turn: i64,
    /// When.
    pub at: Timestamp,
    /// What was looked at.
    pub seen: String,
    /// What else is to be said.
    pub summary: Json,
    /// What differs from what is kept.
    pub findings: Vec<FindingWrite>,
}

impl Store {
    /// When findings of the built-in rules were worked out last.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn finding_turn(&self) -> Result<FindingTurn, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let row = db::query("select turn, at, seen, summary from finding_evaluation where id = 1");
            let Some(row) = row.fetch_optional(&mut db).await? else { return Ok(FindingTurn::default()) };
            let summary = crate::connector::json_of(&row, "summary")?;
            let at = Some(Timestamp(row.try_get(1)?));
            Ok(FindingTurn { turn: row.try_get(0)?, at, seen: row.try_get(2)?, summary })
        })
        .await
    }

    /// Makes what the built-in rules found current, unless somebody else did since the turn that it follows.
    /// `O(differences)`.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when somebody else was faster.
    pub async fn findings_write(&self, write: &FindingsWrite) -> Result<FindingsReport, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            turn_take(&mut tx, write).await?;
            let report = findings_apply(&mut tx, &write.findings, write.at).await?;
            tx.commit().await?;
            Ok(report)
        })
        .await
    }
}

async fn turn_take(db: &mut Connection, write: &FindingsWrite) -> Result<(), Failure> {
    let first = "insert into finding_evaluation (id, turn, at, seen, summary) values (1, 0, 0, '', '{}') \
                 on conflict (id) do nothing";
    db::query(first).execute(&mut *db).await?;
    let update = db::query(
        "update finding_evaluation set turn = turn + 1, at = $1, seen = $2, summary = $3 where id = 1 and turn = $4",
    );
    let update = update.bind(write.at.0).bind(&write.seen).bind(write.summary.to_string()).bind(write.turn);
    match update.execute(db).await?.rows_affected() {
        0 => Err(Failure::Conflict("findings were just worked out by somebody else".to_owned())),
        _ => Ok(()),
    }
}

/// Applies what was found out, in the transaction of the evaluation.
pub(crate) async fn findings_apply(
    db: &mut Connection,
    findings: &[FindingWrite],
    at: Timestamp,
) -> Result<FindingsReport, Failure> {
    let mut report = FindingsReport::default();
    for finding in findings {
        match finding {
            FindingWrite::Found { .. } => found(db, finding, at, &mut report).await?,
            FindingWrite::Resolved(id) => {
                let resolved =
                    "update finding set resolved_at = $1, is_unsure = 0 where id = $2 and resolved_at is null";
                if db::query(resolved).bind(at.0).bind(id.0).execute(&mut *db).await?.rows_affected() > 0 {
                    report.resolved += 1;
                    happened(db, *id, at, "resolved").await?;
                }
            }
            FindingWrite::Unsure(id) => {
                let unsure = "update finding set is_unsure = 1 where id = $1 and is_unsure = 0 and resolved_at is null";
                if db::query(unsure).bind(id.0).execute(&mut *db).await?.rows_affected() > 0 {
                    happened(db, *id, at, "unsure").await?;
                }
            }
        }
    }
    Ok(report)
}

async fn found(
    db: &mut Connection,
    finding: &FindingWrite,
    at: Timestamp,
    report: &mut FindingsReport,
) -> Result<(), Failure> {
    let FindingWrite::Found { code, key, rule, connector, severity, title, content } = finding else { return Ok(()) };
    let content = content.to_string();
    let known = by_key(db, key).await?;
    let Some(known) = known else {
        let row = db::query(
            "insert into finding (code, key, rule, connector_id, severity, title, content, first_at, opened_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $8) returning id",
        );
        let row = row.bind(code).bind(key).bind(rule).bind(connector.map(|id| id.0)).bind(severity);
        let row = row.bind(title).bind(&content).bind(at.0).fetch_one(&mut *db).await?;
        report.opened.push(code.clone());
        return happened(db, FindingId(row.try_get(0)?), at, "opened").await;
    };
    let update = db::query(
        "update finding set connector_id = $1, severity = $2, title = $3, content = $4, is_unsure = 0, \
         resolved_at = null, opened_at = $5 where id = $6",
    );
    let opened_at = if known.resolved_at.is_some() { at } else { known.opened_at };
    let update = update.bind(connector.map(|id| id.0)).bind(severity).bind(title).bind(&content);
    update.bind(opened_at.0).bind(known.id.0).execute(&mut *db).await?;
    if known.resolved_at.is_some() {
        report.reopened.push(known.code);
        return happened(db, known.id, at, "reopened").await;
    }
    if known.title != *title || known.severity != *severity {
        report.changed += 1;
        happened(db, known.id, at, "changed").await?;
    }
    if known.is_unsure { happened(db, known.id, at, "sure").await } else { Ok(()) }
}

async fn happened(db: &mut Connection, finding: FindingId, at: Timestamp, what: &str) -> Result<(), Failure> {
    event_insert(db, finding, at, what, None).await
}
