//! What is found, and what became of it.

use rolecall_model::Timestamp;

use super::{FindingDecision, FindingDecisionKind, FindingEvent, StoredFinding};
use crate::connector::json_of;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{ConnectorId, FindingId, Store, StoreError};

const COLUMNS: &str = "id, code, key, rule, connector_id, severity, title, content, first_at, opened_at, resolved_at, \
                       is_unsure, decision, decided_until, decided_at, decided_by, reason, approver, owner";

/// Which findings to read; the default is all that are there.
#[derive(Clone, Debug, Default)]
pub struct FindingFilter {
    /// Those that are resolved as well.
    pub with_resolved: bool,
    /// Only of these rules.
    pub rules: Option<Vec<String>>,
}

impl Store {
    /// Findings, the oldest first. `O(findings)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn finding_list(&self, filter: &FindingFilter) -> Result<Vec<StoredFinding>, StoreError> {
        self.answer(async { findings(&mut *self.reading().await?, filter).await }).await
    }

    /// The rules of which there are findings.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn finding_rules(&self) -> Result<Vec<String>, StoreError> {
        self.answer(async {
            let query = db::query("select distinct rule from finding where resolved_at is null order by rule");
            let rows = query.fetch_all(&mut *self.reading().await?).await?;
            rows.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<_, Failure>>()
        })
        .await
    }

    /// The finding with this code.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn finding_by_code(&self, code: &str) -> Result<Option<StoredFinding>, StoreError> {
        self.answer(async { by_code(&mut *self.reading().await?, code).await }).await
    }

    /// What happened to a finding, the oldest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn finding_history(&self, finding: FindingId) -> Result<Vec<FindingEvent>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select at, what, actor, reason, details from finding_event where finding_id = $1 order by id",
            );
            let event = |row: &Row| {
                Ok(FindingEvent {
                    at: Timestamp(row.try_get(0)?),
                    what: row.try_get(1)?,
                    actor: row.try_get(2)?,
                    reason: row.try_get(3)?,
                    details: row.try_get(4)?,
                })
            };
            rows.bind(finding.0).fetch_all(&mut db).await?.iter().map(event).collect()
        })
        .await
    }
}

pub(super) async fn findings(db: &mut Connection, filter: &FindingFilter) -> Result<Vec<StoredFinding>, Failure> {
    let resolved = if filter.with_resolved { "" } else { " and resolved_at is null" };
    let rules = filter.rules.as_deref().unwrap_or_default();
    if filter.rules.is_some() && rules.is_empty() {
        return Ok(Vec::new());
    }
    let places = (1..=rules.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
    let of_rules = if rules.is_empty() { "true".to_owned() } else { format!("rule in ({places})") };
    let query = db::query(format!("select {COLUMNS} from finding where {of_rules}{resolved} order by id"));
    let rows = rules.iter().fold(query, |query, rule| query.bind(rule.as_str())).fetch_all(db).await?;
    rows.iter().map(finding_of).collect()
}

pub(super) async fn by_code(db: &mut Connection, code: &str) -> Result<Option<StoredFinding>, Failure> {
    let row = db::query(format!("select {COLUMNS} from finding where code = $1"));
    row.bind(code).fetch_optional(db).await?.as_ref().map(finding_of).transpose()
}

pub(super) async fn by_key(db: &mut Connection, key: &str) -> Result<Option<StoredFinding>, Failure> {
    let row = db::query(format!("select {COLUMNS} from finding where key = $1"));
    row.bind(key).fetch_optional(db).await?.as_ref().map(finding_of).transpose()
}

fn finding_of(row: &Row) -> Result<StoredFinding, Failure> {
    Ok(StoredFinding {
        id: FindingId(row.try_get("id")?),
        code: row.try_get("code")?,
        key: row.try_get("key")?,
        rule: row.try_get("rule")?,
        connector: row.try_get::<Option<i64>, _>("connector_id")?.map(ConnectorId),
        severity: row.try_get("severity")?,
        title: row.try_get("title")?,
        content: json_of(row, "content")?,
        first_at: Timestamp(row.try_get("first_at")?),
        opened_at: Timestamp(row.try_get("opened_at")?),
        resolved_at: row.try_get::<Option<i64>, _>("resolved_at")?.map(Timestamp),
        is_unsure: row.try_get("is_unsure")?,
        decision: decision_of(row)?,
        owner: row.try_get("owner")?,
    })
}

fn decision_of(row: &Row) -> Result<Option<FindingDecision>, Failure> {
    let word: Option<String> = row.try_get("decision")?;
    let Some(kind) = word.as_deref().and_then(FindingDecisionKind::read) else { return Ok(None) };
    let text = |column| Ok::<String, Failure>(row.try_get::<Option<String>, _>(column)?.unwrap_or_default());
    Ok(Some(FindingDecision {
        kind,
        until: row.try_get::<Option<i64>, _>("decided_until")?.map(Timestamp),
        at: Timestamp(row.try_get::<Option<i64>, _>("decided_at")?.unwrap_or_default()),
        by: text("decided_by")?,
        reason: text("reason")?,
        approver: text("approver")?,
    }))
}
