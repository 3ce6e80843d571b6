//! Relationships of answers, and what can be said of them.

use rolecall_graph::{EntityGraph, EntityId, ValueRef};
use rolecall_query::{Edge, TreeEdge};

/// The word of a relationship: `HAS`, or `CAN publish`.
#[must_use]
pub fn edge_word(graph: &EntityGraph, edge: &TreeEdge) -> String {
    match edge {
        TreeEdge::Relationship(relationship) => {
            graph.relationship_kind(*relationship).map_or_else(String::new, |kind| kind.class.to_string())
        }
        TreeEdge::Access { action, .. } => format!("CAN {action}"),
    }
}

/// Whether what a relationship rests on was missing in the last reading and waits for a person.
#[must_use]
pub fn is_unconfirmed(graph: &EntityGraph, edge: &TreeEdge) -> bool {
    match edge {
        TreeEdge::Relationship(relationship) => {
            graph.relationship_property(*relationship, "unconfirmed") == Some(ValueRef::Flag(true))
        }
        TreeEdge::Access { holder, action, resource } => {
            graph.access().index(action).is_some_and(|index| index.is_unconfirmed(*holder, *resource))
        }
    }
}

/// Its ends: from where, to where.
#[must_use]
pub fn ends(graph: &EntityGraph, edge: &TreeEdge) -> (EntityId, EntityId) {
    match edge {
        TreeEdge::Relationship(relationship) => (graph.start(*relationship), graph.end(*relationship)),
        TreeEdge::Access { holder, resource, .. } => (*holder, *resource),
    }
}

/// The same edge with an owner of its own.
#[must_use]
pub fn owned(edge: Edge<'_>) -> TreeEdge {
    match edge {
        Edge::Relationship(relationship) => TreeEdge::Relationship(relationship),
        Edge::Access { holder, action, resource } => TreeEdge::Access { holder, action: action.to_owned(), resource },
    }
}
