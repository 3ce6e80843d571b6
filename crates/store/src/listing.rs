//! Listings as they stand: how complete each is, and what it states.

use std::collections::BTreeSet;

use rolecall_model::{Diagnostic, FactSet, ListingKey, Reason, ResourceRef, Term, Timestamp, Verdict};

use crate::connector::json_of;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::fact_row::{FactRow, fact_columns};
use crate::names::Names;
use crate::{ConnectorId, ListingId, SnapshotId, Store, StoreError};

/// How a listing stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingState {
    /// Key.
    pub id: ListingId,
    /// What it is.
    pub key: ListingKey,
    /// How far its last reading can be trusted.
    pub verdict: Verdict,
    /// When it was last read, however that ended.
    pub read_at: Timestamp,
    /// When it last arrived whole, proven or not.
    pub whole_at: Option<Timestamp>,
    /// When it was last read completely, as *Architecture Invariant* 5 asks every answer to say.
    pub complete_at: Option<Timestamp>,
    /// The digest of the facts as last stated; `None` when the next reading has to be compared fact by fact.
    pub digest: Option<[u8; 32]>,
    /// What the source gave to ask with next time.
    pub validator: Option<String>,
    /// What was odd about the last reading.
    pub diagnostics: Vec<Diagnostic>,
    /// The snapshot that first had it.
    pub first_snapshot: SnapshotId,
    /// Whether its subject is gone.
    pub retired: bool,
}

/// A listing with its current facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingCurrent {
    /// How it stands.
    pub state: ListingState,
    /// Every current fact, held ones included.
    pub facts: FactSet,
    /// The held ones: current, and marked *removal unconfirmed* (discarded or not).
    pub held: FactSet,
}

macro_rules! listing_select {
    ($condition:literal) => {
        concat!(
            "select l.id, k.word, t.word, s.wire_id, l.verdict, l.reason_code, l.reason_text, l.read_at, l.whole_at, \
             l.complete_at, l.digest, l.validator, l.diagnostics, l.first_snapshot, l.retired \
             from listing l join term k on k.id = l.kind_id join resource s on s.id = l.subject_id \
             join term t on t.id = s.type_id where l.connector_id = $1 ",
            $condition
        )
    };
}

impl Store {
    /// A listing and what it states now; `None` when it was never read.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn listing_current(
        &self,
        connector: ConnectorId,
        key: &ListingKey,
    ) -> Result<Option<ListingCurrent>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let Some(state) = state_by_key(&mut db, connector, key).await? else { return Ok(None) };
            let (facts, held) = facts_current(&mut db, state.id).await?;
            Ok(Some(ListingCurrent { state, facts, held }))
        })
        .await
    }

    /// Every listing of a connector, retired ones included, by kind and subject.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn listing_states(&self, connector: ConnectorId) -> Result<Vec<ListingState>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            states(&mut db, connector).await
        })
        .await
    }
}

/// Every listing of a connector, by kind and subject.
pub(crate) async fn states(db: &mut Connection, connector: ConnectorId) -> Result<Vec<ListingState>, Failure> {
    let query = db::query(listing_select!("order by k.word, t.word, s.wire_id"));
    query.bind(connector.0).fetch_all(db).await?.iter().map(state_of).collect()
}

async fn state_by_key(
    db: &mut Connection,
    connector: ConnectorId,
    key: &ListingKey,
) -> Result<Option<ListingState>, Failure> {
    let row = db::query(listing_select!(
        "and k.word = $2 and t.word = $3 and s.wire_id = $4 order by s.incarnation desc limit 1"
    ))
    .bind(connector.0)
    .bind(key.kind.as_str())
    .bind(key.subject.kind.as_str())
    .bind(&*key.subject.id)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(state_of).transpose()
}

async fn facts_current(db: &mut Connection, listing: ListingId) -> Result<(FactSet, FactSet), Failure> {
    let query = db::query(concat!(
        "select f.missing_since is not null, ",
        fact_columns!(),
        " from fact f where f.listing_id = $1 and f.to_snapshot is null"
    ));
    let rows = query.bind(listing.0).fetch_all(&mut *db).await?;
    let rows = rows.iter().map(|row| Ok((row.try_get(0)?, FactRow::read(row, 1)?)));
    let rows = rows.collect::<Result<Vec<(bool, FactRow)>, sqlx::Error>>()?;
    let resources: BTreeSet<i64> = rows.iter().flat_map(|(_, row)| row.resources()).collect();
    let names = Names::of(db, resources).await?;

    let (mut facts, mut held) = (Vec::with_capacity(rows.len()), Vec::new());
    for (missing, row) in &rows {
        let fact = names.fact(row)?;
        if *missing {
            held.push(fact.clone());
        }
        facts.push(fact);
    }
    Ok((FactSet::new(facts), FactSet::new(held)))
}

fn state_of(row: &Row) -> Result<ListingState, Failure> {
    let kind: String = row.try_get(1)?;
    let subject = ResourceRef::new(Term::from(row.try_get::<String, _>(2)?), row.try_get::<&str, _>(3)?);
    let moment = |column: usize| row.try_get::<Option<i64>, _>(column).map(|at| at.map(Timestamp));
    Ok(ListingState {
        id: ListingId(row.try_get(0)?),
        key: ListingKey { kind: kind.into(), subject },
        verdict: Verdict::from_parts(row.try_get(4)?, reason_of(row)?),
        read_at: Timestamp(row.try_get(7)?),
        whole_at: moment(8)?,
        complete_at: moment(9)?,
        digest: row.try_get::<Option<&[u8]>, _>(10)?.and_then(|digest| digest.try_into().ok()),
        validator: row.try_get(11)?,
        diagnostics: json_of(row, "diagnostics")?,
        first_snapshot: SnapshotId(row.try_get(13)?),
        retired: row.try_get(14)?,
    })
}

fn reason_of(row: &Row) -> Result<Option<Reason>, sqlx::Error> {
    let (code, text): (Option<String>, Option<String>) = (row.try_get(5)?, row.try_get(6)?);
    Ok(code.map(|code| Reason::new(code, text.unwrap_or_default())))
}
