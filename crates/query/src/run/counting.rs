//! Aggregates without their paths: of each start, which entities it leads to, and how many.
//!
//! A million paths between a few thousand things are a few thousand steps from set to set here. It serves where groups
//! are of the entity that paths begin with, or where there is one group of everything.

use std::collections::HashMap;
use std::ops::ControlFlow;

use rolecall_graph::EntityId;

use super::aggregate::{Tally, finish_groups, group_of};
use super::row::{At, Bound, Row, place_of};
use super::search::Search;
use super::table::Shape;
use crate::answer::{Cell, Edge};
use crate::bind::Slots;
use crate::compile::{Aggregate, Columns};

/// Aggregates of one search.
pub(super) struct Counting<'s, 'e, 'g> {
    search: &'s Search<'e, 'g>,
    columns: &'s Columns,
    /// At which place of the way each aggregate is about something.
    about: Vec<Bound>,
    /// By entity, the last time it was met; by place of the way.
    met: Vec<Vec<u32>>,
    time: u32,
}

impl<'s, 'e, 'g> Counting<'s, 'e, 'g> {
    /// `None` where paths have to be gone along.
    pub(super) fn new(search: &'s Search<'e, 'g>, slots: &Slots<'_>, columns: &'s Columns) -> Option<Self> {
        let is_plain = search.residual.is_empty() && slots.changes.is_empty();
        let mut of_start = true;
        for column in columns.columns.iter().filter(|column| !column.has_aggregate()) {
            column.slots(&mut |slot| of_start &= place_of(search.chain, slot) == Bound::Entity(0));
        }
        let no_mixture =
            columns.columns.iter().all(|column| !column.has_aggregate() || column.is_of_aggregates_alone());
        let about: Vec<Bound> =
            columns.aggregates.iter().map(|aggregate| place_of(search.chain, aggregate.of)).collect();
        let countable = |aggregate: &Aggregate, about: &Bound| match about {
            Bound::Entity(_) => true,
            Bound::Hop(_) => aggregate.property.is_none(),
            Bound::Change(_) | Bound::Not => false,
        };
        let all_countable = columns.aggregates.iter().zip(&about).all(|(aggregate, about)| countable(aggregate, about));
        let places = search.last().saturating_add(1);
        (is_plain && of_start && no_mixture && all_countable).then(|| Self {
            search,
            columns,
            about,
            met: vec![Vec::new(); places],
            time: 0,
        })
    }

    pub(super) fn finish(mut self, shape: Shape<'_>, slots: &Slots<'_>) -> Vec<Vec<Cell<'g>>> {
        let engine = self.search.engine;
        let mut groups = Vec::new();
        for starts in self.groups() {
            let mut tallies = vec![Tally::default(); self.columns.aggregates.len()];
            if self.count(&starts, &mut tallies).is_break() {
                break;
            }
            let mut first = Row { entities: vec![None; slots.entities.len()], ..Row::default() };
            if let (Some(slot), Some(start)) = (first.entities.get_mut(self.search.slot(0)), starts.first()) {
                *slot = Some(*start);
            }
            first.unions = vec![None; slots.unions.len()];
            for (union, slot) in &self.search.chain.unions {
                if let (Some(place), true) = (first.unions.get_mut(*union), *slot == self.search.slot(0)) {
                    *place = starts.first().copied();
                }
            }
            groups.push((first, tallies));
        }
        finish_groups(engine.graph, shape, groups, engine.notes)
    }

    /// Starts that belong together, in the order of the first of each.
    fn groups(&self) -> Vec<Vec<EntityId>> {
        let starts = self.search.starts();
        if self.columns.columns.iter().all(crate::compile::Column::has_aggregate) {
            return if starts.is_empty() { Vec::new() } else { vec![starts] };
        }
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut groups: Vec<Vec<EntityId>> = Vec::new();
        for start in starts {
            let bound = At { chain: self.search.chain, slot: self.search.slot(0), entity: start };
            let place = *places.entry(group_of(self.search.engine.graph, self.columns, &bound)).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.push(start),
                None => groups.push(vec![start]),
            }
        }
        groups
    }

    /// Goes from set to set, and counts on the way.
    fn count(&mut self, starts: &[EntityId], tallies: &mut [Tally]) -> ControlFlow<()> {
        self.time = self.time.wrapping_add(1);
        let farthest = self.about.iter().map(|about| match about {
            Bound::Entity(at) => *at,
            Bound::Hop(at) => at.saturating_add(1),
            Bound::Change(_) | Bound::Not => 0,
        });
        let farthest = farthest.max().unwrap_or(0);
        let mut current = starts.to_vec();
        self.tally(0, &current, tallies);
        for at in 0..farthest {
            self.edges(at, &current, tallies)?;
            current = self.onward(at, &current)?;
            self.tally(at + 1, &current, tallies);
        }
        ControlFlow::Continue(())
    }

    /// The different entities that some lead to. Sets are in no order.
    fn onward(&mut self, at: usize, from: &[EntityId]) -> ControlFlow<(), Vec<EntityId>> {
        let (search, time) = (self.search, self.time);
        let mut met = std::mem::take(self.met.get_mut(at).unwrap_or(&mut Vec::new()));
        met.resize(search.engine.graph.len() as usize, 0);
        let mut found = Vec::new();
        let mut outcome = ControlFlow::Continue(());
        for entity in from {
            outcome = search.neighbours(at, *entity, false, |other, _| {
                if let Some(last) = met.get_mut(other.number() as usize)
                    && *last != time
                    && search.allows(at + 1, other)
                {
                    *last = time;
                    found.push(other);
                }
                ControlFlow::Continue(())
            });
            if outcome.is_break() {
                break;
            }
        }
        if let Some(slot) = self.met.get_mut(at) {
            *slot = met;
        }
        match outcome {
            ControlFlow::Continue(()) => ControlFlow::Continue(found),
            ControlFlow::Break(()) => ControlFlow::Break(()),
        }
    }

    fn tally(&self, at: usize, entities: &[EntityId], tallies: &mut [Tally]) {
        let engine = self.search.engine;
        let here = self.columns.aggregates.iter().zip(&self.about).zip(tallies);
        for ((aggregate, _), tally) in here.filter(|((_, about), _)| **about == Bound::Entity(at)) {
            match &aggregate.property {
                None => tally.count(entities.len() as u64),
                Some(property) => {
                    let value = |entity: &EntityId| {
                        let bound = At { chain: self.search.chain, slot: self.search.slot(at), entity: *entity };
                        property.value(engine.graph, &bound)
                    };
                    // In order, so that sums do not depend on how the set was found.
                    let mut sorted = entities.to_vec();
                    sorted.sort_unstable();
                    sorted.iter().for_each(|entity| tally.add(&value(entity)));
                }
            }
        }
    }

    /// Counts the different relationships between some entities and those they lead to.
    fn edges(&mut self, at: usize, from: &[EntityId], tallies: &mut [Tally]) -> ControlFlow<()> {
        if !self.about.contains(&Bound::Hop(at)) {
            return ControlFlow::Continue(());
        }
        let search = self.search;
        let mut count = 0;
        let mut ahead: Vec<Edge<'g>> = Vec::new();
        let here: std::collections::HashSet<EntityId> = from.iter().copied().collect();
        for entity in from {
            ahead.clear();
            search.neighbours(at, *entity, false, |other, edge| {
                // One that can be gone along both ways is counted where it starts.
                let other_way = is_backwards(search, at, edge, *entity) && here.contains(&other);
                if search.allows(at + 1, other) && !(other_way && search.allows(at + 1, *entity)) {
                    ahead.push(edge);
                }
                ControlFlow::Continue(())
            })?;
            ahead.sort_unstable();
            ahead.dedup();
            count += ahead.len() as u64;
        }
        for (about, tally) in self.about.iter().zip(tallies) {
            if *about == Bound::Hop(at) {
                tally.count(count);
            }
        }
        ControlFlow::Continue(())
    }
}

/// Whether a relationship that can be gone along either way starts at the other end.
fn is_backwards(search: &Search<'_, '_>, at: usize, edge: Edge<'_>, entity: EntityId) -> bool {
    let start = match edge {
        Edge::Relationship(relationship) => search.engine.graph.start(relationship),
        Edge::Access { holder, .. } => holder,
    };
    search.hop(at).is_some_and(|hop| hop.arrow.is_none()) && start != entity
}
