//! Erasing a person from what is and was said of owners.

use rolecall_model::owner::Owner;

use crate::PersonErasure;
use crate::audit::Erasing;
use crate::db::{self, Connection};
use crate::error::Failure;

/// Erases a person from what was once said. What is said now stays: it is of use, and can be taken back first.
pub(crate) async fn owners_erase(db: &mut Connection, erasing: &Erasing<'_>) -> Result<u64, Failure> {
    let mut rows = 0;
    let told = "select id, owner from resource_owner where until is not null";
    for row in db::query(told).fetch_all(&mut *db).await? {
        let owner: &str = row.try_get(1)?;
        if (erasing.names)(owner, erasing.person) {
            rows += put(db, row.try_get(0)?, &(erasing.json_without)(owner, erasing.person)).await?;
        }
    }
    Ok(rows)
}

/// Puts a pseudonym in place of somebody who has left all directories, by whichever of their names they were said to own
/// something, so that what was theirs remains told apart.
pub(crate) async fn owners_rename(db: &mut Connection, erasure: &PersonErasure) -> Result<u64, Failure> {
    let is_theirs = |owner: &Owner| match owner {
        Owner::Person(key) => *key == erasure.person,
        Owner::Address(text) | Owner::Handle(text) => erasure.names.iter().any(|name| name.eq_ignore_ascii_case(text)),
        Owner::Team(_) | Owner::Group(_) => false,
    };
    let pseudonym = serde_json::to_string(&Owner::Person(erasure.pseudonym.clone())).unwrap_or_default();
    let mut rows = 0;
    for row in db::query("select id, owner from resource_owner").fetch_all(&mut *db).await? {
        let owner: Option<Owner> = serde_json::from_str(row.try_get(1)?).ok();
        if owner.is_some_and(|owner| is_theirs(&owner)) {
            rows += put(db, row.try_get(0)?, &pseudonym).await?;
        }
    }
    Ok(rows)
}

async fn put(db: &mut Connection, id: i64, owner: &str) -> Result<u64, Failure> {
    let update = db::query("update resource_owner set owner = $1 where id = $2");
    Ok(update.bind(owner).bind(id).execute(db).await?.rows_affected())
}
