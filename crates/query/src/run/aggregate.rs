//! Groups of paths, and what is counted in them. Each thing counts once in a group.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use rolecall_graph::{EntityGraph, EntityId, PropertyValue};

use super::cell::{cell, signature, values};
use super::row::{Row, RowKey};
use super::table::{Draft, Shape, finish};
use crate::answer::{Cell, Edge};
use crate::changes::Change;
use crate::compile::{Aggregate, AggregateFunction, Binding, Columns, Notes, Slot};
use crate::value::{Scalar, text_of};

/// What one aggregate has come to so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    count: u64,
    numbers: u64,
    sum: f64,
    least: Option<PropertyValue>,
    most: Option<PropertyValue>,
}

impl Tally {
    /// Counts things of which only the number matters.
    pub(super) const fn count(&mut self, things: u64) {
        self.count += things;
    }

    /// Counts the value of one thing.
    pub(super) fn add(&mut self, value: &Scalar<'_>) {
        if value.is_undefined() {
            return;
        }
        self.count += 1;
        if let Some(number) = value.number() {
            self.numbers += 1;
            self.sum += number;
        }
        let Some(value) = value.clone().into_property().filter(|value| !matches!(value, PropertyValue::List(_))) else {
            return;
        };
        if self.least.as_ref().is_none_or(|least| values(&value, least).is_lt()) {
            self.least = Some(value.clone());
        }
        if self.most.as_ref().is_none_or(|most| values(&value, most).is_gt()) {
            self.most = Some(value);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "no group has 2⁵³ things in it")]
    pub(super) fn value<'g>(&self, function: AggregateFunction) -> Scalar<'g> {
        let least = |value: &Option<PropertyValue>| value.as_ref().map_or(Scalar::Undefined, crate::compile::owned);
        match function {
            AggregateFunction::Count => Scalar::Number(self.count as f64),
            AggregateFunction::Sum => Scalar::Number(self.sum),
            AggregateFunction::Average if self.numbers == 0 => Scalar::Undefined,
            AggregateFunction::Average => Scalar::Number(self.sum / self.numbers as f64),
            AggregateFunction::Least => least(&self.least),
            AggregateFunction::Most => least(&self.most),
        }
    }
}

/// A thing that counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Thing<'g> {
    Entity(EntityId),
    Edge(Edge<'g>),
    /// By slot of its entity: changes of the same entity in the same window have the same places.
    Change(Option<EntityId>, usize),
}

/// A group of paths.
#[derive(Debug)]
struct Group<'g> {
    first: Row<'g>,
    key: RowKey<'g>,
    tallies: Vec<Tally>,
    seen: Vec<HashSet<Thing<'g>>>,
}

/// Collects groups.
#[derive(Debug)]
pub(super) struct GroupSink<'q, 'g> {
    graph: &'g EntityGraph,
    columns: &'q Columns,
    /// By slot of each change, that of its entity.
    change_entities: Vec<usize>,
    groups: HashMap<String, Group<'g>>,
}

impl<'q, 'g> GroupSink<'q, 'g> {
    pub(super) fn new(graph: &'g EntityGraph, columns: &'q Columns, change_entities: Vec<usize>) -> Self {
        Self { graph, columns, change_entities, groups: HashMap::new() }
    }

    pub(super) fn add(&mut self, row: &Row<'g>) -> ControlFlow<()> {
        let (text, key) = (group_of(self.graph, self.columns, row), row.key());
        let aggregates = &self.columns.aggregates;
        let group = self.groups.entry(text).or_insert_with(|| Group {
            first: row.clone(),
            key: key.clone(),
            tallies: vec![Tally::default(); aggregates.len()],
            seen: vec![HashSet::new(); aggregates.len()],
        });
        if key < group.key {
            (group.first, group.key) = (row.clone(), key);
        }
        for ((aggregate, tally), seen) in aggregates.iter().zip(&mut group.tallies).zip(&mut group.seen) {
            if thing(aggregate.of, row, &self.change_entities).is_some_and(|thing| seen.insert(thing)) {
                tally_up(self.graph, aggregate, row, tally);
            }
        }
        ControlFlow::Continue(())
    }

    pub(super) fn finish(self, shape: Shape<'_>, notes: &Notes) -> Vec<Vec<Cell<'g>>> {
        let mut groups: Vec<Group<'g>> = self.groups.into_values().collect();
        groups.sort_by(|left, right| left.key.cmp(&right.key));
        let made = groups.into_iter().map(|group| (group.first, group.tallies)).collect();
        finish_groups(self.graph, shape, made, notes)
    }
}

/// Rows of groups, in the order of their first paths.
pub(super) fn finish_groups<'g>(
    graph: &'g EntityGraph,
    shape: Shape<'_>,
    mut groups: Vec<(Row<'g>, Vec<Tally>)>,
    notes: &Notes,
) -> Vec<Vec<Cell<'g>>> {
    let columns = shape.columns;
    if groups.is_empty() && columns.columns.iter().all(crate::compile::Column::has_aggregate) {
        groups.push((Row::default(), vec![Tally::default(); columns.aggregates.len()]));
    }
    let draft = |(first, tallies): &(Row<'g>, Vec<Tally>)| {
        let bound = GroupRow { first, tallies, aggregates: &columns.aggregates };
        let cells: Vec<Cell<'g>> = columns.columns.iter().map(|column| joined(cell(graph, column, &bound))).collect();
        let order = columns.order.iter().map(|order| super::cell::order_cell(graph, order, &cells, &bound)).collect();
        Draft { cells, order, key: None }
    };
    let drafts = groups.iter().map(draft).collect();
    finish(graph, Shape { sorts: false, ..shape }, drafts, notes)
}

/// A list that groups are made of is its elements joined by commas.
fn joined(cell: Cell<'_>) -> Cell<'_> {
    match cell {
        Cell::Value(list @ PropertyValue::List(_)) => Cell::Value(PropertyValue::Text(text_of(&list).into())),
        other => other,
    }
}

/// What tells a path's group from others.
pub(super) fn group_of<'g>(graph: &'g EntityGraph, columns: &Columns, bound: &impl Binding<'g>) -> String {
    let mut text = String::new();
    for column in columns.columns.iter().filter(|column| !column.has_aggregate()) {
        signature(&cell(graph, column, bound), true, &mut text);
    }
    text
}

fn thing<'g>(slot: Slot, row: &Row<'g>, change_entities: &[usize]) -> Option<Thing<'g>> {
    match slot {
        Slot::Entity(slot) => row.entity(slot).map(Thing::Entity),
        Slot::Union(slot) => row.union(slot).map(Thing::Entity),
        Slot::Hop(slot) => row.edge(slot).map(Thing::Edge),
        Slot::Change(slot) => {
            let entity = change_entities.get(slot).and_then(|entity| row.entity(*entity));
            let (place, _): (usize, &'g Change) = row.changes.get(slot).copied().flatten()?;
            Some(Thing::Change(entity, place))
        }
    }
}

fn tally_up<'g>(graph: &'g EntityGraph, aggregate: &Aggregate, row: &Row<'g>, tally: &mut Tally) {
    match &aggregate.property {
        None => tally.count(1),
        Some(property) => tally.add(&property.value(graph, row)),
    }
}

/// A group as its columns see it.
struct GroupRow<'r, 'g> {
    first: &'r Row<'g>,
    tallies: &'r [Tally],
    aggregates: &'r [Aggregate],
}

impl<'g> Binding<'g> for GroupRow<'_, 'g> {
    fn entity(&self, slot: usize) -> Option<EntityId> {
        self.first.entity(slot)
    }

    fn union(&self, slot: usize) -> Option<EntityId> {
        self.first.union(slot)
    }

    fn edge(&self, slot: usize) -> Option<Edge<'g>> {
        self.first.edge(slot)
    }

    fn change(&self, slot: usize) -> Option<&'g Change> {
        self.first.change(slot)
    }

    fn aggregate(&self, number: usize) -> Scalar<'g> {
        let function = self.aggregates.get(number).map(|aggregate| aggregate.function);
        function.zip(self.tallies.get(number)).map_or(Scalar::Undefined, |(function, tally)| tally.value(function))
    }
}
