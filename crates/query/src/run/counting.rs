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
use crate::set::EntitySetBits;

/// Aggregates of one search.
pub(super) struct Counting<'s, 'e, 'g> {
    search: &'s Search<'e, 'g>,
    columns: &'s Columns,
    /// At which place of the way each aggregate is about something.
    about: Vec<Bound>,
    /// By place of the way.
    met: Vec<Met>,
    /// For counting relationships; made when it is needed.
    on_hops: Option<Met>,
}

impl<'s, 'e, 'g> Counting<'s, 'e, 'g> {
    /// `None` where paths have to be gone along.
    pub(super) fn new(search: &'s Search<'e, 'g>, slots: &Slots<'_>, columns: &'s Columns) -> Option<Self> {
        let is_plain = search.residual.is_empty() && slots.changes.is_empty();
        let mut of_start = true;
        for column in columns.columns.iter().filter(|column| !column.has_aggregate()) {
            column.slots(&mut |slot| of_start &= place_of(search.chain, slot) == Bound::Entity(0));
        }
        let about: Vec<Bound> =
            columns.aggregates.iter().map(|aggregate| place_of(search.chain, aggregate.of)).collect();
        let countable = |aggregate: &Aggregate, about: &Bound| match about {
            Bound::Entity(_) => true,
            Bound::Hop(_) => aggregate.property.is_none(),
            Bound::Change(_) | Bound::Not => false,
        };
        let all_countable = columns.aggregates.iter().zip(&about).all(|(aggregate, about)| countable(aggregate, about));
        let places = search.last().saturating_add(1);
        (is_plain && of_start && all_countable).then(|| Self {
            search,
            columns,
            about,
            on_hops: None,
            met: (1..places).map(|_| Met::new(search.engine.graph.len())).collect(),
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
        let search = self.search;
        let mut found = Vec::new();
        let Some(met) = self.met.get_mut(at) else { return ControlFlow::Continue(found) };
        met.next();
        for entity in from {
            search.ahead(at, *entity, |other, _| {
                if met.is_new(other) {
                    found.push(other);
                }
                ControlFlow::Continue(())
            })?;
        }
        ControlFlow::Continue(found)
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
        let mut all = EntitySetBits::default();
        if from.len() > 1 {
            all.extend(from.iter().copied());
        }
        let met = self.on_hops.get_or_insert_with(|| Met::new(search.engine.graph.len()));
        let mut count = 0;
        for entity in from {
            met.next();
            let mut action = None;
            search.neighbours(at, *entity, false, |other, edge| {
                // What is effective by one action comes together, as often as there are ways.
                if let Edge::Access { action: by, .. } = edge
                    && action.replace(by) != Some(by)
                {
                    met.next();
                }
                let again = matches!(edge, Edge::Access { .. }) && !met.is_new(other);
                // One that can be gone along both ways is counted where it starts.
                let here = || if from.len() > 1 { all.contains(other) } else { other == *entity };
                let elsewhere = || is_backwards(search, at, edge, *entity) && here() && search.allows(at + 1, *entity);
                count += u64::from(!again && search.allows(at + 1, other) && !elsewhere());
                ControlFlow::Continue(())
            })?;
        }
        for (about, tally) in self.about.iter().zip(tallies) {
            if *about == Bound::Hop(at) {
                tally.count(count);
            }
        }
        ControlFlow::Continue(())
    }
}

/// Which entities were met since some moment.
struct Met {
    last: Vec<u32>,
    now: u32,
}

impl Met {
    fn new(entities: u32) -> Self {
        Self { last: vec![0; entities as usize], now: 0 }
    }

    /// Forgets all.
    fn next(&mut self) {
        self.now = self.now.wrapping_add(1);
        if self.now == 0 {
            self.last.fill(0);
            self.now = 1;
        }
    }

    #[inline]
    fn is_new(&mut self, entity: EntityId) -> bool {
        let now = self.now;
        self.last.get_mut(entity.number() as usize).is_some_and(|last| std::mem::replace(last, now) != now)
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
