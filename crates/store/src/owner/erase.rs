//! Erasing a person from what was once said of owners. What is said now stays: it is of use, and can be taken back first.

use crate::audit::Erasing;
use crate::db::{self, Connection};
use crate::error::Failure;

pub(crate) async fn owners_erase(db: &mut Connection, erasing: &Erasing<'_>) -> Result<u64, Failure> {
    let mut rows = 0;
    let told = "select id, owner from resource_owner where until is not null";
    for row in db::query(told).fetch_all(&mut *db).await? {
        let owner: &str = row.try_get(1)?;
        if (erasing.names)(owner, erasing.person) {
            db::query("update resource_owner set owner = $1 where id = $2")
                .bind((erasing.json_without)(owner, erasing.person))
                .bind(row.try_get::<i64, _>(0)?)
                .execute(&mut *db)
                .await?;
            rows += 1;
        }
    }
    Ok(rows)
}
