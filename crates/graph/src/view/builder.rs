//! Builds a graph of any entities: for what is no connector's, such as tests' graphs and imported ones.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use rolecall_model::IdPart;

use crate::text::{NONE, Texts, number_of};
use crate::view::access::{Access, StatedAccess};
use crate::view::graph::EntityGraph;
use crate::view::index::TextIndexes;
use crate::view::relationship::{RawRelationship, RelationshipKind, Relationships};
use crate::view::shape::{Column, Shape};
use crate::view::value::PropertyValue;
use crate::view::vocabulary::Vocabulary;

/// An entity as it is given to an [`EntityGraphBuilder`].
#[derive(Clone, Debug, Default)]
pub struct EntityInput {
    /// `_type`
    pub kind: String,
    /// `_class`
    pub classes: BTreeSet<String>,
    /// `_key`
    pub key: String,
    /// The number of its connector in [`EntityGraphBuilder::connectors`].
    pub connector: u32,
    /// Whether it is gone.
    pub deleted: bool,
    /// Its other properties.
    pub properties: BTreeMap<String, PropertyValue>,
}

/// A relationship as it is given to an [`EntityGraphBuilder`].
#[derive(Clone, Debug, Default)]
pub struct RelationshipInput {
    /// The place of its start among the entities given.
    pub from: usize,
    /// The place of its end.
    pub to: usize,
    /// `_type`
    pub kind: String,
    /// `_class`
    pub class: String,
    /// Its other properties.
    pub properties: BTreeMap<String, PropertyValue>,
}

/// That someone can do something, as it is given to an [`EntityGraphBuilder`].
#[derive(Clone, Debug, Default)]
pub struct AccessInput {
    /// The place of who can among the entities given.
    pub holder: usize,
    /// The action word.
    pub action: String,
    /// The place of what it can be done with.
    pub resource: usize,
    /// Whether all that it rests on is unconfirmed.
    pub unconfirmed: bool,
}

/// What a graph is built from.
#[derive(Clone, Debug, Default)]
pub struct EntityGraphBuilder {
    /// Names of connectors, by number.
    pub connectors: Vec<String>,
    /// Entities, in any order.
    pub entities: Vec<EntityInput>,
    /// Relationships, in any order. One with an end that is not there is left out.
    pub relationships: Vec<RelationshipInput>,
    /// Access, in any order.
    pub access: Vec<AccessInput>,
}

/// The order of entities.
fn order(entity: &EntityInput) -> (&str, u32, &str) {
    (&entity.kind, entity.connector, &entity.key)
}

impl EntityGraphBuilder {
    /// The finished graph, and the number of each entity by its place in the input. `O(n log n)`.
    #[must_use]
    pub fn build(self) -> (EntityGraph, Vec<u32>) {
        let mut sorted: Vec<usize> = (0..self.entities.len()).collect();
        sorted.sort_by_key(|place| self.entities.get(*place).map(order));
        let mut numbers = vec![NONE; sorted.len()];
        for (place, number) in sorted.iter().zip(0..) {
            if let Some(slot) = numbers.get_mut(*place) {
                *slot = number;
            }
        }
        let entities: Vec<&EntityInput> = sorted.iter().filter_map(|place| self.entities.get(*place)).collect();
        let mut columns = ColumnBuilder::new(&entities);
        let shapes = shapes(&entities, &mut columns);
        let relationships = relationships(&self.relationships, &numbers);
        let access =
            Access::stated(self.access.iter().filter_map(|stated| StatedAccess::of(stated, &numbers)).collect());
        let graph = EntityGraph {
            vocabulary: vocabulary(&entities, &self),
            keys: Texts::of(entities.iter().map(|entity| &*entity.key)),
            shapes,
            names: columns.names,
            values: columns.values,
            relationships,
            access,
            connectors: self.connectors.iter().map(|name| name.as_str().into()).collect(),
            indexes: TextIndexes::default(),
        };
        (graph, numbers)
    }
}

struct ColumnBuilder {
    names: Texts,
    values: Vec<PropertyValue>,
}

impl ColumnBuilder {
    fn new(entities: &[&EntityInput]) -> Self {
        let names = entities.iter().flat_map(|entity| entity.properties.keys().map(String::as_str));
        let all: BTreeSet<&str> = names.chain(["_class", "_key", "_type"]).collect();
        Self { names: Texts::of(all), values: Vec::new() }
    }

    fn name(&self, name: &str) -> u32 {
        self.names.find(name).unwrap_or(NONE)
    }

    fn value(&mut self, value: PropertyValue) -> u32 {
        self.values.push(value);
        number_of(self.values.len()) - 1
    }

    fn columns(&mut self, entities: &[&EntityInput]) -> Vec<Column> {
        let mut columns: BTreeMap<u32, Column> = BTreeMap::new();
        for (entity, place) in entities.iter().zip(0_usize..) {
            for (name, value) in &entity.properties {
                let (name, value) = (self.name(name), self.value(value.clone()));
                let column = columns.entry(name).or_insert_with(|| Column { name, values: vec![NONE; entities.len()] });
                if let Some(slot) = column.values.get_mut(place) {
                    *slot = value;
                }
            }
        }
        columns.into_values().collect()
    }
}

fn shapes(entities: &[&EntityInput], columns: &mut ColumnBuilder) -> Vec<Shape> {
    let alike = |left: &&EntityInput, right: &&EntityInput| {
        let look = |entity: &'_ EntityInput| (entity.connector, entity.deleted);
        left.kind == right.kind && left.classes == right.classes && look(left) == look(right)
    };
    let mut start = 0;
    let shape = |chunk: &[&EntityInput]| {
        let first = *chunk.first()?;
        let entities = start..start + number_of(chunk.len());
        start = entities.end;
        let classes: Box<[Box<str>]> = first.classes.iter().map(|class| class.as_str().into()).collect();
        let mut constants = vec![
            (columns.name("_type"), columns.value(PropertyValue::Text(first.kind.as_str().into()))),
            (columns.name("_class"), columns.value(PropertyValue::texts(classes.iter().map(|class| &**class)))),
        ];
        constants.sort_unstable();
        Some(Shape {
            kind: first.kind.as_str().into(),
            classes,
            connector: first.connector,
            deleted: first.deleted,
            entities,
            key_around: Default::default(),
            of_id: vec![(columns.name("_key"), IdPart::Whole)],
            columns: columns.columns(chunk),
            constants,
            ids: OnceLock::new(),
        })
    };
    entities.chunk_by(alike).filter_map(shape).collect()
}

fn relationships(inputs: &[RelationshipInput], numbers: &[u32]) -> Relationships {
    let kinds: BTreeSet<(&str, &str)> = inputs.iter().map(|input| (&*input.class, &*input.kind)).collect();
    let places: HashMap<(&str, &str), u16> = kinds.iter().copied().zip(0..).collect();
    let raw = inputs.iter().filter_map(|input| {
        let kind = *places.get(&(&*input.class, &*input.kind))?;
        Some((RawRelationship { from: *numbers.get(input.from)?, kind, to: *numbers.get(input.to)? }, input))
    });
    let mut raw: Vec<(RawRelationship, &RelationshipInput)> = raw.collect();
    raw.sort_by_key(|(raw, _)| *raw);
    let mut own: BTreeMap<Box<str>, Vec<(u32, PropertyValue)>> = BTreeMap::new();
    for ((_, input), number) in raw.iter().zip(0..) {
        for (name, value) in &input.properties {
            own.entry(name.as_str().into()).or_default().push((number, value.clone()));
        }
    }
    let described = kinds.iter().map(|(class, kind)| RelationshipKind {
        kind: (*kind).into(),
        class: (*class).into(),
        properties: BTreeMap::new(),
    });
    Relationships::of(numbers.len(), described.collect(), raw.into_iter().map(|(raw, _)| raw).collect(), own)
}

fn vocabulary(entities: &[&EntityInput], builder: &EntityGraphBuilder) -> Vocabulary {
    let boxed = |text: &String| text.as_str().into();
    let of_entities = entities.iter().flat_map(|entity| entity.properties.keys().map(boxed));
    let of_relationships = builder.relationships.iter().flat_map(|input| input.properties.keys().map(boxed));
    let metadata = ["_class", "_key", "_type", "_fromEntityKey", "_toEntityKey"].map(Box::from);
    Vocabulary {
        types: entities.iter().map(|entity| boxed(&entity.kind)).collect(),
        classes: entities.iter().flat_map(|entity| entity.classes.iter().map(boxed)).collect(),
        properties: of_entities.chain(of_relationships).chain(metadata).collect(),
        verbs: builder.relationships.iter().map(|input| boxed(&input.class)).collect(),
        actions: builder.access.iter().map(|input| boxed(&input.action)).collect(),
    }
}
