//! How every connector stands, for a list of them: the same few queries for one connector and for a thousand, and no fact
//! is counted. What there is of each is counted once for a snapshot, by [`Store::tally_make`].

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::connector_log::progress_all;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::job::job_of;
use crate::sync::sync_of;
use crate::{Connector, ConnectorId, Job, SnapshotId, Store, StoreError, StoredProgress, Sync, connector};

/// How one connector stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The connector.
    pub connector: Connector,
    /// Its last sync.
    pub sync: Option<Sync>,
    /// The newest job of the asked kind that is about it.
    pub job: Option<Job>,
    /// Removals that wait for a person, without discarded ones.
    pub waiting: u64,
    /// What there was of it when that was last counted.
    pub tally: Option<Tally>,
    /// How far its present sync is.
    pub progress: Option<StoredProgress>,
}

/// What there is of a connector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Resources that exist, by type.
    pub resources: Vec<(String, u64)>,
    /// Grants, each counted once however many listings state it.
    pub grants: u64,
    /// Listings by kind, verdict and code of its reason.
    pub listings: Vec<(String, String, String, u64)>,
}

impl Store {
    /// How every connector that is not removed stands, by type and name. `O(connectors + removals that wait)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connectors_standing(&self, job_kind: &str) -> Result<Vec<Standing>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let connectors = connector::all(&mut db).await?;
            let mut others = Others::load(&mut db, job_kind).await?;
            Ok(connectors.into_iter().map(|connector| others.standing(connector)).collect())
        })
        .await
    }

    /// How one connector stands, removed or not.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_standing(
        &self,
        connector: ConnectorId,
        job_kind: &str,
    ) -> Result<Option<Standing>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let Some(record) = connector::by_id(&mut db, connector).await? else { return Ok(None) };
            let mut others = Others::load(&mut db, job_kind).await?;
            Ok(Some(others.standing(record)))
        })
        .await
    }

    /// Counts what there is of a connector, unless that was done since its last snapshot. Says whether it was done now.
    /// `O(facts of the connector)`.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn tally_make(&self, connector: ConnectorId) -> Result<bool, StoreError> {
        self.answer(async {
            let (snapshot, tally) = {
                let mut db = self.reading().await?;
                let query = "select max(id) from snapshot where connector_id = $1";
                let snapshot: Option<i64> = db::query_scalar(query).bind(connector.0).fetch_one(&mut db).await?;
                let Some(snapshot) = snapshot else { return Ok(false) };
                let query = "select snapshot_id from connector_tally where connector_id = $1";
                let counted: Option<i64> = db::query_scalar(query).bind(connector.0).fetch_optional(&mut db).await?;
                if counted == Some(snapshot) {
                    return Ok(false);
                }
                (SnapshotId(snapshot), tally(&mut db, connector).await?)
            };
            let text = serde_json::to_string(&tally)
                .map_err(|error| Failure::Inconsistent(format!("a tally cannot be written: {error}")))?;
            let mut tx = self.writing_beside().await?;
            db::query(
                "insert into connector_tally (connector_id, snapshot_id, tally) values ($1, $2, $3) \
                 on conflict (connector_id) do update set snapshot_id = excluded.snapshot_id, tally = excluded.tally \
                 where connector_tally.snapshot_id < excluded.snapshot_id",
            )
            .bind(connector.0)
            .bind(snapshot.0)
            .bind(text)
            .execute(&mut tx)
            .await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }
}

/// What there is to say of connectors beside what is configured, by connector.
struct Others {
    syncs: HashMap<ConnectorId, Sync>,
    jobs: HashMap<String, Job>,
    waiting: HashMap<ConnectorId, u64>,
    tallies: HashMap<ConnectorId, Tally>,
    progress: HashMap<ConnectorId, StoredProgress>,
}

impl Others {
    async fn load(db: &mut Connection, job_kind: &str) -> Result<Self, Failure> {
        let syncs = db::query(
            "select s.* from connector c join sync s on s.id = \
             (select max(l.id) from sync l where l.connector_id = c.id)",
        )
        .fetch_all(&mut *db)
        .await?;
        let jobs = db::query(
            "select j.* from connector c join job j on j.id = \
             (select max(l.id) from job l where l.kind = $1 and l.key = c.uuid)",
        )
        .bind(job_kind)
        .fetch_all(&mut *db)
        .await?;
        let syncs = syncs.iter().map(|row| sync_of(row).map(|sync| (sync.connector, sync)));
        let jobs = jobs.iter().map(|row| job_of(row).map(|job| (job.asked.key.clone(), job)));
        Ok(Self {
            syncs: syncs.collect::<Result<_, _>>()?,
            jobs: jobs.collect::<Result<_, _>>()?,
            waiting: waiting(db).await?,
            tallies: tallies(db).await?,
            progress: progress_all(db).await?,
        })
    }

    fn standing(&mut self, connector: Connector) -> Standing {
        let id = connector.id;
        Standing {
            sync: self.syncs.remove(&id),
            job: self.jobs.remove(&connector.uuid.to_string()),
            waiting: self.waiting.remove(&id).unwrap_or_default(),
            tally: self.tallies.remove(&id),
            progress: self.progress.remove(&id),
            connector,
        }
    }
}

async fn waiting(db: &mut Connection) -> Result<HashMap<ConnectorId, u64>, Failure> {
    let rows = db::query(
        "select l.connector_id, count(*) from fact f join listing l on l.id = f.listing_id \
         where f.missing_since is not null and f.to_snapshot is null and f.discarded = 0 group by l.connector_id",
    )
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((ConnectorId(row.try_get(0)?), count(row, 1)?))).collect()
}

async fn tallies(db: &mut Connection) -> Result<HashMap<ConnectorId, Tally>, Failure> {
    let rows = db::query("select connector_id, tally from connector_tally").fetch_all(db).await?;
    rows.iter().map(|row| Ok((ConnectorId(row.try_get(0)?), connector::json_of(row, "tally")?))).collect()
}

async fn tally(db: &mut Connection, connector: ConnectorId) -> Result<Tally, Failure> {
    let resources = db::query(
        "select t.word, count(*) from resource r join term t on t.id = r.type_id where r.connector_id = $1 \
         and exists (select 1 from fact f where f.subject_id = r.id and f.kind = 1 and f.to_snapshot is null) \
         group by t.word order by t.word",
    )
    .bind(connector.0)
    .fetch_all(&mut *db)
    .await?;
    let grants: i64 = db::query_scalar(
        "select count(*) from (select distinct f.subject_id, f.object_id, f.term_id from fact f \
         join listing l on l.id = f.listing_id where l.connector_id = $1 and l.retired = 0 and f.kind = 3 \
         and f.to_snapshot is null) g",
    )
    .bind(connector.0)
    .fetch_one(&mut *db)
    .await?;
    let listings = db::query(
        "select k.word, l.verdict, coalesce(l.reason_code, ''), count(*) from listing l join term k on k.id = l.kind_id \
         where l.connector_id = $1 and l.retired = 0 group by k.word, l.verdict, coalesce(l.reason_code, '') \
         order by 1, 2, 3",
    )
    .bind(connector.0)
    .fetch_all(db)
    .await?;
    Ok(Tally {
        resources: resources.iter().map(|row| Ok((row.try_get(0)?, count(row, 1)?))).collect::<Result<_, Failure>>()?,
        grants: grants.cast_unsigned(),
        listings: listings
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, count(row, 3)?)))
            .collect::<Result<_, Failure>>()?,
    })
}

fn count(row: &Row, column: usize) -> Result<u64, Failure> {
    Ok(row.try_get::<i64, _>(column)?.cast_unsigned())
}

#[cfg(test)]
mod tests {
    use rolecall_model::Timestamp;

    use super::*;
    use crate::{ConnectorChange, DatabaseAddress, Mode, NewConnector};

    async fn configured(store: &Store, names: std::ops::Range<usize>) {
        let put = |number: usize| {
            let name = format!("organisation-{number}");
            let config = NewConnector { connector_type: "npm".into(), root: name.clone(), name, ..Default::default() };
            ConnectorChange::Put(config)
        };
        let changes: Vec<_> = names.map(put).collect();
        store.connector_change(&changes, "mara", Timestamp(1)).await.unwrap();
    }

    async fn queries_and_rows(store: &Store) -> (usize, usize) {
        let before = db::MADE.get();
        let rows = store.connectors_standing("sync").await.unwrap().len();
        (db::MADE.get() - before, rows)
    }

    #[tokio::test]
    async fn as_many_queries_are_made_for_one_connector_as_for_five_hundred() {
        let directory = tempfile::tempdir().unwrap();
        let address = DatabaseAddress::Sqlite(directory.path().join("rolecall.db"));
        let store = Store::open(&address, Mode::Write).await.unwrap();
        configured(&store, 0..1).await;
        let (queries, rows) = queries_and_rows(&store).await;
        assert!(rows == 1 && queries <= 6, "{queries} queries");
        configured(&store, 1..500).await;
        assert_eq!(queries_and_rows(&store).await, (queries, 500));
    }
}
