//! Moments by name: noted one by one, or read back all at once from bytes.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::Hash;

use rolecall_model::{EntitlementRef, ResourceRef, Term, Timestamp};

use crate::image::bytes::{Source, put_rows, put_text};

/// What a moment is kept for.
pub(crate) trait Name: Eq + Hash {
    /// What names it, part by part.
    fn parts(&self) -> Vec<&str>;
}

impl Name for (ResourceRef, EntitlementRef) {
    fn parts(&self) -> Vec<&str> {
        let (principal, EntitlementRef { resource, slug }) = self;
        vec![principal.kind.as_str(), &principal.id, resource.kind.as_str(), &resource.id, slug.as_str()]
    }
}

impl Name for (ResourceRef, Option<Term>) {
    fn parts(&self) -> Vec<&str> {
        let (resource, property) = self;
        let of_resource = [resource.kind.as_str(), &*resource.id];
        of_resource.into_iter().chain(property.as_ref().map(Term::as_str)).collect()
    }
}

/// The parts as one text, which no other parts have.
fn text_of(name: &impl Name) -> String {
    let mut text = String::new();
    for part in name.parts() {
        // Writing to a text cannot fail.
        let _ = write!(text, "{}:{part}", part.len());
    }
    text
}

/// Moments by name.
#[derive(Clone, Debug)]
pub(crate) struct Moments<K> {
    noted: HashMap<K, Timestamp>,
    read: Table,
}

impl<K> Default for Moments<K> {
    fn default() -> Self {
        Self { noted: HashMap::new(), read: Table::default() }
    }
}

/// Names in order, one after the other, and where each ends.
#[derive(Clone, Debug, Default)]
struct Table {
    names: String,
    ends: Vec<u64>,
    moments: Vec<i64>,
}

impl<K: Name> Moments<K> {
    pub(crate) fn insert(&mut self, name: K, moment: Timestamp) {
        self.noted.insert(name, moment);
    }

    /// Keeps the earliest of all moments that are noted for a name.
    pub(crate) fn insert_earliest(&mut self, name: K, moment: Timestamp) {
        let known = self.noted.entry(name).or_insert(moment);
        *known = moment.min(*known);
    }

    pub(crate) fn get(&self, name: &K) -> Option<Timestamp> {
        let noted = self.noted.get(name).copied();
        noted.or_else(|| if self.read.ends.is_empty() { None } else { self.read.get(&text_of(name)) })
    }

    /// Adds what was noted after `first` to bytes: of anything else nothing is ever asked.
    pub(crate) fn put(&self, first: Timestamp, bytes: &mut Vec<u8>) {
        let noted = self.noted.iter().filter(|(_, moment)| **moment > first);
        let mut sorted: Vec<(String, i64)> = noted.map(|(name, moment)| (text_of(name), moment.0)).collect();
        sorted.sort_unstable();
        let mut table = Table::default();
        for (name, moment) in &sorted {
            table.names.push_str(name);
            table.ends.push(table.names.len() as u64);
            table.moments.push(*moment);
        }
        put_text(bytes, &table.names);
        put_rows(bytes, table.ends.iter().map(|end| end.to_le_bytes()));
        put_rows(bytes, table.moments.iter().map(|moment| moment.to_le_bytes()));
    }

    /// What [`Moments::put`] added. `None` for anything else.
    pub(crate) fn take(source: &mut Source<'_>) -> Option<Self> {
        let names = source.text()?;
        let (ends, moments) = (source.rows(u64::from_le_bytes)?, source.rows(i64::from_le_bytes)?);
        let read = Table { names, ends, moments };
        read.is_sound().then(|| Self { noted: HashMap::new(), read })
    }
}

impl Table {
    fn is_sound(&self) -> bool {
        let ends = self.ends.iter().map(|end| usize::try_from(*end).unwrap_or(usize::MAX));
        self.ends.len() == self.moments.len()
            && self.ends.is_sorted()
            && self.ends.last().copied().unwrap_or(0) == self.names.len() as u64
            && ends.clone().all(|end| self.names.is_char_boundary(end))
            && (0..self.ends.len()).map(|place| self.name(place)).is_sorted()
    }

    fn name(&self, place: usize) -> &str {
        let end = |place: usize| self.ends.get(place).and_then(|end| usize::try_from(*end).ok());
        let start = place.checked_sub(1).map_or(Some(0), end);
        let range = start.zip(end(place));
        range.and_then(|(start, end)| self.names.get(start..end)).unwrap_or_default()
    }

    /// `O(log names)`.
    fn get(&self, name: &str) -> Option<Timestamp> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.name(middle).cmp(name) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return self.moments.get(middle).copied().map(Timestamp),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_the_same_after_they_were_bytes() {
        let name = |number: i64| {
            let user = ResourceRef::new("user", format!("é{number}"));
            (user, ResourceRef::new("team", "core").entitlement(if number % 2 == 0 { "member" } else { "owner" }))
        };
        let mut moments = Moments::default();
        (0..100).for_each(|number| moments.insert(name(number), Timestamp(number)));
        moments.insert_earliest(name(99), Timestamp(70));
        let mut bytes = Vec::new();
        moments.put(Timestamp(9), &mut bytes);
        let read = Moments::take(&mut Source::of(&bytes)).unwrap();
        for number in 10..100 {
            assert_eq!(read.get(&name(number)), moments.get(&name(number)));
        }
        assert_eq!([read.get(&name(9)), read.get(&name(100))], [None, None]);
        for length in 0..bytes.len() {
            let cut = Moments::<(ResourceRef, EntitlementRef)>::take(&mut Source::of(&bytes[..length]));
            assert!(cut.is_none(), "{length} bytes");
        }
    }

    #[test]
    fn names_that_run_together_are_told_apart() {
        let name = |kind: &'static str, id: &str, property: Option<&'static str>| {
            text_of(&(ResourceRef::new(kind, id), property.map(Term::declared)))
        };
        let names = [name("a", "bc", None), name("ab", "c", None), name("a", "b", Some("c")), name("a", "1:c", None)];
        assert!(names.iter().enumerate().all(|(place, one)| !names[..place].contains(one)));
    }
}
