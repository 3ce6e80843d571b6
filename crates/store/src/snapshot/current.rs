//! The current facts of a listing that a reading may alter.

use std::collections::BTreeSet;

use rolecall_model::Fact;
use rustc_hash::FxHashMap;

use super::ListingDelta;
use super::dictionary::{Dictionary, facts_of};
use super::incarnation::Newest;
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::fact_row::{FactRow, fact_columns};

/// A delta of more facts than this is compared with all facts of its listing.
const FEW: usize = 64;

/// The row of a current fact.
#[derive(Clone, Copy)]
pub(super) struct Current {
    pub(super) id: i64,
    pub(super) missing: bool,
    /// It names somebody who had an id that is another's now.
    pub(super) of_former: bool,
}

/// By what they state. Only our own keys are hashed, which nobody outside chooses, so that a plain hash is safe.
pub(super) type CurrentFacts = FxHashMap<FactRow, Current>;

macro_rules! current_select {
    () => {
        concat!(
            "select f.id, f.missing_since is not null, ",
            fact_columns!(),
            " from fact f where f.listing_id = $1 and f.to_snapshot is null"
        )
    };
}

/// The current facts of a listing, each as if it named whoever has its ids now, for that is how readings name them.
///
/// Where few facts are altered, only those that name the same resources: what else a large listing states need not
/// pass through the database library. Facts that name former holders are not found that way, so that all are loaded
/// where there are any such holders.
pub(super) async fn current_facts(
    db: &mut Connection,
    listing: i64,
    newest: &Newest,
    dictionary: &Dictionary<'_>,
    delta: &ListingDelta,
) -> Result<CurrentFacts, Failure> {
    let altered: Vec<&Fact> = facts_of(delta).take(FEW + 1).collect();
    let rows = if altered.len() > FEW || !newest.is_empty() {
        db::query(current_select!()).bind(listing).fetch_all(db).await?
    } else {
        let altered = altered.into_iter().map(|fact| dictionary.row(fact)).collect::<Result<Vec<_>, _>>()?;
        let named = Named::by(&altered);
        named.keys().fold(db::query(named.select()).bind(listing), db::Query::bind).fetch_all(db).await?
    };
    let current = rows.iter().map(|row| {
        let mut fact = FactRow::read(row, 2)?;
        let of_former = newest.name(&mut fact);
        Ok((fact, Current { id: row.try_get(0)?, missing: row.try_get(1)?, of_former }))
    });
    current.collect()
}

/// The resources that some facts name, as many subjects as objects.
struct Named {
    subjects: Vec<i64>,
    objects: Vec<i64>,
}

impl Named {
    /// Filled up with keys that nothing has, to a power of two, so that few different statements are prepared.
    fn by(altered: &[FactRow]) -> Self {
        let subjects: BTreeSet<i64> = altered.iter().map(|row| row.subject).collect();
        let objects: BTreeSet<i64> = altered.iter().filter_map(|row| row.object).collect();
        let count = subjects.len().max(objects.len()).max(1).next_power_of_two();
        let filled = |keys: BTreeSet<i64>| {
            let mut keys: Vec<i64> = keys.into_iter().collect();
            keys.resize(count, 0);
            keys
        };
        Self { subjects: filled(subjects), objects: filled(objects) }
    }

    fn keys(&self) -> impl Iterator<Item = i64> {
        self.subjects.iter().chain(&self.objects).copied()
    }

    /// `$1` is the listing; a place for each of [`Self::keys`] follows.
    fn select(&self) -> String {
        let count = self.subjects.len();
        format!(
            "{} and f.subject_id in ({}) and (f.object_id is null or f.object_id in ({}))",
            current_select!(),
            db::places(2, count),
            db::places(2 + count, count)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(subject: i64, object: Option<i64>) -> FactRow {
        FactRow { kind: 3, subject, object, term: None, value: None }
    }

    #[test]
    fn few_statements_are_prepared_and_every_key_has_a_place() {
        let named = Named::by(&[row(7, Some(8)), row(7, Some(9)), row(7, Some(5)), row(6, None)]);
        assert_eq!(named.keys().collect::<Vec<_>>(), [6, 7, 0, 0, 5, 8, 9, 0]);
        let conditions =
            "and f.subject_id in ($2, $3, $4, $5) and (f.object_id is null or f.object_id in ($6, $7, $8, $9))";
        assert!(named.select().ends_with(conditions), "{}", named.select());
        assert_eq!(Named::by(&[]).keys().collect::<Vec<_>>(), [0, 0]);
    }
}
