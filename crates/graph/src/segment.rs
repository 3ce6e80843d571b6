//! Everything one connector instance observed, compressed and immutable.
//!
//! Nodes are numbered in the order of their type name and wire id. That one choice pays three times: a type's nodes
//! are a range, a node is found by binary search without an index, and comparing numbers is comparing names.

use rolecall_model::{ConnectorDeclaration, ResourceRef};

use crate::csr::Csr;
use crate::edge::{Edge, Entry, Inherited, Stated};
use crate::rules::{Passage, Rules};
use crate::text::{NONE, Texts, number_of};

/// Which connector instance a segment belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentIdentity {
    /// The connector's key in Rolecall's database; opaque here.
    pub connector: i64,
    /// The instance's name.
    pub name: String,
    /// The host of the source. Equal source-wide ids of equal hosts are the same resource; an empty host is unknown
    /// and equals nothing.
    pub host: String,
    /// The resource that the instance is configured for.
    pub root: ResourceRef,
}

/// An immutable segment. Built by [`SegmentBuilder`](crate::SegmentBuilder), shared between
/// [`World`](crate::World)s by `Arc`. A grant costs 16 bytes; a piece of evidence, or a right that a rule gives, 24.
#[derive(Debug)]
pub struct Segment {
    pub(crate) identity: SegmentIdentity,
    pub(crate) declaration: &'static ConnectorDeclaration,
    pub(crate) rules: Rules,
    pub(crate) kinds: Kinds,
    pub(crate) ids: Texts,
    pub(crate) words: Texts,
    pub(crate) values: Texts,
    pub(crate) parents: Vec<u32>,
    /// Nodes whose parent rests only on statements whose removal is unconfirmed, sorted.
    pub(crate) unconfirmed_parents: Vec<u32>,
    pub(crate) children: Csr<u32>,
    pub(crate) statements: Vec<Statement>,
    /// When what is known of each node began; empty when nobody said.
    pub(crate) times: Vec<Times>,
    pub(crate) properties: Csr<Entry>,
    pub(crate) grants: Both<Entry>,
    /// What *Inherited* rules give: from the parent to the resource.
    pub(crate) inherited: Both<Inherited>,
    pub(crate) evidence: Both<Stated>,
    pub(crate) links: Both<Entry>,
    pub(crate) has_unconfirmed: bool,
    pub(crate) dropped: u64,
}

/// A table that is read from both ends.
#[derive(Debug)]
pub(crate) struct Both<T> {
    /// Rows by resource, or by the end of a link.
    pub(crate) on: Csr<T>,
    /// Rows by principal, or by the start of a link.
    pub(crate) by: Csr<T>,
}

impl<T: Copy + Default> Both<T> {
    /// A table without rows, which answers as one whose rows are all empty.
    pub(crate) fn none() -> Self {
        let nothing = || Csr::build(0, &[], |(): &()| NONE, |()| T::default());
        Self { on: nothing(), by: nothing() }
    }

    fn bytes(&self) -> usize {
        self.on.bytes() + self.by.bytes()
    }
}

/// What the source says about a node's existence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Statement {
    /// Nothing: it is only referred to, and holds nothing.
    #[default]
    Absent,
    /// It exists.
    Exists,
    /// It existed; its removal is unconfirmed.
    Unconfirmed,
}

/// When what is known of a node began, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    /// It was first seen.
    pub(crate) created: i64,
    /// It became what it is: a property of it changed last.
    pub(crate) begun: i64,
}

impl Times {
    /// Nobody said.
    pub(crate) const UNKNOWN: Self = Self { created: i64::MAX, begun: i64::MIN };
}

/// The types of a segment's nodes, sorted by name, and where each type's nodes begin.
#[derive(Debug, Default)]
pub(crate) struct Kinds {
    pub(crate) names: Texts,
    /// One more than there are kinds: the last is the number of nodes.
    pub(crate) starts: Vec<u32>,
}

impl Kinds {
    /// The kind of a node. `O(log kinds)`.
    pub(crate) fn of(&self, node: u32) -> u32 {
        match self.starts.last() {
            Some(nodes) if node < *nodes => number_of(self.starts.partition_point(|start| *start <= node)) - 1,
            _ => NONE,
        }
    }

    /// The nodes of a kind.
    pub(crate) fn range(&self, kind: u32) -> std::ops::Range<u32> {
        let index = kind as usize;
        match (self.starts.get(index), self.starts.get(index.saturating_add(1))) {
            (Some(start), Some(end)) => *start..*end,
            _ => 0..0,
        }
    }
}

impl Segment {
    /// Which connector instance this is.
    #[must_use]
    pub const fn identity(&self) -> &SegmentIdentity {
        &self.identity
    }

    /// What its connector type declares.
    #[must_use]
    pub const fn declaration(&self) -> &'static ConnectorDeclaration {
        self.declaration
    }

    /// Whether it holds anything whose removal is unconfirmed.
    #[must_use]
    pub const fn has_unconfirmed(&self) -> bool {
        self.has_unconfirmed
    }

    /// How many facts did not fit. A segment holds 2³² − 2 facts of each sort and 2³¹ − 1 distinct words; more are
    /// left out and counted here. Anything but 0 means that answers are incomplete.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Heap bytes in use, without the small parts whose size does not depend on the data.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let texts = self.ids.bytes() + self.words.bytes() + self.values.bytes();
        let nodes = self.parents.capacity() * size_of::<u32>() + self.statements.capacity() + self.children.bytes();
        let rights = self.grants.bytes() + self.inherited.bytes() + self.evidence.bytes();
        texts + nodes + rights + self.links.bytes() + self.properties.bytes()
    }

    pub(crate) fn nodes(&self) -> u32 {
        number_of(self.ids.len())
    }

    pub(crate) fn kind(&self, name: &str) -> Option<u32> {
        self.kinds.names.find(name)
    }

    pub(crate) fn kind_name(&self, node: u32) -> &str {
        self.kinds.names.get(self.kinds.of(node))
    }

    pub(crate) fn word(&self, text: &str) -> Option<u32> {
        self.words.find(text)
    }

    /// `O(log nodes)`.
    pub(crate) fn node(&self, kind: &str, id: &str) -> Option<u32> {
        let range = self.kinds.range(self.kind(kind)?);
        self.ids.find_within(id, range.start, range.end)
    }

    pub(crate) fn parent(&self, node: u32) -> Option<u32> {
        self.parents.get(node as usize).copied().filter(|parent| *parent != NONE)
    }

    /// The canonical JSON text of a property. `O(properties of the node)`.
    pub(crate) fn property(&self, node: u32, name: &str) -> Option<&str> {
        Some(self.values.get(self.property_entry(node, self.word(name)?)?.other))
    }

    pub(crate) fn property_entry(&self, node: u32, name: u32) -> Option<&Entry> {
        self.properties.row(node).iter().find(|entry| entry.label.word() == name)
    }

    /// Whether this is an account that cannot use its rights. `O(properties of the node)`.
    pub(crate) fn is_suspended(&self, node: u32) -> bool {
        let property = self.rules.suspended_by(self.kinds.of(node));
        let entry = property.and_then(|property| self.property_entry(node, property));
        entry.is_some_and(|entry| self.values.get(entry.other) == "false")
    }

    /// By which rule the principal of a grant, if it is a group, passes it on.
    pub(crate) fn passage(&self, edge: &Edge) -> Passage {
        let of = |node| self.kinds.of(node);
        let by_kinds = || self.rules.passage(of(edge.resource), of(edge.principal), edge.label.word());
        edge.source.given_by().map_or_else(by_kinds, Passage::Inherited)
    }

    /// Whether holding the slug `held` on this node includes the slug `wanted`.
    pub(crate) fn includes(&self, node: u32, held: &str, wanted: &str) -> bool {
        let words = self.word(held).zip(self.word(wanted));
        held == wanted || words.is_some_and(|(held, wanted)| self.rules.includes(self.kinds.of(node), held, wanted))
    }
}
