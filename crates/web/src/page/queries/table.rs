//! Answers as tables: those of pages, and those of files.

use std::borrow::Borrow;
use std::collections::HashMap;

use serde_json::Value as Json;

use super::answer::{Answer, Kind};
use super::cell::{Cell, Connector, name_of, remark_of, type_of, word_of};
use super::path::steps_of;

/// Rows of cells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The first rows of a list or a table, as a page shows them.
    pub(super) fn shown(answer: &Answer, most: usize, connectors: &[Connector]) -> Self {
        let rows = rows_of(&answer.data).iter().take(most);
        if answer.kind == Kind::Table {
            return Self::of_table(answer, rows, connectors);
        }
        let row = |entity: &Json| {
            let remark = Some(remark_of(entity)).filter(|remark| !remark.is_empty()).map_or(Cell::Nothing, Cell::Text);
            vec![text(name_of(entity)), text(type_of(entity)), Cell::connector(entity, connectors), remark]
        };
        let mut table =
            Self { columns: names(&["Name", "Type", "Connector", "Remark"]), rows: rows.map(row).collect() };
        if table.rows.iter().all(|row| row.last().is_none_or(Cell::is_nothing)) {
            table.columns.pop();
            table.rows.iter_mut().for_each(|row| drop(row.pop()));
        }
        table
    }

    /// All of any answer, as a file has it. It is of the same form as that of the command line.
    pub(super) fn file(answer: &Answer, connectors: &[Connector]) -> Self {
        let mut table = match answer.kind {
            // Programs that read it get the values themselves.
            Kind::Table => Self::of_table(answer, rows_of(&answer.data).iter(), &[]),
            Kind::List => Self {
                columns: names(&["displayName", "_type", "_class", "_key", "connector"]),
                rows: rows_of(&answer.data).iter().map(|entity| list_row(entity, connectors)).collect(),
            },
            Kind::Tree => Self { columns: names(&["from", "relationship", "to"]), rows: tree_rows(&answer.data) },
            Kind::Paths => Self {
                columns: names(&["path", "step", "from", "relationship", "to", "by"]),
                rows: rows_of(&answer.data).iter().zip(1..).flat_map(|(path, number)| steps_of(path, number)).collect(),
            },
        };
        if let Some(as_of) = answer.as_of.first() {
            table.columns.push("as of".to_owned());
            table.rows.iter_mut().for_each(|row| row.push(text(&as_of.moment)));
        }
        table
    }

    fn of_table<'j>(answer: &Answer, rows: impl Iterator<Item = &'j Json>, connectors: &[Connector]) -> Self {
        let row = |row: &Json| answer.columns.iter().map(|column| Cell::of(column, &row[column], connectors)).collect();
        Self { columns: answer.columns.clone(), rows: rows.map(row).collect() }
    }

    /// Whether a column has nothing but numbers.
    pub(super) fn is_number(&self, column: impl Borrow<usize>) -> bool {
        let column = *column.borrow();
        let mut cells = self.rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.is_nothing()).peekable();
        cells.peek().is_some() && cells.all(Cell::is_number)
    }
}

/// The rows of an answer that has some.
pub(super) fn rows_of(data: &Json) -> &[Json] {
    data.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn list_row(entity: &Json, connectors: &[Connector]) -> Vec<Cell> {
    let said = |name: &str| Cell::of(name, &entity["entity"][name], &[]);
    vec![text(name_of(entity)), said("_type"), said("_class"), said("_key"), Cell::connector(entity, connectors)]
}

fn tree_rows(tree: &Json) -> Vec<Vec<Cell>> {
    let vertices = rows_of(&tree["vertices"]).iter();
    let names: HashMap<&str, &str> =
        vertices.filter_map(|vertex| Some((vertex["id"].as_str()?, name_of(vertex)))).collect();
    let name = |id: &Json| text(id.as_str().and_then(|id| names.get(id)).copied().unwrap_or_default());
    let row = |edge: &Json| vec![name(&edge["fromVertexId"]), Cell::Text(word_of(edge)), name(&edge["toVertexId"])];
    rows_of(&tree["edges"]).iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use rolecall_engine::Completeness;
    use serde_json::json;

    use super::*;

    fn answer(kind: Kind, columns: &[&str], data: Json) -> Answer {
        Answer {
            kind,
            columns: names(columns),
            data,
            as_of: Vec::new(),
            completeness: Completeness::default(),
            unseen: Vec::new(),
            warnings: Vec::new(),
            limits: Vec::new(),
            is_complete: true,
        }
    }

    #[test]
    fn columns_are_as_the_query_names_them_and_numbers_are_known() {
        let data = json!([{ "n": 1, "who": "alice" }, { "n": null, "who": "bob" }, { "who": "carol" }]);
        let answer = answer(Kind::Table, &["who", "n"], data);
        let table = Table::shown(&answer, 2, &[]);
        assert_eq!((table.columns.as_slice(), table.rows.len()), (&names(&["who", "n"])[..], 2));
        assert_eq!((table.is_number(0), table.is_number(1), table.is_number(2)), (false, true, false));
        assert_eq!(Table::file(&answer, &[]).rows[2], [Cell::Text("carol".to_owned()), Cell::Nothing]);
    }

    #[test]
    fn a_list_has_remarks_only_where_there_are_some() {
        let entity =
            |gone: bool| json!({ "id": "1", "entity": { "displayName": "a", "_type": "t", "_deleted": gone } });
        assert_eq!(Table::shown(&answer(Kind::List, &[], json!([entity(false)])), 9, &[]).columns.len(), 3);
        assert_eq!(Table::shown(&answer(Kind::List, &[], json!([entity(true)])), 9, &[]).columns.len(), 4);
    }

    #[test]
    fn the_edges_of_a_tree_are_rows() {
        let vertex = |id: &str| json!({ "id": id, "entity": { "displayName": format!("n{id}") } });
        let edge = json!({ "fromVertexId": "1", "toVertexId": "2", "relationship": { "_class": "HAS" } });
        let tree = json!({ "vertices": [vertex("1"), vertex("2")], "edges": [edge] });
        let file = Table::file(&answer(Kind::Tree, &[], tree), &[]);
        assert_eq!(file.rows, [["n1", "HAS", "n2"].map(text).to_vec()]);
    }
}
