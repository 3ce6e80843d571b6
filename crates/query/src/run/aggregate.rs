//! Groups of paths, and what is counted in them. Each thing counts once in a group.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use rolecall_graph::{EntityGraph, EntityId, PropertyValue};

use super::cell::{cell, signature, values};
use super::row::{Row, RowKey};
use super::table::{Rows, Shape};
use crate::answer::Edge;
use crate::changes::Change;
use crate::compile::{Aggregate, AggregateFunction, Binding, ColumnValue, Columns, Notes, Slot};
use crate::table::{Cell, Table};
use crate::value::Scalar;

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
        if self.least.as_ref().is_none_or(|least| values(value.as_ref(), least.as_ref()).is_lt()) {
            self.least = Some(value.clone());
        }
        if self.most.as_ref().is_none_or(|most| values(value.as_ref(), most.as_ref()).is_gt()) {
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
        let (mut text, key) = (String::new(), row.key());
        group_of(self.graph, self.columns, row, &mut text);
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

    pub(super) fn finish(self, shape: Shape<'_>, notes: &Notes) -> Table<'g> {
        let mut groups: Vec<Group<'g>> = self.groups.into_values().collect();
        groups.sort_by(|left, right| left.key.cmp(&right.key));
        let mut rows = Groups::new(self.graph, shape);
        groups.iter().for_each(|group| rows.add(&group.first, &group.tallies));
        rows.finish(notes)
    }
}

/// Rows of groups, in the order of their first paths.
pub(super) struct Groups<'q, 'g> {
    columns: &'q Columns,
    rows: Rows<'q, 'g>,
}

impl<'q, 'g> Groups<'q, 'g> {
    pub(super) fn new(graph: &'g EntityGraph, shape: Shape<'q>) -> Self {
        Self { columns: shape.columns, rows: Rows::new(graph, Shape { sorts: false, ..shape }) }
    }

    pub(super) fn add(&mut self, first: &impl Binding<'g>, tallies: &[Tally]) {
        let group = GroupRow { first, tallies, aggregates: &self.columns.aggregates };
        let _ = self.rows.add(&group, RowKey::default);
    }

    pub(super) fn finish(mut self, notes: &Notes) -> Table<'g> {
        if self.rows.is_empty() && self.columns.columns.iter().all(crate::compile::Column::has_aggregate) {
            self.add(&Row::default(), &vec![Tally::default(); self.columns.aggregates.len()]);
        }
        self.rows.finish(notes)
    }
}

/// What tells a path's group from others.
pub(super) fn group_of<'g>(graph: &'g EntityGraph, columns: &Columns, bound: &impl Binding<'g>, text: &mut String) {
    text.clear();
    for column in columns.columns.iter().filter(|column| !column.has_aggregate()) {
        match &column.value {
            ColumnValue::Value(value) => {
                let value = value.value(graph, bound);
                signature(value.as_ref().map_or(Cell::Undefined, Cell::Value), true, text);
            }
            ColumnValue::Whole(_) | ColumnValue::All(_) => {
                signature(cell(graph, column, bound).as_cell(), true, text);
            }
        }
    }
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
struct GroupRow<'r, B> {
    first: &'r B,
    tallies: &'r [Tally],
    aggregates: &'r [Aggregate],
}

impl<'g, B: Binding<'g>> Binding<'g> for GroupRow<'_, B> {
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
