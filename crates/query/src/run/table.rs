//! Rows of columns, one for each path.

use std::collections::HashSet;
use std::ops::ControlFlow;

use rolecall_graph::EntityGraph;

use super::cell::{by_keys, cell, order_cell, signature};
use super::row::{Row, RowKey};
use super::window::Window;
use crate::answer::Cell;
use crate::compile::{Binding, Check, Columns, Notes};

/// A row before it is in its place.
#[derive(Debug)]
pub(super) struct Draft<'g> {
    pub(super) cells: Vec<Cell<'g>>,
    /// What `ORDER BY` goes by.
    pub(super) order: Vec<Cell<'g>>,
    /// The path, where rows do not come in order by themselves.
    pub(super) key: Option<RowKey<'g>>,
}

/// How rows are put together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape<'q> {
    pub(super) columns: &'q Columns,
    pub(super) unique: bool,
    /// Whether paths come in another order than that of answers.
    pub(super) sorts: bool,
    pub(super) window: Window,
}

impl Shape<'_> {
    /// How many rows are needed, where the first ones are the answer.
    pub(super) fn enough(&self) -> Option<usize> {
        let in_order = !self.sorts && !self.unique && self.columns.order.is_empty() && self.columns.having.is_none();
        self.window.enough().filter(|_| in_order)
    }
}

/// Collects rows.
#[derive(Debug)]
pub(super) struct TableSink<'q, 'g> {
    graph: &'g EntityGraph,
    shape: Shape<'q>,
    drafts: Vec<Draft<'g>>,
}

impl<'q, 'g> TableSink<'q, 'g> {
    pub(super) const fn new(graph: &'g EntityGraph, shape: Shape<'q>) -> Self {
        Self { graph, shape, drafts: Vec::new() }
    }

    /// Takes one path; breaks off when there are enough.
    pub(super) fn add(&mut self, row: &Row<'g>) -> ControlFlow<()> {
        let cells: Vec<Cell<'g>> =
            self.shape.columns.columns.iter().map(|column| cell(self.graph, column, row)).collect();
        let order = &self.shape.columns.order;
        let order = order.iter().map(|order| order_cell(self.graph, order, &cells, row)).collect();
        self.drafts.push(Draft { cells, order, key: self.shape.sorts.then(|| row.key()) });
        match self.shape.enough() {
            Some(enough) if self.drafts.len() >= enough => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }

    pub(super) fn finish(self, notes: &Notes) -> Vec<Vec<Cell<'g>>> {
        finish(self.graph, self.shape, self.drafts, notes)
    }
}

/// Puts rows in their places and leaves out what is not asked for.
pub(super) fn finish<'g>(
    graph: &'g EntityGraph,
    shape: Shape<'_>,
    mut drafts: Vec<Draft<'g>>,
    notes: &Notes,
) -> Vec<Vec<Cell<'g>>> {
    if shape.sorts {
        drafts.sort_by(|left, right| left.key.cmp(&right.key));
    }
    if let Some(having) = &shape.columns.having {
        drafts.retain(|draft| satisfies(graph, having, &draft.cells, notes));
    }
    if shape.unique {
        let mut seen = HashSet::new();
        drafts.retain(|draft| {
            let mut text = String::new();
            draft.cells.iter().for_each(|cell| signature(cell, false, &mut text));
            seen.insert(text)
        });
    }
    let order = &shape.columns.order;
    if !order.is_empty() {
        drafts.sort_by(|left, right| by_keys(order, &left.order, &right.order));
    }
    shape.window.of(drafts.into_iter()).map(|draft| draft.cells).collect()
}

fn satisfies<'g>(graph: &'g EntityGraph, having: &Check, cells: &[Cell<'g>], notes: &Notes) -> bool {
    having.holds(graph, &Cells { graph, cells }, notes)
}

/// A finished row.
struct Cells<'c, 'g> {
    graph: &'g EntityGraph,
    cells: &'c [Cell<'g>],
}

impl<'g> Binding<'g> for Cells<'_, 'g> {
    fn column(&self, column: usize) -> crate::value::Scalar<'g> {
        use crate::value::Scalar;
        match self.cells.get(column) {
            Some(Cell::Value(value)) => crate::compile::owned(value),
            Some(Cell::Entity(entity)) => Scalar::Text(self.graph.key(*entity).into()),
            Some(Cell::Undefined) | None => Scalar::Undefined,
            Some(Cell::Relationship(_) | Cell::Change(_) | Cell::Properties(_)) => Scalar::List((&[]).into()),
        }
    }
}
