//! Why an account holds a right: the grants from the account to the resource.

use rolecall_model::{AccessRule, Given};

use crate::edge::Edge;
use crate::world::{NodeId, World};

/// Where a grant comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin<'w> {
    /// A source states it as a right.
    Observed,
    /// A rule of the registry gives it.
    Rule {
        /// Whose rule, in words.
        why: &'static str,
    },
    /// A setting gives it: of the resource, or of what it belongs to.
    Setting {
        /// Which setting, in words.
        why: &'static str,
        /// The property that holds it.
        gives: Given,
    },
    /// A second source states it, so it counts, but nothing shows how they came by it.
    PathUnknown {
        /// The kind of the listing that states it.
        listing: &'w str,
    },
}

impl Origin<'_> {
    /// The word used in output.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Rule { .. } => "rule",
            Self::Setting { .. } => "setting",
            Self::PathUnknown { .. } => "path-unknown",
        }
    }

    /// Whether nothing shows how the right came about.
    #[must_use]
    pub const fn is_path_unknown(&self) -> bool {
        matches!(self, Self::PathUnknown { .. })
    }

    /// Whose rule or setting it is, in words, if it is one.
    #[must_use]
    pub const fn why(&self) -> Option<&'static str> {
        match self {
            Self::Rule { why } | Self::Setting { why, .. } => Some(why),
            Self::Observed | Self::PathUnknown { .. } => None,
        }
    }
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
        self.steps.iter().any(|step| step.origin.is_path_unknown())
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
        Step {
            principal: edge.principal(),
            resource: edge.resource(),
            slug: self.word(edge.segment, edge.label.word()),
            origin: self.origin(edge),
            unconfirmed: edge.label.unconfirmed(),
        }
    }

    fn origin(&self, edge: &Edge) -> Origin<'_> {
        if let Some(listing) = edge.source.listing() {
            return Origin::PathUnknown { listing: self.word(edge.segment, listing) };
        }
        let rules = self.segment_at(edge.segment).map_or(&[][..], |segment| segment.declaration.rules);
        let rule = edge.source.given_by().and_then(|place| rules.get(place as usize));
        match rule {
            Some(AccessRule::Inherited { gives: Given::Slug(_), why, .. }) => Origin::Rule { why },
            Some(AccessRule::Inherited { why, gives, .. }) => Origin::Setting { why, gives: *gives },
            _ => Origin::Observed,
        }
    }
}
