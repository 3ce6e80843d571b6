//! Evidence that counts: what a second source states and no grant explains.
//!
//! A statement counts as a grant of unknown path when
//!
//! * its listing is one that an *EvidenceCounts* rule names for the resource's type,
//! * its principal does not hold the stated entitlement by observed grants anyway, and
//! * it is not outdated, or its principal is an outsider: it holds no entitlement at all on the resource's parent,
//!   directly or through groups, by observed grants (also unconfirmed ones), so that no group can have explained the
//!   statement when it was made. A resource without a parent has only outsiders.
//!
//! "Observed" is what keeps this well defined: evidence never decides whether other evidence counts.

use crate::downstream::{Departure, Downstream};
use crate::edge::{Basis, Edge, Source};
use crate::segment::Segment;
use crate::upstream::{Goal, Upstream};
use crate::world::{NodeId, World};

/// The grants that come from evidence, by segment.
#[derive(Debug, Default)]
pub(crate) struct Derived {
    segments: Vec<Tables>,
    count: usize,
}

/// They are few, so sorted lists take the place of rows.
#[derive(Debug, Default)]
struct Tables {
    on: Vec<Edge>,
    by: Vec<Edge>,
}

impl Derived {
    /// Works them out: one traversal for each parent of a resource with outdated evidence, and one for each principal of
    /// whom something is stated that no group with a grant on that very resource explains.
    pub(crate) fn of(world: &World) -> Self {
        let segments: Vec<Tables> = world.indexes().map(|segment| Tables::of(world, segment)).collect();
        let count = segments.iter().map(|tables| tables.on.len()).sum();
        Self { segments, count }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn on(&self, resource: NodeId) -> &[Edge] {
        let edges = self.segments.get(resource.segment() as usize).map_or(&[][..], |tables| &tables.on);
        equal_range(edges, resource.node(), |edge| edge.resource)
    }

    pub(crate) fn by(&self, principal: NodeId) -> &[Edge] {
        let edges = self.segments.get(principal.segment() as usize).map_or(&[][..], |tables| &tables.by);
        equal_range(edges, principal.node(), |edge| edge.principal)
    }

    /// All of one segment, by resource.
    pub(crate) fn count(&self, segment: u32) -> usize {
        self.segments.get(segment as usize).map_or(0, |tables| tables.on.len())
    }
}

fn equal_range(edges: &[Edge], node: u32, key: impl Fn(&Edge) -> u32) -> &[Edge] {
    let first = edges.partition_point(|edge| key(edge) < node);
    let rest = edges.get(first..).unwrap_or_default();
    rest.get(..rest.partition_point(|edge| key(edge) == node)).unwrap_or_default()
}

impl Tables {
    fn of(world: &World, index: u32) -> Self {
        let Some(segment) = world.segment_at(index).filter(|segment| segment.rules.any_evidence_counts()) else {
            return Self::default();
        };
        let mut stated = candidates(world, index, segment);
        stated.sort_unstable_by_key(|edge| (edge.principal, edge.resource, edge.label.word(), edge.source.listing()));
        let by: Vec<Edge> = stated
            .chunk_by(|left, right| left.principal == right.principal)
            .flat_map(|of_one| without_computed(world, of_one))
            .collect();
        let mut on = by.clone();
        on.sort_by_key(|edge| edge.resource);
        Self { on, by }
    }
}

/// Statements of listings that count and are up to date or about outsiders, without those that are easily explained.
/// Goes parent by parent, so that only one parent's insiders are in memory.
fn candidates(world: &World, index: u32, segment: &Segment) -> Vec<Edge> {
    let unexplained = |edge: &Edge| !is_explained_nearby(world, segment, edge);
    let of = |node| counting(index, segment, node).filter(unexplained);
    let without_parent = (0..segment.nodes()).filter(|node| segment.parent(*node).is_none());
    let mut stated: Vec<Edge> = without_parent.flat_map(of).collect();
    for parent in 0..segment.nodes() {
        let claims = segment.children.row(parent).iter().flat_map(|child| of(*child));
        let (outdated, current): (Vec<Edge>, Vec<Edge>) = claims.partition(|edge| edge.label.outdated());
        stated.extend(current);
        if !outdated.is_empty() {
            let insiders = Upstream::of(world, NodeId::new(index, parent), Goal::Anything, Basis::Observed);
            let outside = |edge: &Edge| !insiders.contains(world.representative(edge.principal()));
            stated.extend(outdated.into_iter().filter(outside));
        }
    }
    stated
}

/// Whether the principal itself holds what is stated, or is a plain member of a group that does. That is so for nearly
/// every statement, and finding it takes one binary search, or else one for each grant on the resource, instead of a
/// traversal.
fn is_explained_nearby(world: &World, segment: &Segment, stated: &Edge) -> bool {
    let (kind, slug) = (segment.kinds.of(stated.resource), stated.label.word());
    has_member(segment, stated.resource, stated.principal, slug)
        || world.edges_on(stated.resource(), Basis::Observed).any(|grant| {
            segment.rules.includes(kind, grant.label.word(), slug)
                && segment
                    .rules
                    .throughs(segment.passage(&grant))
                    .any(|through| has_member(segment, grant.principal, stated.principal, through))
        })
}

/// Whether a principal was granted this entitlement, or one that includes it. Rows are sorted by principal.
/// `O(log members)`.
fn has_member(segment: &Segment, resource: u32, principal: u32, slug: u32) -> bool {
    let members = segment.grants.on.row(resource);
    let first = members.partition_point(|member| member.other < principal);
    let of_principal = members.get(first..).unwrap_or_default().iter().take_while(|member| member.other == principal);
    let kind = segment.kinds.of(resource);
    of_principal.into_iter().any(|member| segment.rules.includes(kind, member.label.word(), slug))
}

/// The evidence on a resource whose listing counts.
fn counting(index: u32, segment: &Segment, resource: u32) -> impl Iterator<Item = Edge> {
    let kind = segment.kinds.of(resource);
    let row = segment.evidence.on.row(resource).iter();
    row.filter(move |stated| segment.rules.evidence_counts(kind, stated.listing)).map(move |stated| Edge {
        segment: index,
        principal: stated.other,
        resource,
        label: stated.label,
        source: Source::evidence(stated.listing),
    })
}

/// The statements of one principal that its observed grants do not explain.
fn without_computed(world: &World, of_one: &[Edge]) -> Vec<Edge> {
    let Some(first) = of_one.first() else { return Vec::new() };
    let computed = Downstream::of(world, Departure::new(first.principal(), Basis::Observed));
    let unexplained = of_one
        .iter()
        .filter(|edge| !computed.holds(world, edge.resource(), world.word(edge.segment, edge.label.word())));
    unexplained.copied().collect()
}

/// The evidence that would count for an account if it held only what `remaining` says: what its observed grants do
/// not explain now, if that is up to date or on resources on whose parent it then holds nothing.
pub(crate) fn own_evidence(world: &World, account: NodeId, now: &Downstream, remaining: &Downstream) -> Vec<Edge> {
    let mut own = Vec::new();
    for equal in world.same_account(account) {
        let Some(segment) = world.segment(equal) else { continue };
        for stated in segment.evidence.by.row(equal.node()) {
            let edge = Edge {
                segment: equal.segment(),
                principal: equal.node(),
                resource: stated.other,
                label: stated.label,
                source: Source::evidence(stated.listing),
            };
            let counts = segment.rules.evidence_counts(segment.kinds.of(stated.other), stated.listing);
            let parent = world.parent(edge.resource());
            let outside = parent.is_none_or(|parent| !remaining.holds_anything(world, parent));
            let explained = now.holds(world, edge.resource(), segment.words.get(stated.label.word()));
            if counts && (outside || !stated.label.outdated()) && !explained {
                own.push(edge);
            }
        }
    }
    own
}
