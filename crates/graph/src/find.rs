//! Finding nodes and what is known of each.

use rolecall_model::ResourceRef;

use crate::segment::Statement;
use crate::world::{NodeId, World};

impl World {
    /// A node's type name; empty for a node of another world. `O(log types)`.
    #[must_use]
    pub fn kind(&self, node: NodeId) -> &str {
        self.segment(node).map_or("", |segment| segment.kind_name(node.node()))
    }

    /// A node's wire id; empty for a node of another world. `O(1)`.
    #[must_use]
    pub fn id(&self, node: NodeId) -> &str {
        self.segment(node).map_or("", |segment| segment.ids.get(node.node()))
    }

    /// A node's type and wire id as the model's reference.
    #[must_use]
    pub fn reference(&self, node: NodeId) -> ResourceRef {
        ResourceRef::new(self.kind(node).to_owned(), self.id(node))
    }

    /// The node it belongs to. `O(1)`.
    #[must_use]
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        let parent = self.segment(node)?.parent(node.node())?;
        Some(NodeId::new(node.segment(), parent))
    }

    /// The nodes that belong to it, by type and id.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + use<'_> {
        let row = self.segment(node).map_or(&[][..], |segment| segment.children.row(node.node()));
        row.iter().map(move |child| NodeId::new(node.segment(), *child))
    }

    /// A property's canonical JSON text, as [`rolecall_model::Value::as_json`] gave it;
    /// [`rolecall_model::Value::from_json_text`] reads it back. When listings disagree, a confirmed statement wins,
    /// then the listing that is declared first. `O(properties of the node)`.
    #[must_use]
    pub fn property(&self, node: NodeId, name: &str) -> Option<&str> {
        self.segment(node)?.property(node.node(), name)
    }

    /// All properties of a node with their canonical JSON texts, by name.
    pub fn properties(&self, node: NodeId) -> impl Iterator<Item = (&str, &str)> + use<'_> {
        self.segment(node).into_iter().flat_map(move |segment| {
            let row = segment.properties.row(node.node()).iter();
            row.map(|entry| (segment.words.get(entry.label.word()), segment.values.get(entry.other)))
        })
    }

    /// Whether a listing states that the resource exists, rather than something merely referring to it.
    #[must_use]
    pub fn is_stated(&self, node: NodeId) -> bool {
        self.statement(node) != Statement::Absent
    }

    /// Whether its existence rests only on statements whose removal is unconfirmed.
    #[must_use]
    pub fn is_unconfirmed(&self, node: NodeId) -> bool {
        self.statement(node) == Statement::Unconfirmed
    }

    fn statement(&self, node: NodeId) -> Statement {
        let statements = self.segment(node).map(|segment| segment.statements.get(node.node() as usize).copied());
        statements.flatten().unwrap_or_default()
    }

    /// Whether this is an account: of the declared account type or of a type with the user trait.
    #[must_use]
    pub fn is_account(&self, node: NodeId) -> bool {
        self.segment(node).is_some_and(|segment| segment.rules.is_account(segment.kinds.of(node.node())))
    }

    /// Whether this account is suspended: it keeps its rights and cannot use them. Each connector says so of its own
    /// node of an account, which can be active in one organisation and not in another. `O(properties of the node)`.
    #[must_use]
    pub fn is_suspended(&self, node: NodeId) -> bool {
        self.segment(node).is_some_and(|segment| segment.is_suspended(node.node()))
    }

    /// Whether the node that this segment has of a principal is suspended. Where it has none, nobody suspended it.
    pub(crate) fn is_suspended_in(&self, segment: u32, principal: NodeId) -> bool {
        self.same_account(principal).any(|equal| equal.segment() == segment && self.is_suspended(equal))
    }

    /// Whether this is an account that can use what it holds on resources of this segment.
    pub(crate) fn is_active_in(&self, segment: u32, principal: NodeId) -> bool {
        self.is_account(principal) && !self.is_suspended_in(segment, principal)
    }

    /// Whether this is a group: of a type with the group trait, or one that an *Expandable* rule names as such.
    #[must_use]
    pub fn is_group(&self, node: NodeId) -> bool {
        self.segment(node).is_some_and(|segment| segment.rules.is_group(segment.kinds.of(node.node())))
    }

    /// Whether it holds rights in its own name: an account, or anything else that is not a group. A credential or
    /// repository that was granted a right must not vanish from an answer because it is no account.
    pub(crate) fn is_holder(&self, node: NodeId) -> bool {
        self.is_account(node) || !self.is_group(node)
    }

    /// The node of a resource in one segment. `O(log nodes)`.
    #[must_use]
    pub fn resource(&self, segment: u32, kind: &str, id: &str) -> Option<NodeId> {
        self.segment_at(segment)?.node(kind, id).map(|node| NodeId::new(segment, node))
    }

    /// The nodes with this type and wire id in all segments, by segment. They need not be equal: see
    /// [`World::same_account`]. `O(segments · log nodes)`.
    #[must_use]
    pub fn find(&self, kind: &str, id: &str) -> Vec<NodeId> {
        self.indexes().filter_map(|segment| self.resource(segment, kind, id)).collect()
    }

    /// All nodes of a type, by segment and id; equal nodes each appear. `O(segments · log types)` and then `O(1)` per
    /// node.
    pub fn nodes_of(&self, kind: &str) -> impl Iterator<Item = NodeId> {
        self.indexes().flat_map(move |index| {
            let range = self.segment_at(index).and_then(|segment| Some(segment.kinds.range(segment.kind(kind)?)));
            range.unwrap_or_default().map(move |node| NodeId::new(index, node))
        })
    }

    /// All nodes of a segment, by type and id.
    pub fn nodes(&self, segment: u32) -> impl Iterator<Item = NodeId> + use<> {
        let count = self.segment_at(segment).map_or(0, crate::Segment::nodes);
        (0..count).map(move |node| NodeId::new(segment, node))
    }

    /// Every account once, as its representative, by segment, type and id. `O(nodes)`.
    pub fn accounts(&self) -> impl Iterator<Item = NodeId> + use<'_> {
        let all = self.indexes().flat_map(|segment| self.nodes(segment));
        all.filter(|node| self.is_account(*node) && self.representative(*node) == *node)
    }

    /// The node of the resource that a connector instance is configured for.
    #[must_use]
    pub fn root(&self, segment: u32) -> Option<NodeId> {
        let root = &self.segment_at(segment)?.identity.root;
        self.resource(segment, root.kind.as_str(), &root.id)
    }

    /// The entitlements that allow an action on a node, any one of which suffices. `None` when its type declares no
    /// such action: an unknown action is not one that nobody may do.
    #[must_use]
    pub fn slugs_of_action(&self, node: NodeId, action: &str) -> Option<&'static [&'static str]> {
        let declared = self.segment(node)?.declaration.resource_type(self.kind(node))?;
        declared.actions.iter().find(|candidate| candidate.word == action).map(|found| found.slugs)
    }

    /// Whether holding `slug` on a node is holding one of `wanted` there: as such, or because it includes one.
    #[must_use]
    pub fn includes_any(&self, node: NodeId, slug: &str, wanted: &[&str]) -> bool {
        let Some(segment) = self.segment(node) else { return false };
        let (Some(kind), Some(held)) = (segment.kinds.names.find(self.kind(node)), segment.words.find(slug)) else {
            return false;
        };
        let includes =
            |wanted: &str| segment.words.find(wanted).is_some_and(|word| segment.rules.includes(kind, held, word));
        wanted.iter().any(|wanted| *wanted == slug || includes(wanted))
    }
}
