//! What goes with a resource: the listings of which it is the subject.
//!
//! A vanished team has no members. Its members' listing will never be read again, so nothing else would end them.

use rolecall_model::Timestamp;

use super::SnapshotCounts;
use crate::SnapshotId;
use crate::db::{self, Connection, Row};
use crate::error::Failure;

/// Retires the listings of those of the `gone` resources that no listing says to exist any more, and so on with what
/// went with them. With each resource comes the moment at which it was first seen to be gone.
pub(crate) async fn cascade(
    db: &mut Connection,
    snapshot: SnapshotId,
    mut gone: Vec<(i64, Timestamp)>,
    counts: &mut SnapshotCounts,
) -> Result<(), Failure> {
    while let Some((resource, at)) = gone.pop() {
        if exists(db, resource).await? {
            continue;
        }
        for listing in listings_of(db, resource).await? {
            // What was read in full since was there then, whatever its subject was.
            let at = listing.complete_at.map_or(at, |complete_at| at.max(Timestamp(complete_at)));
            gone.extend(resources_stated(db, listing.id).await?.into_iter().map(|stated| (stated, at)));
            counts.cascaded += facts_end(db, snapshot, listing.id).await?;
            counts.retired += 1;
            listing_retire(db, snapshot, at, &listing).await?;
        }
    }
    Ok(())
}

struct Listing {
    id: i64,
    whole_at: Option<i64>,
    complete_at: Option<i64>,
    verdict: String,
    reason_code: Option<String>,
    reason_text: Option<String>,
}

impl Listing {
    fn read(row: &Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            whole_at: row.try_get(1)?,
            complete_at: row.try_get(2)?,
            verdict: row.try_get(3)?,
            reason_code: row.try_get(4)?,
            reason_text: row.try_get(5)?,
        })
    }
}

async fn exists(db: &mut Connection, resource: i64) -> Result<bool, Failure> {
    let found = db::query("select 1 from fact where subject_id = $1 and kind = 1 and to_snapshot is null limit 1")
        .bind(resource)
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}

async fn listings_of(db: &mut Connection, resource: i64) -> Result<Vec<Listing>, Failure> {
    let query = "select id, whole_at, complete_at, verdict, reason_code, reason_text \
                 from listing where subject_id = $1 and retired = 0";
    let rows = db::query(query).bind(resource).fetch_all(db).await?;
    Ok(rows.iter().map(Listing::read).collect::<Result<_, _>>()?)
}

async fn resources_stated(db: &mut Connection, listing: i64) -> Result<Vec<i64>, Failure> {
    let query = "select subject_id from fact where listing_id = $1 and kind = 1 and to_snapshot is null";
    Ok(db::query_scalar(query).bind(listing).fetch_all(db).await?)
}

/// Ends a listing's facts. Those that this very snapshot added were never current, and leave no trace.
async fn facts_end(db: &mut Connection, snapshot: SnapshotId, listing: i64) -> Result<u64, Failure> {
    db::query("delete from fact where listing_id = $1 and to_snapshot is null and from_snapshot = $2")
        .bind(listing)
        .bind(snapshot.0)
        .execute(&mut *db)
        .await?;
    let ended = db::query("update fact set to_snapshot = $1 where listing_id = $2 and to_snapshot is null")
        .bind(snapshot.0)
        .bind(listing)
        .execute(db)
        .await?;
    Ok(ended.rows_affected())
}

/// Without its digest and validator the listing is compared fact by fact, should it ever be read again; and until it is read in
/// full again, nothing that was read before speaks of what it states then.
async fn listing_retire(
    db: &mut Connection,
    snapshot: SnapshotId,
    at: Timestamp,
    listing: &Listing,
) -> Result<(), Failure> {
    db::query("update listing set retired = 1, digest = null, validator = null, complete_sync = null where id = $1")
        .bind(listing.id)
        .execute(&mut *db)
        .await?;
    db::query(
        "insert into listing_read (listing_id, snapshot_id, read_at, not_before, certain_before, whole_at, complete_at, \
         verdict, reason_code, reason_text, retired) values ($1, $2, $3, $4, $5, $4, $5, $6, $7, $8, 1) \
         on conflict (listing_id, snapshot_id) do update set retired = 1",
    )
    .bind(listing.id)
    .bind(snapshot.0)
    .bind(at.0)
    .bind(listing.whole_at)
    .bind(listing.complete_at)
    .bind(&listing.verdict)
    .bind(&listing.reason_code)
    .bind(&listing.reason_text)
    .execute(db)
    .await?;
    Ok(())
}
