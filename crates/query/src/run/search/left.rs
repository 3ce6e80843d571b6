//! From where a search begins to the left: from set to set.

use std::ops::{ControlFlow, Range};

use rolecall_graph::EntityId;

use super::Search;
use crate::compile::Along;
use crate::run::joined::{Joined, MOST_JOINED};
use crate::set::EntitySetBits;

impl<'g> Search<'_, 'g> {
    /// The entities from which a hop leads to some, and what it joins.
    pub(super) fn to_the_left(&self, at: usize, right: &EntitySetBits) -> ControlFlow<(), (EntitySetBits, Joined<'g>)> {
        let mut before = EntitySetBits::with_room(self.engine.graph.len());
        let only = if right.len() == 1 { right.iter().next() } else { None };
        let joined = match (self.hop(at).is_some_and(|hop| hop.by_edge), only) {
            _ if self.joins_too_much(at, right)? => {
                self.runs_of_all(at, right.iter(), true, |run| self.accept(at, run, &mut before))?;
                Joined::TooMuch
            }
            (true, _) => self.edges_to_the_left(at, right, &mut before)?,
            (false, Some(only)) => {
                self.runs(at, only, true, |run| self.accept(at, run, &mut before))?;
                Joined::To(only)
            }
            (false, None) => self.pairs_to_the_left(at, right, &mut before)?,
        };
        ControlFlow::Continue((before, joined))
    }

    /// Whether there are more pairs than are kept, where that can be told without going through them.
    fn joins_too_much(&self, at: usize, right: &EntitySetBits) -> ControlFlow<(), bool> {
        let Some(hop) = self.hops.get(at) else { return ControlFlow::Continue(false) };
        if !hop.checks.is_empty() || !matches!(hop.plan.along, Along::Access(_)) {
            return ControlFlow::Continue(false);
        }
        let mut pairs = 0;
        for entity in right.iter() {
            self.engine.meter.spend(1)?;
            let _ = hop.plan.runs(self.engine.graph, entity, true, |run| {
                pairs += run.len();
                ControlFlow::Continue(())
            });
            if pairs > MOST_JOINED {
                return ControlFlow::Continue(true);
            }
        }
        ControlFlow::Continue(false)
    }

    fn edges_to_the_left(
        &self,
        at: usize,
        right: &EntitySetBits,
        before: &mut EntitySetBits,
    ) -> ControlFlow<(), Joined<'g>> {
        let mut joined = Vec::new();
        for entity in right.iter() {
            self.neighbours(at, entity, true, |other, edge| {
                if self.accepts(at, other) {
                    before.insert(other);
                    if joined.len() <= MOST_JOINED {
                        joined.push((other, entity, edge));
                    }
                }
                ControlFlow::Continue(())
            })?;
        }
        ControlFlow::Continue(Joined::of_edges(joined))
    }

    fn pairs_to_the_left(
        &self,
        at: usize,
        right: &EntitySetBits,
        before: &mut EntitySetBits,
    ) -> ControlFlow<(), Joined<'g>> {
        let mut joined = Vec::new();
        for entity in right.iter() {
            self.runs(at, entity, true, |run| {
                for other in run.iter().filter(|other| self.accepts(at, **other)) {
                    before.insert(*other);
                    if joined.len() <= MOST_JOINED {
                        joined.push((*other, entity));
                    }
                }
                ControlFlow::Continue(())
            })?;
        }
        ControlFlow::Continue(Joined::of_pairs(joined))
    }

    /// Adds those of a run that can be at a place.
    fn accept(&self, at: usize, run: &[EntityId], into: &mut EntitySetBits) -> ControlFlow<()> {
        match self.places.get(at) {
            Some(place) if place.is_simple => {
                let ranges = place.ranges.iter();
                ranges.for_each(|range| into.extend(within(run, range).iter().copied()));
            }
            _ => {
                for other in run {
                    if !into.contains(*other) && self.accepts(at, *other) {
                        into.insert(*other);
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// The part of a run, which is in order, whose numbers are in a range.
fn within<'r>(run: &'r [EntityId], range: &Range<u32>) -> &'r [EntityId] {
    let before = |number: u32| run.partition_point(|one| one.number() < number);
    run.get(before(range.start)..before(range.end)).unwrap_or_default()
}
