//! Rows of columns, one for each path or group.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::ControlFlow;

use rolecall_graph::{EntityGraph, EntityId};

use super::cell::{by_key, cell, joined, order_value, signature};
use super::row::{Row, RowKey};
use super::walk::{Paths, each_of_run};
use super::window::Window;
use crate::compile::{Binding, Columns, Notes, OrderBy, OrderValue, Slot};
use crate::table::{Cell, Column, Kept, NOTHING, Table};
use crate::value::Scalar;

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
    /// Whether rows are shown as they come, as far as they are.
    fn in_order(&self) -> bool {
        !self.sorts && !self.unique && self.columns.order.is_empty() && self.columns.having.is_none()
    }

    /// How many rows are needed, where the first ones are the answer.
    fn enough(&self) -> Option<usize> {
        self.window.enough().filter(|_| self.in_order())
    }
}

/// Collects rows, of which it holds no more than has to be worked out now.
#[derive(Debug)]
pub(super) struct Rows<'q, 'g> {
    graph: &'g EntityGraph,
    shape: Shape<'q>,
    enough: usize,
    table: Table<'g>,
    /// What the table's slots are in the query.
    slots: Vec<Slot>,
    /// Whether `ORDER BY` goes by something that no column shows.
    has_order: bool,
    /// That, for each row.
    order: Vec<Vec<Kept<'g>>>,
    /// The path of each row, where rows do not come in order by themselves.
    paths: Vec<RowKey<'g>>,
}

impl<'q, 'g> Rows<'q, 'g> {
    pub(super) fn new(graph: &'g EntityGraph, shape: Shape<'q>) -> Self {
        let names = shape.columns.columns.iter().map(|column| column.name.clone()).collect();
        let mut slots = Vec::new();
        let shown = shown(graph, shape.columns, &mut slots);
        Self {
            graph,
            shape,
            enough: shape.enough().unwrap_or(usize::MAX),
            table: Table::new(names, shown, slots.len()),
            slots,
            has_order: shape.columns.order.iter().any(|order| matches!(order.by, OrderValue::Value(_))),
            order: Vec::new(),
            paths: Vec::new(),
        }
    }

    /// Takes one path or group; breaks off when there are enough. `path` is asked where rows come in no order.
    #[inline]
    pub(super) fn add(&mut self, row: &impl Binding<'g>, path: impl FnOnce() -> RowKey<'g>) -> ControlFlow<()> {
        let (graph, columns, slots) = (self.graph, self.shape.columns, &self.slots);
        self.table.push(
            |slot| bound(slots, slot, row),
            |number| {
                let kept = columns.columns.get(number).map_or(Kept::Undefined, |column| cell(graph, column, row));
                if columns.has_aggregates() { joined(kept) } else { kept }
            },
        );
        if self.has_order {
            self.order.push(columns.order.iter().map(|order| order_value(graph, order, row)).collect());
        }
        if self.shape.sorts {
            self.paths.push(path());
        }
        if self.table.len() >= self.enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Takes paths that differ in the entity of one slot only.
    fn add_run(&mut self, row: &Row<'g>, slot: usize, run: &[EntityId]) -> ControlFlow<()> {
        let run = run.get(..self.enough.saturating_sub(self.table.len())).unwrap_or(run);
        let varying = self.slots.iter().position(|known| *known == Slot::Entity(slot));
        self.table.push_run(|slot| bound(&self.slots, slot, row), varying, run);
        if self.table.len() >= self.enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Puts rows in their places and leaves out what is not asked for.
    pub(super) fn finish(mut self, notes: &Notes) -> Table<'g> {
        if !self.shape.in_order() || self.shape.window != Window::default() {
            let places = self.places(notes);
            self.table.keep(&places);
        }
        self.table
    }

    /// The rows that are shown, in their order.
    fn places(&self, notes: &Notes) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..).take(self.table.len()).collect();
        if self.shape.sorts {
            let path = |row: &u32| self.paths.get(*row as usize);
            rows.sort_by(|left, right| path(left).cmp(&path(right)));
        }
        if let Some(having) = &self.shape.columns.having {
            rows.retain(|row| having.holds(self.graph, &Cells { row: *row, rows: self }, notes));
        }
        if self.shape.unique {
            let mut seen = HashSet::new();
            rows.retain(|row| seen.insert(self.signature(*row)));
        }
        if !self.shape.columns.order.is_empty() {
            self.put_in_order(&mut rows);
        }
        self.shape.window.of(rows.into_iter()).collect()
    }

    fn signature(&self, row: u32) -> String {
        let mut text = String::new();
        (0..self.shape.columns.columns.len()).for_each(|column| signature(self.cell(row, column), false, &mut text));
        text
    }

    fn cell(&self, row: u32, column: usize) -> Cell<'_> {
        self.table.cell(row as usize, column)
    }

    /// Rows that are equal by `ORDER BY` stay as they are. No more are put in order than are shown.
    fn put_in_order(&self, rows: &mut Vec<u32>) {
        let order = &self.shape.columns.order;
        let keys: Vec<Cell<'_>> =
            rows.iter().flat_map(|row| order.iter().zip(0..).map(|(order, at)| self.key(*row, order, at))).collect();
        let mut ranked: Vec<(usize, u32)> = rows.iter().copied().enumerate().collect();
        let key = |place: usize, at: usize| keys.get(place * order.len() + at).copied().unwrap_or(Cell::Undefined);
        let compare = |left: &(usize, u32), right: &(usize, u32)| {
            let each = order.iter().enumerate();
            let compared = each.map(|(at, order)| by_key(order.descending, key(left.0, at), key(right.0, at)));
            compared.fold(Ordering::Equal, Ordering::then).then(left.0.cmp(&right.0))
        };
        let shown = self.shape.window.enough().unwrap_or(usize::MAX);
        if shown < ranked.len() {
            ranked.select_nth_unstable_by(shown, compare);
            ranked.truncate(shown);
        }
        ranked.sort_unstable_by(compare);
        *rows = ranked.into_iter().map(|(_, row)| row).collect();
    }

    /// By what a row is ordered, for one key.
    fn key(&self, row: u32, order: &OrderBy, at: usize) -> Cell<'_> {
        match order.by {
            OrderValue::Column(column) => self.cell(row, column),
            OrderValue::Value(_) => {
                let kept = self.order.get(row as usize).and_then(|keys| keys.get(at));
                kept.map_or(Cell::Undefined, Kept::as_cell)
            }
        }
    }
}

impl<'g> Paths<'g> for Rows<'_, 'g> {
    fn path(&mut self, row: &Row<'g>) -> ControlFlow<()> {
        self.add(row, || row.key())
    }

    fn run(&mut self, row: &mut Row<'g>, slot: usize, run: &[EntityId]) -> ControlFlow<()> {
        if self.has_order || self.shape.sorts || !self.table.keeps_nothing() {
            return each_of_run(self, row, slot, run);
        }
        self.add_run(row, slot, run)
    }
}

/// What a slot of the table is about in a row.
#[inline]
fn bound<'g>(slots: &[Slot], slot: usize, row: &impl Binding<'g>) -> EntityId {
    match slots.get(slot) {
        Some(Slot::Entity(slot)) => row.entity(*slot).unwrap_or(NOTHING),
        Some(Slot::Union(slot)) => row.union(*slot).unwrap_or(NOTHING),
        _ => NOTHING,
    }
}

/// What each column shows, and of which slots. What groups show of lists is worked out, and so are expressions.
fn shown<'g>(graph: &'g EntityGraph, columns: &Columns, slots: &mut Vec<Slot>) -> Vec<Column<'g>> {
    let mut place = |slot: Slot| {
        slots.iter().position(|known| *known == slot).unwrap_or_else(|| {
            slots.push(slot);
            slots.len() - 1
        })
    };
    let is_grouped = columns.has_aggregates();
    let column = |column: &crate::compile::Column| match column.value.of_entity() {
        Some((slot, None)) => Column::Entity(place(slot)),
        Some((slot, Some(property))) if !is_grouped => Column::Property(place(slot), graph.reader(property)),
        _ => Column::Kept(Vec::new()),
    };
    columns.columns.iter().map(column).collect()
}

/// A finished row.
struct Cells<'t> {
    rows: &'t Rows<'t, 't>,
    row: u32,
}

impl<'t> Binding<'t> for Cells<'t> {
    fn column(&self, column: usize) -> Scalar<'t> {
        let key = |entity: EntityId| Scalar::Text(self.rows.graph.key(entity).into());
        match self.rows.cell(self.row, column) {
            Cell::Value(value) => Scalar::from(Some(value)),
            Cell::Entity(entity) => key(entity),
            Cell::Undefined => Scalar::Undefined,
            Cell::Relationship(_) | Cell::Change(_) | Cell::Properties(_) => Scalar::List((&[]).into()),
        }
    }
}
