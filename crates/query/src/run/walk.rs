//! All paths of a search, one after the other.

use std::ops::ControlFlow;

use rolecall_graph::EntityId;

use super::row::Row;
use super::search::Search;
use crate::bind::Slots;

/// So many paths are taken at a time.
const RUN: usize = 4096;

/// Takes paths, in order.
pub(super) trait Paths<'g> {
    /// Takes one; breaks off when there are enough.
    fn path(&mut self, row: &Row<'g>) -> ControlFlow<()>;

    /// Takes several that differ in the entity of one slot only.
    fn run(&mut self, row: &mut Row<'g>, slot: usize, run: &[EntityId]) -> ControlFlow<()> {
        each_of_run(self, row, slot, run)
    }
}

impl<'g, F: FnMut(&Row<'g>) -> ControlFlow<()>> Paths<'g> for F {
    fn path(&mut self, row: &Row<'g>) -> ControlFlow<()> {
        self(row)
    }
}

/// Takes paths that differ in one entity one by one.
pub(super) fn each_of_run<'g>(
    paths: &mut (impl Paths<'g> + ?Sized),
    row: &mut Row<'g>,
    slot: usize,
    run: &[EntityId],
) -> ControlFlow<()> {
    run.iter().try_for_each(|entity| {
        set(&mut row.entities, slot, Some(*entity));
        paths.path(row)
    })
}

/// Goes along all paths of one way, in order.
pub(super) struct Walk<'s, 'e, 'g> {
    search: &'s Search<'e, 'g>,
    slots: &'s Slots<'s>,
    row: Row<'g>,
    /// Whether a path is its entities and relationships, and nothing is asked of it as a whole.
    is_plain: bool,
    /// What lies ahead at each place, kept for its room.
    ahead: Vec<Vec<EntityId>>,
}

impl<'s, 'e, 'g> Walk<'s, 'e, 'g> {
    pub(super) fn new(search: &'s Search<'e, 'g>, slots: &'s Slots<'s>) -> Self {
        let row = Row {
            entities: vec![None; slots.entities.len()],
            edges: vec![None; slots.hops.len()],
            changes: vec![None; slots.changes.len()],
            unions: vec![None; slots.unions.len()],
        };
        let is_plain = search.residual.is_empty() && slots.changes.is_empty() && search.chain.unions.is_empty();
        Self { search, slots, row, is_plain, ahead: vec![Vec::new(); search.last().saturating_add(1)] }
    }

    /// Every path that begins with one of some entities.
    pub(super) fn of_all(&mut self, starts: &[EntityId], found: &mut impl Paths<'g>) -> ControlFlow<()> {
        let hops = 0..self.search.last();
        let only: Option<Vec<EntityId>> = hops.map(|at| self.search.only(at)).collect();
        let Some(only) = only.filter(|_| self.is_plain) else {
            return starts.iter().try_for_each(|start| self.at(0, *start, found));
        };
        // From everywhere it goes the same way.
        for (other, at) in only.into_iter().zip(1..) {
            set(&mut self.row.entities, self.search.slot(at), Some(other));
        }
        self.run(0, starts, found)
    }

    /// Paths that are the same but for the entity at one place.
    fn run(&mut self, at: usize, run: &[EntityId], found: &mut impl Paths<'g>) -> ControlFlow<()> {
        // In parts, so that whoever gives up need not wait for all of them.
        run.chunks(RUN).try_for_each(|run| {
            self.search.engine.meter.spend(run.len() as u64)?;
            found.run(&mut self.row, self.search.slot(at), run)
        })
    }

    /// Every path that begins with an entity, until `found` breaks off.
    pub(super) fn from(
        &mut self,
        start: EntityId,
        found: &mut impl FnMut(&Row<'g>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.at(0, start, found)
    }

    fn at(&mut self, at: usize, entity: EntityId, found: &mut impl Paths<'g>) -> ControlFlow<()> {
        set(&mut self.row.entities, self.search.slot(at), Some(entity));
        match self.search.hop(at) {
            Some(hop) if hop.by_edge => self.on_by_edge(at, entity, found),
            Some(_) => self.on(at, entity, found),
            None => self.finish(found),
        }
    }

    /// One path for each entity that a hop leads to.
    #[inline]
    fn on(&mut self, at: usize, entity: EntityId, found: &mut impl Paths<'g>) -> ControlFlow<()> {
        if let Some(only) = self.search.only(at) {
            return self.at(at + 1, only, found);
        }
        let search = self.search;
        let mut ahead = std::mem::take(self.ahead.get_mut(at).unwrap_or(&mut Vec::new()));
        let outcome = search.ahead(at, entity, |run| {
            ahead.extend(run.iter().filter(|other| search.allows(at + 1, **other)));
            ControlFlow::Continue(())
        });
        ahead.sort_unstable();
        ahead.dedup();
        let outcome = match outcome {
            ControlFlow::Continue(()) if self.is_plain && at + 1 == search.last() => self.run(at + 1, &ahead, found),
            ControlFlow::Continue(()) => ahead.iter().try_for_each(|other| self.at(at + 1, *other, found)),
            broken => broken,
        };
        ahead.clear();
        set(&mut self.ahead, at, ahead);
        outcome
    }

    /// One path for each relationship.
    fn on_by_edge(&mut self, at: usize, entity: EntityId, found: &mut impl Paths<'g>) -> ControlFlow<()> {
        let mut ahead = Vec::new();
        self.search.ahead_by_edge(at, entity, |other, edge| {
            ahead.push((other, edge));
            ControlFlow::Continue(())
        })?;
        ahead.sort_unstable();
        ahead.dedup();
        let hop = self.search.chain.hops.get(at).copied().unwrap_or(usize::MAX);
        for (other, edge) in ahead {
            set(&mut self.row.edges, hop, Some(edge));
            self.at(at + 1, other, found)?;
        }
        ControlFlow::Continue(())
    }

    fn finish(&mut self, found: &mut impl Paths<'g>) -> ControlFlow<()> {
        for (union, slot) in &self.search.chain.unions {
            let entity = self.row.entities.get(*slot).copied().flatten();
            set(&mut self.row.unions, *union, entity);
        }
        self.change(0, found)
    }

    /// One row for each choice of changes.
    fn change(&mut self, slot: usize, found: &mut impl Paths<'g>) -> ControlFlow<()> {
        let Some(change) = self.slots.changes.get(slot) else { return self.complete(found) };
        let entity = self.row.entities.get(change.entity).copied().flatten();
        let changes = self.search.engine.compiled.patterns.get(change.entity).and_then(|pattern| pattern.changed);
        let on_the_way = self.search.chain.entities.contains(&change.entity);
        let of_entity =
            entity.filter(|_| on_the_way).zip(changes).and_then(|(entity, changes)| changes.of.get(&entity));
        match of_entity {
            Some(all) => {
                for (place, change) in all.iter().enumerate() {
                    set(&mut self.row.changes, slot, Some((place, change)));
                    self.change(slot + 1, found)?;
                }
                ControlFlow::Continue(())
            }
            None => {
                set(&mut self.row.changes, slot, None);
                self.change(slot + 1, found)
            }
        }
    }

    fn complete(&mut self, found: &mut impl Paths<'g>) -> ControlFlow<()> {
        let engine = self.search.engine;
        engine.meter.spend(1)?;
        if self.search.residual.iter().all(|check| check.holds(engine.graph, &self.row, engine.notes)) {
            return found.path(&self.row);
        }
        ControlFlow::Continue(())
    }
}

fn set<T>(list: &mut [T], place: usize, value: T) {
    if let Some(slot) = list.get_mut(place) {
        *slot = value;
    }
}
