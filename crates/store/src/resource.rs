//! Everything that was ever seen, by its id: nothing is forgotten when it is gone.

use rolecall_model::{ResourceRef, Term, Timestamp};

use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{ConnectorId, Store, StoreError};

impl Store {
    /// Everything with this id that a connector ever saw, by type, whether or not it is still there.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn resources_called(&self, connector: ConnectorId, id: &str) -> Result<Vec<ResourceRef>, StoreError> {
        self.answer(async {
            // By all types there are, so that the index of a connector's resources is asked for a few of them.
            let kinds: Vec<String> = db::query_scalar(
                "select t.word from term t where exists ( \
                 select 1 from resource r where r.connector_id = $1 and r.type_id = t.id and r.wire_id = $2 \
                 ) order by t.word",
            )
            .bind(connector.0)
            .bind(id)
            .fetch_all(&mut *self.reading().await?)
            .await?;
            Ok(kinds.into_iter().map(|kind| ResourceRef::new(Term::from(kind), id)).collect())
        })
        .await
    }

    /// When a connector first stated that something is there, whoever had its id then; as it was known at a moment, or is now.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn resource_first_read(
        &self,
        connector: ConnectorId,
        resource: &ResourceRef,
        known_at: Option<Timestamp>,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let mut first: Option<i64> = None;
            for holder in resource_ids(&mut db, Some(connector), resource).await? {
                let at: Option<i64> = db::query_scalar(
                    "select min(s.made_current_at) from fact f join snapshot s on s.id = f.from_snapshot \
                     where f.kind = 1 and f.subject_id = $1 and s.made_current_at <= $2",
                )
                .bind(holder)
                .bind(known_at.map_or(i64::MAX, |at| at.0))
                .fetch_one(&mut db)
                .await?;
                first = first.into_iter().chain(at).min();
            }
            Ok(first.map(Timestamp))
        })
        .await
    }
}

/// Everybody who ever had an id, the latest holder first; in all connectors where none is named.
pub(crate) async fn resource_ids(
    db: &mut Connection,
    connector: Option<ConnectorId>,
    resource: &ResourceRef,
) -> Result<Vec<i64>, Failure> {
    let (first, last) = connector.map_or((0, i64::MAX), |connector| (connector.0, connector.0));
    Ok(db::query_scalar(
        // `cross join` has SQLite go from the connectors to the index of all three, and not through all resources.
        "select r.id from connector k cross join term t cross join resource r \
         where t.word = $1 and r.connector_id = k.id and r.type_id = t.id and r.wire_id = $2 \
         and k.id >= $3 and k.id <= $4 order by r.id desc",
    )
    .bind(resource.kind.as_str())
    .bind(&*resource.id)
    .bind(first)
    .bind(last)
    .fetch_all(db)
    .await?)
}
