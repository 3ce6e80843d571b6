//! All segments at one moment, seen as one graph.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use crate::derived::Derived;
use crate::edge::{Basis, Edge, Source};
use crate::overlay::Overlay;
use crate::segment::Segment;
use crate::text::number_of;

/// A node of a [`World`]: a resource as one segment knows it.
///
/// Meaningful only in the world that gave it out, and in worlds made from it by [`World::with_segment`] for the
/// segments that stayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    segment: u32,
    node: u32,
}

impl NodeId {
    pub(crate) const fn new(segment: u32, node: u32) -> Self {
        Self { segment, node }
    }

    /// The index of the segment.
    #[must_use]
    pub const fn segment(self) -> u32 {
        self.segment
    }

    /// The number of the node in its segment. Numbers compare as (type name, wire id) do.
    #[must_use]
    pub const fn node(self) -> u32 {
        self.node
    }
}

/// An immutable graph of all connectors at one moment, shared freely between threads.
#[derive(Debug)]
pub struct World {
    segments: Vec<Arc<Segment>>,
    overlay: Overlay,
    /// Evidence that counts, worked out when the first answer needs it.
    derived: OnceLock<Derived>,
}

impl World {
    /// Puts segments together. Expected `O(accounts and other source-wide resources)`; nothing in a segment is
    /// touched.
    #[must_use]
    pub fn new(segments: Vec<Arc<Segment>>) -> Self {
        let overlay = Overlay::of(&segments);
        Self { segments, overlay, derived: OnceLock::new() }
    }

    /// The same world with one segment replaced, or added when `index` is the number of segments; an index beyond
    /// that adds it too. Costs what [`World::new`] costs.
    #[must_use]
    pub fn with_segment(&self, index: u32, segment: Arc<Segment>) -> Self {
        let mut segments = self.segments.clone();
        match segments.get_mut(index as usize) {
            Some(place) => *place = segment,
            None => segments.push(segment),
        }
        Self::new(segments)
    }

    /// The segments, by index.
    #[must_use]
    pub fn segments(&self) -> &[Arc<Segment>] {
        &self.segments
    }

    /// The segment of a node. `None` for a node of another world.
    #[must_use]
    pub fn segment(&self, node: NodeId) -> Option<&Segment> {
        self.segment_at(node.segment)
    }

    pub(crate) fn segment_at(&self, index: u32) -> Option<&Segment> {
        self.segments.get(index as usize).map(Arc::as_ref)
    }

    pub(crate) fn indexes(&self) -> std::ops::Range<u32> {
        0..number_of(self.segments.len())
    }

    /// Whether any node of a segment is the same resource as one of another.
    pub(crate) fn is_joined(&self, segment: u32) -> bool {
        self.overlay.is_joined(segment)
    }

    /// All nodes that are the same resource, the given one included, by segment. `O(log joined + equal nodes)`.
    pub fn same_account(&self, node: NodeId) -> impl Iterator<Item = NodeId> + use<'_> {
        let class = self.overlay.class(node);
        class.iter().copied().chain(class.is_empty().then_some(node))
    }

    /// The one node that stands for all equal ones: that of the first segment. `O(log joined)`.
    #[must_use]
    pub fn representative(&self, node: NodeId) -> NodeId {
        self.overlay.class(node).first().copied().unwrap_or(node)
    }

    /// Of all equal nodes the one in this segment, or else the representative.
    pub(crate) fn nearest(&self, node: NodeId, segment: u32) -> NodeId {
        self.same_account(node).find(|equal| equal.segment == segment).unwrap_or_else(|| self.representative(node))
    }

    /// The order of answers: by type name, wire id and segment.
    pub(crate) fn order(&self, left: NodeId, right: NodeId) -> Ordering {
        if left.segment == right.segment {
            return left.node.cmp(&right.node);
        }
        let names = (self.kind(left), self.id(left)).cmp(&(self.kind(right), self.id(right)));
        names.then(left.cmp(&right))
    }

    pub(crate) fn derived(&self) -> &Derived {
        self.derived.get_or_init(|| Derived::of(self))
    }

    pub(crate) fn has_unconfirmed(&self) -> bool {
        self.segments.iter().any(|segment| segment.has_unconfirmed)
    }

    /// A slug's number in another segment's vocabulary.
    pub(crate) fn translate(&self, word: u32, from: u32, to: u32) -> Option<u32> {
        if from == to {
            return Some(word);
        }
        self.segment_at(to)?.word(self.word(from, word))
    }

    /// The text of a segment's word.
    pub(crate) fn word(&self, segment: u32, word: u32) -> &str {
        self.segment_at(segment).map_or("", |segment| segment.words.get(word))
    }

    /// The grants on one resource node: observed ones, then those that rules give, then those from evidence.
    pub(crate) fn edges_on(&self, resource: NodeId, basis: Basis) -> impl Iterator<Item = Edge> + use<'_> {
        let segment = self.segment(resource);
        let row = segment.map_or(&[][..], |segment| segment.grants.on.row(resource.node));
        let observed =
            row.iter().map(move |grant| Edge::observed(resource.segment, grant.other, resource.node, grant.label));
        let row = segment.map_or(&[][..], |segment| segment.inherited.on.row(resource.node));
        let inherited = row.iter().map(move |right| Edge {
            source: Source::rule(right.rule),
            ..Edge::observed(resource.segment, right.other, resource.node, right.label)
        });
        let derived = if basis.has_derived() { self.derived().on(resource) } else { &[] };
        observed.chain(inherited).chain(derived.iter().copied()).filter(move |edge| basis.admits(edge))
    }

    /// The grants that one principal node holds, in the same order.
    pub(crate) fn edges_by(&self, principal: NodeId, basis: Basis) -> impl Iterator<Item = Edge> + use<'_> {
        let segment = self.segment(principal);
        let row = segment.map_or(&[][..], |segment| segment.grants.by.row(principal.node));
        let observed =
            row.iter().map(move |grant| Edge::observed(principal.segment, principal.node, grant.other, grant.label));
        let row = segment.map_or(&[][..], |segment| segment.inherited.by.row(principal.node));
        let inherited = row.iter().map(move |right| Edge {
            source: Source::rule(right.rule),
            ..Edge::observed(principal.segment, principal.node, right.other, right.label)
        });
        let derived = if basis.has_derived() { self.derived().by(principal) } else { &[] };
        observed.chain(inherited).chain(derived.iter().copied()).filter(move |edge| basis.admits(edge))
    }
}
