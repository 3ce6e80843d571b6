//! Why an account holds a right: the grants from the account to the resource.

use crate::edge::Edge;
use crate::text::NONE;
use crate::world::{NodeId, World};

/// Where a grant comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin<'w> {
    /// A source states it as a right.
    Observed,
    /// A second source states it, so it counts, but nothing shows how they came by it.
    PathUnknown {
        /// The kind of the listing that states it.
        listing: &'w str,
    },
}

/// One grant: `principal` holds `slug` on `resource`. Both nodes are of the same segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step<'w> {
    /// Who holds it.
    pub principal: NodeId,
    /// On what.
    pub resource: NodeId,
    /// Which entitlement.
    pub slug: &'w str,
    /// Where it comes from.
    pub origin: Origin<'w>,
    /// Whether its removal was seen but is not confirmed.
    pub unconfirmed: bool,
}

/// A chain of grants from an account to a resource. Each step's principal is the same resource as the step before
/// reached, in the same or another segment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path<'w> {
    /// The grants, from the account to the resource. Never empty.
    pub steps: Vec<Step<'w>>,
}

impl Path<'_> {
    /// Whether any step is unconfirmed.
    #[must_use]
    pub fn unconfirmed(&self) -> bool {
        self.steps.iter().any(|step| step.unconfirmed)
    }

    /// Whether any step is known only from evidence.
    #[must_use]
    pub fn path_unknown(&self) -> bool {
        self.steps.iter().any(|step| step.origin != Origin::Observed)
    }
}

/// Shorter paths first, then by their steps.
pub(crate) fn sort_paths(paths: &mut [Path<'_>]) {
    paths.sort_unstable_by(|left, right| {
        left.steps.len().cmp(&right.steps.len()).then_with(|| left.steps.cmp(&right.steps))
    });
}

impl World {
    pub(crate) fn step(&self, edge: &Edge) -> Step<'_> {
        let origin = match edge.listing {
            NONE => Origin::Observed,
            listing => Origin::PathUnknown { listing: self.word(edge.segment, listing) },
        };
        Step {
            principal: edge.principal(),
            resource: edge.resource(),
            slug: self.word(edge.segment, edge.label.word()),
            origin,
            unconfirmed: edge.label.unconfirmed(),
        }
    }
}
