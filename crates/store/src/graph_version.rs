//! What the graph of a connector is made of, in a few numbers.

use rolecall_model::Timestamp;

use crate::db;
use crate::store::database_id;
use crate::{ConnectorId, SnapshotId, Store, StoreError};

/// Which state of a connector's current facts the database is in. While it is the same, [`Store::facts_at`] hands out the
/// same facts with the same marks, and the listings stand as they stood.
///
/// A snapshot changes facts and listings; a decision changes marks even where it makes no snapshot; and a person's word
/// that somebody is the same as before changes whose the facts are. Nothing else does. The moments are in it because
/// numbers are given anew where a backup is brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphVersion {
    /// The current snapshot.
    pub snapshot: SnapshotId,
    database: String,
    made_current_at: Timestamp,
    /// How many there are, the last one's number, and when it was made.
    decisions: (i64, i64, i64),
    /// How many ids came back, how many of them a person spoke about, and when last.
    reappearances: (i64, i64, i64),
}

impl GraphVersion {
    /// Everything that it consists of, in one line.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{self:?}")
    }
}

impl Store {
    /// The state of a connector's current facts. `None` before its first snapshot.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn graph_version(&self, connector: ConnectorId) -> Result<Option<GraphVersion>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let latest = "select id, made_current_at from snapshot where connector_id = $1 order by id desc limit 1";
            let latest: Vec<(i64, i64)> = db::query_as(latest).bind(connector.0).fetch_all(&mut db).await?;
            let Some((snapshot, made_current_at)) = latest.first().copied() else { return Ok(None) };
            let decisions = "select count(*), coalesce(max(id), 0), coalesce(max(at), 0) \
                             from decision where connector_id = $1";
            let decisions = db::query(decisions).bind(connector.0).fetch_one(&mut db).await?;
            let reappearances = "select count(*), count(confirmed_at), coalesce(max(confirmed_at), 0) \
                                 from reappearance where connector_id = $1";
            let reappearances = db::query(reappearances).bind(connector.0).fetch_one(&mut db).await?;
            let numbers = |row: &db::Row| Ok::<_, sqlx::Error>((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
            Ok(Some(GraphVersion {
                snapshot: SnapshotId(snapshot),
                database: database_id(&mut db).await?.to_string(),
                made_current_at: Timestamp(made_current_at),
                decisions: numbers(&decisions)?,
                reappearances: numbers(&reappearances)?,
            }))
        })
        .await
    }
}
