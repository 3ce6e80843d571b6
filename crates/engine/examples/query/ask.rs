//! The engine that is measured: what it keeps of a database, and how it is asked.

use std::collections::BTreeSet;

use rolecall_engine::query::{QueryScope, QueryWorlds, query_load};
use rolecall_graph::ValueRef;
use rolecall_model::Timestamp;
use rolecall_query::{Asked, Cell, Found, Needs, TableRow, prepare};
use rolecall_store::Store;

use crate::Failure;

/// What is kept in memory between questions.
pub(crate) struct Engine {
    worlds: QueryWorlds,
}

/// Rows as the engine gives them.
pub(crate) struct Answer<'g>(rolecall_query::Answer<'g>);

impl Engine {
    /// Everything that has to happen before the first question; this is what loading takes.
    pub(crate) async fn load(store: &Store) -> Result<Self, Failure> {
        let needs = Needs { moments: BTreeSet::from([None]), ..Needs::default() };
        Ok(Self { worlds: query_load(store, &needs, QueryScope::default(), Timestamp(0)).await? })
    }

    /// From the text of a query to its rows; this is what a question takes.
    pub(crate) fn ask(&self, text: &str) -> Result<Answer<'_>, Failure> {
        let prepared = prepare(text).map_err(|remarks| format!("{text}: {remarks:?}"))?;
        let answer = prepared.run(&self.worlds.worlds(), &Asked::default());
        let answer = answer.map_err(|remarks| format!("{text}: {remarks:?}"))?;
        if !answer.limits.is_empty() {
            return Err(format!("{text}: {:?}", answer.limits).into());
        }
        Ok(Answer(answer))
    }
}

impl Answer<'_> {
    /// Reads every value of every row, as whoever prints the answer does: the length and the last letter of every text go into a sum.
    pub(crate) fn read(&self) -> usize {
        let Found::Table(table) = &self.0.found else { return 0 };
        let length = |cell: Cell<'_>| match cell {
            Cell::Value(ValueRef::Text(text)) => text.len() + text.bytes().next_back().map_or(0, usize::from),
            Cell::Value(_) => size_of::<f64>(),
            _ => 0,
        };
        table.rows().flat_map(TableRow::cells).map(length).fold(0, usize::wrapping_add)
    }

    /// The rows' values as text. This is for comparing answers and is not timed.
    pub(crate) fn into_rows(self) -> Vec<Vec<String>> {
        let text = |cell: Cell<'_>| match cell {
            Cell::Value(value) => match value.to_json() {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            },
            other => format!("{other:?}"),
        };
        match self.0.found {
            Found::Table(table) => table.rows().map(|row| row.cells().map(text).collect()).collect(),
            other => vec![vec![format!("{other:?}")]],
        }
    }
}
