//! The graph view: entities with properties, and relationships between them.

use std::ops::Range;

use rolecall_model::IdPart;

use crate::text::{Texts, number_of};
use crate::view::access::Access;
use crate::view::index::TextIndexes;
use crate::view::relationship::Relationships;
use crate::view::shape::Shape;
use crate::view::value::{PropertyValue, ValueRef};
use crate::view::vocabulary::Vocabulary;

/// An entity of an [`EntityGraph`]. Numbers compare as type, connector and key do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(u32);

impl EntityId {
    /// The entity with this number; any number is allowed, and one that was not given out names nothing.
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

/// Entities and relationships as queries see them. Immutable; derived from a [`World`](crate::World) by declared
/// mappings, or built by an [`EntityGraphBuilder`](crate::EntityGraphBuilder).
#[derive(Debug)]
pub struct EntityGraph {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) keys: Texts,
    /// Names of properties, sorted.
    pub(crate) names: Texts,
    pub(crate) values: Vec<PropertyValue>,
    pub(crate) relationships: Relationships,
    pub(crate) access: Access,
    pub(crate) vocabulary: Vocabulary,
    /// Names of connectors, by number.
    pub(crate) connectors: Vec<Box<str>>,
    pub(crate) indexes: TextIndexes,
}

impl EntityGraph {
    /// How many entities there are, those that are gone included.
    #[must_use]
    pub fn len(&self) -> u32 {
        number_of(self.keys.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every entity, in order.
    pub fn entities(&self) -> impl Iterator<Item = EntityId> + use<> {
        (0..self.len()).map(EntityId)
    }

    /// How many shapes there are: runs of entities of one type with the same classes and of one connector.
    #[must_use]
    pub fn shapes(&self) -> u32 {
        number_of(self.shapes.len())
    }

    /// The numbers of a shape's entities.
    #[must_use]
    pub fn shape_entities(&self, shape: u32) -> Range<u32> {
        self.shapes.get(shape as usize).map_or(0..0, |shape| shape.entities.clone())
    }

    /// A shape's type.
    #[must_use]
    pub fn shape_type(&self, shape: u32) -> &str {
        self.shapes.get(shape as usize).map_or("", |shape| &shape.kind)
    }

    /// A shape's classes, sorted.
    pub fn shape_classes(&self, shape: u32) -> impl Iterator<Item = &str> {
        self.shapes.get(shape as usize).into_iter().flat_map(|shape| shape.classes.iter().map(|class| &**class))
    }

    /// Whether a shape's entities are gone.
    #[must_use]
    pub fn shape_is_deleted(&self, shape: u32) -> bool {
        self.shapes.get(shape as usize).is_some_and(|shape| shape.deleted)
    }

    /// The shape of an entity. `O(log shapes)`.
    #[must_use]
    pub fn shape_of(&self, entity: EntityId) -> u32 {
        number_of(self.shapes.partition_point(|shape| shape.entities.end <= entity.0))
    }

    pub(crate) fn shape(&self, entity: EntityId) -> Option<&Shape> {
        self.shapes.get(self.shape_of(entity) as usize)
    }

    /// An entity's `_type`.
    #[must_use]
    pub fn entity_type(&self, entity: EntityId) -> &str {
        self.shape(entity).map_or("", |shape| &shape.kind)
    }

    /// An entity's classes, sorted.
    pub fn classes(&self, entity: EntityId) -> impl Iterator<Item = &str> {
        self.shape_classes(self.shape_of(entity))
    }

    /// An entity's `_key`, unique among those of its type and connector.
    #[must_use]
    pub fn key(&self, entity: EntityId) -> &str {
        self.keys.get(entity.0)
    }

    /// The name of the connector that an entity is of.
    #[must_use]
    pub fn connector_name(&self, entity: EntityId) -> &str {
        let name = self.shape(entity).and_then(|shape| self.connectors.get(shape.connector as usize));
        name.map_or("", |name| name)
    }

    /// The number of a property's name. `None` when nothing has such a property. `O(log names)`.
    #[must_use]
    pub fn name(&self, name: &str) -> Option<u32> {
        self.names.find(name)
    }

    /// A property. `O(log properties)`.
    #[must_use]
    pub fn property(&self, entity: EntityId, name: &str) -> Option<ValueRef<'_>> {
        self.property_numbered(entity, self.name(name)?)
    }

    /// A property by the number of its name. `O(log shapes + log properties)`.
    #[must_use]
    pub fn property_numbered(&self, entity: EntityId, name: u32) -> Option<ValueRef<'_>> {
        self.property_in(self.shape(entity)?, entity, name)
    }

    /// The same where the shape is known already: for going through all entities of one.
    #[must_use]
    pub fn property_of_shape(&self, shape: u32, entity: EntityId, name: u32) -> Option<ValueRef<'_>> {
        self.property_in(self.shapes.get(shape as usize)?, entity, name)
    }

    fn property_in<'g>(&'g self, shape: &'g Shape, entity: EntityId, name: u32) -> Option<ValueRef<'g>> {
        let place = entity.0.checked_sub(shape.entities.start)?;
        if let Some(value) = shape.column(name).and_then(|column| column.value(place)) {
            return self.value(value);
        }
        self.without_column(shape, name).value(self, shape, entity)
    }

    /// `_id` of a shape's entities: that of their connector's instance, their type and their key. No two are the same,
    /// whichever connectors they are of, and none ever changes. `O(entities of the shape)` the first time.
    pub(crate) fn ids<'g>(&'g self, shape: &'g Shape) -> &'g Texts {
        shape.ids.get_or_init(|| {
            let instance = self.name("_integrationInstanceId").and_then(|name| shape.constant(name));
            let instance = match instance.and_then(|value| self.value(value)) {
                Some(ValueRef::Text(instance)) => instance,
                _ => self.connectors.get(shape.connector as usize).map_or("", |name| name),
            };
            let id = |entity| format!("{instance}/{}/{}", shape.kind, self.keys.get(entity));
            let ids: Vec<String> = shape.entities.clone().map(id).collect();
            Texts::of(ids.iter().map(String::as_str))
        })
    }

    pub(crate) fn value(&self, number: u32) -> Option<ValueRef<'_>> {
        self.values.get(number as usize).map(PropertyValue::as_ref)
    }

    /// All properties of an entity, by name.
    pub fn properties(&self, entity: EntityId) -> impl Iterator<Item = (&str, ValueRef<'_>)> {
        let names = self.shape(entity).map(Shape::names).unwrap_or_default();
        let found = ["_id", "_key"].into_iter().filter_map(|name| self.names.find(name));
        let mut names: Vec<u32> = names.into_iter().chain(found).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().filter_map(move |name| Some((self.names.get(name), self.property_numbered(entity, name)?)))
    }

    /// What people call an entity.
    #[must_use]
    pub fn display_name(&self, entity: EntityId) -> &str {
        match self.property(entity, "displayName") {
            Some(ValueRef::Text(name)) => name,
            _ => self.key(entity),
        }
    }

    /// The entities of a shape whose property is this text, where an index knows them: keys and ids at once, other
    /// properties from the second time on that they are asked about. `None` where every entity has to be looked at.
    #[must_use]
    pub fn find_in_shape(&self, shape: u32, name: u32, text: &str) -> Option<Vec<EntityId>> {
        let found = self.shapes.get(shape as usize)?;
        let is_id = found.column(name).is_none() && found.of_id.contains(&(name, IdPart::Whole));
        let key = match (is_id, self.names.get(name)) {
            (true, _) => format!("{}{text}{}", found.key_around.0, found.key_around.1),
            (false, "_key") => text.to_owned(),
            _ => return self.find_by_index(shape, name, text),
        };
        let place = self.keys.find_within(&key, found.entities.start, found.entities.end);
        Some(place.map(EntityId).into_iter().collect())
    }

    /// What types, classes, properties, verbs and actions there are, or could be.
    #[must_use]
    pub const fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Who can do what.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// Heap bytes in use, roughly.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let columns = self.shapes.iter().flat_map(|shape| &shape.columns);
        let columns: usize = columns.map(|column| column.values.capacity() * size_of::<u32>()).sum();
        columns + self.keys.bytes() + self.values.capacity() * size_of::<PropertyValue>() + self.relationships.bytes()
    }
}
