//! What accounts may hold although the registry does not say whether they do. Shown apart: what is not known is neither
//! a right nor the absence of one.

use crate::downstream::Downstream;
use crate::hash::IdSet;
use crate::take::{Chance, Take, TakeGroup};
use crate::world::{NodeId, World};

/// An account that may hold a right, and is not known to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Might {
    /// Who.
    pub account: NodeId,
    /// The entitlement on the parent that may give it; the strongest, if the account holds several.
    pub via: &'static str,
    /// The parent on which they hold it.
    pub parent: NodeId,
    /// The entitlement they may hold.
    pub slug: &'static str,
    /// What is not known, in words.
    pub why: &'static str,
    /// Whether it rests on something whose removal is unconfirmed: what they hold on the parent, that the resource
    /// belongs to it, or the property that names the entitlement.
    pub unconfirmed: bool,
}

/// What one account may hold on the resources of one parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MightGroup {
    /// The parent on which the account holds `via`.
    pub parent: NodeId,
    /// The entitlement on the parent that may give it; the strongest, if the account holds several.
    pub via: &'static str,
    /// The type of the resources.
    pub resource_type: &'static str,
    /// The entitlement that may be held on each.
    pub slug: &'static str,
    /// What is not known, in words.
    pub why: &'static str,
    /// Whether it rests on something whose removal is unconfirmed.
    pub unconfirmed: bool,
    /// The resources on which it may be held and is not known to be, by id. Never empty.
    pub resources: Vec<NodeId>,
}

impl From<Take> for Might {
    fn from(Take { account, via, parent, slug, how, unconfirmed }: Take) -> Self {
        Self { account, via, parent, slug, why: how, unconfirmed }
    }
}

impl From<TakeGroup> for MightGroup {
    fn from(TakeGroup { parent, via, resource_type, slug, how, unconfirmed, resources }: TakeGroup) -> Self {
        Self { parent, via, resource_type, slug, why: how, unconfirmed, resources }
    }
}

impl World {
    /// Who may hold one of `slugs` on a resource and is not among those that are known to.
    pub(crate) fn might_on(&self, node: NodeId, slugs: &[&str], known: &IdSet<NodeId>) -> Vec<Might> {
        self.takes_on(Chance::Might, node, slugs, known).into_iter().map(Might::from).collect()
    }

    /// What an account that holds `held` (and `confirmed` without unconfirmed grants) may hold besides.
    pub(crate) fn might_by(&self, held: &Downstream, confirmed: Option<&Downstream>) -> Vec<MightGroup> {
        self.takes_by(Chance::Might, held, confirmed).into_iter().map(MightGroup::from).collect()
    }
}
