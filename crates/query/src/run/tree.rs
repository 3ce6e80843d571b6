//! Paths as they are, and all of them put together.

use std::collections::BTreeSet;

use rolecall_graph::{EntityGraph, EntityId};

use super::row::Row;
use crate::answer::{Edge, FoundPath, PathStep, Tree, TreeEdge};
use crate::bind::Chain;

/// All entities and relationships of some paths.
#[derive(Debug, Default)]
pub(super) struct TreeSink {
    entities: BTreeSet<EntityId>,
    edges: BTreeSet<TreeEdge>,
}

impl TreeSink {
    pub(super) fn add(&mut self, row: &Row<'_>) {
        self.entities.extend(row.entities.iter().flatten());
        self.edges.extend(row.edges.iter().flatten().map(|edge| tree_edge(*edge)));
    }

    pub(super) fn add_path(&mut self, path: &FoundPath) {
        self.entities.insert(path.start);
        for step in &path.steps {
            self.entities.insert(step.to);
            self.edges.insert(step.edge.clone());
        }
    }

    pub(super) fn finish(self) -> Tree {
        Tree { entities: self.entities.into_iter().collect(), edges: self.edges.into_iter().collect() }
    }
}

fn tree_edge(edge: Edge<'_>) -> TreeEdge {
    match edge {
        Edge::Relationship(relationship) => TreeEdge::Relationship(relationship),
        Edge::Access { holder, action, resource } => TreeEdge::Access { holder, action: action.to_owned(), resource },
    }
}

/// A path, step by step.
pub(super) fn found_path(graph: &EntityGraph, chain: &Chain, row: &Row<'_>) -> Option<FoundPath> {
    let entity = |at: usize| row.entities.get(*chain.entities.get(at)?).copied().flatten();
    let start = entity(0)?;
    let mut from = start;
    let mut steps = Vec::new();
    for (hop, at) in chain.hops.iter().zip(1..) {
        let edge = row.edges.get(*hop).copied().flatten()?;
        let to = entity(at)?;
        let begins = match edge {
            Edge::Relationship(relationship) => graph.start(relationship),
            Edge::Access { holder, .. } => holder,
        };
        steps.push(PathStep { edge: tree_edge(edge), backwards: begins != from, to });
        from = to;
    }
    Some(FoundPath { start, steps })
}
