//! Erasing what directories keep of a person who was deleted there. Of somebody who is in a directory, the identity
//! provider would only push the same again.

use crate::audit::Erasing;
use crate::db::{self, Connection};
use crate::error::Failure;

/// Takes away what names a person, and says how many rows that were.
pub(crate) async fn directories_erase(db: &mut Connection, erasing: &Erasing<'_>) -> Result<u64, Failure> {
    Ok(resources_erase(db, erasing).await?
        + group_changes_erase(db, erasing).await?
        + clients_erase(db, erasing).await?)
}

/// What is left of a deleted resource: its row, to which its changes refer.
const RESOURCE: [&str; 3] = [
    "update scim_resource set external_id = null, name_key = 'erased-' || id, document = '{}' where id = $1",
    "update scim_change set document_before = '{}' where resource_id = $1 and document_before is not null",
    "update scim_change set document_after = '{}' where resource_id = $1 and document_after is not null",
];

async fn resources_erase(db: &mut Connection, erasing: &Erasing<'_>) -> Result<u64, Failure> {
    let mut rows = 0;
    let deleted = "select id, document from scim_resource where deleted_at is not null and kind = 'User'";
    for row in db::query(deleted).fetch_all(&mut *db).await? {
        if (erasing.names)(row.try_get(1)?, erasing.person) {
            for erase in RESOURCE {
                db::query(erase).bind(row.try_get::<i64, _>(0)?).execute(&mut *db).await?;
            }
            rows += 1;
        }
    }
    Ok(rows)
}

/// Groups tell of their members what they are called.
async fn group_changes_erase(db: &mut Connection, erasing: &Erasing<'_>) -> Result<u64, Failure> {
    let mut rows = 0;
    let told = "select h.id, h.document_before, h.document_after from scim_change h \
                join scim_resource r on r.id = h.resource_id where r.kind = 'Group'";
    for row in db::query(told).fetch_all(&mut *db).await? {
        let (before, after): (Option<&str>, Option<&str>) = (row.try_get(1)?, row.try_get(2)?);
        if [before, after].into_iter().flatten().any(|text| (erasing.names)(text, erasing.person)) {
            let without = |text: &str| (erasing.json_without)(text, erasing.person);
            db::query("update scim_change set document_before = $1, document_after = $2 where id = $3")
                .bind(before.map(without))
                .bind(after.map(without))
                .bind(row.try_get::<i64, _>(0)?)
                .execute(&mut *db)
                .await?;
            rows += 1;
        }
    }
    Ok(rows)
}

async fn clients_erase(db: &mut Connection, erasing: &Erasing<'_>) -> Result<u64, Failure> {
    let mut rows = 0;
    let made = "select id, created_by from scim_client where created_by is not null";
    for row in db::query(made).fetch_all(&mut *db).await? {
        if (erasing.names)(row.try_get(1)?, erasing.person) {
            let erase = "update scim_client set created_by = 'erased' where id = $1";
            db::query(erase).bind(row.try_get::<i64, _>(0)?).execute(&mut *db).await?;
            rows += 1;
        }
    }
    Ok(rows)
}
