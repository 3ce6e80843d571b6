//! Questions that people keep beside the ready ones.

use rolecall_model::Timestamp;
use serde_json::{Value as Json, json};

use crate::audit::{AuditEntry, audit_append};
use crate::connector::json_of;
use crate::db;
use crate::{Decision, Store, StoreError};

/// A question that somebody keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedQuestion {
    /// What it is called.
    pub id: String,
    /// It, in JSON.
    pub content: Json,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: String,
}

impl Store {
    /// The questions that people keep, by id.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn saved_question_list(&self) -> Result<Vec<SavedQuestion>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select question_id, content, updated_at, updated_by from saved_question order by question_id",
            );
            let question = |row: &db::Row| {
                Ok(SavedQuestion {
                    id: row.try_get(0)?,
                    content: json_of(row, "content")?,
                    updated_at: Timestamp(row.try_get(2)?),
                    updated_by: row.try_get(3)?,
                })
            };
            rows.fetch_all(&mut db).await?.iter().map(question).collect()
        })
        .await
    }

    /// Keeps questions, each by its id, in the place of those that had it; all of them or none.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn saved_question_put(
        &self,
        questions: &[(String, Json)],
        decision: &Decision,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            for (id, content) in questions {
                let put = db::query(
                    "insert into saved_question (question_id, content, updated_at, updated_by) values ($1, $2, $3, $4) \
                     on conflict (question_id) do update set content = excluded.content, \
                     updated_at = excluded.updated_at, updated_by = excluded.updated_by",
                );
                let put = put.bind(id).bind(content.to_string()).bind(now.0).bind(&decision.actor);
                put.execute(&mut tx).await?;
            }
            let entry = AuditEntry {
                at: now,
                action: "question.saved",
                subject: "questions".to_owned(),
                details: json!({ "questions": questions.len() }),
                personal: vec![("actor", &decision.actor), ("reason", &decision.reason)],
            };
            audit_append(&mut tx, &entry).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Removes a question that somebody kept; whether there was one.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn saved_question_remove(
        &self,
        id: &str,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let removed =
                db::query("delete from saved_question where question_id = $1").bind(id).execute(&mut tx).await?;
            if removed.rows_affected() == 0 {
                return Ok(false);
            }
            let entry = AuditEntry {
                at: now,
                action: "question.removed",
                subject: "questions".to_owned(),
                details: json!({}),
                personal: vec![("actor", &decision.actor), ("reason", &decision.reason), ("question", id)],
            };
            audit_append(&mut tx, &entry).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }
}
