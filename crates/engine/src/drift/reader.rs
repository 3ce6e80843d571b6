//! What stands in a file, by itself: mappings, lists, names and flags, and what is none of them where it should be.

use std::collections::BTreeMap;

use super::mistake::Mistakes;
use crate::placed::{Place, Placed, PlacedValue};

/// A name in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) text: String,
    pub(super) place: Place,
}

/// Reads values, and tells what is wrong.
pub(super) struct Reader<'m> {
    pub(super) mistakes: &'m mut Mistakes,
}

impl Reader<'_> {
    pub(super) fn wrong(&mut self, place: Place, text: impl Into<String>) {
        self.mistakes.add(place, text);
    }

    /// The entries of a mapping, each key once. An empty value is an empty mapping.
    pub(super) fn entries<'p>(&mut self, what: &str, placed: &'p Placed) -> Vec<(Named, &'p Placed)> {
        let entries = match &placed.value {
            PlacedValue::Entries(entries) => entries,
            PlacedValue::Nothing => return Vec::new(),
            other => {
                self.wrong(placed.place, format!("{what} is a mapping, and this is {}", other.kind()));
                return Vec::new();
            }
        };
        let (mut read, mut first) = (Vec::new(), BTreeMap::new());
        for (key, value) in entries {
            let Some(name) = self.name("a key", key) else { continue };
            match first.get(&name.text) {
                Some(Place { line, .. }) => {
                    self.wrong(name.place, format!("{:?} stands in line {line} already", name.text));
                }
                None => {
                    first.insert(name.text.clone(), name.place);
                    read.push((name, value));
                }
            }
        }
        read
    }

    /// The names of a list. A lone name is a list of one, and an empty value has none.
    pub(super) fn names(&mut self, what: &str, placed: &Placed) -> Vec<Named> {
        match &placed.value {
            PlacedValue::Nothing => Vec::new(),
            PlacedValue::List(items) => items.iter().filter_map(|item| self.name(what, item)).collect(),
            _ => self.name(what, placed).into_iter().collect(),
        }
    }

    /// A name or any other text.
    pub(super) fn name(&mut self, what: &str, placed: &Placed) -> Option<Named> {
        let place = placed.place;
        match &placed.value {
            PlacedValue::Text(text) if !text.is_empty() => return Some(Named { text: text.clone(), place }),
            PlacedValue::Text(_) => self.wrong(place, format!("{what} is a text, and this is empty")),
            PlacedValue::Number(_) | PlacedValue::Flag(_) | PlacedValue::Nothing => {
                let kind = placed.value.kind();
                self.wrong(
                    place,
                    format!("{what} is a text, and this is {kind}: write it in quotes if that is its name"),
                );
            }
            other => self.wrong(place, format!("{what} is a text, and this is {}", other.kind())),
        }
        None
    }
}

/// The value of a flag, where it is one: anything else is what is called so.
pub(super) const fn flag(placed: &Placed) -> Option<bool> {
    match &placed.value {
        PlacedValue::Flag(flag) => Some(*flag),
        _ => None,
    }
}
