//! `ORDER BY`, `SKIP` and `LIMIT`.

use std::cmp::Ordering;

use rolecall_query::ast::{Expression, Item, Query};

use super::evaluate::{Cell, World};
use super::project::{Row, column_number, look_up, shown};
use super::scope::Scope;
use super::values;

/// Sorts rows; what is equal keeps its order (9).
pub(crate) fn sort(world: &World<'_>, query: &Query, scope: &Scope, items: &[Item], rows: &mut [Row]) {
    let keys = |row: &Row| -> Vec<Cell> {
        query.order.iter().map(|key| cell(world, scope, items, row, &Expression::Path(key.by.clone()))).collect()
    };
    rows.sort_by(|left, right| {
        let (left, right) = (keys(left), keys(right));
        let orders = query.order.iter().zip(left.iter().zip(&right));
        orders
            .map(|(key, (left, right))| compare(left, right, key.descending))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
}

/// A column by its name, or else a property of something on the path (11); of groups only a column (29).
fn cell(world: &World<'_>, scope: &Scope, items: &[Item], row: &Row, by: &Expression) -> Cell {
    if let Some(number) = column_number(world, items, by) {
        return row.cells[number].clone();
    }
    let found = row.path.as_ref().and_then(|path| look_up(world, scope, path, by));
    found.map_or(Cell::Undefined, shown)
}

/// What has no value is last in both directions (30).
fn compare(left: &Cell, right: &Cell, descending: bool) -> Ordering {
    match (left, right) {
        (Cell::Undefined, Cell::Undefined) => Ordering::Equal,
        (Cell::Undefined, _) => Ordering::Greater,
        (_, Cell::Undefined) => Ordering::Less,
        _ if descending => ascending(right, left),
        _ => ascending(left, right),
    }
}

fn ascending(left: &Cell, right: &Cell) -> Ordering {
    match (left, right) {
        (Cell::Value(left), Cell::Value(right)) => values::order(left, right),
        (Cell::Entity(left), Cell::Entity(right))
        | (Cell::Relationship(left), Cell::Relationship(right))
        | (Cell::Change(left), Cell::Change(right)) => left.cmp(right),
        _ => Ordering::Equal,
    }
}

/// `SKIP` and `LIMIT` count rows (9).
pub(crate) fn window(query: &Query, rows: Vec<Row>) -> Vec<Row> {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let skip = query.skip.map_or(0, |skip| count(skip.value));
    let limit = query.limit.map_or(usize::MAX, |limit| count(limit.value));
    rows.into_iter().skip(skip).take(limit).collect()
}
