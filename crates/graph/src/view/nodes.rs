//! Which entity stands for which node of the world, and what its grants lead to.

use std::rc::Rc;

use crate::hash::IdMap;
use crate::reach::ActionReach;
use crate::targets::TargetSet;
use crate::text::{NONE, number_of};
use crate::view::action_index::{ActionIndex, Pairs};
use crate::view::draft::Draft;
use crate::view::graph::EntityId;
use crate::world::{NodeId, World};

/// Entities by node, and the other way round.
#[derive(Debug, Default)]
pub(crate) struct EntityNodes {
    /// By segment and node.
    pub(crate) entities: Vec<Vec<u32>>,
    /// By entity.
    pub(crate) nodes: Vec<Option<NodeId>>,
}

impl EntityNodes {
    /// Gives the next number to an entity that stands for a node, or for none.
    pub(crate) fn push(&mut self, node: Option<NodeId>) {
        let next = number_of(self.nodes.len());
        if let Some(slot) = node.and_then(|node| self.slot(node)) {
            *slot = next;
        }
        self.nodes.push(node);
    }

    /// Has entities of other nodes stand for some.
    pub(crate) fn stand_for(&mut self, joined: Vec<(NodeId, NodeId)>) {
        for (node, other) in joined {
            let entity = self.entity(other);
            if let Some(slot) = self.slot(node) {
                *slot = entity;
            }
        }
    }

    fn slot(&mut self, node: NodeId) -> Option<&mut u32> {
        self.entities.get_mut(node.segment() as usize)?.get_mut(node.node() as usize)
    }

    pub(crate) fn node(&self, entity: EntityId) -> Option<NodeId> {
        self.nodes.get(entity.number() as usize).copied().flatten()
    }

    /// The place among a draft's entities of the one that was made of a node.
    pub(crate) fn place(&self, draft: &Draft, node: NodeId) -> Option<usize> {
        let entity = EntityId::new(self.entity(node));
        let place = entity.number().checked_sub(draft.start)? as usize;
        // One that stands for the node besides its own is of another.
        (place < draft.entities.len() && self.node(entity) == Some(node)).then_some(place)
    }

    /// [`NONE`] where no entity stands for it.
    pub(crate) fn entity(&self, node: NodeId) -> u32 {
        let of_segment = self.entities.get(node.segment() as usize);
        of_segment.and_then(|entities| entities.get(node.node() as usize)).copied().unwrap_or(NONE)
    }

    /// Who can do something, worked out for everybody.
    pub(crate) fn index(&self, world: &World, action: &str) -> ActionIndex {
        let all = self.pairs(world, action, false);
        let confirmed = world.has_unconfirmed().then(|| self.pairs(world, action, true));
        let knows = |node: &NodeId| {
            world.slugs_of_action(*node, action).is_some_and(|slugs| world.anyone(*node, slugs).is_some())
        };
        let nodes = world.indexes().flat_map(|segment| world.nodes(segment));
        let everybody = nodes.filter(|node| world.is_stated(*node) && knows(node)).map(|node| self.entity(node));
        ActionIndex::of(all, confirmed, everybody.collect())
    }

    fn pairs(&self, world: &World, action: &str, confirmed: bool) -> Pairs {
        let mut pairs = Pairs::default();
        for segment in world.indexes() {
            let reach = world.action_reach(segment, action, confirmed);
            if !reach.targets().is_empty() {
                Compiler { nodes: self, world, segment, reach, hubs: IdMap::default() }.run(&mut pairs);
            }
        }
        pairs
    }
}

/// Works out who reaches the resources of one segment.
struct Compiler<'w, 'n> {
    nodes: &'n EntityNodes,
    world: &'w World,
    segment: u32,
    reach: ActionReach<'w>,
    /// Hubs by what is held on which group; [`NONE`] where that passes nothing on.
    hubs: IdMap<(NodeId, u32), u32>,
}

impl Compiler<'_, '_> {
    fn run(mut self, pairs: &mut Pairs) {
        for of in self.world.indexes() {
            // Without an account in common nothing leads from one segment into the other.
            if of == self.segment || self.world.is_joined(of) {
                self.world.nodes(of).for_each(|node| self.add(node, pairs));
            }
        }
    }

    fn add(&mut self, principal: NodeId, pairs: &mut Pairs) {
        if self.world.representative(principal) != principal || !self.world.is_holder(principal) {
            return;
        }
        let holder = self.nodes.entity(self.world.nearest(principal, self.segment));
        let held: Vec<_> = self.reach.held_by(principal).collect();
        for edge in held {
            if let Some(target) = self.reach.place(&edge).and_then(|place| self.reach.target(place)) {
                pairs.direct.push((holder, self.nodes.entity(target)));
            }
            if self.world.is_group(edge.resource()) {
                let hub = self.hub(edge.resource(), edge.label.word(), pairs);
                if hub != NONE {
                    pairs.members.push((hub, holder));
                }
            }
        }
    }

    fn hub(&mut self, group: NodeId, word: u32, pairs: &mut Pairs) -> u32 {
        if let Some(hub) = self.hubs.get(&(group, word)) {
            return *hub;
        }
        let mut passed = TargetSet::default();
        Rc::clone(&self.reach.group(group, word)).passed.add_to(&mut passed);
        let targets = self.reach.nodes(&passed).into_iter().map(|target| self.nodes.entity(target));
        let hub = if passed.is_empty() { NONE } else { number_of(pairs.hubs.len()) };
        if hub != NONE {
            pairs.hubs.push(targets.collect());
        }
        self.hubs.insert((group, word), hub);
        hub
    }
}
