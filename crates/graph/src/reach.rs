//! What every account can do, for all accounts at once.
//!
//! [`World::access`] explains one account. Asked for 100,000 accounts of a team that writes 10,000 packages it would
//! walk a thousand million pairs. Here, what a group passes on is worked out once for each entitlement on it, as a set
//! of numbered resources; an account's reach is then the union of a few such sets, 64 resources at a time.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::edge::{Basis, Edge};
use crate::hash::{IdMap, IdSet};
use crate::path::Path;
use crate::targets::{Passed, TargetSet};
use crate::text::number_of;
use crate::upstream::{Goal, Upstream};
use crate::world::{NodeId, World};

/// What accounts and groups can do with the resources of one segment.
///
/// Building it is `O(nodes of the segment)`. Asking for all accounts is `O(E)` once for the groups and then, for each
/// account, `O(its grants · resources / 64)`. Agrees with [`World::access`]: a property test holds it to that.
#[derive(Debug)]
pub struct ActionReach<'w> {
    world: &'w World,
    action: &'w str,
    segment: u32,
    basis: Basis,
    targets: Vec<NodeId>,
    /// The place of a target, by its representative.
    places: IdMap<NodeId, u32>,
    /// What holding an entitlement on a group passes on.
    passed: RefCell<IdMap<(NodeId, u32), Rc<Group>>>,
}

/// What a group passes on through one entitlement, and how it comes to the first of it.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) passed: Passed,
    example: Vec<Edge>,
}

/// An entitlement on a group, and what holding it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passing<'w> {
    /// The entitlement: `member`.
    pub slug: &'w str,
    /// What its holders can thereby do.
    pub targets: TargetSet,
}

impl World {
    /// Prepares to ask what accounts can do by `action` with the stated resources of a segment. With `confirmed`,
    /// grants whose removal is unconfirmed do not count. Who is suspended in the segment can do nothing with them.
    #[must_use]
    pub fn action_reach<'w>(&'w self, segment: u32, action: &'w str, confirmed: bool) -> ActionReach<'w> {
        let knows = |node: &NodeId| self.is_stated(*node) && self.slugs_of_action(*node, action).is_some();
        let targets: Vec<NodeId> = self.nodes(segment).filter(knows).collect();
        let places = targets.iter().enumerate().map(|(place, node)| (self.representative(*node), number_of(place)));
        let basis = if confirmed { Basis::Confirmed } else { Basis::All };
        ActionReach {
            world: self,
            action,
            segment,
            basis,
            places: places.collect(),
            targets,
            passed: RefCell::default(),
        }
    }
}

impl<'w> ActionReach<'w> {
    /// The resources, by type and id. A [`TargetSet`] holds places in this list.
    #[must_use]
    pub fn targets(&self) -> &[NodeId] {
        &self.targets
    }

    /// The resource at a place.
    #[must_use]
    pub fn target(&self, place: usize) -> Option<NodeId> {
        self.targets.get(place).copied()
    }

    /// The resources at the places of a set.
    #[must_use]
    pub fn nodes(&self, places: &TargetSet) -> Vec<NodeId> {
        places.iter().filter_map(|place| self.target(place)).collect()
    }

    /// The place of a resource, or of one equal to it.
    #[must_use]
    pub fn place_of(&self, node: NodeId) -> Option<usize> {
        self.places.get(&self.world.representative(node)).map(|place| *place as usize)
    }

    /// What an account can do it with.
    #[must_use]
    pub fn of(&self, account: NodeId) -> TargetSet {
        let mut reached = TargetSet::default();
        for edge in self.held_by(account) {
            if let Some(place) = self.place(&edge) {
                reached.insert(place);
            }
            if let Some(group) = self.through(&edge) {
                group.passed.add_to(&mut reached);
            }
        }
        reached
    }

    /// A path by which an account can do it with some resource: a shortest one of its own grants' examples.
    #[must_use]
    pub fn example(&self, account: NodeId) -> Option<Path<'w>> {
        let by_itself = self.held_by(account).find(|edge| self.place(edge).is_some()).map(|edge| vec![edge]);
        let edges = by_itself.or_else(|| {
            let through = self.held_by(account).filter_map(|edge| {
                let group = self.through(&edge).filter(|group| !group.example.is_empty())?;
                Some([&[edge], group.example.as_slice()].concat())
            });
            through.min_by_key(Vec::len)
        })?;
        Some(Path { steps: edges.iter().map(|edge| self.world.step(edge)).collect() })
    }

    /// What each entitlement on a group passes on. `O(grants on the group)`.
    #[must_use]
    pub fn passing(&self, group: NodeId) -> Vec<Passing<'w>> {
        let edges = self.world.edges_on(group, self.basis);
        let words: BTreeSet<u32> = edges.map(|edge| edge.label.word()).collect();
        let passing = |word: u32| {
            let mut targets = TargetSet::default();
            self.group(group, word).passed.add_to(&mut targets);
            Passing { slug: self.world.word(group.segment(), word), targets }
        };
        words.into_iter().map(passing).filter(|passing| !passing.targets.is_empty()).collect()
    }

    /// The accounts that hold any of `slugs` on a group, or something that includes one, and are not suspended: sorted,
    /// as representatives.
    #[must_use]
    pub fn members(&self, group: NodeId, slugs: &[&str]) -> Vec<NodeId> {
        let reached = Upstream::of(self.world, group, Goal::Slugs(slugs), self.basis);
        let principals = reached.principals().map(|(principal, _)| principal);
        principals.filter(|principal| self.world.is_active_in(self.segment, *principal)).collect()
    }

    pub(crate) fn held_by(&self, account: NodeId) -> impl Iterator<Item = Edge> + use<'_, 'w> {
        let able = (!self.world.is_suspended_in(self.segment, account)).then(|| self.world.same_account(account));
        able.into_iter().flatten().flat_map(|equal| self.world.edges_by(equal, self.basis))
    }

    /// The place of the resource that this grant itself allows the action on.
    pub(crate) fn place(&self, edge: &Edge) -> Option<usize> {
        let resource = edge.resource();
        let place = self.places.get(&self.world.representative(resource))?;
        let slugs = self.world.slugs_of_action(resource, self.action)?;
        let held = self.world.word(edge.segment, edge.label.word());
        self.world.includes_any(resource, held, slugs).then_some(*place as usize)
    }

    /// What holding this grant passes on, if it is on a group.
    fn through(&self, edge: &Edge) -> Option<Rc<Group>> {
        self.world.is_group(edge.resource()).then(|| self.group(edge.resource(), edge.label.word()))
    }

    pub(crate) fn group(&self, group: NodeId, word: u32) -> Rc<Group> {
        if let Some(known) = self.passed.borrow().get(&(group, word)) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.follow(group, word));
        self.passed.borrow_mut().insert((group, word), Rc::clone(&found));
        found
    }

    /// Breadth first through the groups that the group is in, so that the example is a shortest path.
    fn follow(&self, group: NodeId, word: u32) -> Group {
        let mut reached = TargetSet::default();
        let mut example: Vec<Edge> = Vec::new();
        let mut seen = IdSet::from_iter([(group, word)]);
        let mut states = vec![State { resource: group, slug: word, before: None }];
        let mut at = 0;
        while let Some(State { resource, slug, .. }) = states.get(at).copied() {
            for edge in self.passed_by(resource, slug) {
                if let Some(place) = self.place(&edge) {
                    if example.is_empty() {
                        example = trail(&states, at, edge);
                    }
                    reached.insert(place);
                }
                let next = (edge.resource(), edge.label.word());
                if self.world.is_group(next.0) && seen.insert(next) {
                    states.push(State { resource: next.0, slug: next.1, before: Some((edge, at)) });
                }
            }
            at += 1;
        }
        Group { passed: Passed::of(reached), example }
    }

    /// The grants of a group that holding `slug` on it passes on.
    fn passed_by(&self, resource: NodeId, slug: u32) -> impl Iterator<Item = Edge> + use<'_, 'w> {
        let groups = self.world.same_account(resource).filter(|node| self.world.is_group(*node));
        let edges = groups.flat_map(|group| self.world.edges_by(group, self.basis));
        edges.filter(move |edge| self.world.passes(resource, slug, edge))
    }
}

/// An entitlement held on a resource, with the grant that led to it and the place of the state before.
#[derive(Clone, Copy)]
struct State {
    resource: NodeId,
    slug: u32,
    before: Option<(Edge, usize)>,
}

/// The grants that led to a state, and one more.
fn trail(states: &[State], last: usize, edge: Edge) -> Vec<Edge> {
    let mut trail = vec![edge];
    let mut at = last;
    while let Some(State { before: Some((edge, before)), .. }) = states.get(at) {
        trail.push(*edge);
        at = *before;
    }
    trail.reverse();
    trail
}
