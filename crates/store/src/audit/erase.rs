//! Erasing what is kept of a person.
//!
//! The commitments stay, so that the chain still verifies; without its salt nobody can find out what one committed to. A
//! record says which fields were erased, so that nothing can be erased in silence.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use serde_json::{Value as Json, json};

use super::append::{AuditEntry, audit_append, chain_ensure};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::hub::people_erase;
use crate::identity::identities_erase;
use crate::owner::owners_erase;
use crate::review::reviews_erase;
use crate::scim::directories_erase;
use crate::{Decision, Store, StoreError};

/// What stands where a person was named.
const ERASED: &str = "erased";

/// How a person is found in a text, and what is left of it.
pub(crate) struct Erasing<'p> {
    pub(crate) person: &'p str,
    /// Whether a text, or any text in it where it is JSON, names them.
    pub(crate) names: fn(&str, &str) -> bool,
    /// A text without them.
    pub(crate) without: fn(&str, &str) -> String,
    /// A JSON text without them.
    pub(crate) json_without: fn(&str, &str) -> String,
}

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuditErasure {
    /// Personal fields of the audit log.
    pub fields: u64,
    /// Rows that tell of decisions, of changes of connectors, of people who used the hub and of directories.
    pub rows: u64,
}

impl Store {
    /// Erases every text that names a person from the audit log, from decisions, from the record of changed connectors, and
    /// from links, notices and disabled accounts of the hub, and of whoever was deleted in a directory, and overwrites it in
    /// the file. A name counts where no letter or digit touches it. Where nothing names them, nothing happens. `O(records)`.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process does long work; [`StoreError::Conflict`] when no name is given.
    pub async fn audit_erase(
        &self,
        person: &str,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<AuditErasure, StoreError> {
        let _lock = self.database_lock("erasing a person").await?;
        self.answer(async {
            if person.trim().is_empty() {
                return Err(Failure::Conflict("nobody is named who could be erased".to_owned()));
            }
            let mut tx = self.purging().await?;
            let erasure = erase(&mut tx, person, decision, now).await?;
            tx.commit().await?;
            self.purged().await?;
            Ok(erasure)
        })
        .await
    }
}

async fn erase(
    db: &mut Connection,
    person: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<AuditErasure, Failure> {
    let (fields, rows) = names_erase(db, person).await?;
    let erasure = AuditErasure { fields: fields.values().map(|of| of.len() as u64).sum(), rows };
    if erasure != AuditErasure::default() {
        // Whoever asks for it may be named in why it is done, or be the person.
        let (actor, reason) = (without(&decision.actor, person), without(&decision.reason, person));
        let entry = AuditEntry {
            at: now,
            action: super::ERASED,
            subject: chain_ensure(db).await?,
            details: json!({ "erased": fields, "rows": rows }),
            personal: vec![("actor", &actor), ("reason", &reason)],
        };
        audit_append(db, &entry).await?;
    }
    Ok(erasure)
}

/// Erases every text that names a person by this name. Says which fields of the log, by name with the numbers of their
/// records, and how many rows elsewhere.
pub(crate) async fn names_erase(
    db: &mut Connection,
    person: &str,
) -> Result<(BTreeMap<String, Vec<i64>>, u64), Failure> {
    let erasing = Erasing { person, names: told_names, without: text_without, json_without };
    let fields = fields_erase(db, person).await?;
    let rows = decisions_erase(db, person).await?
        + events_erase(db, person).await?
        + jobs_erase(db, person).await?
        + people_erase(db, person, names).await?
        + identities_erase(db, &erasing).await?
        + directories_erase(db, &erasing).await?
        + owners_erase(db, &erasing).await?
        + reviews_erase(db, &erasing).await?;
    Ok((fields, rows))
}

/// Erases fields of the log, and returns the numbers of their records by name.
async fn fields_erase(db: &mut Connection, person: &str) -> Result<BTreeMap<String, Vec<i64>>, Failure> {
    let told = "select sequence, field, value from audit_personal where value is not null order by sequence";
    let mut erased: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in db::query(told).fetch_all(&mut *db).await? {
        if told_names(row.try_get(2)?, person) {
            erased.entry(row.try_get(1)?).or_default().push(row.try_get(0)?);
        }
    }
    for (field, sequences) in &erased {
        for sequence in sequences {
            db::query(
                "update audit_personal set salt = null, value = null, erased = 1 where sequence = $1 and field = $2",
            )
            .bind(*sequence)
            .bind(field)
            .execute(&mut *db)
            .await?;
        }
    }
    Ok(erased)
}

/// What tells who decided and why, and the statement that puts other words there.
const DECISIONS: [(&str, &str); 18] = [
    ("select id, actor, reason from decision", "update decision set actor = $1, reason = $2 where id = $3"),
    (
        "select id, accepted_by, accepted_why from fingerprint where accepted_by is not null",
        "update fingerprint set accepted_by = $1, accepted_why = $2 where id = $3",
    ),
    (
        "select id, confirmed_by, confirmed_why from reappearance where confirmed_by is not null",
        "update reappearance set confirmed_by = $1, confirmed_why = $2 where id = $3",
    ),
    (
        "select id, actor, reason from decision_pending",
        "update decision_pending set actor = $1, reason = $2 where id = $3",
    ),
    (
        "select id, ended_by, reason from decision_pending where ended_by is not null",
        "update decision_pending set ended_by = $1, reason = $2 where id = $3",
    ),
    ("select id, actor, reason from purge_request", "update purge_request set actor = $1, reason = $2 where id = $3"),
    (
        "select id, ended_by, reason from purge_request where ended_by is not null",
        "update purge_request set ended_by = $1, reason = $2 where id = $3",
    ),
    ("select id, actor, reason from resource_owner", "update resource_owner set actor = $1, reason = $2 where id = $3"),
    (
        "select id, ended_by, ended_reason from resource_owner where ended_by is not null",
        "update resource_owner set ended_by = $1, ended_reason = $2 where id = $3",
    ),
    ("select id, actor, file_name from attestation", "update attestation set actor = $1, file_name = $2 where id = $3"),
    (
        "select id, withdrawn_by, withdrawn_reason from attestation where withdrawn_by is not null",
        "update attestation set withdrawn_by = $1, withdrawn_reason = $2 where id = $3",
    ),
    (
        "select id, decided_by, reason from finding where decided_by is not null",
        "update finding set decided_by = $1, reason = $2 where id = $3",
    ),
    (
        "select id, approver, owner from finding where approver is not null",
        "update finding set approver = $1, owner = $2 where id = $3",
    ),
    (
        "select id, actor, reason from finding_event where actor is not null",
        "update finding_event set actor = $1, reason = $2 where id = $3",
    ),
    (
        "select id, what, details from finding_event where details is not null",
        "update finding_event set what = $1, details = $2 where id = $3",
    ),
    ("select id, updated_by, source from rule", "update rule set updated_by = $1, source = $2 where id = $3"),
    (
        "select id, updated_by, question_id from saved_question",
        "update saved_question set updated_by = $1, question_id = $2 where id = $3",
    ),
    (
        "select id, message, fields from connector_log",
        "update connector_log set message = $1, fields = $2 where id = $3",
    ),
];

async fn decisions_erase(db: &mut Connection, person: &str) -> Result<u64, Failure> {
    let mut rows = 0;
    for (told, put) in DECISIONS {
        for row in db::query(told).fetch_all(&mut *db).await? {
            let (actor, reason): (&str, &str) = (row.try_get(1)?, row.try_get(2)?);
            if names(actor, person) || names(reason, person) {
                db::query(put)
                    .bind(without(actor, person))
                    .bind(text_without(reason, person))
                    .bind(row.try_get::<i64, _>(0)?)
                    .execute(&mut *db)
                    .await?;
                rows += 1;
            }
        }
    }
    Ok(rows)
}

async fn events_erase(db: &mut Connection, person: &str) -> Result<u64, Failure> {
    let mut rows = 0;
    for row in db::query("select id, actor, before, after from connector_event").fetch_all(&mut *db).await? {
        let (actor, before, after): (&str, Option<&str>, Option<&str>) =
            (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
        if names(actor, person) || [before, after].into_iter().flatten().any(|text| told_names(text, person)) {
            db::query("update connector_event set actor = $1, before = $2, after = $3 where id = $4")
                .bind(without(actor, person))
                .bind(before.map(|text| json_without(text, person)))
                .bind(after.map(|text| json_without(text, person)))
                .bind(row.try_get::<i64, _>(0)?)
                .execute(&mut *db)
                .await?;
            rows += 1;
        }
    }
    Ok(rows)
}

async fn jobs_erase(db: &mut Connection, person: &str) -> Result<u64, Failure> {
    let mut rows = 0;
    for row in db::query("select id, asked_by, last_error from job").fetch_all(&mut *db).await? {
        let (asked_by, error): (&str, Option<&str>) = (row.try_get(1)?, row.try_get(2)?);
        if names(asked_by, person) || error.is_some_and(|error| told_names(error, person)) {
            db::query("update job set asked_by = $1, last_error = $2 where id = $3")
                .bind(without(asked_by, person))
                .bind(error.map(|error| json_without(error, person)))
                .bind(row.try_get::<i64, _>(0)?)
                .execute(&mut *db)
                .await?;
            rows += 1;
        }
    }
    Ok(rows)
}

/// Whether a text names a person: `ada` is in `asked by ada, yesterday` and not in `adam`.
fn names(text: &str, person: &str) -> bool {
    text.match_indices(person).any(|(start, found)| {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let after = text.get(start + found.len()..).and_then(|after| after.chars().next());
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

/// Whether a text, or any text in it where it is JSON, names a person: JSON spells some letters otherwise.
fn told_names(text: &str, person: &str) -> bool {
    fn any(value: &Json, person: &str) -> bool {
        match value {
            Json::String(text) => names(text, person),
            Json::Array(items) => items.iter().any(|item| any(item, person)),
            Json::Object(map) => map.values().any(|item| any(item, person)),
            Json::Null | Json::Bool(_) | Json::Number(_) => false,
        }
    }
    names(text, person) || serde_json::from_str::<Json>(text).is_ok_and(|value| any(&value, person))
}

/// The text, or that it was erased.
pub(crate) fn without(text: &str, person: &str) -> String {
    if names(text, person) { ERASED.to_owned() } else { text.to_owned() }
}

/// A text without the person: what is JSON stays JSON.
fn text_without(text: &str, person: &str) -> String {
    if text.starts_with('{') && names(text, person) { json_without(text, person) } else { without(text, person) }
}

/// A JSON text whose strings are erased where they name a person. What is no JSON is erased whole.
fn json_without(text: &str, person: &str) -> String {
    fn erase(value: &mut Json, person: &str) {
        match value {
            Json::String(text) => *text = without(text, person),
            Json::Array(items) => items.iter_mut().for_each(|item| erase(item, person)),
            Json::Object(map) => map.values_mut().for_each(|item| erase(item, person)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
    match serde_json::from_str::<Json>(text) {
        Ok(mut value) => {
            erase(&mut value, person);
            value.to_string()
        }
        Err(_) => Json::from(ERASED).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_where_no_letter_touches_it() {
        for text in ["ada", "asked by ada, yesterday", "(ada)", r#"{"owners":["ada"]}"#, "adam and ada"] {
            assert!(names(text, "ada"), "{text}");
        }
        for text in ["", "adam", "kada", "ada7", "adaä"] {
            assert!(!names(text, "ada"), "{text}");
        }
        assert!(names("mail ada@example.test!", "ada@example.test"));
    }

    #[test]
    fn what_json_spells_otherwise_is_found_too() {
        for name in ["ada", "CORP\\ada", "Ada \"A\" L"] {
            let told = Json::from(format!("Owner:\n{name}\tand others")).to_string();
            assert!(told_names(&told, name), "{name} in {told}");
            assert!(!json_without(&told, name).contains("ada"), "{name}");
        }
        assert!(told_names("asked by ada", "ada") && !told_names(r#"["adam"]"#, "ada"));
    }

    #[test]
    fn only_the_strings_that_name_them_are_erased() {
        let text = r#"{"baseUrl":"https://x.test","owners":["ada","bob"],"paused":false}"#;
        assert_eq!(
            json_without(text, "ada"),
            r#"{"baseUrl":"https://x.test","owners":["erased","bob"],"paused":false}"#
        );
    }
}
