//! How connectors and listings stood at a moment in the past.

use std::collections::HashMap;

use futures::TryStreamExt;
use rolecall_model::{ListingKey, Reason, ResourceRef, Term, Timestamp, Verdict};

use crate::connector::connector_of;
use crate::connector_change::event_of;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::snapshot::unchanged_decode;
use crate::{
    Connector, ConnectorAction, ConnectorId, ListingId, ListingState, NewConnector, SnapshotId, Store, StoreError,
};

/// A past moment of a connector: what had been read by then, and what people had said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastMoment {
    /// The snapshot that was current.
    pub snapshot: SnapshotId,
    /// When; `None` means as that snapshot became current, before anybody said anything of it.
    pub at: Option<Timestamp>,
}

impl From<SnapshotId> for PastMoment {
    fn from(snapshot: SnapshotId) -> Self {
        Self { snapshot, at: None }
    }
}

impl PastMoment {
    /// Until when, in microseconds, what people said counts.
    pub(crate) async fn until(self, db: &mut Connection) -> Result<i64, Failure> {
        if let Some(at) = self.at {
            return Ok(at.0);
        }
        let moment: Option<i64> = db::query_scalar("select made_current_at from snapshot where id = $1")
            .bind(self.snapshot.0)
            .fetch_optional(db)
            .await?;
        Ok(moment.unwrap_or(i64::MAX))
    }
}

impl Store {
    /// Every connector that was configured at a moment and not removed then, as it was, by type and name.
    ///
    /// One whose history was deleted since is not among them.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_list_at(&self, at: Timestamp) -> Result<Vec<Connector>, StoreError> {
        self.answer(async { connectors_at(&mut *self.reading().await?, at).await }).await
    }

    /// Every listing of a connector as it stood when a snapshot was current, retired ones included, by kind and
    /// subject. What only the next reading needs (digest, validator, diagnostics) is not told.
    ///
    /// Moments of readings that changed nothing are told to the millisecond. `O(listings · log)`, and the readings
    /// back to the one that each listing rests on.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn listing_states_at(
        &self,
        connector: ConnectorId,
        at: SnapshotId,
    ) -> Result<Vec<ListingState>, StoreError> {
        self.answer(async { states_at(&mut *self.reading().await?, connector, at).await }).await
    }
}

/// Every connector that was configured then and not removed, as it was then.
pub(crate) async fn connectors_at(db: &mut Connection, at: Timestamp) -> Result<Vec<Connector>, Failure> {
    let rows = db::query("select * from connector where created_at <= $1").bind(at.0).fetch_all(&mut *db).await?;
    let mut connectors = Vec::with_capacity(rows.len());
    for row in &rows {
        connectors.extend(connector_at(db, connector_of(row)?, at).await?);
    }
    connectors.sort_by(|one, other| {
        let key = |connector: &Connector| (connector.config.connector_type.clone(), connector.config.name.clone());
        key(one).cmp(&key(other))
    });
    Ok(connectors)
}

/// A connector as its recorded changes leave it at a moment. Earlier versions recorded none: then it counts as it is.
async fn connector_at(db: &mut Connection, now: Connector, at: Timestamp) -> Result<Option<Connector>, Failure> {
    let query = db::query("select * from connector_event where connector_uuid = $1 order by id");
    let rows = query.bind(now.uuid.to_string()).fetch_all(db).await?;
    let events = rows.iter().map(event_of).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = events.first() else { return Ok(Some(now).filter(|now| now.removed_at.is_none())) };
    let mut then = Connector { paused_at: None, removed_at: None, ..now };
    if let Some(before) = &first.before {
        configure(&mut then.config, before);
    }
    for event in events.iter().filter(|event| event.at <= at) {
        match event.action {
            ConnectorAction::Paused => then.paused_at = Some(event.at),
            ConnectorAction::Resumed => then.paused_at = None,
            ConnectorAction::Removed => then.removed_at = Some(event.at),
            ConnectorAction::Restored => (then.paused_at, then.removed_at) = (None, None),
            ConnectorAction::Added | ConnectorAction::Changed | ConnectorAction::Renamed | ConnectorAction::Purged => {}
        }
        if let Some(after) = &event.after {
            configure(&mut then.config, after);
        }
    }
    Ok(Some(then).filter(|then| then.removed_at.is_none()))
}

/// Takes over what [`Connector::to_json`] said of a configuration.
fn configure(config: &mut NewConnector, said: &serde_json::Value) {
    let text = |name: &str| said.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    config.name = text("name").unwrap_or_else(|| config.name.clone());
    config.description = text("description").unwrap_or_default();
    config.base_url = text("baseUrl").unwrap_or_else(|| config.base_url.clone());
    config.secret_source = text("secretSource");
    config.settings = said.get("settings").cloned().unwrap_or_default();
    let owners = said.get("owners").and_then(serde_json::Value::as_array).map_or(&[][..], Vec::as_slice);
    config.owners = owners.iter().filter_map(|owner| owner.as_str().map(str::to_owned)).collect();
}

/// The last reading of each listing that is worth a row, up to a snapshot.
const STATES_AT: &str = "select l.id, k.word, t.word, s.wire_id, r.verdict, r.reason_code, r.reason_text, r.read_at, \
     r.whole_at, r.complete_at, l.first_snapshot, r.retired, r.snapshot_id \
     from listing l join term k on k.id = l.kind_id join resource s on s.id = l.subject_id \
     join term t on t.id = s.type_id join listing_read r on r.listing_id = l.id \
     where l.connector_id = $1 and r.snapshot_id = (select max(p.snapshot_id) from listing_read p \
     where p.listing_id = l.id and p.snapshot_id <= $2) order by k.word, t.word, s.wire_id";

/// Every listing of a connector as it stood when a snapshot was current, by kind and subject.
pub(crate) async fn states_at(
    db: &mut Connection,
    connector: ConnectorId,
    at: SnapshotId,
) -> Result<Vec<ListingState>, Failure> {
    let rows = db::query(STATES_AT).bind(connector.0).bind(at.0).fetch_all(&mut *db).await?;
    let mut states = Vec::with_capacity(rows.len());
    let mut waiting = HashMap::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let state = state_of(row)?;
        let snapshot: i64 = row.try_get(12)?;
        if !state.retired && snapshot < at.0 {
            waiting.insert(state.id.0, (snapshot, place));
        }
        states.push(state);
    }
    unchanged_apply(db, connector, at, &mut states, waiting).await?;
    Ok(states)
}

/// Moves each state on to the last reading that changed nothing, newest snapshot first, until no state can move.
async fn unchanged_apply(
    db: &mut Connection,
    connector: ConnectorId,
    at: SnapshotId,
    states: &mut [ListingState],
    mut waiting: HashMap<i64, (i64, usize)>,
) -> Result<(), Failure> {
    let mut rows = db::query(
        "select n.id, u.readings from snapshot n join reading_unchanged u on u.snapshot_id = n.id \
         where n.connector_id = $1 and n.id <= $2 order by n.id desc",
    )
    .bind(connector.0)
    .bind(at.0)
    .fetch(db);
    while !waiting.is_empty()
        && let Some(row) = rows.try_next().await?
    {
        let snapshot: i64 = row.try_get(0)?;
        for reading in unchanged_decode(row.try_get(1)?)? {
            let Some((rests_on, place)) = waiting.remove(&reading.listing) else { continue };
            if let Some(state) = states.get_mut(place).filter(|_| rests_on < snapshot) {
                read_again(state, reading.read_at);
            }
        }
        // Nothing older than the reading that changed it moves a listing.
        waiting.retain(|_, (rests_on, _)| *rests_on < snapshot);
    }
    Ok(())
}

/// A reading with the same verdict.
fn read_again(state: &mut ListingState, at: Timestamp) {
    state.read_at = at;
    match state.verdict {
        Verdict::Proven | Verdict::Attested => (state.whole_at, state.complete_at) = (Some(at), Some(at)),
        Verdict::Unproven(_) => state.whole_at = Some(at),
        Verdict::Partial(_) | Verdict::Unavailable(_) => {}
    }
}

fn state_of(row: &Row) -> Result<ListingState, Failure> {
    let (kind, subject_type): (String, String) = (row.try_get(1)?, row.try_get(2)?);
    let (code, text): (Option<String>, Option<String>) = (row.try_get(5)?, row.try_get(6)?);
    let reason = code.map(|code| Reason::new(code, text.unwrap_or_default()));
    let moment = |column: usize| row.try_get::<Option<i64>, _>(column).map(|at| at.map(Timestamp));
    Ok(ListingState {
        id: ListingId(row.try_get(0)?),
        key: ListingKey {
            kind: kind.into(),
            subject: ResourceRef::new(Term::from(subject_type), row.try_get::<&str, _>(3)?),
        },
        verdict: Verdict::from_parts(row.try_get(4)?, reason),
        read_at: Timestamp(row.try_get(7)?),
        whole_at: moment(8)?,
        complete_at: moment(9)?,
        digest: None,
        validator: None,
        diagnostics: Vec::new(),
        first_snapshot: SnapshotId(row.try_get(10)?),
        retired: row.try_get(11)?,
    })
}
