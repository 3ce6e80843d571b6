//! Answers as graphs: vertices and edges.

use std::collections::BTreeSet;

use rolecall_graph::{EntityGraph, EntityId};
use rolecall_query::{Found, FoundPath, Tree, TreeEdge};
use serde_json::{Value as Json, json};

use super::json::{edge, entity};

/// What an answer is made of, each once and in order.
#[derive(Debug, Default)]
pub struct EdgeList {
    entities: BTreeSet<EntityId>,
    edges: BTreeSet<TreeEdge>,
}

impl EdgeList {
    /// Of an answer that has paths.
    #[must_use]
    pub fn of(found: &Found<'_>) -> Self {
        match found {
            Found::Tree(tree) => Self::of_tree(tree),
            Found::Paths(paths) => Self::of_paths(paths),
            Found::List(entities) => Self { entities: entities.iter().copied().collect(), edges: BTreeSet::new() },
            Found::Table(_) => Self::default(),
        }
    }

    /// Of a tree.
    #[must_use]
    pub fn of_tree(tree: &Tree) -> Self {
        Self { entities: tree.entities.iter().copied().collect(), edges: tree.edges.iter().cloned().collect() }
    }

    fn of_paths(paths: &[FoundPath]) -> Self {
        let mut all = Self::default();
        for path in paths {
            all.entities.insert(path.start);
            all.entities.extend(path.steps.iter().map(|step| step.to));
            all.edges.extend(path.steps.iter().map(|step| step.edge.clone()));
        }
        all
    }

    /// The vertices, in order.
    pub fn entities(&self) -> impl Iterator<Item = EntityId> {
        self.entities.iter().copied()
    }

    /// The edges, in order.
    pub fn edges(&self) -> impl Iterator<Item = &TreeEdge> {
        self.edges.iter()
    }

    /// As JupiterOne's trees are.
    #[must_use]
    pub fn to_json(&self, graph: &EntityGraph) -> Json {
        let vertices: Vec<Json> = self.entities().map(|one| entity(graph, one)).collect();
        let edges: Vec<Json> = self.edges().map(|one| edge(graph, one)).collect();
        json!({ "vertices": vertices, "edges": edges })
    }
}
