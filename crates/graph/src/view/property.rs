//! One property of many entities.

use rolecall_model::IdPart;

use crate::view::graph::{EntityGraph, EntityId};
use crate::view::shape::{Column, Shape, part_of};
use crate::view::value::ValueRef;

/// A property of which it is known already where each shape has it from: for reading it of many entities.
#[derive(Debug)]
pub struct PropertyReader<'g> {
    graph: &'g EntityGraph,
    /// By shape.
    sources: Vec<Source<'g>>,
    /// Where the numbers of each shape's entities end: close together, for they are looked at for every entity.
    ends: Vec<u32>,
}

/// Where the entities of one shape have a property from.
#[derive(Debug)]
struct Source<'g> {
    shape: &'g Shape,
    column: Option<&'g Column>,
    otherwise: Otherwise<'g>,
}

/// Where an entity has a property from for which no column has a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Otherwise<'g> {
    Id(IdPart),
    Constant(Option<ValueRef<'g>>),
    Key,
    WholeId,
}

impl EntityGraph {
    /// For reading a property by the number of its name. `O(shapes · log properties)`.
    #[must_use]
    pub fn reader(&self, name: u32) -> PropertyReader<'_> {
        let source = |shape| Source { shape, column: shape.column(name), otherwise: self.without_column(shape, name) };
        let sources = self.shapes.iter().map(source).collect();
        PropertyReader { graph: self, sources, ends: self.shapes.iter().map(|shape| shape.entities.end).collect() }
    }

    /// Where a shape has a property from, but for its column.
    pub(crate) fn without_column<'g>(&'g self, shape: &'g Shape, name: u32) -> Otherwise<'g> {
        if let Some((_, part)) = shape.of_id.iter().find(|(of_id, _)| *of_id == name) {
            return Otherwise::Id(*part);
        }
        if let Some(value) = shape.constant(name) {
            return Otherwise::Constant(self.value(value));
        }
        match self.names.get(name) {
            "_key" => Otherwise::Key,
            "_id" => Otherwise::WholeId,
            _ => Otherwise::Constant(None),
        }
    }
}

impl<'g> Otherwise<'g> {
    pub(crate) fn value(self, graph: &'g EntityGraph, shape: &'g Shape, entity: EntityId) -> Option<ValueRef<'g>> {
        match self {
            Self::Id(part) => part_of(part, shape.id(graph.key(entity))).map(ValueRef::Text),
            Self::Constant(value) => value,
            Self::Key => Some(ValueRef::Text(graph.key(entity))),
            Self::WholeId => {
                let place = entity.number().checked_sub(shape.entities.start)?;
                Some(ValueRef::Text(graph.ids(shape).get(place)))
            }
        }
    }
}

impl<'g> PropertyReader<'g> {
    /// The property of an entity. `O(log shapes)`.
    #[must_use]
    #[inline]
    pub fn value(&self, entity: EntityId) -> Option<ValueRef<'g>> {
        let source = self.sources.get(self.ends.partition_point(|end| *end <= entity.number()))?;
        let place = entity.number().checked_sub(source.shape.entities.start)?;
        match source.column.and_then(|column| column.value(place)) {
            Some(value) => self.graph.value(value),
            None => source.otherwise.value(self.graph, source.shape, entity),
        }
    }
}
