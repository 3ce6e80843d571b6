//! Relationships: numbered in the order of their start, end and kind, and readable from both ends.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::csr::Csr;
use crate::text::number_of;
use crate::view::graph::{EntityGraph, EntityId};
use crate::view::value::{PropertyValue, ValueRef};

/// A relationship of an [`EntityGraph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationshipId(u32);

impl RelationshipId {
    /// The relationship with this number; any number is allowed, and one that was not given out names nothing.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// What relationships of one kind have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationshipKind {
    /// `_type`: `npm_team_has_user`
    pub kind: Box<str>,
    /// `_class`: `HAS`
    pub class: Box<str>,
    /// Properties that are the same for all of the kind.
    pub properties: BTreeMap<Box<str>, PropertyValue>,
}

#[derive(Debug)]
pub(crate) struct Relationships {
    pub(crate) kinds: Vec<RelationshipKind>,
    /// Where those that start at each entity begin; one more than there are entities.
    starts: Vec<u32>,
    from: Vec<u32>,
    to: Vec<u32>,
    kind: Vec<u16>,
    /// Those that end at each entity.
    ending: Csr<u32>,
    /// Properties of single relationships: by name, sorted by relationship.
    own: BTreeMap<Box<str>, Vec<(u32, PropertyValue)>>,
}

/// A relationship before it has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RawRelationship {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) kind: u16,
}

impl Relationships {
    /// Numbers relationships, `own` being the properties of single ones in their final order. `O(n log n)`, and less
    /// where long runs of them are in order already.
    pub(crate) fn of(
        entities: usize,
        kinds: Vec<RelationshipKind>,
        mut raw: Vec<RawRelationship>,
        own: BTreeMap<Box<str>, Vec<(u32, PropertyValue)>>,
    ) -> Self {
        // Segments have them in rows, and a stable sort takes rows as they are.
        raw.sort();
        let (starts, to) = (starts(entities, &raw), raw.iter().map(|raw| raw.to).collect::<Vec<u32>>());
        let (from, kind) = (raw.iter().map(|raw| raw.from).collect(), raw.iter().map(|raw| raw.kind).collect());
        // Before the next table is made, for there can be millions.
        drop(raw);
        Self { kinds, starts, from, ending: Csr::places(entities, &to), to, kind, own }
    }

    fn leaving(&self, entity: u32) -> Range<u32> {
        let index = entity as usize;
        match (self.starts.get(index), self.starts.get(index.saturating_add(1))) {
            (Some(start), Some(end)) => *start..*end,
            _ => 0..0,
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let numbers = self.starts.capacity() + self.from.capacity() + self.to.capacity();
        numbers * size_of::<u32>() + self.kind.capacity() * size_of::<u16>() + self.ending.bytes()
    }
}

fn starts(entities: usize, sorted: &[RawRelationship]) -> Vec<u32> {
    let mut starts = vec![0_u32; entities + 1];
    for raw in sorted {
        if let Some(count) = starts.get_mut((raw.from as usize).saturating_add(1)) {
            *count += 1;
        }
    }
    let mut total = 0;
    for start in &mut starts {
        total += *start;
        *start = total;
    }
    starts
}

impl EntityGraph {
    /// How many relationships there are.
    #[must_use]
    pub fn relationship_count(&self) -> u32 {
        number_of(self.relationships.from.len())
    }

    /// Those that start at an entity. `O(1)` and then `O(1)` each.
    pub fn leaving(&self, entity: EntityId) -> impl ExactSizeIterator<Item = RelationshipId> + use<> {
        self.relationships.leaving(entity.number()).map(RelationshipId)
    }

    /// Those that end at an entity.
    pub fn arriving(&self, entity: EntityId) -> impl ExactSizeIterator<Item = RelationshipId> + use<'_> {
        self.relationships.ending.row(entity.number()).iter().copied().map(RelationshipId)
    }

    /// Where a relationship starts.
    #[must_use]
    pub fn start(&self, relationship: RelationshipId) -> EntityId {
        EntityId::new(self.relationships.from.get(relationship.0 as usize).copied().unwrap_or(u32::MAX))
    }

    /// Where it ends.
    #[must_use]
    pub fn end(&self, relationship: RelationshipId) -> EntityId {
        EntityId::new(self.relationships.to.get(relationship.0 as usize).copied().unwrap_or(u32::MAX))
    }

    /// The number of its kind.
    #[must_use]
    pub fn relationship_kind_number(&self, relationship: RelationshipId) -> u16 {
        self.relationships.kind.get(relationship.0 as usize).copied().unwrap_or(u16::MAX)
    }

    /// Its kind. `None` for a number that was not given out.
    #[must_use]
    pub fn relationship_kind(&self, relationship: RelationshipId) -> Option<&RelationshipKind> {
        self.relationships.kinds.get(self.relationship_kind_number(relationship) as usize)
    }

    /// All kinds, by number.
    #[must_use]
    pub fn relationship_kinds(&self) -> &[RelationshipKind] {
        &self.relationships.kinds
    }

    /// A property of a relationship: its own, its kind's, `_type`, `_class`, `_key`, `_fromEntityKey` or `_toEntityKey`
    /// (which are the keys of its ends).
    #[must_use]
    pub fn relationship_property(&self, relationship: RelationshipId, name: &str) -> Option<ValueRef<'_>> {
        let kind = self.relationship_kind(relationship)?;
        if let Some(value) = self.own_property(relationship, name) {
            return Some(value.as_ref());
        }
        if let Some(value) = kind.properties.get(name) {
            return Some(value.as_ref());
        }
        match name {
            "_type" => Some(ValueRef::Text(&kind.kind)),
            "_class" => Some(ValueRef::Text(&kind.class)),
            "_fromEntityKey" => Some(ValueRef::Text(self.key(self.start(relationship)))),
            "_toEntityKey" => Some(ValueRef::Text(self.key(self.end(relationship)))),
            _ => None,
        }
    }

    fn own_property(&self, relationship: RelationshipId, name: &str) -> Option<&PropertyValue> {
        let values = self.relationships.own.get(name)?;
        let place = values.binary_search_by_key(&relationship.0, |value| value.0).ok()?;
        values.get(place).map(|value| &value.1)
    }

    /// All properties of a relationship, by name.
    #[must_use]
    pub fn relationship_properties(&self, relationship: RelationshipId) -> BTreeMap<&str, ValueRef<'_>> {
        let of_kind = self.relationship_kind(relationship).into_iter().flat_map(|kind| kind.properties.keys());
        let own = self.relationships.own.keys();
        let names = own.chain(of_kind).map(|name| &**name);
        let names = names.chain(["_type", "_class", "_fromEntityKey", "_toEntityKey"]);
        names.filter_map(|name| Some((name, self.relationship_property(relationship, name)?))).collect()
    }
}
