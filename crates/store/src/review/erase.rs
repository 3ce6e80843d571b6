//! Erasing a person from reviews and plans: what they decided stays, and nothing tells any more that it was they.
//!
//! What names accounts stays as it is, as it does in what was read: who holds what, and how that is taken away.

use std::collections::BTreeMap;

use rolecall_model::person::normal_address;
use rolecall_model::review::ReviewerKey;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::PersonErasure;
use crate::audit::Erasing;
use crate::db::{self, Connection, Row};
use crate::error::Failure;

/// Tables with what tells of people, whose keys are `id`, and the columns that are looked at. `=` marks one that is a
/// [`ReviewerKey`], `!` one that no two rows have alike.
const TOLD: &[(&str, &[&str])] = &[
    ("review", &["!name", "definition", "origin", "created_by", "ended_by", "ended_reason", "accuracy"]),
    ("review_item", &["shown", "previous", "=reviewer", "reviewer_name", "reviewer_why"]),
    ("review_assignment", &["actor", "=from_reviewer", "from_name", "=reviewer", "reviewer_name", "reason"]),
    ("review_submission", &["=reviewer", "reviewer_name", "brought_by", "file_name"]),
    ("review_decision", &["=reviewer", "reason"]),
    ("review_event", &["actor", "reason", "details"]),
    ("review_delegate", &["=reviewer", "reviewer_name", "=delegate", "delegate_name", "reason", "set_by", "ended_by"]),
    ("review_request", &["content"]),
    ("plan", &["created_by"]),
    ("plan_step", &["owner", "done_by", "first", "refused"]),
    ("plan_step_event", &["actor", "reason", "details"]),
];

/// Columns of them that are JSON and may name people by their keys.
const KEYED: &[(&str, &str)] = &[
    ("review", "definition"),
    ("review_item", "shown"),
    ("review_item", "previous"),
    ("review_event", "details"),
    ("review_request", "content"),
    ("plan_step_event", "details"),
];

/// Tables of which a reviewer is part of the key.
const BY_REVIEWER: [&str; 2] = ["review_holder", "review_mark"];

/// Whoever was erased under a key, so that they are the same everywhere and nobody else.
#[derive(Default)]
struct Strangers(BTreeMap<String, String>);

impl Strangers {
    fn of(&mut self, key: String) -> String {
        self.0.entry(key).or_insert_with(|| format!("erased:{}", Uuid::now_v7())).clone()
    }
}

/// Whether a key is that of whoever is called so: keys have small letters, and addresses as they are compared.
fn is_of(key: &str, erasing: &Erasing<'_>) -> bool {
    let (small, address) = (erasing.person.to_lowercase(), normal_address(erasing.person));
    let spellings = [Some(erasing.person.to_owned()), Some(small), address];
    spellings.into_iter().flatten().any(|spelling| (erasing.names)(key, &spelling))
}

/// A text without them, as what it is: JSON or a sentence.
fn without(text: &str, erasing: &Erasing<'_>) -> String {
    let is_json = text.starts_with(['{', '[']) && serde_json::from_str::<Json>(text).is_ok();
    if is_json { (erasing.json_without)(text, erasing.person) } else { (erasing.without)(text, erasing.person) }
}

/// Erases a person from them, by one of their names. How many rows told of them.
pub(crate) async fn reviews_erase(db: &mut Connection, erasing: &Erasing<'_>) -> Result<u64, Failure> {
    let (mut strangers, mut rows) = (Strangers::default(), 0);
    for (table, columns) in TOLD {
        let names: Vec<&str> = columns.iter().map(|column| column.trim_start_matches(['=', '!'])).collect();
        let told = format!("select id, {} from {table} order by id", names.join(", "));
        for row in db::query(told).fetch_all(&mut *db).await? {
            rows += row_erase(db, (table, columns), &row, erasing, &mut strangers).await?;
        }
    }
    for table in BY_REVIEWER {
        let told = db::query(format!("select distinct reviewer from {table} order by reviewer"));
        for row in told.fetch_all(&mut *db).await? {
            let reviewer: String = row.try_get(0)?;
            if is_of(&reviewer, erasing) {
                let stranger = strangers.of(reviewer.clone());
                rows += reviewer_rename(db, table, &reviewer, &stranger).await?;
            }
        }
    }
    Ok(rows + marks_erase(db, erasing).await?)
}

async fn row_erase(
    db: &mut Connection,
    (table, columns): (&str, &[&str]),
    row: &Row,
    erasing: &Erasing<'_>,
    strangers: &mut Strangers,
) -> Result<u64, Failure> {
    let id: i64 = row.try_get(0)?;
    let mut erased = 0;
    for (column, place) in columns.iter().zip(1..) {
        let Some(text) = row.try_get::<Option<String>, _>(place)? else { continue };
        let (is_key, name) = (column.starts_with('='), column.trim_start_matches(['=', '!']));
        let is_theirs = if is_key { is_of(&text, erasing) } else { (erasing.names)(&text, erasing.person) };
        if !is_theirs {
            continue;
        }
        let put = match column.get(..1) {
            Some("=") => strangers.of(text),
            Some("!") => format!("erased-{}", Uuid::now_v7()),
            _ => without(&text, erasing),
        };
        let update = db::query(format!("update {table} set {name} = $1 where id = $2"));
        update.bind(put).bind(id).execute(&mut *db).await?;
        erased = 1;
    }
    Ok(erased)
}

/// Why something is chosen that is not submitted yet.
async fn marks_erase(db: &mut Connection, erasing: &Erasing<'_>) -> Result<u64, Failure> {
    let mut rows = 0;
    for row in db::query("select item_id, reviewer, reason from review_mark").fetch_all(&mut *db).await? {
        let (item, reviewer, reason): (i64, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if (erasing.names)(&reason, erasing.person) {
            let update = db::query("update review_mark set reason = $1 where item_id = $2 and reviewer = $3");
            let update = update.bind(without(&reason, erasing)).bind(item).bind(reviewer);
            rows += update.execute(&mut *db).await?.rows_affected();
        }
    }
    Ok(rows)
}

/// Gives a person of the directories their pseudonym, wherever they review, hold or decide. How many rows told of them.
pub(crate) async fn reviews_rename(db: &mut Connection, erasure: &PersonErasure) -> Result<u64, Failure> {
    let (old, new) = (ReviewerKey::person(erasure.person.as_str()), ReviewerKey::person(erasure.pseudonym.as_str()));
    let mut rows = 0;
    let is_key = |column: &&&str| column.starts_with('=');
    for (table, columns) in TOLD {
        for column in columns.iter().filter(is_key) {
            let name = column.trim_start_matches('=');
            let update = db::query(format!("update {table} set {name} = $1 where {name} = $2"));
            rows += update.bind(new.as_str()).bind(old.as_str()).execute(&mut *db).await?.rows_affected();
        }
    }
    for table in BY_REVIEWER {
        rows += reviewer_rename(db, table, old.as_str(), new.as_str()).await?;
    }
    for (table, column) in KEYED {
        let told = db::query(format!("select id, {column} from {table} where {column} is not null order by id"));
        for row in told.fetch_all(&mut *db).await? {
            let Some(renamed) = renamed(row.try_get(1)?, erasure) else { continue };
            let update = db::query(format!("update {table} set {column} = $1 where id = $2"));
            let update = update.bind(renamed).bind(row.try_get::<i64, _>(0)?);
            rows += update.execute(&mut *db).await?.rows_affected();
        }
    }
    Ok(rows)
}

async fn reviewer_rename(db: &mut Connection, table: &str, old: &str, new: &str) -> Result<u64, Failure> {
    let update = db::query(format!("update {table} set reviewer = $1 where reviewer = $2"));
    Ok(update.bind(new).bind(old).execute(db).await?.rows_affected())
}

/// Fields that say who somebody is.
const WHO: [&str; 7] = ["person", "owner", "manager", "reviewer", "reviewers", "fallback", "key"];

/// A JSON text with the pseudonym in the place of the person. `None` where it does not name them by their key.
fn renamed(text: &str, erasure: &PersonErasure) -> Option<String> {
    fn rename(value: &mut Json, is_who: bool, erasure: &PersonErasure) -> bool {
        match value {
            Json::String(said) if is_who && said == erasure.person.as_str() => {
                erasure.pseudonym.as_str().clone_into(said);
                true
            }
            Json::String(said) if said.strip_prefix("person:") == Some(erasure.person.as_str()) => {
                *said = ReviewerKey::person(erasure.pseudonym.as_str()).to_string();
                true
            }
            Json::Array(items) => {
                items.iter_mut().map(|item| u32::from(rename(item, is_who, erasure))).sum::<u32>() > 0
            }
            Json::Object(map) => {
                map.iter_mut().fold(false, |is, (name, item)| rename(item, WHO.contains(&name.as_str()), erasure) || is)
            }
            _ => false,
        }
    }
    let mut value: Json = serde_json::from_str(text).ok()?;
    rename(&mut value, false, erasure).then(|| value.to_string())
}

#[cfg(test)]
mod tests {
    use rolecall_model::person::PersonKey;

    use super::*;

    #[test]
    fn only_what_names_the_person_gets_the_pseudonym() {
        let erasure =
            PersonErasure { person: PersonKey::from("7"), pseudonym: PersonKey::from("erased-1"), names: Vec::new() };
        let text = r#"{"reviewers":["7","77"],"owner":"7","days":7,"scope":{"entities":[{"id":"7"}]},"by":"person:7"}"#;
        let said: Json = serde_json::from_str(&renamed(text, &erasure).expect("it names them")).expect("JSON");
        let expected = serde_json::json!({
            "reviewers": ["erased-1", "77"], "owner": "erased-1", "days": 7, "scope": { "entities": [{ "id": "7" }] },
            "by": "person:erased-1"
        });
        assert_eq!(said, expected);
        assert_eq!(renamed(r#"{"reviewers":["77"],"id":"7"}"#, &erasure), None);
        assert_eq!(renamed("rubbish", &erasure), None);
    }
}
