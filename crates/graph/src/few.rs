//! Which resources have few holders of a right.

use std::collections::HashMap;
use std::rc::Rc;

use crate::edge::{Basis, Entry, Inherited};
use crate::upstream::{Goal, Upstream};
use crate::world::{NodeId, World};

/// The first few holders of a right on many resources, without those who are suspended.
///
/// Resources on which the same grants are held have the same holders, and in most organisations one team's grants are
/// repeated on thousands of packages: each such set of grants is followed once, and only until enough holders are found.
#[derive(Debug)]
pub struct FewHolders<'w> {
    world: &'w World,
    action: &'w str,
    limit: usize,
    cache: HashMap<SameGrants<'w>, Rc<[NodeId]>>,
}

/// What resources with the same holders have in common: segment, kind, grants and what rules give on them.
type SameGrants<'w> = (u32, u32, &'w [Entry], &'w [Inherited]);

impl<'w> FewHolders<'w> {
    /// Looks for those who can do `action`, and stops at `limit`.
    #[must_use]
    pub fn new(world: &'w World, action: &'w str, limit: usize) -> Self {
        Self { world, action, limit, cache: HashMap::new() }
    }

    /// Up to `limit` holders, as representatives; fewer than that are all. Expected `O(grants on the resource)` when
    /// equal grants were seen before, otherwise what it takes to find `limit` holders.
    pub fn on(&mut self, node: NodeId) -> Rc<[NodeId]> {
        let joined = self.world.same_account(node).nth(1).is_some();
        let Some(segment) = self.world.segment(node).filter(|_| !joined && self.world.derived().on(node).is_empty())
        else {
            return self.find(node);
        };
        let (grants, inherited) = (segment.grants.on.row(node.node()), segment.inherited.on.row(node.node()));
        let key = (node.segment(), segment.kinds.of(node.node()), grants, inherited);
        if let Some(known) = self.cache.get(&key) {
            return Rc::clone(known);
        }
        let found = self.find(node);
        self.cache.insert(key, Rc::clone(&found));
        found
    }

    fn find(&self, node: NodeId) -> Rc<[NodeId]> {
        let slugs = self.world.slugs_of_action(node, self.action).unwrap_or_default();
        let reached = Upstream::at_most(self.world, node, Goal::Slugs(slugs), Basis::All, self.limit);
        let principals = reached.principals().map(|(principal, _)| principal);
        principals.filter(|principal| self.world.is_active_in(node.segment(), *principal)).take(self.limit).collect()
    }
}

impl World {
    /// Everyone and everything that holds any entitlement on a resource by what sources state as rights, directly or
    /// through groups: sorted, as representatives. What a second source states counts for nobody who is in here.
    #[must_use]
    pub fn insiders(&self, node: NodeId) -> Vec<NodeId> {
        let reached = Upstream::of(self, node, Goal::Anything, Basis::Observed);
        reached.principals().map(|(principal, _)| principal).collect()
    }
}
