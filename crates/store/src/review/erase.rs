//! Erasing a person from reviews and plans: what they decided stays, and nothing tells any more that it was they.

use rolecall_model::review::ReviewerKey;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::audit::Erasing;
use crate::db::{self, Connection, Row};
use crate::error::Failure;

/// Tables with what tells of people: their key first, then the columns that are looked at. `=` marks one that is a
/// [`rolecall_model::review::ReviewerKey`], which becomes another that nobody has.
const TOLD: &[(&str, &[&str])] = &[
    ("review", &["definition", "created_by", "ended_by", "ended_reason", "accuracy"]),
    ("review_item", &["shown", "previous", "=reviewer", "reviewer_name", "reviewer_why"]),
    ("review_assignment", &["actor", "=from_reviewer", "from_name", "=reviewer", "reviewer_name", "reason"]),
    ("review_submission", &["=reviewer", "reviewer_name", "brought_by", "file_name"]),
    ("review_decision", &["=reviewer", "reason"]),
    ("review_event", &["actor", "reason", "details"]),
    ("review_delegate", &["=reviewer", "reviewer_name", "=delegate", "delegate_name", "reason", "set_by", "ended_by"]),
    ("review_request", &["content"]),
    ("plan", &["created_by"]),
    ("plan_step", &["owner", "done_by", "first"]),
    ("plan_step_event", &["actor", "reason", "details"]),
];

/// Erases a person from them, by one of their names or by their key. How many rows told of them.
pub(crate) async fn reviews_erase(db: &mut Connection, erasing: &Erasing<'_>) -> Result<u64, Failure> {
    let stranger = format!("erased:{}", Uuid::now_v7());
    let mut rows = 0;
    for (table, columns) in TOLD {
        let names: Vec<&str> = columns.iter().map(|column| column.trim_start_matches('=')).collect();
        let told = format!("select id, {} from {table} order by id", names.join(", "));
        for row in db::query(told).fetch_all(&mut *db).await? {
            rows += row_erase(db, (table, columns), &row, erasing, &stranger).await?;
        }
    }
    Ok(rows + keyed_erase(db, erasing, &stranger).await?)
}

/// Puts a pseudonym where these reviews and plans know a person by the key of a directory, so that what is one person's stays one
/// person's. How many rows told of them.
pub(crate) async fn reviews_rename(db: &mut Connection, key: &str, pseudonym: &str) -> Result<u64, Failure> {
    let of = |key: &str| (ReviewerKey::person(key).to_string(), key.to_owned());
    let (old, new) = (of(key), of(pseudonym));
    let mut rows = 0;
    for (table, columns) in TOLD {
        let names: Vec<&str> = columns.iter().map(|column| column.trim_start_matches('=')).collect();
        let told = format!("select id, {} from {table} order by id", names.join(", "));
        for row in db::query(told).fetch_all(&mut *db).await? {
            let id: i64 = row.try_get(0)?;
            let mut renamed = 0;
            for (column, place) in names.iter().zip(1..) {
                let Some(text) = row.try_get::<Option<String>, _>(place)? else { continue };
                let put = renamed_text(&text, &old, &new);
                if put != text {
                    let update = db::query(format!("update {table} set {column} = $1 where id = $2"));
                    update.bind(put).bind(id).execute(&mut *db).await?;
                    renamed = 1;
                }
            }
            rows += renamed;
        }
    }
    for table in ["review_holder", "review_mark"] {
        let update = db::query(format!("update {table} set reviewer = $1 where reviewer = $2"));
        rows += update.bind(&new.0).bind(&old.0).execute(&mut *db).await?.rows_affected();
    }
    Ok(rows)
}

/// A text that is one of these, or JSON in which a whole text is.
fn renamed_text(text: &str, old: &(String, String), new: &(String, String)) -> String {
    let json = |text: &str| Json::from(text).to_string();
    let pairs = [(&old.0, &new.0), (&old.1, &new.1)];
    match pairs.iter().find(|(old, _)| *old == text) {
        Some((_, new)) => (*new).clone(),
        None => pairs.iter().fold(text.to_owned(), |text, (old, new)| text.replace(&json(old), &json(new))),
    }
}

async fn row_erase(
    db: &mut Connection,
    (table, columns): (&str, &[&str]),
    row: &Row,
    erasing: &Erasing<'_>,
    stranger: &str,
) -> Result<u64, Failure> {
    let id: i64 = row.try_get(0)?;
    let mut erased = 0;
    for (column, place) in columns.iter().zip(1..) {
        let Some(text) = row.try_get::<Option<String>, _>(place)? else { continue };
        if !(erasing.names)(&text, erasing.person) {
            continue;
        }
        let (name, put) = match column.strip_prefix('=') {
            Some(name) => (name, stranger.to_owned()),
            None => (*column, (erasing.without)(&text, erasing.person)),
        };
        let update = db::query(format!("update {table} set {name} = $1 where id = $2"));
        update.bind(put).bind(id).execute(&mut *db).await?;
        erased = 1;
    }
    Ok(erased)
}

/// Tables of which a reviewer is part of the key.
async fn keyed_erase(db: &mut Connection, erasing: &Erasing<'_>, stranger: &str) -> Result<u64, Failure> {
    let mut rows = 0;
    for (table, select) in [
        ("review_holder", "select distinct reviewer from review_holder order by reviewer"),
        ("review_mark", "select distinct reviewer from review_mark order by reviewer"),
    ] {
        for row in db::query(select).fetch_all(&mut *db).await? {
            let reviewer: String = row.try_get(0)?;
            if (erasing.names)(&reviewer, erasing.person) {
                let update = db::query(format!("update {table} set reviewer = $1 where reviewer = $2"));
                rows += update.bind(stranger).bind(reviewer).execute(&mut *db).await?.rows_affected();
            }
        }
    }
    Ok(rows)
}
