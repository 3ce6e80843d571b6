//! Listing what the graph holds, as it is.

use crate::edge::{Basis, Entry};
use crate::path::Step;
use crate::world::{NodeId, World};

/// A typed relationship that is not a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link<'w> {
    /// Start.
    pub from: NodeId,
    /// Relationship verb.
    pub class: &'w str,
    /// End.
    pub to: NodeId,
    /// Whether its removal was seen but is not confirmed.
    pub unconfirmed: bool,
}

/// A second source's claim, whether or not it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence<'w> {
    /// Who is said to hold it.
    pub principal: NodeId,
    /// On what.
    pub resource: NodeId,
    /// Which entitlement.
    pub slug: &'w str,
    /// The kind of the listing that says so.
    pub listing: &'w str,
    /// Whether its removal was seen but is not confirmed.
    pub unconfirmed: bool,
    /// Whether a right that may explain it has ended since it was read.
    pub outdated: bool,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nodes, including those that are only referred to.
    pub resources: usize,
    /// Nodes that are accounts; in [`World::counts`] equal ones count once.
    pub accounts: usize,
    /// Observed grants.
    pub grants: usize,
    /// Rights that rules give, as grants of the parent: one for each resource and rule.
    pub inherited: usize,
    /// Pieces of evidence.
    pub evidence: usize,
    /// Pieces of evidence that count as grants of unknown path.
    pub path_unknown: usize,
    /// Links.
    pub links: usize,
}

impl World {
    /// The grants of a segment by resource (type, id), principal and slug: the observed ones of a resource first,
    /// then what rules give, then those of unknown path. `O(1)` per grant.
    pub fn grants(&self, segment: u32) -> impl Iterator<Item = Step<'_>> {
        self.nodes(segment).flat_map(|resource| self.grants_on(resource))
    }

    /// The grants on one resource node: observed, given by rules, or of unknown path.
    pub fn grants_on(&self, resource: NodeId) -> impl Iterator<Item = Step<'_>> {
        self.edges_on(resource, Basis::All).map(|edge| self.step(&edge))
    }

    /// The grants that one principal node holds itself: observed, given by rules, or of unknown path.
    pub fn grants_by(&self, principal: NodeId) -> impl Iterator<Item = Step<'_>> {
        self.edges_by(principal, Basis::All).map(|edge| self.step(&edge))
    }

    /// The evidence of a segment by resource (type, id), principal, slug and listing.
    pub fn evidence(&self, segment: u32) -> impl Iterator<Item = Evidence<'_>> {
        self.nodes(segment).flat_map(|resource| self.evidence_on(resource))
    }

    /// The evidence on one resource node.
    pub fn evidence_on(&self, resource: NodeId) -> impl Iterator<Item = Evidence<'_>> {
        let row = self.segment(resource).map_or(&[][..], |segment| segment.evidence.on.row(resource.node()));
        row.iter().map(move |stated| Evidence {
            principal: NodeId::new(resource.segment(), stated.other),
            resource,
            slug: self.word(resource.segment(), stated.label.word()),
            listing: self.word(resource.segment(), stated.listing),
            unconfirmed: stated.label.unconfirmed(),
            outdated: stated.label.outdated(),
        })
    }

    /// The links of a segment by start (type, id), end and class.
    pub fn links(&self, segment: u32) -> impl Iterator<Item = Link<'_>> {
        self.nodes(segment).flat_map(|from| self.links_from(from))
    }

    /// The links that start at a node.
    pub fn links_from(&self, from: NodeId) -> impl Iterator<Item = Link<'_>> {
        let row = self.segment(from).map_or(&[][..], |segment| segment.links.by.row(from.node()));
        row.iter().map(move |entry| self.link(from, entry, from, NodeId::new(from.segment(), entry.other)))
    }

    /// The links that end at a node.
    pub fn links_to(&self, to: NodeId) -> impl Iterator<Item = Link<'_>> {
        let row = self.segment(to).map_or(&[][..], |segment| segment.links.on.row(to.node()));
        row.iter().map(move |entry| self.link(to, entry, NodeId::new(to.segment(), entry.other), to))
    }

    fn link(&self, at: NodeId, entry: &Entry, from: NodeId, to: NodeId) -> Link<'_> {
        let class = self.word(at.segment(), entry.label.word());
        Link { from, class, to, unconfirmed: entry.label.unconfirmed() }
    }

    /// How much a segment holds. `O(nodes)`.
    #[must_use]
    pub fn segment_counts(&self, segment: u32) -> Counts {
        let Some(found) = self.segment_at(segment) else { return Counts::default() };
        Counts {
            resources: found.ids.len(),
            accounts: self.nodes(segment).filter(|node| self.is_account(*node)).count(),
            grants: found.grants.on.len(),
            inherited: found.inherited.on.len(),
            evidence: found.evidence.on.len(),
            path_unknown: self.derived().count(segment),
            links: found.links.on.len(),
        }
    }

    /// How much there is in all segments. `O(nodes)`.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut sum = Counts::default();
        for counts in self.indexes().map(|segment| self.segment_counts(segment)) {
            sum.resources += counts.resources;
            sum.grants += counts.grants;
            sum.inherited += counts.inherited;
            sum.evidence += counts.evidence;
            sum.path_unknown += counts.path_unknown;
            sum.links += counts.links;
        }
        sum.accounts = self.accounts().count();
        sum
    }
}
