//! Erasing what the hub keeps of a person who uses it no more.

use crate::db::{self, Connection};
use crate::error::Failure;

/// Texts that may name somebody, and the statement that takes one of them away.
const TEXTS: [(&str, &str); 4] = [
    ("select id, email from hub_link where email is not null", "update hub_link set email = null where id = $1"),
    ("select id, about from hub_notice", "update hub_notice set about = 'erased' where id = $1"),
    ("select id, body from hub_notice", "update hub_notice set body = 'erased' where id = $1"),
    ("select id, name from hub_token", "update hub_token set name = 'erased' where id = $1"),
];

/// What is left of a disabled account: its row, which records and tokens refer to.
const ACCOUNT: [&str; 2] = [
    "delete from hub_identity where hub_user_id = $1",
    "update hub_user set name = 'erased-' || id, name_key = 'erased-' || id, display_name = 'erased', email = null \
     where id = $1",
];

/// Takes away every text that names a person, and says how many rows that were. An account that can be used keeps its
/// names.
pub(crate) async fn people_erase(
    db: &mut Connection,
    person: &str,
    names: fn(&str, &str) -> bool,
) -> Result<u64, Failure> {
    let mut rows = 0;
    for (told, erase) in TEXTS {
        for row in db::query(told).fetch_all(&mut *db).await? {
            if names(row.try_get(1)?, person) {
                db::query(erase).bind(row.try_get::<i64, _>(0)?).execute(&mut *db).await?;
                rows += 1;
            }
        }
    }
    let accounts = "select id, name, display_name, email from hub_user where disabled_at is not null";
    for row in db::query(accounts).fetch_all(&mut *db).await? {
        let (name, display_name, email): (&str, &str, Option<&str>) =
            (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
        if [Some(name), Some(display_name), email].into_iter().flatten().any(|text| names(text, person)) {
            for erase in ACCOUNT {
                db::query(erase).bind(row.try_get::<i64, _>(0)?).execute(&mut *db).await?;
            }
            rows += 1;
        }
    }
    Ok(rows)
}
