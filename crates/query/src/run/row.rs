//! What a path binds.

use rolecall_graph::EntityId;

use crate::answer::Edge;
use crate::bind::Chain;
use crate::changes::Change;
use crate::compile::{Binding, Slot};

/// Where something is bound on one way through a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// At this place of the chain.
    Entity(usize),
    Hop(usize),
    Change(usize),
    /// Nowhere.
    Not,
}

/// Where a slot is bound on a way.
pub(super) fn place_of(chain: &Chain, slot: Slot) -> Bound {
    let at = |places: &[usize], slot: usize| places.iter().position(|place| *place == slot);
    match slot {
        Slot::Entity(slot) => at(&chain.entities, slot).map_or(Bound::Not, Bound::Entity),
        Slot::Hop(slot) => at(&chain.hops, slot).map_or(Bound::Not, Bound::Hop),
        Slot::Union(union) => {
            let entity =
                chain.unions.iter().find(|(of, _)| *of == union).and_then(|(_, slot)| at(&chain.entities, *slot));
            entity.map_or(Bound::Not, Bound::Entity)
        }
        Slot::Change(change) => Bound::Change(change),
    }
}

/// Nothing at all.
pub(super) struct Nothing;

impl<'g> Binding<'g> for Nothing {}

/// One entity at one place of a way; nothing else.
pub(super) struct At<'c> {
    pub(super) chain: &'c Chain,
    pub(super) slot: usize,
    pub(super) entity: EntityId,
}

impl<'g> Binding<'g> for At<'_> {
    fn entity(&self, slot: usize) -> Option<EntityId> {
        (slot == self.slot).then_some(self.entity)
    }

    fn union(&self, union: usize) -> Option<EntityId> {
        let slot = self.chain.unions.iter().find(|(of, _)| *of == union).map(|(_, slot)| *slot)?;
        self.entity(slot)
    }
}

/// A whole path. Its order is that of answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row<'g> {
    /// By slot.
    pub(super) entities: Vec<Option<EntityId>>,
    /// By slot; only of hops of which each relationship makes a path.
    pub(super) edges: Vec<Option<Edge<'g>>>,
    /// By slot: the place of the change among those of its entity.
    pub(super) changes: Vec<Option<(usize, &'g Change)>>,
    /// By slot.
    pub(super) unions: Vec<Option<EntityId>>,
}

impl<'g> Binding<'g> for Row<'g> {
    fn entity(&self, slot: usize) -> Option<EntityId> {
        self.entities.get(slot).copied().flatten()
    }

    fn union(&self, slot: usize) -> Option<EntityId> {
        self.unions.get(slot).copied().flatten()
    }

    fn edge(&self, slot: usize) -> Option<Edge<'g>> {
        self.edges.get(slot).copied().flatten()
    }

    fn change(&self, slot: usize) -> Option<&'g Change> {
        self.changes.get(slot).copied().flatten().map(|(_, change)| change)
    }
}

/// By what rows are ordered.
pub(super) type RowKey<'g> = (Vec<Option<EntityId>>, Vec<Option<Edge<'g>>>, Vec<Option<usize>>);

impl<'g> Row<'g> {
    pub(super) fn key(&self) -> RowKey<'g> {
        let changes = self.changes.iter().map(|change| change.map(|(place, _)| place)).collect();
        (self.entities.clone(), self.edges.clone(), changes)
    }
}
