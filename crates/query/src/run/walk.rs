//! All paths of a search, one after the other.

use std::ops::ControlFlow;

use rolecall_graph::EntityId;

use super::row::Row;
use super::search::Search;
use crate::answer::Edge;
use crate::bind::Slots;

/// Goes along all paths of one way, in order.
pub(super) struct Walk<'s, 'e, 'g> {
    search: &'s Search<'e, 'g>,
    slots: &'s Slots<'s>,
    row: Row<'g>,
    /// What lies ahead at each place, kept for its room.
    ahead: Vec<Vec<(EntityId, Edge<'g>)>>,
}

impl<'s, 'e, 'g> Walk<'s, 'e, 'g> {
    pub(super) fn new(search: &'s Search<'e, 'g>, slots: &'s Slots<'s>) -> Self {
        let row = Row {
            entities: vec![None; slots.entities.len()],
            edges: vec![None; slots.hops.len()],
            changes: vec![None; slots.changes.len()],
            unions: vec![None; slots.unions.len()],
        };
        Self { search, slots, row, ahead: vec![Vec::new(); search.last().saturating_add(1)] }
    }

    /// Every path that begins with an entity, until `found` breaks off.
    pub(super) fn from(
        &mut self,
        start: EntityId,
        found: &mut impl FnMut(&Row<'g>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.at(0, start, found)
    }

    fn at(
        &mut self,
        at: usize,
        entity: EntityId,
        found: &mut impl FnMut(&Row<'g>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        set(&mut self.row.entities, self.search.slot(at), Some(entity));
        if at >= self.search.last() {
            return self.finish(found);
        }
        let mut ahead = std::mem::take(self.ahead.get_mut(at).unwrap_or(&mut Vec::new()));
        let mut outcome = self.look_ahead(at, entity, &mut ahead);
        if outcome.is_continue() {
            outcome = self.go_on(at, &ahead, found);
        }
        ahead.clear();
        set(&mut self.ahead, at, ahead);
        outcome
    }

    fn look_ahead(&self, at: usize, entity: EntityId, ahead: &mut Vec<(EntityId, Edge<'g>)>) -> ControlFlow<()> {
        ahead.clear();
        self.search.ahead(at, entity, |other, edge| {
            ahead.push((other, edge));
            ControlFlow::Continue(())
        })?;
        ahead.sort_unstable();
        match self.search.hop(at).is_some_and(|hop| hop.by_edge) {
            true => ahead.dedup(),
            false => ahead.dedup_by_key(|(other, _)| *other),
        }
        ControlFlow::Continue(())
    }

    fn go_on(
        &mut self,
        at: usize,
        ahead: &[(EntityId, Edge<'g>)],
        found: &mut impl FnMut(&Row<'g>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let by_edge = self.search.hop(at).is_some_and(|hop| hop.by_edge);
        let hop = self.search.chain.hops.get(at).copied().unwrap_or(usize::MAX);
        for (other, edge) in ahead {
            set(&mut self.row.edges, hop, by_edge.then_some(*edge));
            self.at(at + 1, *other, found)?;
        }
        ControlFlow::Continue(())
    }

    fn finish(&mut self, found: &mut impl FnMut(&Row<'g>) -> ControlFlow<()>) -> ControlFlow<()> {
        for (union, slot) in &self.search.chain.unions {
            let entity = self.row.entities.get(*slot).copied().flatten();
            set(&mut self.row.unions, *union, entity);
        }
        self.change(0, found)
    }

    /// One row for each choice of changes.
    fn change(&mut self, slot: usize, found: &mut impl FnMut(&Row<'g>) -> ControlFlow<()>) -> ControlFlow<()> {
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

    fn complete(&mut self, found: &mut impl FnMut(&Row<'g>) -> ControlFlow<()>) -> ControlFlow<()> {
        let engine = self.search.engine;
        engine.meter.spend(1)?;
        if self.search.residual.iter().all(|check| check.holds(engine.graph, &self.row, engine.notes)) {
            return found(&self.row);
        }
        ControlFlow::Continue(())
    }
}

fn set<T>(list: &mut [T], place: usize, value: T) {
    if let Some(slot) = list.get_mut(place) {
        *slot = value;
    }
}
