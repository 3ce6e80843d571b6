//! Answers for people, and as CSV.

use std::io;

use rolecall_engine::query::{EdgeList, Shown, edge_word, ends, json};
use rolecall_graph::{EntityGraph, EntityId};
use rolecall_query::{Answer, Found, Limit, TableRow};
use serde_json::{Value as Json, json as object};

use super::cell::{self, name};
use super::dot::dot_print;
use super::paths;
use crate::command::answer::{as_of_note, as_of_print, completeness_note, completeness_print, counted};
use crate::output::text::printable;
use crate::output::{Format, Table, line, note, paint_warning, print_csv_as_of, print_json};

/// Prints an answer.
pub(super) fn print(shown: &Shown<'_>, format: Format) -> io::Result<()> {
    let graph = shown.answer.graph;
    match format {
        Format::Json => return print_json(&json::answer(shown)),
        Format::Graph => {
            let edges = EdgeList::of(&shown.answer.found).to_json(graph);
            let mut said = json::besides(shown);
            said.extend([("type".to_owned(), object!("tree")), ("data".to_owned(), edges)]);
            return print_json(&Json::Object(said));
        }
        Format::Dot => dot_print(&EdgeList::of(&shown.answer.found), graph)?,
        Format::Csv => csv_print(shown)?,
        _ => return people_print(shown),
    }
    shown.as_of.iter().for_each(|as_of| as_of_note(Some(as_of)));
    shown.unseen.iter().for_each(|text| note(&printable(text)));
    completeness_note(&shown.completeness);
    Ok(())
}

fn people_print(shown: &Shown<'_>) -> io::Result<()> {
    shown.as_of.iter().try_for_each(|as_of| as_of_print(Some(as_of)))?;
    let graph = shown.answer.graph;
    let (count, one, many) = match &shown.answer.found {
        Found::List(entities) => {
            list_print(graph, entities)?;
            (entities.len(), "entity", "entities")
        }
        Found::Table(table) => {
            table_print(graph, table)?;
            (table.len(), "row", "rows")
        }
        Found::Tree(tree) => {
            paths::tree_print(graph, &EdgeList::of_tree(tree))?;
            (tree.entities.len(), "entity", "entities")
        }
        Found::Paths(found) => {
            found.iter().try_for_each(|path| paths::path_print(shown, path))?;
            (found.len(), "path", "paths")
        }
    };
    line("")?;
    line(&format!("{}.", counted(count, shown.is_complete(), one, many)))?;
    shown.unseen.iter().try_for_each(|text| line(&paint_warning(&printable(text))))?;
    completeness_print(&shown.completeness)
}

fn list_print(graph: &EntityGraph, entities: &[EntityId]) -> io::Result<()> {
    let row = |entity: &EntityId| {
        let (kind, connector) = (graph.entity_type(*entity), graph.connector_name(*entity));
        vec![name(graph, *entity), kind.to_owned(), connector.to_owned(), cell::remark(graph, *entity)]
    };
    let rows: Vec<Vec<String>> = entities.iter().map(row).collect();
    let has_remarks = rows.iter().any(|row| row.last().is_some_and(|remark| !remark.is_empty()));
    let columns =
        if has_remarks { &["name", "type", "connector", "remark"][..] } else { &["name", "type", "connector"] };
    let mut table = Table::new(columns);
    rows.iter().for_each(|row| table.row(row.get(..columns.len()).unwrap_or(row)));
    if rows.is_empty() { Ok(()) } else { table.print() }
}

fn table_print(graph: &EntityGraph, found: &rolecall_query::Table<'_>) -> io::Result<()> {
    let columns: Vec<String> = found.columns.iter().map(|column| printable(column)).collect();
    let mut table = Table::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for row in found.rows() {
        let cells = found.columns.iter().zip(row.cells()).map(|(column, one)| cell::cell(graph, column, one));
        table.row(&cells.collect::<Vec<_>>());
    }
    table.print()
}

fn csv_print(shown: &Shown<'_>) -> io::Result<()> {
    let graph = shown.answer.graph;
    let as_of = shown.as_of.first().map(|as_of| &*as_of.moment);
    match &shown.answer.found {
        Found::List(entities) => {
            let row = |entity: &EntityId| {
                let classes = graph.classes(*entity).collect::<Vec<_>>().join(", ");
                let (kind, key) = (graph.entity_type(*entity).to_owned(), graph.key(*entity).to_owned());
                vec![name(graph, *entity), kind, classes, key, graph.connector_name(*entity).to_owned()]
            };
            print_csv_as_of(&["displayName", "_type", "_class", "_key", "connector"], entities.iter().map(row), as_of)
        }
        Found::Table(table) => {
            let row = |row: TableRow<'_>| {
                let cells = table.columns.iter().zip(row.cells()).map(|(column, one)| cell::cell(graph, column, one));
                cells.collect()
            };
            let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
            print_csv_as_of(&columns, table.rows().map(row), as_of)
        }
        Found::Tree(tree) => {
            let edges = EdgeList::of_tree(tree);
            let rows = edges.edges().map(|edge| {
                let (from, to) = ends(graph, edge);
                vec![name(graph, from), edge_word(graph, edge), name(graph, to)]
            });
            print_csv_as_of(&["from", "relationship", "to"], rows, as_of)
        }
        Found::Paths(found) => {
            let rows = found.iter().zip(1..).flat_map(|(path, number)| paths::csv_rows(shown, number, path));
            print_csv_as_of(&["path", "step", "from", "relationship", "to", "by"], rows, as_of)
        }
    }
}

/// What an answer lacks because it would have cost too much.
pub(super) fn limits_lines(answer: &Answer<'_>) -> Vec<String> {
    let limits = answer.limits.iter().map(|reached| match reached.limit {
        Limit::Rows => format!("Not everything: only the first {} rows are shown (--limit-rows).", reached.allowed),
        Limit::Work => format!(
            "Not everything: it was given up after {} units of work (--limit-work); narrow the query. What it did: {}.",
            reached.allowed,
            printable(&answer.plan.join("; "))
        ),
        Limit::Cancelled => "Not everything: you stopped it.".to_owned(),
    });
    limits.collect()
}
