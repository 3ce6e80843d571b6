//! Parts of long lists about one connector, each page found by an index from where the last one ended.

use std::collections::{BTreeMap, HashMap};

use rolecall_model::{ListingKey, ResourceRef, Term, Timestamp};
use uuid::Uuid;

use crate::connector_change::event_of;
use crate::connector_log::pattern;
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::snapshot::{snapshot_of, unchanged_decode};
use crate::sync::{limit_of, sync_of};
use crate::{ConnectorEvent, ConnectorId, ListingState, Snapshot, SnapshotId, Store, StoreError, Sync, SyncId, past};

/// A sync, and the snapshots it made, newest first.
#[derive(Clone, Debug)]
pub struct SyncMade {
    /// The sync.
    pub sync: Sync,
    /// What became current by it.
    pub snapshots: Vec<Snapshot>,
}

/// How a listing was read by one sync.
#[derive(Clone, Debug)]
pub struct ListingRead {
    /// How it stood after that reading.
    pub state: ListingState,
    /// Whether the reading said something else than the one before, or had another verdict.
    pub is_changed: bool,
}

/// A resource that exists, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceListed {
    /// The resource.
    pub resource: ResourceRef,
    /// The snapshot that first had it became current then.
    pub since: Timestamp,
    /// What its property `name` says, as JSON.
    pub name: Option<String>,
}

impl Store {
    /// Syncs of a connector that are older than one, newest first, each with what became current by it.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn syncs_before(
        &self,
        connector: ConnectorId,
        before: Option<SyncId>,
        limit: usize,
    ) -> Result<Vec<SyncMade>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query("select * from sync where connector_id = $1 and id < $2 order by id desc limit $3")
                .bind(connector.0)
                .bind(before.map_or(i64::MAX, |before| before.0))
                .bind(limit_of(limit))
                .fetch_all(&mut db)
                .await?;
            let syncs = rows.iter().map(sync_of).collect::<Result<Vec<_>, _>>()?;
            let (Some(newest), Some(oldest)) = (syncs.first(), syncs.last()) else { return Ok(Vec::new()) };
            let rows = db::query(
                "select * from snapshot where connector_id = $1 and sync_id >= $2 and sync_id <= $3 order by id desc",
            )
            .bind(connector.0)
            .bind(oldest.id.0)
            .bind(newest.id.0)
            .fetch_all(&mut db)
            .await?;
            let mut made: HashMap<Option<SyncId>, Vec<Snapshot>> = HashMap::new();
            for row in &rows {
                let snapshot = snapshot_of(row)?;
                made.entry(snapshot.sync).or_default().push(snapshot);
            }
            let with = |sync: Sync| SyncMade { snapshots: made.remove(&Some(sync.id)).unwrap_or_default(), sync };
            Ok(syncs.into_iter().map(with).collect())
        })
        .await
    }

    /// How each listing was read by a sync, by kind and subject: those that its snapshots covered. `O(listings · log)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn listings_of_sync(&self, sync: &Sync) -> Result<Vec<ListingRead>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = "select id from snapshot where connector_id = $1 and sync_id = $2 order by id";
            let snapshots: Vec<i64> =
                db::query_scalar(query).bind(sync.connector.0).bind(sync.id.0).fetch_all(&mut db).await?;
            let mut found: BTreeMap<ListingKey, ListingRead> = BTreeMap::new();
            for snapshot in snapshots {
                let read = read_by(&mut db, snapshot).await?;
                for state in past::states_at(&mut db, sync.connector, SnapshotId(snapshot)).await? {
                    if let Some(is_changed) = read.get(&state.id.0) {
                        let is_changed = *is_changed;
                        found.insert(state.key.clone(), ListingRead { state, is_changed });
                    }
                }
            }
            Ok(found.into_values().collect())
        })
        .await
    }

    /// Changes of a connector's configuration that are older than one, newest first, each with its number.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_events_before(
        &self,
        connector: Uuid,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<(i64, ConnectorEvent)>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = "select * from connector_event where connector_uuid = $1 and id < $2 order by id desc limit $3";
            let rows = db::query(query)
                .bind(connector.to_string())
                .bind(before.unwrap_or(i64::MAX))
                .bind(limit_of(limit))
                .fetch_all(&mut db)
                .await?;
            rows.iter().map(|row| Ok((row.try_get("id")?, event_of(row)?))).collect()
        })
        .await
    }

    /// Resources of a type that exist, by id, after one of them; only those whose id contains a text, whatever the case of
    /// ASCII letters.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn resources_after(
        &self,
        connector: ConnectorId,
        resource_type: &str,
        text: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ResourceListed>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(RESOURCES)
                .bind(connector.0)
                .bind(resource_type)
                .bind(after.unwrap_or_default())
                .bind(pattern(text))
                .bind(limit_of(limit))
                .fetch_all(&mut db)
                .await?;
            rows.iter()
                .map(|row| {
                    Ok(ResourceListed {
                        resource: ResourceRef::new(Term::from(resource_type.to_owned()), row.try_get::<&str, _>(0)?),
                        since: Timestamp(row.try_get(1)?),
                        name: row.try_get(2)?,
                    })
                })
                .collect()
        })
        .await
    }

    /// What the current properties of this name say that are texts, resource by resource.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn property_texts(
        &self,
        connector: ConnectorId,
        name: &str,
    ) -> Result<Vec<(ResourceRef, String)>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select distinct t.word, r.wire_id, f.value from listing l join fact f on f.listing_id = l.id \
                 join term n on n.id = f.term_id join resource r on r.id = f.subject_id join term t on t.id = r.type_id \
                 where l.connector_id = $1 and f.kind = 2 and n.word = $2 and f.to_snapshot is null order by 1, 2, 3",
            )
            .bind(connector.0)
            .bind(name)
            .fetch_all(&mut db)
            .await?;
            let mut texts = Vec::with_capacity(rows.len());
            for row in &rows {
                let value: Option<String> = row.try_get(2)?;
                if let Some(text) = value.and_then(|value| serde_json::from_str::<String>(&value).ok()) {
                    let kind = Term::from(row.try_get::<String, _>(0)?);
                    texts.push((ResourceRef::new(kind, row.try_get::<&str, _>(1)?), text));
                }
            }
            Ok(texts)
        })
        .await
    }
}

const RESOURCES: &str = "select r.wire_id, \
     (select min(s.made_current_at) from fact f join snapshot s on s.id = f.from_snapshot \
      where f.subject_id = r.id and f.kind = 1 and f.to_snapshot is null), \
     (select max(f.value) from fact f join term n on n.id = f.term_id join listing l on l.id = f.listing_id \
      where l.subject_id = r.id and f.subject_id = r.id and f.kind = 2 and n.word = 'name' and f.to_snapshot is null) \
     from resource r join term t on t.id = r.type_id \
     where r.connector_id = $1 and t.word = $2 and r.wire_id > $3 and lower(r.wire_id) like $4 escape '!' \
     and exists (select 1 from fact f where f.subject_id = r.id and f.kind = 1 and f.to_snapshot is null) \
     order by r.wire_id limit $5";

/// The listings that a snapshot's readings were of, and whether each said something else than before.
async fn read_by(db: &mut Connection, snapshot: i64) -> Result<HashMap<i64, bool>, Failure> {
    let query = "select listing_id from listing_read where snapshot_id = $1";
    let changed: Vec<i64> = db::query_scalar(query).bind(snapshot).fetch_all(&mut *db).await?;
    let query = db::query("select readings from reading_unchanged where snapshot_id = $1").bind(snapshot);
    let mut read: HashMap<i64, bool> = HashMap::new();
    if let Some(row) = query.fetch_optional(db).await? {
        read.extend(unchanged_decode(row.try_get(0)?)?.into_iter().map(|reading| (reading.listing, false)));
    }
    read.extend(changed.into_iter().map(|listing| (listing, true)));
    Ok(read)
}
