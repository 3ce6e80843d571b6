//! The graph as programs that draw and search graphs take it: nodes, and directed edges from whoever holds something to what it
//! is held on. A path along them is a way to get somewhere.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use rolecall_graph::{NodeId, Step};
use serde_json::{Map, Value as Json};

use crate::world::WorldView;

/// A node.
pub(super) struct DrawnNode {
    pub(super) node: NodeId,
    /// The connector's type and the resource's: `npm`, `user`.
    pub(super) kind: (&'static str, String),
    /// As people read it.
    pub(super) name: String,
    /// Flat, with texts, numbers, flags and lists of those.
    pub(super) properties: Map<String, Json>,
}

/// An edge.
pub(super) struct DrawnEdge {
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    /// The connector's type and what the edge says: an entitlement, `contains`, or the verb of a link.
    pub(super) kind: (&'static str, String),
    pub(super) properties: Map<String, Json>,
}

impl WorldView {
    /// Every node that is stated, or that an edge leads to.
    pub(super) fn drawn_nodes(&self) -> impl Iterator<Item = DrawnNode> + '_ {
        let ends: Rc<HashSet<NodeId>> = Rc::new(self.drawn_edges().flat_map(|edge| [edge.from, edge.to]).collect());
        self.connectors.iter().zip(0_u32..).flat_map(move |(connector, segment)| {
            let ends = Rc::clone(&ends);
            let shown =
                self.world.nodes(segment).filter(move |node| self.world.is_stated(*node) || ends.contains(node));
            shown.map(move |node| DrawnNode {
                node,
                kind: (connector.declaration.name, self.world.kind(node).to_owned()),
                name: self.text(node, "displayName").unwrap_or_else(|| self.world.id(node).to_owned()),
                properties: self.drawn_properties(node, &connector.title()),
            })
        })
    }

    /// Every edge: who holds what, what is inside what, and links.
    pub(super) fn drawn_edges(&self) -> impl Iterator<Item = DrawnEdge> + '_ {
        self.connectors.iter().zip(0_u32..).flat_map(move |(connector, segment)| {
            let of = connector.declaration.name;
            self.world.nodes(segment).flat_map(move |node| {
                let held = self.world.grants_on(node).map(move |step| held(of, &step));
                let inside = self.world.parent(node).map(|parent| DrawnEdge {
                    from: parent,
                    to: node,
                    kind: (of, "contains".to_owned()),
                    properties: Map::new(),
                });
                let links = self.world.links_from(node).map(move |link| DrawnEdge {
                    from: link.from,
                    to: link.to,
                    kind: (of, link.class.to_lowercase()),
                    properties: Map::new(),
                });
                held.chain(inside).chain(links)
            })
        })
    }

    /// A name for a node that no other has, without the colon that some programs keep for themselves.
    pub(super) fn drawn_id(&self, node: NodeId) -> String {
        let title = self.connector(node).map(crate::world::ConnectorView::title).unwrap_or_default();
        format!("{title}/{}/{}", self.world.kind(node), self.world.id(node)).replace(':', ".")
    }

    fn drawn_properties(&self, node: NodeId, title: &str) -> Map<String, Json> {
        let known = self.profile(node).into_iter().map(|(name, value)| (name.to_lowercase(), value));
        // Two names may differ in case alone.
        let mut properties: BTreeMap<String, Json> = known.collect();
        properties.insert("wireid".to_owned(), self.world.id(node).into());
        properties.insert("connector".to_owned(), title.into());
        if self.world.is_suspended(node) {
            properties.insert("suspended".to_owned(), true.into());
        }
        if self.world.is_unconfirmed(node) {
            properties.insert("removalunconfirmed".to_owned(), true.into());
        }
        properties.into_iter().collect()
    }
}

fn held(of: &'static str, step: &Step<'_>) -> DrawnEdge {
    let mut properties = Map::new();
    properties.insert("origin".to_owned(), step.origin.word().into());
    if let Some(why) = step.origin.why() {
        properties.insert("why".to_owned(), why.into());
    }
    if step.unconfirmed {
        properties.insert("removalunconfirmed".to_owned(), true.into());
    }
    DrawnEdge { from: step.principal, to: step.resource, kind: (of, step.slug.to_owned()), properties }
}
