//! What being in a group gives, and how many hold something, without everybody's paths.

use crate::access::{AccountAccess, Reach};
use crate::downstream::Departure;
use crate::edge::Basis;
use crate::upstream::{Goal, Upstream};
use crate::world::{NodeId, World};

impl World {
    /// Everything that holders of `slug` on a group get through it: what the group holds and passes on to them, by rules and
    /// settings too. Paths begin at the group.
    ///
    /// `O(V + E)` over what is reached, as [`World::access`].
    #[must_use]
    pub fn access_through(&self, group: NodeId, slug: &str) -> AccountAccess<'_> {
        let Some(word) = self.segment(group).and_then(|segment| segment.word(slug)) else {
            return AccountAccess::default();
        };
        let departure = Departure { through: Some(word), ..Departure::new(group, Basis::All) };
        self.access_by(&Reach::of(self, departure))
    }

    /// How many accounts hold any of `slugs` on a resource, or something that includes one, and can use it; and how much
    /// holds it that is neither account nor group. As many as [`World::who_can`] names, at the cost of finding them.
    #[must_use]
    pub fn holder_count(&self, node: NodeId, slugs: &[&str]) -> (usize, usize) {
        let found = Upstream::of(self, node, Goal::Slugs(slugs), Basis::All);
        let holders = found.principals().map(|(principal, _)| principal).filter(|one| self.is_holder(*one));
        holders.fold((0, 0), |(accounts, others), holder| {
            if !self.is_account(holder) {
                (accounts, others + 1)
            } else if self.is_suspended_in(node.segment(), holder) {
                (accounts, others)
            } else {
                (accounts + 1, others)
            }
        })
    }
    /// Whether a rule says that everybody holds one of `slugs` on a resource.
    #[must_use]
    pub fn is_for_anyone(&self, node: NodeId, slugs: &[&str]) -> bool {
        self.anyone(node, slugs).is_some()
    }
}
