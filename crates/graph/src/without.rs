//! Who would hold something still, if some grants were others, or none any more.

use crate::edge::Basis;
use crate::path::Step;
use crate::upstream::{Goal, Upstream};
use crate::world::{NodeId, World};

/// What becomes of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It stays.
    Stays,
    /// Its holder holds this entitlement instead.
    Lowered(&'static str),
    /// It is gone.
    Gone,
}

impl World {
    /// Whether any account would hold one of `slugs` on a resource, or something that includes one, and could use it, if of
    /// each grant became what `then` says.
    ///
    /// `O(V + E)` over what leads to the resource, and most often no more than finding the first holder.
    #[must_use]
    pub fn is_held_then(&self, node: NodeId, slugs: &[&str], then: &dyn Fn(&Step<'_>) -> Then) -> bool {
        let of_edge = |edge: &_| then(&self.step(edge));
        let found = Upstream::then(self, node, Goal::Slugs(slugs), Basis::All, (1, &of_edge));
        found.principals().any(|(principal, _)| self.is_active_in(node.segment(), principal))
    }
}
