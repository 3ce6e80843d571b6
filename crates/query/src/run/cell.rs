//! What columns show of a path, and how rows are ordered.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rolecall_graph::{EntityGraph, PropertyValue, ValueRef};

use crate::answer::Edge;
use crate::compile::{Binding, Column, ColumnValue, OrderBy, change_property, edge_property};
use crate::compile::{OrderValue, Slot};
use crate::table::{Cell, Kept};
use crate::value::text_of;

/// What a column shows.
pub(super) fn cell<'g>(graph: &'g EntityGraph, column: &Column, bound: &impl Binding<'g>) -> Kept<'g> {
    match &column.value {
        ColumnValue::Value(value) => value.value(graph, bound).into_property().map_or(Kept::Undefined, Kept::Value),
        ColumnValue::Whole(slot) => whole(*slot, bound),
        ColumnValue::All(slot) => all(graph, whole(*slot, bound)),
    }
}

pub(super) fn whole<'g>(slot: Slot, bound: &impl Binding<'g>) -> Kept<'g> {
    match slot {
        Slot::Entity(slot) => bound.entity(slot).map_or(Kept::Undefined, Kept::Entity),
        Slot::Union(slot) => bound.union(slot).map_or(Kept::Undefined, Kept::Entity),
        Slot::Hop(slot) => bound.edge(slot).map_or(Kept::Undefined, Kept::Relationship),
        Slot::Change(slot) => bound.change(slot).map_or(Kept::Undefined, Kept::Change),
    }
}

fn all<'g>(graph: &'g EntityGraph, of: Kept<'g>) -> Kept<'g> {
    let named = |name: &str, value: PropertyValue| (name.to_owned(), value);
    let properties: BTreeMap<String, PropertyValue> = match of {
        Kept::Entity(entity) => graph.properties(entity).map(|(name, value)| named(name, value.to_owned())).collect(),
        Kept::Relationship(Edge::Relationship(relationship)) => {
            let all = graph.relationship_properties(relationship);
            all.into_iter().map(|(name, value)| named(name, value.to_owned())).collect()
        }
        Kept::Relationship(edge) => {
            let names = ["_class", "_type", "action", "unconfirmed"];
            let value = |name: &str| edge_property(graph, edge, name).into_property();
            names.iter().filter_map(|name| Some(named(name, value(name)?))).collect()
        }
        Kept::Change(change) => {
            let names = crate::compile::OF_CHANGES;
            names.iter().filter_map(|name| Some(named(name, change_property(change, name).into_property()?))).collect()
        }
        other => return other,
    };
    Kept::Properties(properties)
}

/// A list that groups are made of is its elements joined by commas.
pub(super) fn joined(cell: Kept<'_>) -> Kept<'_> {
    match cell {
        Kept::Value(list @ PropertyValue::List(_)) => Kept::Value(PropertyValue::Text(text_of(&list).into())),
        other => other,
    }
}

/// By what something is ordered that has no columns, for one key.
pub(super) fn order_value<'g>(graph: &'g EntityGraph, order: &OrderBy, bound: &impl Binding<'g>) -> Kept<'g> {
    match &order.by {
        OrderValue::Column(_) => Kept::Undefined,
        OrderValue::Value(value) => value.value(graph, bound).into_property().map_or(Kept::Undefined, Kept::Value),
    }
}

/// How two things are ordered by their keys.
pub(super) fn by_values(order: &[OrderBy], left: &[Kept<'_>], right: &[Kept<'_>]) -> Ordering {
    let pairs = order.iter().zip(left.iter().zip(right));
    let compared = pairs.map(|(key, (left, right))| by_key(key.descending, left.as_cell(), right.as_cell()));
    compared.fold(Ordering::Equal, Ordering::then)
}

/// How two keys are ordered: what has no value comes last, whatever the direction. Entities are ordered by their number.
pub(super) fn by_key(descending: bool, left: Cell<'_>, right: Cell<'_>) -> Ordering {
    match (rank(left), rank(right)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(one), Some(other)) => {
            let found = one.cmp(&other).then_with(|| within_rank(left, right));
            if descending { found.reverse() } else { found }
        }
    }
}

const fn rank(cell: Cell<'_>) -> Option<u8> {
    match cell {
        Cell::Undefined => None,
        Cell::Value(value) => Some(value_rank(value)),
        Cell::Entity(_) | Cell::Relationship(_) | Cell::Change(_) => Some(8),
        Cell::Properties(_) => Some(9),
    }
}

const fn value_rank(value: ValueRef<'_>) -> u8 {
    match value {
        ValueRef::Flag(_) => 0,
        ValueRef::Number(_) => 1,
        ValueRef::Text(_) => 2,
        ValueRef::List(_) => 3,
    }
}

fn within_rank(left: Cell<'_>, right: Cell<'_>) -> Ordering {
    match (left, right) {
        (Cell::Value(left), Cell::Value(right)) => values(left, right),
        (Cell::Entity(left), Cell::Entity(right)) => left.cmp(&right),
        (Cell::Relationship(left), Cell::Relationship(right)) => left.cmp(&right),
        _ => Ordering::Equal,
    }
}

/// False before true before numbers before strings before lists.
pub(super) fn values(left: ValueRef<'_>, right: ValueRef<'_>) -> Ordering {
    match (left, right) {
        (ValueRef::Flag(left), ValueRef::Flag(right)) => left.cmp(&right),
        (ValueRef::Number(left), ValueRef::Number(right)) => left.total_cmp(&right),
        (ValueRef::Text(left), ValueRef::Text(right)) => left.cmp(right),
        (ValueRef::List(left), ValueRef::List(right)) => {
            let pairs = left.iter().zip(right);
            pairs
                .map(|(left, right)| values(left.as_ref(), right.as_ref()))
                .fold(Ordering::Equal, Ordering::then)
                .then(left.len().cmp(&right.len()))
        }
        _ => value_rank(left).cmp(&value_rank(right)),
    }
}

/// The same text for cells that are the same, for groups and `UNIQUE`. Lists are their elements joined by commas when
/// rows are grouped.
pub(super) fn signature(cell: Cell<'_>, grouped: bool, into: &mut String) {
    use std::fmt::Write;
    let _ = match cell {
        Cell::Undefined => write!(into, "-"),
        Cell::Value(ValueRef::List(items)) if grouped => {
            write!(into, "l{:?}", text_of(&PropertyValue::List(items.into())))
        }
        // With its length, so that no text reads as something else.
        Cell::Value(ValueRef::Text(text)) => write!(into, "t{}:{text}", text.len()),
        Cell::Value(value) => write!(into, "{value:?}"),
        Cell::Entity(entity) => write!(into, "e{}", entity.number()),
        Cell::Relationship(edge) => write!(into, "r{edge:?}"),
        Cell::Change(change) => write!(into, "c{change:?}"),
        Cell::Properties(properties) => write!(into, "p{properties:?}"),
    };
    into.push('\u{1f}');
}
