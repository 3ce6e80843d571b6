//! The part of the graph that one answer is about, and the paths through it.
//!
//! A traversal records every grant it crosses as a hop between *states* and knows each state's distance to where the
//! walks end. Paths are then listed best first, by their length so far plus that distance, so the shortest come first
//! and the work is bounded however many paths there are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::edge::Edge;
use crate::text::{NONE, number_of};
use crate::world::NodeId;

/// How many paths an answer lists for one account and right.
pub(crate) const MAX_PATHS: usize = 64;
/// How many partial paths are looked at to find them.
const MAX_WORK: usize = 4096;
/// How many partial paths are remembered to be looked at.
const MAX_OPEN: usize = 16 * MAX_WORK;

/// A crossed grant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hop {
    pub(crate) edge: Edge,
    /// The state from which a walk goes on.
    pub(crate) next: u32,
    /// The resource a walk has then reached, as its representative.
    pub(crate) vertex: NodeId,
}

/// Hops and the states between them. State numbers are dense.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    hops: Vec<Hop>,
    /// By state, the hops that go on from it.
    onward: Vec<Vec<u32>>,
    /// By state, the fewest hops to the end; 0 is the end.
    distance: Vec<u32>,
}

/// Walks as lists of hops.
#[derive(Debug, Default)]
pub(crate) struct Walks {
    pub(crate) found: Vec<Vec<u32>>,
    /// Whether there may be more.
    pub(crate) truncated: bool,
}

/// A walk that has not arrived: its last hop, what came before and how many hops that makes.
#[derive(Clone, Copy)]
struct Partial {
    hop: u32,
    before: u32,
    length: u32,
}

impl Routes {
    pub(crate) fn add_state(&mut self, distance: u32) -> u32 {
        self.onward.push(Vec::new());
        self.distance.push(distance);
        number_of(self.distance.len() - 1)
    }

    pub(crate) fn add_hop(&mut self, hop: Hop) -> u32 {
        self.hops.push(hop);
        number_of(self.hops.len() - 1)
    }

    pub(crate) fn connect(&mut self, state: u32, hop: u32) {
        if let Some(onward) = self.onward.get_mut(state as usize) {
            onward.push(hop);
        }
    }

    pub(crate) fn distance(&self, state: u32) -> u32 {
        self.distance.get(state as usize).copied().unwrap_or(NONE)
    }

    pub(crate) fn onward(&self, state: u32) -> &[u32] {
        self.onward.get(state as usize).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn hop(&self, hop: u32) -> Option<&Hop> {
        self.hops.get(hop as usize)
    }

    /// The hops of a walk.
    pub(crate) fn edges<'r>(&'r self, walk: &'r [u32]) -> impl DoubleEndedIterator<Item = &'r Edge> {
        walk.iter().filter_map(|hop| self.hop(*hop)).map(|hop| &hop.edge)
    }

    /// All simple walks that begin at `home` with one of `starts`, shortest first, within bounds. When every walk
    /// passes some resource twice, the shortest one is given: whoever holds a right has a path.
    pub(crate) fn walks(&self, home: NodeId, starts: &[u32]) -> Walks {
        let mut search = Search { routes: self, home, partials: Vec::new(), open: BinaryHeap::new(), full: false };
        for start in starts {
            search.extend(NONE, 0, *start);
        }
        let mut walks = search.run();
        if walks.found.is_empty() {
            walks.found.extend(self.shortest(starts));
        }
        walks
    }

    fn shortest(&self, starts: &[u32]) -> Option<Vec<u32>> {
        let mut walk = Vec::new();
        let mut candidates = starts;
        loop {
            let (hop, next) = candidates
                .iter()
                .filter_map(|hop| Some((*hop, self.hop(*hop)?.next)))
                .min_by_key(|(_, next)| self.distance(*next))?;
            walk.push(hop);
            match self.distance(next) {
                0 => return Some(walk),
                // Distances fall by one with every best hop, so this ends.
                left if walk.len() > self.distance.len() || left == NONE => return None,
                _ => candidates = self.onward(next),
            }
        }
    }
}

struct Search<'r> {
    routes: &'r Routes,
    home: NodeId,
    partials: Vec<Partial>,
    /// Total length when it arrives by the shortest way, how much of that is left, and the order in which it was
    /// found. Of equally long walks the one nearest to its end goes first: it arrives before its equals branch.
    open: BinaryHeap<Reverse<(u32, u32, u32)>>,
    /// Whether a partial walk had to be forgotten.
    full: bool,
}

impl Search<'_> {
    fn run(mut self) -> Walks {
        let mut walks = Walks::default();
        let mut work = 0_usize;
        while let Some(Reverse((_, _, index))) = self.open.pop() {
            let Some(partial) = self.partials.get(index as usize).copied() else { continue };
            let Some(next) = self.routes.hop(partial.hop).map(|hop| hop.next) else { continue };
            work += 1;
            if walks.found.len() == MAX_PATHS || work > MAX_WORK {
                walks.truncated = true;
                break;
            }
            if self.routes.distance(next) == 0 {
                walks.found.push(self.walk_to(index));
                continue;
            }
            for hop in self.routes.onward(next) {
                self.extend(index, partial.length, *hop);
            }
        }
        walks.truncated |= self.full;
        walks
    }

    fn extend(&mut self, before: u32, length: u32, hop: u32) {
        let Some(crossed) = self.routes.hop(hop) else { return };
        if self.has_visited(before, crossed.vertex) {
            return;
        }
        if self.partials.len() >= MAX_OPEN {
            self.full = true;
            return;
        }
        let length = length.saturating_add(1);
        let left = self.routes.distance(crossed.next);
        self.open.push(Reverse((length.saturating_add(left), left, number_of(self.partials.len()))));
        self.partials.push(Partial { hop, before, length });
    }

    fn has_visited(&self, last: u32, vertex: NodeId) -> bool {
        vertex == self.home
            || self.back(last).any(|hop| self.routes.hop(hop).is_some_and(|crossed| crossed.vertex == vertex))
    }

    fn walk_to(&self, last: u32) -> Vec<u32> {
        let mut walk: Vec<u32> = self.back(last).collect();
        walk.reverse();
        walk
    }

    /// The hops of a partial walk, last first.
    fn back(&self, last: u32) -> impl Iterator<Item = u32> {
        let mut at = last;
        std::iter::from_fn(move || {
            let partial = self.partials.get(at as usize)?;
            at = partial.before;
            Some(partial.hop)
        })
    }
}
