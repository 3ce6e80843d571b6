//! Paths as text: step by step, and below each the grants that it rests on.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rolecall_engine::PathAnswer;
use rolecall_engine::query::{EdgeList, Shown, edge_word, ends, is_unconfirmed};
use rolecall_engine::since_text;
use rolecall_graph::{EntityGraph, EntityId};
use rolecall_query::{FoundPath, PathStep, TreeEdge};

use super::cell::{name, remark};
use crate::output::line;
use crate::output::text::printable;

/// The longest way down a tree that is printed: a chain of relationships may have any length.
const DEPTH: usize = 32;

/// Prints one path, and below it the grants behind each `CAN`.
pub(super) fn path_print(shown: &Shown<'_>, path: &FoundPath) -> io::Result<()> {
    let graph = shown.answer.graph;
    let steps: String =
        path.steps.iter().map(|step| format!(" {} {}", arrow(graph, step), name(graph, step.to))).collect();
    line(&printable(&format!("{}{steps}", name(graph, path.start))))?;
    let accesses = path.steps.iter().filter(|step| matches!(step.edge, TreeEdge::Access { .. })).count();
    for step in &path.steps {
        let TreeEdge::Access { holder, action, resource } = &step.edge else { continue };
        let who = if accesses > 1 { format!("{} can {action} ", name(graph, *holder)) } else { String::new() };
        for behind in shown.reasons.of(graph, *holder, action, *resource) {
            line(&printable(&format!("  {who}{}", reason(&behind))))?;
        }
    }
    Ok(())
}

fn reason(path: &PathAnswer) -> String {
    let waits = if path.removal_unconfirmed { " (removal unconfirmed)" } else { "" };
    format!("by {}, since {}{waits}", path.text, since_text(&path.since, path.or_earlier))
}

/// `-CAN publish->`, or `<-HAS-` against the relationship's direction.
fn arrow(graph: &EntityGraph, step: &PathStep) -> String {
    let word = edge_label(graph, &step.edge);
    if step.backwards { format!("<-{word}-") } else { format!("-{word}->") }
}

fn edge_label(graph: &EntityGraph, edge: &TreeEdge) -> String {
    let waits = if is_unconfirmed(graph, edge) { " (removal unconfirmed)" } else { "" };
    format!("{}{waits}", edge_word(graph, edge))
}

/// One row for each step.
pub(super) fn csv_rows(shown: &Shown<'_>, number: usize, path: &FoundPath) -> Vec<Vec<String>> {
    let graph = shown.answer.graph;
    let row = |(step, place): (&PathStep, usize)| {
        let (from, to) = ends(graph, &step.edge);
        let by = match &step.edge {
            TreeEdge::Access { holder, action, resource } => {
                let behind = shown.reasons.of(graph, *holder, action, *resource);
                behind.into_iter().map(|path| path.text).collect::<Vec<_>>().join("; ")
            }
            TreeEdge::Relationship(_) => String::new(),
        };
        let (from, to) = (name(graph, from), name(graph, to));
        vec![number.to_string(), place.to_string(), from, edge_word(graph, &step.edge), to, by]
    };
    if path.steps.is_empty() {
        return vec![vec![
            number.to_string(),
            "0".to_owned(),
            name(graph, path.start),
            String::new(),
            String::new(),
            String::new(),
        ]];
    }
    path.steps.iter().zip(1..).map(row).collect()
}

/// Prints a tree from whatever nothing leads to, each entity's branches once.
pub(super) fn tree_print(graph: &EntityGraph, edges: &EdgeList) -> io::Result<()> {
    let mut printer = TreePrinter { graph, leaving: BTreeMap::new(), done: BTreeSet::new() };
    let mut reached = BTreeSet::new();
    for edge in edges.edges() {
        let (from, to) = ends(graph, edge);
        printer.leaving.entry(from).or_default().push(edge);
        if from != to {
            reached.insert(to);
        }
    }
    // What is in a circle is reached from somewhere, and begins one all the same.
    let (roots, others): (Vec<EntityId>, Vec<EntityId>) =
        edges.entities().partition(|entity| !reached.contains(entity));
    for root in roots {
        printer.branch(root, None, 0)?;
    }
    for other in others {
        if !printer.done.contains(&other) {
            printer.branch(other, None, 0)?;
        }
    }
    Ok(())
}

struct TreePrinter<'a> {
    graph: &'a EntityGraph,
    leaving: BTreeMap<EntityId, Vec<&'a TreeEdge>>,
    done: BTreeSet<EntityId>,
}

impl TreePrinter<'_> {
    fn branch(&mut self, entity: EntityId, by: Option<&TreeEdge>, depth: usize) -> io::Result<()> {
        let branches = self.leaving.get(&entity).cloned().unwrap_or_default();
        // What is too deep here begins a tree of its own.
        let goes_on = depth < DEPTH && self.done.insert(entity);
        let more = if branches.is_empty() || goes_on { "" } else { " …" };
        let by = by.map(|edge| format!("{} ", edge_label(self.graph, edge))).unwrap_or_default();
        let remark = Some(remark(self.graph, entity)).filter(|remark| !remark.is_empty());
        let remark = remark.map(|remark| format!(", {remark}")).unwrap_or_default();
        let text = format!("{by}{} ({}{remark}){more}", name(self.graph, entity), self.graph.entity_type(entity));
        line(&format!("{}{}", "  ".repeat(depth), printable(&text)))?;
        if goes_on {
            for edge in branches {
                self.branch(ends(self.graph, edge).1, Some(edge), depth + 1)?;
            }
        }
        Ok(())
    }
}
