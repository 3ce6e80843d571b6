//! From a resource upwards: everyone whose grants lead to it.
//!
//! A grant on the resource leads there. If its principal is a group and a rule expands such grants, then every grant
//! of the rule's entitlement on the group leads there too, and so on. A *state* is a node together with the set of
//! slugs that lead on from it; there are at most as many states as nodes times distinct sets, and each state reads
//! its node's row once: `O(V + E)` for the few sets that declarations give rise to.

use std::collections::HashMap;

use crate::edge::{Basis, Edge};
use crate::hash::{IdMap, IdSet};
use crate::routes::{Hop, Routes};
use crate::rules::Passage;
use crate::text::number_of;
use crate::without::Then;
use crate::world::{NodeId, World};

/// What is asked for on the resource.
#[derive(Clone, Copy)]
pub(crate) enum Goal<'a> {
    /// Any entitlement at all.
    Anything,
    /// Any of these slugs, or one that includes it.
    Slugs(&'a [&'a str]),
}

/// Who reaches a resource, and the grants that lead there.
#[derive(Debug, Default)]
pub(crate) struct Upstream {
    pub(crate) routes: Routes,
    /// Principals (as representatives) with the grants they hold that lead there, sorted.
    starts: Vec<(NodeId, u32)>,
}

impl Upstream {
    pub(crate) fn of(world: &World, node: NodeId, goal: Goal<'_>, basis: Basis) -> Self {
        Self::at_most(world, node, goal, basis, usize::MAX)
    }

    /// Stops when so many accounts are found that can use what they hold. Fewer are all there are.
    pub(crate) fn at_most(world: &World, node: NodeId, goal: Goal<'_>, basis: Basis, limit: usize) -> Self {
        Self::then(world, node, goal, basis, (limit, &|_| Then::Stays))
    }

    /// The same where some grants are others, or none any more.
    pub(crate) fn then(
        world: &World,
        node: NodeId,
        goal: Goal<'_>,
        basis: Basis,
        (limit, then): (usize, &dyn Fn(&Edge) -> Then),
    ) -> Self {
        let (reached, states) = (Self::default(), States::default());
        let (segment, holders) = (node.segment(), IdSet::default());
        let mut traversal = Traversal { world, segment, basis, reached, states, limit, holders, then };
        traversal.begin(node, goal);
        traversal.run();
        let mut reached = traversal.reached;
        reached.starts.sort_by_key(|start| start.0);
        reached
    }

    /// Every principal, once, with the hops it can begin with.
    pub(crate) fn principals(&self) -> impl Iterator<Item = (NodeId, Vec<u32>)> {
        self.starts.chunk_by(|left, right| left.0 == right.0).filter_map(|chunk| {
            let (principal, _) = chunk.first()?;
            Some((*principal, chunk.iter().map(|start| start.1).collect()))
        })
    }

    /// Whether this principal (a representative) reaches the resource. `O(log hops)`.
    pub(crate) fn contains(&self, principal: NodeId) -> bool {
        self.starts.binary_search_by_key(&principal, |start| start.0).is_ok()
    }
}

/// The number of the set that admits every slug.
const ANYTHING: u32 = u32::MAX;

/// States and the sets of slugs they admit, each with a number.
#[derive(Default)]
struct States {
    all: Vec<(NodeId, u32)>,
    numbers: IdMap<(NodeId, u32), u32>,
    sets: Vec<Vec<u32>>,
    set_numbers: HashMap<Vec<u32>, u32>,
    /// The set that leads on from a group, by segment and passage of the grant it holds, and by the segment whose
    /// numbers the set uses.
    passing: IdMap<(u32, Passage, u32), Option<u32>>,
}

impl States {
    fn set(&mut self, mut words: Vec<u32>) -> Option<u32> {
        if words.is_empty() {
            return None;
        }
        words.sort_unstable();
        words.dedup();
        if let Some(number) = self.set_numbers.get(&words) {
            return Some(*number);
        }
        let number = number_of(self.sets.len());
        self.sets.push(words.clone());
        self.set_numbers.insert(words, number);
        Some(number)
    }
}

struct Traversal<'w> {
    world: &'w World,
    /// The segment of the resource.
    segment: u32,
    basis: Basis,
    reached: Upstream,
    states: States,
    limit: usize,
    /// Holders found so far; kept only when there is a limit.
    holders: IdSet<NodeId>,
    then: &'w dyn Fn(&Edge) -> Then,
}

impl Traversal<'_> {
    fn begin(&mut self, node: NodeId, goal: Goal<'_>) {
        for equal in self.world.same_account(node) {
            let set =
                match goal {
                    Goal::Anything => Some(ANYTHING),
                    Goal::Slugs(slugs) => {
                        let segment = self.world.segment(equal);
                        self.states.set(segment.map_or_else(Vec::new, |segment| {
                            slugs.iter().filter_map(|slug| segment.word(slug)).collect()
                        }))
                    }
                };
            if let Some(set) = set {
                self.state(equal, set, 0);
            }
        }
    }

    /// Breadth first, so that a state's distance is its smallest.
    fn run(&mut self) {
        let mut state = 0;
        while let Some((node, set)) = self.states.all.get(state as usize).copied() {
            for edge in self.world.edges_on(node, self.basis) {
                let slug = match (self.then)(&edge) {
                    Then::Stays => Some(edge.label.word()),
                    Then::Lowered(slug) => self.world.segment(node).and_then(|segment| segment.word(slug)),
                    Then::Gone => None,
                };
                if slug.is_some_and(|slug| self.admits(node, set, slug)) {
                    self.cross(edge, state);
                    if self.is_enough(&edge) {
                        return;
                    }
                }
            }
            state += 1;
        }
    }

    fn is_enough(&mut self, edge: &Edge) -> bool {
        if self.limit == usize::MAX {
            return false;
        }
        if self.world.is_active_in(self.segment, edge.principal()) {
            self.holders.insert(self.world.representative(edge.principal()));
        }
        self.holders.len() >= self.limit
    }

    fn admits(&self, node: NodeId, set: u32, slug: u32) -> bool {
        let Some(wanted) = self.states.sets.get(set as usize) else { return set == ANYTHING };
        let Some(segment) = self.world.segment(node) else { return false };
        wanted.contains(&slug) || {
            let kind = segment.kinds.of(node.node());
            wanted.iter().any(|wanted| segment.rules.includes(kind, slug, *wanted))
        }
    }

    fn cross(&mut self, edge: Edge, state: u32) {
        let vertex = self.world.representative(edge.resource());
        let hop = self.reached.routes.add_hop(Hop { edge, next: state, vertex });
        self.reached.starts.push((self.world.representative(edge.principal()), hop));
        let distance = self.reached.routes.distance(state).saturating_add(1);
        for group in self.world.same_account(edge.principal()) {
            if let Some(set) = self.passing(&edge, group.segment()) {
                let onward = self.state(group, set, distance);
                self.reached.routes.connect(onward, hop);
            }
        }
    }

    fn state(&mut self, node: NodeId, set: u32, distance: u32) -> u32 {
        if let Some(state) = self.states.numbers.get(&(node, set)) {
            return *state;
        }
        let state = self.reached.routes.add_state(distance);
        self.states.numbers.insert((node, set), state);
        self.states.all.push((node, set));
        state
    }

    /// The slugs on the grant's principal that pass the grant on, in the numbers of segment `to`.
    fn passing(&mut self, edge: &Edge, to: u32) -> Option<u32> {
        let segment = self.world.segment_at(edge.segment)?;
        if !segment.rules.is_group(segment.kinds.of(edge.principal)) {
            return None;
        }
        let key = (edge.segment, segment.passage(edge), to);
        if let Some(set) = self.states.passing.get(&key) {
            return *set;
        }
        let throughs = segment.rules.throughs(key.1);
        let words = throughs.filter_map(|word| self.world.translate(word, edge.segment, to)).collect();
        let set = self.states.set(words);
        self.states.passing.insert(key, set);
        set
    }
}
