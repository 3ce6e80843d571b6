//! Erasing a person from reviews and plans: what they decided stays, and nothing tells any more that it was they.

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
