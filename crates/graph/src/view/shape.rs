//! Entities that look alike: of one type, with the same classes, of one connector. Their properties are columns.

use std::ops::Range;
use std::sync::OnceLock;

use rolecall_model::IdPart;

use crate::text::{NONE, Texts};

/// Entities that look alike. They are numbered one after the other, in the order of their keys.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) kind: Box<str>,
    /// Sorted.
    pub(crate) classes: Box<[Box<str>]>,
    /// The segment of the world, or whatever numbers connectors in a graph that is not of a world.
    pub(crate) connector: u32,
    /// Whether they are gone.
    pub(crate) deleted: bool,
    pub(crate) entities: Range<u32>,
    /// What stands before and behind the id in a key.
    pub(crate) key_around: (Box<str>, Box<str>),
    /// Names of properties that are the id, or a part of it, where no column says otherwise.
    pub(crate) of_id: Vec<(u32, IdPart)>,
    /// By name.
    pub(crate) columns: Vec<Column>,
    /// Properties that are the same for all: name and value, by name.
    pub(crate) constants: Vec<(u32, u32)>,
    /// `_id` of each entity. They are long, and hardly anybody asks for them.
    pub(crate) ids: OnceLock<Texts>,
}

/// One property of all entities of a shape.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: u32,
    /// The number of each entity's value; [`NONE`] where there is none.
    pub(crate) values: Vec<u32>,
}

impl Column {
    pub(crate) fn value(&self, place: u32) -> Option<u32> {
        self.values.get(place as usize).copied().filter(|value| *value != NONE)
    }
}

/// The part of an id.
pub(crate) fn part_of(part: IdPart, id: &str) -> Option<&str> {
    match part {
        IdPart::Whole => Some(id),
        IdPart::Before(at) => id.rsplit_once(at).map(|(before, _)| before),
        IdPart::After(at) => Some(id.rsplit_once(at).map_or(id, |(_, after)| after)),
    }
}

impl Shape {
    pub(crate) fn column(&self, name: u32) -> Option<&Column> {
        let place = self.columns.binary_search_by_key(&name, |column| column.name).ok()?;
        self.columns.get(place)
    }

    pub(crate) fn constant(&self, name: u32) -> Option<u32> {
        let place = self.constants.binary_search_by_key(&name, |constant| constant.0).ok()?;
        self.constants.get(place).map(|constant| constant.1)
    }

    /// The id in a key of this shape.
    pub(crate) fn id<'k>(&self, key: &'k str) -> &'k str {
        let end = key.len().saturating_sub(self.key_around.1.len());
        key.get(self.key_around.0.len()..end).unwrap_or(key)
    }
}

impl Shape {
    /// The numbers of all names that its entities can have a value for.
    pub(crate) fn names(&self) -> Vec<u32> {
        let columns = self.columns.iter().map(|column| column.name);
        let of_id = self.of_id.iter().map(|of_id| of_id.0);
        columns.chain(of_id).chain(self.constants.iter().map(|constant| constant.0)).collect()
    }
}
