//! Reading very many rows: bulk scan.
//!
//! A row costs microseconds on its way through the database library, and a large organisation has millions of them.
//! So the database puts the facts of one listing, and the resources of one type, together in one row: a text for each
//! column. A column of numbers is gathered several times as fast as a text that is put together fact by fact.

use crate::db::{Connection, Row};
use crate::error::Failure;
use crate::{postgres, sqlite};

macro_rules! packed {
    ($gathered:literal, $condition:literal) => {
        concat!(
            "select max(l.id), ",
            $gathered,
            "(cast(f.subject_id * 16 + f.kind * 2 + f.baseline as text), ','), ",
            $gathered,
            "(cast(coalesce(f.object_id, 0) as text), ','), ",
            $gathered,
            "(cast(coalesce(f.term_id, 0) as text), ','), ",
            $gathered,
            "(cast(f.from_snapshot as text), ','), ",
            $gathered,
            "(f.value, '\n') from listing l join fact f on f.listing_id = l.id \
             where l.connector_id = $1 and f.missing_since is null and ",
            $condition,
            // In the order of an index, so that nothing is sorted.
            " group by l.connector_id, l.kind_id, l.subject_id"
        )
    };
}

pub(crate) use packed;

/// The queries of one engine.
#[derive(Clone, Copy)]
pub(crate) struct Packed {
    /// The facts without a mark that are current of the connector `$1`, one row for each listing that has any: its key
    /// and the columns that [`PackedFacts`] takes apart.
    pub(crate) present: &'static str,
    /// The same of what was current when the snapshot `$2` was, and never had a mark.
    pub(crate) past: &'static str,
    /// The resources of the connector `$1`, one row for each type: its key and the columns that [`PackedResources`]
    /// takes apart.
    pub(crate) resources: &'static str,
}

/// The queries of one engine, which calls by names of its own what gathers texts and what counts a text's bytes.
macro_rules! packed_of {
    ($gathered:literal, $bytes:literal) => {
        crate::packed::Packed {
            present: crate::packed::packed!($gathered, "f.to_snapshot is null"),
            past: crate::packed::packed!(
                $gathered,
                "f.from_snapshot <= $2 and (f.to_snapshot is null or f.to_snapshot > $2) \
                 and not exists (select 1 from mark_past m where m.fact_id = f.id)"
            ),
            resources: concat!(
                "select type_id, ",
                $gathered,
                "(cast(id as text), ','), ",
                $gathered,
                "(cast(",
                $bytes,
                " as text), ','), ",
                $gathered,
                "(wire_id, '') from resource where connector_id = $1 group by type_id"
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

/// One fact of a row; 0 where there is no object or term, for keys begin at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PackedFact<'r> {
    pub(crate) kind: i64,
    pub(crate) subject: i64,
    pub(crate) object: Option<i64>,
    pub(crate) term: Option<i64>,
    pub(crate) value: Option<&'r str>,
    pub(crate) since: i64,
    pub(crate) baseline: bool,
}

/// A row of facts, taken apart one by one.
pub(crate) struct PackedFacts<'r> {
    heads: Numbers<'r>,
    objects: Numbers<'r>,
    terms: Numbers<'r>,
    since: Numbers<'r>,
    /// Of properties alone. JSON has no line breaks but in its own spelling.
    values: Option<std::str::Split<'r, char>>,
}

impl<'r> PackedFacts<'r> {
    /// The five columns after the listing's key.
    pub(crate) fn of(row: &'r Row) -> Result<Self, Failure> {
        let values: Option<&str> = row.try_get(5)?;
        Ok(Self::of_columns([row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?], values))
    }

    fn of_columns([heads, objects, terms, since]: [&'r str; 4], values: Option<&'r str>) -> Self {
        Self {
            heads: Numbers::of(heads),
            objects: Numbers::of(objects),
            terms: Numbers::of(terms),
            since: Numbers::of(since),
            values: values.map(|values| values.split('\n')),
        }
    }

    fn fact(&mut self) -> Option<PackedFact<'r>> {
        let head = self.heads.take()?;
        let kind = head / 2 % 8;
        Some(PackedFact {
            kind,
            subject: head / 16,
            object: Some(self.objects.take()?).filter(|key| *key != 0),
            term: Some(self.terms.take()?).filter(|key| *key != 0),
            value: if kind == PROPERTY { Some(self.values.as_mut()?.next()?) } else { None },
            since: self.since.take()?,
            baseline: head % 2 == 1,
        })
    }
}

const PROPERTY: i64 = rolecall_model::FactKind::Property.number();

impl<'r> Iterator for PackedFacts<'r> {
    type Item = Result<PackedFact<'r>, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.heads.is_at_end() {
            // A value more than there are properties would be another property's.
            return self.values.take()?.next().map(|_| Err(unreadable("facts")));
        }
        let fact = self.fact();
        if fact.is_none() {
            (self.heads, self.values) = (Numbers::of(""), None);
        }
        Some(fact.ok_or_else(|| unreadable("facts")))
    }
}

/// A row of resources: the key and the wire id of each.
pub(crate) struct PackedResources<'r> {
    keys: Numbers<'r>,
    lengths: Numbers<'r>,
    ids: &'r str,
}

impl<'r> PackedResources<'r> {
    /// The three columns after the type's key.
    pub(crate) fn of(row: &'r Row) -> Result<Self, Failure> {
        let (keys, lengths) = (Numbers::of(row.try_get(1)?), Numbers::of(row.try_get(2)?));
        Ok(Self { keys, lengths, ids: row.try_get(3)? })
    }

    fn resource(&mut self) -> Option<(i64, &'r str)> {
        let length = self.lengths.take()?.try_into().ok()?;
        let (id, rest) = self.ids.split_at_checked(length)?;
        self.ids = rest;
        Some((self.keys.take()?, id))
    }
}

impl<'r> Iterator for PackedResources<'r> {
    type Item = Result<(i64, &'r str), Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.keys.is_at_end() {
            return None;
        }
        let resource = self.resource();
        if resource.is_none() {
            self.keys = Numbers::of("");
        }
        Some(resource.ok_or_else(|| unreadable("resources")))
    }
}

fn unreadable(what: &str) -> Failure {
    Failure::Corrupt(format!("a row of {what} is unreadable"))
}

/// Whole numbers from 0 on, parted by commas.
struct Numbers<'r>(Option<&'r [u8]>);

impl<'r> Numbers<'r> {
    const fn of(text: &'r str) -> Self {
        Self(if text.is_empty() { None } else { Some(text.as_bytes()) })
    }

    const fn is_at_end(&self) -> bool {
        self.0.is_none()
    }

    /// The next one; `None` at the end, and where there is something else.
    fn take(&mut self) -> Option<i64> {
        let text = self.0?;
        let mut number = 0_i64;
        for (place, byte) in text.iter().enumerate() {
            match byte {
                b'0'..=b'9' => number = number.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?,
                b',' if place > 0 => {
                    self.0 = text.get(place + 1..);
                    return Some(number);
                }
                _ => return None,
            }
        }
        self.0 = None;
        (!text.is_empty()).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(columns: [&'static str; 4], values: Option<&'static str>) -> Option<Vec<PackedFact<'static>>> {
        PackedFacts::of_columns(columns, values).map(Result::ok).collect()
    }

    #[test]
    fn what_is_absent_stays_absent_and_rubbish_is_refused() {
        let found = facts(["115,118,116", "0,8,0", "0,2,5", "3,3,4"], Some("true")).unwrap();
        let of = |place: usize| (found[place].kind, found[place].subject, found[place].object, found[place].term);
        assert_eq!(of(0), (1, 7, None, None));
        assert_eq!((of(1), of(2)), ((3, 7, Some(8), Some(2)), (2, 7, None, Some(5))));
        let known = |place: usize| (found[place].value, found[place].since, found[place].baseline);
        assert_eq!((known(0), known(2)), ((None, 3, true), (Some("true"), 4, false)));
        assert_eq!(facts(["", "", "", ""], None), Some(Vec::new()));
        let rubbish = [
            ["x", "0", "0", "3"],
            ["115,", "0,0", "0,0", "3,3"],
            [",115", "0,0", "0,0", "3,3"],
            ["115,115", "0", "0,0", "3,3"],
            ["115", "-1", "0", "3"],
            ["115", "0", "99999999999999999999", "3"],
            ["115", "0", "0", ""],
        ];
        assert!(rubbish.into_iter().all(|columns| facts(columns, None).is_none()));
        let values = |values| facts(["116,116", "0,0", "5,5", "4,4"], values);
        assert!(values(Some("1\n2")).is_some());
        assert!([None, Some("1"), Some("1\n2\n3")].into_iter().all(|wrong| values(wrong).is_none()));
    }

    #[test]
    fn resources_are_parted_by_their_lengths() {
        let resources = |keys, lengths, ids| -> Option<Vec<_>> {
            PackedResources { keys: Numbers::of(keys), lengths: Numbers::of(lengths), ids }.map(Result::ok).collect()
        };
        assert_eq!(resources("4,9,5", "1,0,3", "aé,"), Some(vec![(4, "a"), (9, ""), (5, "é,")]));
        for (keys, lengths, ids) in [("4", "2", "a"), ("4", "1", "é"), ("4,5", "1", "ab"), ("4", "", "a")] {
            assert_eq!(resources(keys, lengths, ids), None);
        }
    }
}
