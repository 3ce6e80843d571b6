//! Answers as Graphviz draws them.

use std::io;

use rolecall_engine::query::{EdgeList, edge_word, ends};
use rolecall_graph::EntityGraph;

use super::cell::name;
use crate::output::line;
use crate::output::text::printable;

/// As Graphviz reads it.
pub(super) fn dot_print(edges: &EdgeList, graph: &EntityGraph) -> io::Result<()> {
    line("digraph answer {")?;
    line("  rankdir=LR; node [shape=box];")?;
    for entity in edges.entities() {
        let label = format!("{}\n{}", name(graph, entity), graph.entity_type(entity));
        line(&format!("  n{} [label={}];", entity.number(), quoted(&label)))?;
    }
    for edge in edges.edges() {
        let (from, to) = ends(graph, edge);
        let label = quoted(&edge_word(graph, edge));
        line(&format!("  n{} -> n{} [label={label}];", from.number(), to.number()))?;
    }
    line("}")
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
