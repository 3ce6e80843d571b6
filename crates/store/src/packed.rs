//! Reading very many rows: bulk scan.
//!
//! A row costs microseconds on its way through the database library, and a large organisation has millions of them.
//! So the database puts the facts of one listing together as text, one row for each listing.

use crate::db::Connection;
use crate::error::Failure;
use crate::fact_row::FactRow;
use crate::{postgres, sqlite};

macro_rules! packed {
    ($gathered:literal, $condition:literal) => {
        concat!(
            "select l.id, (select ",
            $gathered,
            "(f.kind || ' ' || f.subject_id || ' ' || coalesce(f.object_id, 0) || ' ' || coalesce(f.term_id, 0) || ' ' || \
             f.from_snapshot || ' ' || f.baseline, ',') \
             from fact f where f.listing_id = l.id and f.kind <> 2 and f.missing_since is null and ",
            $condition,
            ") from listing l where l.connector_id = $1"
        )
    };
}

pub(crate) use packed;

/// The facts that carry no value and no mark, one row for each listing that has any: `kind subject object term
/// from_snapshot baseline`, with 0 where there is none (keys begin at 1), parted by commas.
#[derive(Clone, Copy)]
pub(crate) struct Packed {
    /// Of what is current of the connector `$1`.
    pub(crate) present: &'static str,
    /// Of what was current when the snapshot `$2` was, and never had a mark.
    pub(crate) past: &'static str,
}

/// The queries of one engine, which calls what gathers texts by a name of its own.
macro_rules! packed_of {
    ($gathered:literal) => {
        crate::packed::Packed {
            present: crate::packed::packed!($gathered, "f.to_snapshot is null"),
            past: crate::packed::packed!(
                $gathered,
                "f.from_snapshot <= $2 and (f.to_snapshot is null or f.to_snapshot > $2) \
                 and not exists (select 1 from mark_past m where m.fact_id = f.id)"
            ),
        }
    };
}

pub(crate) use packed_of;

/// The queries for the engine behind a connection.
pub(crate) const fn packed_queries(db: &Connection) -> Packed {
    match db {
        Connection::Sqlite(_) => sqlite::PACKED,
        Connection::Postgres(_) => postgres::PACKED,
    }
}

/// One fact of such a row.
pub(crate) struct PackedFact {
    pub(crate) row: FactRow,
    pub(crate) since: i64,
    pub(crate) baseline: bool,
}

/// Takes a row's text apart.
pub(crate) fn packed_facts(text: &str) -> impl Iterator<Item = Result<PackedFact, Failure>> {
    let facts = text.split(',').filter(|fact| !fact.is_empty());
    facts.map(|fact| packed_fact(fact).ok_or_else(|| Failure::Corrupt(format!("a fact is unreadable: {fact}"))))
}

fn packed_fact(text: &str) -> Option<PackedFact> {
    let mut parts = text.split(' ');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (kind, subject) = (number()?, number()?);
    let (object, term) = (Some(number()?).filter(|key| *key != 0), Some(number()?).filter(|key| *key != 0));
    let row = FactRow { kind, subject, object, term, value: None };
    Some(PackedFact { row, since: number()?, baseline: number()? == 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_stays_absent_and_rubbish_is_none() {
        let fact = packed_fact("1 7 0 0 3 1").unwrap();
        assert_eq!((fact.row.object, fact.row.term, fact.since, fact.baseline), (None, None, 3, true));
        assert_eq!(packed_fact("3 7 8 2 3 0").unwrap().row.object, Some(8));
        for rubbish in ["", "1", "1 2 3", "x 2 3 4 5 6", "1 2 3 4 x 6"] {
            assert!(packed_fact(rubbish).is_none(), "{rubbish:?}");
        }
    }
}
