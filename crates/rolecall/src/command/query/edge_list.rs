//! Answers as graphs: vertices and edges, for programs and for drawing.

use std::collections::BTreeSet;
use std::io;

use rolecall_graph::{EntityGraph, EntityId};
use rolecall_query::{Found, FoundPath, Tree, TreeEdge};
use serde_json::{Value as Json, json};

use super::cell::{edge_word, ends, name};
use super::json::{edge, entity};
use crate::output::line;
use crate::output::text::printable;

/// What an answer is made of, each once and in order.
#[derive(Debug, Default)]
pub(super) struct EdgeList {
    entities: BTreeSet<EntityId>,
    edges: BTreeSet<TreeEdge>,
}

impl EdgeList {
    /// Of an answer that has paths.
    pub(super) fn of(found: &Found<'_>) -> Self {
        match found {
            Found::Tree(tree) => Self::of_tree(tree),
            Found::Paths(paths) => Self::of_paths(paths),
            Found::List(entities) => Self { entities: entities.iter().copied().collect(), edges: BTreeSet::new() },
            Found::Table(_) => Self::default(),
        }
    }

    pub(super) fn of_tree(tree: &Tree) -> Self {
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

    pub(super) fn entities(&self) -> impl Iterator<Item = EntityId> {
        self.entities.iter().copied()
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = &TreeEdge> {
        self.edges.iter()
    }

    /// As JupiterOne's trees are.
    pub(super) fn to_json(&self, graph: &EntityGraph) -> Json {
        let vertices: Vec<Json> = self.entities().map(|one| entity(graph, one)).collect();
        let edges: Vec<Json> = self.edges().map(|one| edge(graph, one)).collect();
        json!({ "vertices": vertices, "edges": edges })
    }

    /// As Graphviz reads it.
    pub(super) fn dot_print(&self, graph: &EntityGraph) -> io::Result<()> {
        line("digraph answer {")?;
        line("  rankdir=LR; node [shape=box];")?;
        for entity in self.entities() {
            let label = format!("{}\n{}", name(graph, entity), graph.entity_type(entity));
            line(&format!("  n{} [label={}];", entity.number(), quoted(&label)))?;
        }
        for edge in self.edges() {
            let (from, to) = ends(graph, edge);
            let label = quoted(&edge_word(graph, edge));
            line(&format!("  n{} -> n{} [label={label}];", from.number(), to.number()))?;
        }
        line("}")
    }
}

/// A string of Graphviz. Only quotes and backslashes mean something in one, and a line's end is written.
fn quoted(text: &str) -> String {
    let lines = text.split('\n').map(|part| printable(part).replace('\\', "\\\\").replace('"', "\\\""));
    format!("\"{}\"", lines.collect::<Vec<_>>().join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(quoted("a\"b\\\nc"), "\"a\\\"b\\\\\\nc\"");
    }
}
