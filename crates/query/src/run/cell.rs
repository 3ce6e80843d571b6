//! What columns show of a path, and how rows are ordered.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rolecall_graph::{EntityGraph, PropertyValue};

use crate::answer::{Cell, Edge};
use crate::compile::{Binding, Column, ColumnValue, OrderBy, change_property, edge_property};
use crate::compile::{OrderValue, Slot};

/// What a column shows.
pub(super) fn cell<'g>(graph: &'g EntityGraph, column: &Column, bound: &impl Binding<'g>) -> Cell<'g> {
    match &column.value {
        ColumnValue::Value(value) => value.value(graph, bound).into_property().map_or(Cell::Undefined, Cell::Value),
        ColumnValue::Whole(slot) => whole(*slot, bound),
        ColumnValue::All(slot) => all(graph, whole(*slot, bound)),
    }
}

pub(super) fn whole<'g>(slot: Slot, bound: &impl Binding<'g>) -> Cell<'g> {
    match slot {
        Slot::Entity(slot) => bound.entity(slot).map_or(Cell::Undefined, Cell::Entity),
        Slot::Union(slot) => bound.union(slot).map_or(Cell::Undefined, Cell::Entity),
        Slot::Hop(slot) => bound.edge(slot).map_or(Cell::Undefined, Cell::Relationship),
        Slot::Change(slot) => bound.change(slot).map_or(Cell::Undefined, Cell::Change),
    }
}

fn all<'g>(graph: &'g EntityGraph, of: Cell<'g>) -> Cell<'g> {
    let named = |name: &str, value: PropertyValue| (name.to_owned(), value);
    let properties: BTreeMap<String, PropertyValue> = match of {
        Cell::Entity(entity) => graph.properties(entity).map(|(name, value)| named(name, value.to_owned())).collect(),
        Cell::Relationship(Edge::Relationship(relationship)) => {
            let all = graph.relationship_properties(relationship);
            all.into_iter().map(|(name, value)| named(name, value.to_owned())).collect()
        }
        Cell::Relationship(edge) => {
            let names = ["_class", "_type", "action", "unconfirmed"];
            let value = |name: &str| edge_property(graph, edge, name).into_property();
            names.iter().filter_map(|name| Some(named(name, value(name)?))).collect()
        }
        Cell::Change(change) => {
            let names = crate::compile::OF_CHANGES;
            names.iter().filter_map(|name| Some(named(name, change_property(change, name).into_property()?))).collect()
        }
        other => return other,
    };
    Cell::Properties(properties)
}

/// By what a row is ordered, for one key. Entities are ordered by their number.
pub(super) fn order_cell<'g>(
    graph: &'g EntityGraph,
    order: &OrderBy,
    cells: &[Cell<'g>],
    bound: &impl Binding<'g>,
) -> Cell<'g> {
    match &order.by {
        OrderValue::Column(column) => cells.get(*column).cloned().unwrap_or(Cell::Undefined),
        OrderValue::Value(value) => value.value(graph, bound).into_property().map_or(Cell::Undefined, Cell::Value),
    }
}

/// How two rows are ordered by their keys: what has no value comes last, whatever the direction.
pub(super) fn by_keys(order: &[OrderBy], left: &[Cell<'_>], right: &[Cell<'_>]) -> Ordering {
    let pairs = order.iter().zip(left.iter().zip(right));
    let compared = pairs.map(|(key, (left, right))| match (rank(left), rank(right)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(one), Some(other)) => {
            let found = one.cmp(&other).then_with(|| within_rank(left, right));
            if key.descending { found.reverse() } else { found }
        }
    });
    compared.fold(Ordering::Equal, Ordering::then)
}

fn rank(cell: &Cell<'_>) -> Option<u8> {
    match cell {
        Cell::Undefined => None,
        Cell::Value(value) => Some(value_rank(value)),
        Cell::Entity(_) | Cell::Relationship(_) | Cell::Change(_) => Some(8),
        Cell::Properties(_) => Some(9),
    }
}

const fn value_rank(value: &PropertyValue) -> u8 {
    match value {
        PropertyValue::Flag(_) => 0,
        PropertyValue::Number(_) => 1,
        PropertyValue::Text(_) => 2,
        PropertyValue::List(_) => 3,
    }
}

fn within_rank(left: &Cell<'_>, right: &Cell<'_>) -> Ordering {
    match (left, right) {
        (Cell::Value(left), Cell::Value(right)) => values(left, right),
        (Cell::Entity(left), Cell::Entity(right)) => left.cmp(right),
        (Cell::Relationship(left), Cell::Relationship(right)) => left.cmp(right),
        _ => Ordering::Equal,
    }
}

/// False before true before numbers before strings before lists.
pub(super) fn values(left: &PropertyValue, right: &PropertyValue) -> Ordering {
    match (left, right) {
        (PropertyValue::Flag(left), PropertyValue::Flag(right)) => left.cmp(right),
        (PropertyValue::Number(left), PropertyValue::Number(right)) => left.total_cmp(right),
        (PropertyValue::Text(left), PropertyValue::Text(right)) => left.cmp(right),
        (PropertyValue::List(left), PropertyValue::List(right)) => {
            let pairs = left.iter().zip(right);
            pairs
                .map(|(left, right)| values(left, right))
                .fold(Ordering::Equal, Ordering::then)
                .then(left.len().cmp(&right.len()))
        }
        _ => value_rank(left).cmp(&value_rank(right)),
    }
}

/// The same text for cells that are the same, for groups and `UNIQUE`. Lists are their elements joined by commas when
/// rows are grouped.
pub(super) fn signature(cell: &Cell<'_>, grouped: bool, into: &mut String) {
    use std::fmt::Write;
    let _ = match cell {
        Cell::Undefined => write!(into, "-"),
        Cell::Value(PropertyValue::List(items)) if grouped => {
            write!(into, "l{:?}", crate::value::text_of(&PropertyValue::List(items.clone())))
        }
        Cell::Value(value) => write!(into, "{value:?}"),
        Cell::Entity(entity) => write!(into, "e{}", entity.number()),
        Cell::Relationship(edge) => write!(into, "r{edge:?}"),
        Cell::Change(change) => write!(into, "c{change:?}"),
        Cell::Properties(properties) => write!(into, "p{properties:?}"),
    };
    into.push('\u{1f}');
}
