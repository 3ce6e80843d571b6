//! People by everything that may tell whose an account is.

use std::collections::HashMap;
use std::hash::Hash;

use super::name_index::NameIndex;
use super::spelling::{local_part, normal_username};
use super::{AttributeMapping, CorrelationSettings, Person, PersonAddress, PersonKey, Subject};

/// Everybody, in the order of their keys, and how they are found. People are numbered by their place.
#[derive(Debug)]
pub(super) struct PeopleIndex<'a> {
    people: Vec<&'a Person>,
    addresses: HashMap<String, Vec<(usize, &'a PersonAddress)>>,
    subjects: HashMap<&'a Subject, Vec<usize>>,
    attributes: HashMap<(&'a str, String), Vec<usize>>,
    local_parts: HashMap<String, Vec<usize>>,
    /// By name.
    pub(super) names: NameIndex,
}

impl<'a> PeopleIndex<'a> {
    /// Of these people, in any order. Of several with the same key one counts, whatever the order.
    pub(super) fn of(people: &'a [Person], mappings: &'a [AttributeMapping]) -> Self {
        let mut people: Vec<&Person> = people.iter().collect();
        people.sort_unstable();
        people.dedup_by(|next, kept| next.key == kept.key);
        let names = NameIndex::of(&people);
        let mut index = Self {
            people: Vec::new(),
            addresses: HashMap::new(),
            subjects: HashMap::new(),
            attributes: HashMap::new(),
            local_parts: HashMap::new(),
            names,
        };
        for (number, person) in people.iter().enumerate() {
            index.note(number, person, mappings);
        }
        index.people = people;
        index
    }

    fn note(&mut self, number: usize, person: &'a Person, mappings: &'a [AttributeMapping]) {
        for address in &person.addresses {
            let Some(normal) = address.normal() else { continue };
            if let Some(local) = local_part(&normal) {
                push_once(&mut self.local_parts, local.to_owned(), number);
            }
            let holders = self.addresses.entry(normal).or_default();
            let theirs = holders.iter().rev().take_while(|(holder, _)| *holder == number);
            let is_same =
                |known: &PersonAddress| (known.is_main, known.standing) == (address.is_main, address.standing);
            if !theirs.clone().any(|(_, known)| is_same(known)) {
                holders.push((number, address));
            }
        }
        for subject in &person.subjects {
            push_once(&mut self.subjects, subject, number);
        }
        for mapping in mappings {
            let stated = person.attributes.get(&mapping.attribute).and_then(|value| normal_username(value));
            if let Some(value) = stated {
                push_once(&mut self.attributes, (mapping.attribute.as_str(), value), number);
            }
        }
    }

    /// Whoever has this number.
    pub(super) fn person(&self, number: usize) -> Option<&'a Person> {
        self.people.get(number).copied()
    }

    /// The number of whoever has this key.
    pub(super) fn number(&self, key: &PersonKey) -> Option<usize> {
        self.people.binary_search_by(|person| person.key.cmp(key)).ok()
    }

    /// Who has this normalised address, and how.
    pub(super) fn with_address(&self, normal: &str) -> &[(usize, &'a PersonAddress)] {
        self.addresses.get(normal).map_or(&[], Vec::as_slice)
    }

    /// Whom an identity provider knows like that.
    pub(super) fn with_subject(&self, subject: &Subject) -> &[usize] {
        self.subjects.get(subject).map_or(&[], Vec::as_slice)
    }

    /// Whose attribute is this normalised value.
    pub(super) fn with_attribute(&self, attribute: &'a str, value: &str) -> &[usize] {
        self.attributes.get(&(attribute, value.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// Who has an address that begins with this, before the `@`.
    pub(super) fn with_local_part(&self, local: &str) -> &[usize] {
        self.local_parts.get(local).map_or(&[], Vec::as_slice)
    }
}

/// One person is found by one word six times at most: by a main address and by an alias of each standing. So many show
/// that somebody is not alone.
const SMALLEST_CROWD: usize = 7;

/// As many of these as are looked through; how many there are goes to `skipped` when that is not all.
pub(super) fn bounded<'b, T>(
    all: &'b [T],
    word: &str,
    settings: &CorrelationSettings,
    skipped: &mut impl FnMut(&str, usize),
) -> &'b [T] {
    match all.get(..settings.crowd.max(SMALLEST_CROWD)) {
        Some(first) if first.len() < all.len() => {
            skipped(word, all.len());
            first
        }
        _ => all,
    }
}

/// Numbers come in ascending order, so that only the last one can be there already.
fn push_once<K: Eq + Hash>(map: &mut HashMap<K, Vec<usize>>, key: K, number: usize) {
    let holders = map.entry(key).or_default();
    if holders.last() != Some(&number) {
        holders.push(number);
    }
}
