//! Adding, changing and removing rules.

use rolecall_model::Timestamp;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::StoredRule;
use super::read::rule_by_name;
use crate::audit::{AuditEntry, audit_append};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{Decision, FindingId, FindingWrite, RuleId, Store, StoreError};

impl Store {
    /// Keeps a rule under a name, in the place of one that had it. Of one that is replaced, what was told stays told, unless
    /// it asks something else now (`is_other`): then it begins anew.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when `version` is given and is not that of the rule.
    pub async fn rule_put(
        &self,
        (name, definition, source): (&str, &Json, &str),
        is_other: bool,
        version: Option<i64>,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<StoredRule, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let known = rule_by_name(&mut tx, name).await?;
            let found = known.as_ref().map_or(0, |known| known.version);
            if version.is_some_and(|version| version != found) {
                return Err(Failure::Conflict(format!("the rule {name:?} was changed by somebody else meanwhile")));
            }
            let (uuid, action) = match &known {
                None => (insert(&mut tx, (name, definition, source), decision, now).await?, "rule.added"),
                Some(known) => {
                    update(&mut tx, known.id, definition, decision, now).await?;
                    if is_other {
                        forget(&mut tx, known, now).await?;
                    }
                    (known.uuid, "rule.changed")
                }
            };
            record(&mut tx, action, uuid, name, decision, now).await?;
            let put = rule_by_name(&mut tx, name).await?;
            tx.commit().await?;
            put.ok_or_else(|| Failure::Inconsistent("a rule that was just written is gone".to_owned()))
        })
        .await
    }

    /// Removes a rule. What it told stays on record; what it found is resolved, and what waits to be told of it is not told.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn rule_remove(&self, name: &str, decision: &Decision, now: Timestamp) -> Result<bool, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let Some(known) = rule_by_name(&mut tx, name).await? else { return Ok(false) };
            forget(&mut tx, &known, now).await?;
            let removed = db::query("update rule set removed_at = $1 where id = $2");
            removed.bind(now.0).bind(known.id.0).execute(&mut tx).await?;
            let cancelled =
                "update delivery set state = 'cancelled', finished_at = $1 where rule_id = $2 and state = 'pending'";
            db::query(cancelled).bind(now.0).bind(known.id.0).execute(&mut tx).await?;
            db::query("delete from entity_tag where rule_id = $1").bind(known.id.0).execute(&mut tx).await?;
            record(&mut tx, "rule.removed", known.uuid, name, decision, now).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }

    /// Says of a rule's alert that somebody has seen it. Whether it was active.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn rule_alert_dismiss(
        &self,
        name: &str,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let Some(known) = rule_by_name(&mut tx, name).await? else { return Ok(false) };
            let dismissed = db::query(
                "update rule_standing set alert = 'dismissed', alert_since = $1 where rule_id = $2 and alert = 'active'",
            );
            if dismissed.bind(now.0).bind(known.id.0).execute(&mut tx).await?.rows_affected() == 0 {
                return Ok(false);
            }
            record(&mut tx, "rule.alert-dismissed", known.uuid, name, decision, now).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }
}

async fn insert(
    db: &mut Connection,
    (name, definition, source): (&str, &Json, &str),
    decision: &Decision,
    now: Timestamp,
) -> Result<Uuid, Failure> {
    let uuid = Uuid::now_v7();
    let row = db::query(
        "insert into rule (uuid, name, definition, version, created_at, updated_at, updated_by, source) \
         values ($1, $2, $3, 1, $4, $4, $5, $6)",
    );
    let row = row.bind(uuid.to_string()).bind(name).bind(definition.to_string()).bind(now.0).bind(&decision.actor);
    row.bind(source).execute(db).await?;
    Ok(uuid)
}

async fn update(
    db: &mut Connection,
    rule: RuleId,
    definition: &Json,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), Failure> {
    let row = db::query(
        "update rule set definition = $1, version = version + 1, updated_at = $2, updated_by = $3 where id = $4",
    );
    row.bind(definition.to_string()).bind(now.0).bind(&decision.actor).bind(rule.0).execute(db).await?;
    Ok(())
}

/// Takes back where a rule stands and what it found.
async fn forget(db: &mut Connection, rule: &StoredRule, now: Timestamp) -> Result<(), Failure> {
    for table in ["rule_row", "rule_standing"] {
        db::query(format!("delete from {table} where rule_id = $1")).bind(rule.id.0).execute(&mut *db).await?;
    }
    let open = db::query("select id from finding where rule = $1 and resolved_at is null");
    let open = open.bind(rule.uuid.to_string()).fetch_all(&mut *db).await?;
    let resolved = open.iter().map(|row| Ok(FindingWrite::Resolved(FindingId(row.try_get(0)?))));
    let resolved: Vec<FindingWrite> = resolved.collect::<Result<_, Failure>>()?;
    crate::finding::findings_apply(db, &resolved, now).await.map(drop)
}

async fn record(
    db: &mut Connection,
    action: &'static str,
    rule: Uuid,
    name: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), Failure> {
    let personal = vec![("actor", decision.actor.as_str()), ("reason", decision.reason.as_str()), ("rule", name)];
    let entry = AuditEntry { at: now, action, subject: rule.to_string(), details: json!({}), personal };
    audit_append(db, &entry).await.map(drop)
}
