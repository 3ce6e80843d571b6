//! Aggregates without their paths: of each start, which entities it leads to, and how many.
//!
//! A million paths between a few thousand things are a few thousand steps from set to set here. It serves where groups
//! are of the entity that paths begin with, or where there is one group of everything.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use rolecall_graph::EntityId;

use super::aggregate::{Groups, Tally, group_of};
use super::distinct::Distinct;
use super::row::{At, Bound, Row, place_of};
use super::search::{Access, Search};
use super::table::Shape;
use crate::answer::Edge;
use crate::bind::Slots;
use crate::compile::{Aggregate, Columns};
use crate::set::EntitySetBits;
use crate::table::Table;

/// From so many entities on, it is worth to remember which hubs were gone through.
const MANY: usize = 16;

/// Aggregates of one search.
pub(super) struct Counting<'s, 'e, 'g> {
    search: &'s Search<'e, 'g>,
    columns: &'s Columns,
    /// At which place of the way each aggregate is about something.
    about: Vec<Bound>,
    /// By place of the way.
    met: Vec<Distinct>,
    /// The farthest place, or left end of a hop, that an aggregate is about.
    farthest: usize,
    /// Whether more than the number of what is there matters.
    reads_last: bool,
    /// Kept for its room.
    room: (Vec<EntityId>, Vec<EntityId>),
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
        let farthest = about.iter().map(|about| match about {
            Bound::Entity(at) | Bound::Hop(at) => *at,
            Bound::Change(_) | Bound::Not => 0,
        });
        let farthest = farthest.max().unwrap_or(0);
        let reads = |(aggregate, about): (&Aggregate, &Bound)| {
            aggregate.property.is_some() && *about == Bound::Entity(farthest)
        };
        let entities = search.engine.graph.len();
        (is_plain && of_start && all_countable).then(|| Self {
            search,
            columns,
            farthest,
            reads_last: columns.aggregates.iter().zip(&about).any(reads) || about.contains(&Bound::Hop(farthest)),
            about,
            met: (0..=farthest).map(|_| Distinct::new(entities)).collect(),
            room: Default::default(),
        })
    }

    pub(super) fn finish(mut self, shape: Shape<'_>, slots: &Slots<'_>) -> Table<'g> {
        let engine = self.search.engine;
        let mut groups = Groups::new(engine.graph, shape);
        let mut first = Row {
            entities: vec![None; slots.entities.len()],
            unions: vec![None; slots.unions.len()],
            ..Row::default()
        };
        let mut tallies = vec![Tally::default(); self.columns.aggregates.len()];
        let (ordered, ends) = self.groups();
        let mut from = 0;
        for end in ends {
            let starts = ordered.get(from..end).unwrap_or_default();
            from = end;
            tallies.fill(Tally::default());
            if self.count(starts, &mut tallies).is_break() {
                break;
            }
            self.bind(starts.first().copied(), &mut first);
            groups.add(&first, &tallies);
        }
        groups.finish(engine.notes)
    }

    /// Binds the entity that paths begin with, and what else is the same.
    fn bind(&self, start: Option<EntityId>, row: &mut Row<'g>) {
        let slot = self.search.slot(0);
        if let Some(place) = row.entities.get_mut(slot) {
            *place = start;
        }
        for (union, _) in self.search.chain.unions.iter().filter(|(_, of)| *of == slot) {
            if let Some(place) = row.unions.get_mut(*union) {
                *place = start;
            }
        }
    }

    /// Starts, those together that belong together, in the order of the first of each, and where each group ends.
    fn groups(&self) -> (Vec<EntityId>, Vec<usize>) {
        let starts = self.search.starts();
        if self.columns.columns.iter().all(crate::compile::Column::has_aggregate) {
            let ends = if starts.is_empty() { Vec::new() } else { vec![starts.len()] };
            return (starts, ends);
        }
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut numbered: Vec<(u32, EntityId)> = Vec::with_capacity(starts.len());
        let (mut text, mut next) = (String::new(), 0);
        for start in starts {
            let bound = At { chain: self.search.chain, slot: self.search.slot(0), entity: start };
            group_of(self.search.engine.graph, self.columns, &bound, &mut text);
            let number = match numbers.get(&text) {
                Some(number) => *number,
                None => {
                    numbers.insert(text.clone(), next);
                    next += 1;
                    next - 1
                }
            };
            numbered.push((number, start));
        }
        numbered.sort_by_key(|(number, _)| *number);
        let ends = numbered.chunk_by(|left, right| left.0 == right.0).scan(0, |end, group| {
            *end += group.len();
            Some(*end)
        });
        let ends = ends.collect();
        (numbered.into_iter().map(|(_, start)| start).collect(), ends)
    }

    /// Goes from set to set, and counts on the way.
    fn count(&mut self, starts: &[EntityId], tallies: &mut [Tally]) -> ControlFlow<()> {
        self.tally(0, starts, tallies);
        let (mut current, mut next) = std::mem::take(&mut self.room);
        let mut outcome = ControlFlow::Continue(());
        for at in 0..=self.farthest {
            let from = if at == 0 { starts } else { current.as_slice() };
            next.clear();
            outcome = self.step(at, from, &mut next, tallies);
            if outcome.is_break() {
                break;
            }
            std::mem::swap(&mut current, &mut next);
        }
        self.room = (current, next);
        outcome
    }

    /// Counts what is between one place and the next, and what is at the next.
    fn step(
        &mut self,
        at: usize,
        from: &[EntityId],
        next: &mut Vec<EntityId>,
        tallies: &mut [Tally],
    ) -> ControlFlow<()> {
        if self.about.contains(&Bound::Hop(at)) {
            let count = self.edges(at, from)?;
            let of_hop = self.about.iter().zip(tallies.iter_mut()).filter(|(about, _)| **about == Bound::Hop(at));
            of_hop.for_each(|(_, tally)| tally.count(count));
        }
        if at >= self.farthest {
            return ControlFlow::Continue(());
        }
        if at + 1 < self.farthest || self.reads_last {
            self.onward(at, from, |other| next.push(other))?;
            self.tally(at + 1, next, tallies);
            return ControlFlow::Continue(());
        }
        let count = self.number_onward(at, from)?;
        let of_last = self.about.iter().zip(tallies).filter(|(about, _)| **about == Bound::Entity(at + 1));
        of_last.for_each(|(_, tally)| tally.count(count));
        ControlFlow::Continue(())
    }

    /// The different entities that some lead to, in no order.
    fn onward(&mut self, at: usize, from: &[EntityId], mut new: impl FnMut(EntityId)) -> ControlFlow<()> {
        let search = self.search;
        let Some(met) = self.met.get_mut(at) else { return ControlFlow::Continue(()) };
        met.next();
        let meet = |run: &[EntityId]| {
            met.meet(run, |other| search.allows(at + 1, other), &mut new);
            ControlFlow::Continue(())
        };
        if from.len() >= MANY && !search.is_joined(at) {
            return search.runs_of_all(at, from.iter().copied(), false, meet);
        }
        let mut meet = meet;
        from.iter().try_for_each(|entity| search.ahead(at, *entity, &mut meet))
    }

    /// How many different entities some lead to.
    fn number_onward(&mut self, at: usize, from: &[EntityId]) -> ControlFlow<(), u64> {
        let (search, meter) = (self.search, self.search.engine.meter);
        let access = search.access(at).filter(|_| from.len() < MANY && !search.is_joined(at));
        if let (Some(hop), Some(met)) = (access, self.met.get_mut(at)) {
            let runs = || from.iter().flat_map(|entity| hop.runs(*entity));
            return met.count(meter, runs, |other| search.allows(at + 1, other));
        }
        let mut count = 0;
        self.onward(at, from, |_| count += 1)?;
        ControlFlow::Continue(count)
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

    /// How many different relationships there are between some entities and those they lead to.
    fn edges(&mut self, at: usize, from: &[EntityId]) -> ControlFlow<(), u64> {
        let mut all = EntitySetBits::default();
        if from.len() >= MANY {
            all.extend(from.iter().copied());
        }
        let is_one = |other: EntityId| if from.len() >= MANY { all.contains(other) } else { from.contains(&other) };
        match self.search.access(at) {
            Some(hop) => self.access_edges((at, hop), from, is_one),
            None => self.other_edges(at, from, is_one),
        }
    }

    /// The same of effective access. What one action gives comes together, as often as there are ways.
    fn access_edges(
        &mut self,
        (at, hop): (usize, Access<'e, 'g>),
        from: &[EntityId],
        is_one: impl Fn(EntityId) -> bool,
    ) -> ControlFlow<(), u64> {
        let (search, meter) = (self.search, self.search.engine.meter);
        let Some(met) = self.met.get_mut(at) else { return ControlFlow::Continue(0) };
        let allows = |other: EntityId| search.allows(at + 1, other);
        let (out, back) = hop.directions;
        let mut count = 0;
        for entity in from {
            for (action, (_, index)) in hop.actions.iter().enumerate() {
                let runs = || index.resource_runs(*entity).filter(|_| out).map(|run| ((action, false), run));
                count += met.count(meter, runs, allows)?;
                met.next();
                for run in index.holder_runs(*entity).filter(|_| back) {
                    meter.spend(run.entities.len() as u64)?;
                    // What can be gone along both ways is counted where it starts.
                    let elsewhere =
                        |other: EntityId| out && is_one(other) && (other == *entity || search.allows(at + 1, *entity));
                    met.meet(run.entities, allows, |other| count += u64::from(!elsewhere(other)));
                }
            }
        }
        ControlFlow::Continue(count)
    }

    fn other_edges(&mut self, at: usize, from: &[EntityId], is_one: impl Fn(EntityId) -> bool) -> ControlFlow<(), u64> {
        let search = self.search;
        let mut count = 0;
        for entity in from {
            let mut seen = HashSet::new();
            search.neighbours(at, *entity, false, |other, edge| {
                let again = matches!(edge, Edge::Access { .. }) && !seen.insert(edge);
                // One that can be gone along both ways is counted where it starts.
                let elsewhere =
                    || is_backwards(search, at, edge, *entity) && is_one(other) && search.allows(at + 1, *entity);
                count += u64::from(!again && search.allows(at + 1, other) && !elsewhere());
                ControlFlow::Continue(())
            })?;
        }
        ControlFlow::Continue(count)
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
