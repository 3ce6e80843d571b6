//! What sources themselves wrote down: only ever added to.

use rolecall_model::{Altered, ResourceRef, SourceEvent, Term, Timestamp};

use crate::connector::json_of;
use crate::db::{self, Row};
use crate::error::Failure;
use crate::{ConnectorId, Store, StoreError};

impl Store {
    /// Adds events of a connector's source. One that is known already is left as it is. Says how many are new.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn source_events_add(&self, connector: ConnectorId, events: &[SourceEvent]) -> Result<u64, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let mut added = 0;
            for event in events {
                let fields = serde_json::to_string(&event.fields)
                    .map_err(|error| Failure::Inconsistent(format!("an event cannot be written: {error}")))?;
                added += db::query(
                    "insert into source_event \
                     (connector_id, wire_id, at, actor, action, object_type, object_id, altered, fields) \
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (connector_id, wire_id) do nothing",
                )
                .bind(connector.0)
                .bind(&event.id)
                .bind(event.at.0)
                .bind(event.actor.as_deref())
                .bind(&event.action)
                .bind(event.object.as_ref().map(|object| object.kind.as_str()))
                .bind(event.object.as_ref().map(|object| &*object.id))
                .bind(event.altered.map(Altered::word))
                .bind(fields)
                .execute(&mut tx)
                .await?
                .rows_affected();
            }
            tx.commit().await?;
            Ok(added)
        })
        .await
    }

    /// When the latest known event of a connector's source happened.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn source_event_last(&self, connector: ConnectorId) -> Result<Option<Timestamp>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let last: Option<i64> = db::query_scalar("select max(at) from source_event where connector_id = $1")
                .bind(connector.0)
                .fetch_one(&mut db)
                .await?;
            Ok(last.map(Timestamp))
        })
        .await
    }

    /// The events of a connector's source between two moments, both included, oldest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn source_events(
        &self,
        connector: ConnectorId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<SourceEvent>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select wire_id, at, actor, action, object_type, object_id, altered, fields from source_event \
                 where connector_id = $1 and at >= $2 and at <= $3 order by at, id",
            )
            .bind(connector.0)
            .bind(from.0)
            .bind(to.0)
            .fetch_all(&mut db)
            .await?;
            rows.iter().map(event_of).collect()
        })
        .await
    }
}

fn event_of(row: &Row) -> Result<SourceEvent, Failure> {
    let object: Option<String> = row.try_get(4)?;
    let id: Option<String> = row.try_get(5)?;
    let altered: Option<String> = row.try_get(6)?;
    Ok(SourceEvent {
        id: row.try_get(0)?,
        at: Timestamp(row.try_get(1)?),
        actor: row.try_get(2)?,
        action: row.try_get(3)?,
        object: object.zip(id).map(|(kind, id)| ResourceRef::new(Term::from(kind), id)),
        altered: altered.and_then(|word| Altered::ALL.into_iter().find(|known| known.word() == word)),
        fields: json_of(row, "fields")?,
    })
}
