//! From an account downwards: everything its grants lead to.
//!
//! A *state* is a resource together with an entitlement that the account holds on it, by whichever grants. If the
//! resource is a group, a grant that the group holds is the account's too when a rule passes it on through that
//! entitlement. `O(V + E)` over what is reached.

use rolecall_model::AccessRule;

use crate::edge::{Basis, Edge};
use crate::hash::{IdMap, IdSet};
use crate::routes::{Hop, Routes};
use crate::world::{NodeId, World};

/// Where a traversal begins and what it must not touch.
#[derive(Clone, Copy)]
pub(crate) struct Departure<'a> {
    pub(crate) account: NodeId,
    pub(crate) basis: Basis,
    /// Resources (representatives) on which nothing is held.
    pub(crate) blocked: Option<&'a IdSet<NodeId>>,
    /// Grants that the account itself holds from evidence, in place of those that the world works out.
    pub(crate) own: Option<&'a [Edge]>,
    /// Begins at a group, with what it passes on to holders of this entitlement on it.
    pub(crate) through: Option<u32>,
}

impl Departure<'_> {
    pub(crate) const fn new(account: NodeId, basis: Basis) -> Self {
        Self { account, basis, blocked: None, own: None, through: None }
    }
}

/// What an account holds, and the grants that lead there.
#[derive(Debug, Default)]
pub(crate) struct Downstream {
    pub(crate) routes: Routes,
    /// Resource and slug of each state; the first state is the account itself.
    states: Vec<(NodeId, u32)>,
    /// States by resource (representatives), sorted.
    held: Vec<(NodeId, u32)>,
}

impl Downstream {
    pub(crate) fn of(world: &World, departure: Departure<'_>) -> Self {
        let mut traversal = Traversal { world, departure, reached: Self::default(), numbers: IdMap::default() };
        traversal.begin();
        traversal.run();
        let mut reached = traversal.reached;
        let states = reached.states.iter().zip(0..).skip(1);
        reached.held = states.map(|((node, _), state)| (world.representative(*node), state)).collect();
        reached.held.sort_unstable();
        reached
    }

    /// Where it begins.
    pub(crate) fn account(&self) -> Option<NodeId> {
        self.states.first().map(|(account, _)| *account)
    }

    /// The resource and slug of a state.
    pub(crate) fn state(&self, state: u32) -> Option<(NodeId, u32)> {
        self.states.get(state as usize).copied()
    }

    /// Every resource on which something is held, as its representative, with its states.
    pub(crate) fn resources(&self) -> impl Iterator<Item = (NodeId, &[(NodeId, u32)])> {
        self.held
            .chunk_by(|left, right| left.0 == right.0)
            .filter_map(|chunk| chunk.first().map(|first| (first.0, chunk)))
    }

    /// The states on a resource. `O(log states)`.
    fn on(&self, world: &World, resource: NodeId) -> impl Iterator<Item = u32> {
        let representative = world.representative(resource);
        let first = self.held.partition_point(|held| held.0 < representative);
        let rest = self.held.get(first..).unwrap_or_default();
        rest.iter().take_while(move |held| held.0 == representative).map(|held| held.1)
    }

    /// The states on a resource in which `slug` or something that includes it is held.
    pub(crate) fn giving(&self, world: &World, resource: NodeId, slug: &str) -> impl Iterator<Item = u32> {
        self.on(world, resource).filter(move |state| {
            self.state(*state).is_some_and(|(node, word)| {
                let segment = world.segment(node);
                segment.is_some_and(|segment| segment.includes(node.node(), segment.words.get(word), slug))
            })
        })
    }

    /// Whether `slug` or something that includes it is held on a resource. `O(log states)`.
    pub(crate) fn holds(&self, world: &World, resource: NodeId, slug: &str) -> bool {
        self.giving(world, resource, slug).next().is_some()
    }

    /// Whether anything at all is held on a resource.
    pub(crate) fn holds_anything(&self, world: &World, resource: NodeId) -> bool {
        self.on(world, resource).next().is_some()
    }
}

struct Traversal<'w, 'a> {
    world: &'w World,
    departure: Departure<'a>,
    reached: Downstream,
    numbers: IdMap<(NodeId, u32), u32>,
}

impl<'w> Traversal<'w, '_> {
    fn begin(&mut self) {
        let Departure { account, basis, own, through, .. } = self.departure;
        let source = self.reached.routes.add_state(0);
        self.reached.states.push((account, 0));
        let basis = if own.is_some() { Basis::Observed } else { basis };
        for equal in self.world.same_account(account) {
            for edge in self.world.edges_by(equal, basis) {
                if through.is_none_or(|slug| self.world.passes(account, slug, &edge)) {
                    self.cross(edge, source);
                }
            }
        }
        for edge in own.unwrap_or_default() {
            self.cross(*edge, source);
        }
    }

    /// Breadth first, so that a state's distance is its smallest.
    fn run(&mut self) {
        let mut state = 1;
        while let Some((resource, slug)) = self.reached.state(state) {
            for group in self.world.same_account(resource).filter(|node| self.world.is_group(*node)) {
                for edge in self.world.edges_by(group, self.departure.basis) {
                    if self.world.passes(resource, slug, &edge) {
                        self.cross(edge, state);
                    }
                }
            }
            state += 1;
        }
    }

    fn cross(&mut self, edge: Edge, from: u32) {
        let reached = edge.resource();
        if self.departure.blocked.is_some_and(|blocked| blocked.contains(&self.world.representative(reached))) {
            return;
        }
        let distance = self.reached.routes.distance(from).saturating_add(1);
        let state = self.state(reached, edge.label.word(), distance);
        let vertex = self.world.representative(edge.principal());
        let hop = self.reached.routes.add_hop(Hop { edge, next: from, vertex });
        self.reached.routes.connect(state, hop);
    }

    fn state(&mut self, node: NodeId, slug: u32, distance: u32) -> u32 {
        if let Some(state) = self.numbers.get(&(node, slug)) {
            return *state;
        }
        let state = self.reached.routes.add_state(distance);
        self.numbers.insert((node, slug), state);
        self.reached.states.push((node, slug));
        state
    }
}

impl World {
    /// Whether holding `slug` on `resource` passes on this grant, which the resource holds as a group.
    pub(crate) fn passes(&self, resource: NodeId, slug: u32, edge: &Edge) -> bool {
        let segments = self.segment_at(edge.segment).zip(self.segment(resource));
        segments.is_some_and(|(of_grant, of_membership)| {
            let kind = of_membership.kinds.of(resource.node());
            of_grant.rules.throughs(of_grant.passage(edge)).any(|through| {
                let through = self.translate(through, edge.segment, resource.segment());
                through.is_some_and(|through| of_membership.rules.includes(kind, slug, through))
            })
        })
    }

    /// The rule by which everybody holds one of these slugs on a resource.
    pub(crate) fn anyone(&self, node: NodeId, slugs: &[&str]) -> Option<&'static AccessRule> {
        self.same_account(node).find_map(|equal| {
            let segment = self.segment(equal)?;
            segment.declaration.rules.iter().find(|rule| match rule {
                AccessRule::Anyone { resource_type, slug, property } => {
                    *resource_type == self.kind(equal)
                        && slugs.iter().any(|wanted| segment.includes(equal.node(), slug, wanted))
                        && self.property(equal, property) == Some("true")
                }
                _ => false,
            })
        })
    }
}
