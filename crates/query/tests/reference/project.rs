//! Columns.

use rolecall_query::ast::{Expression, Item, ItemValue};

use super::evaluate::{Cell, World};
use super::expression::work;
use super::fixture::{Properties, Value};
use super::paths::Path;
use super::patterns::property;
use super::print;
use super::scope::{Bound, Scope};
use super::values::Worked;

/// A row of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// By column.
    pub(crate) cells: Vec<Cell>,
    /// Where it comes from, for `ORDER BY`; groups have none.
    pub(crate) path: Option<Path>,
}

impl Row {
    /// The value of the column that an expression names (29).
    pub(crate) fn column(&self, world: &World<'_>, items: &[Item], expression: &Expression) -> Option<Worked> {
        let number = column_number(world, items, expression)?;
        Some(worked(self.cells[number].clone()))
    }
}

/// Which column an expression names: by its name, or because the column shows the same.
pub(crate) fn column_number(world: &World<'_>, items: &[Item], expression: &Expression) -> Option<usize> {
    let named = |item: &Item| match expression {
        Expression::Path(path) => column_name(world, item) == property(&path.parts),
        _ => false,
    };
    let same = |item: &Item| matches!(&item.value, ItemValue::Expression(shown) if shown == expression);
    items.iter().position(named).or_else(|| items.iter().position(same))
}

/// What a column is called: its alias, or the expression as written.
pub(crate) fn column_name(world: &World<'_>, item: &Item) -> String {
    if let Some(alias) = &item.alias {
        return alias.text.clone();
    }
    let (span, printed) = match &item.value {
        ItemValue::All(alias) => (item.span, format!("{}.*", alias.text)),
        ItemValue::Expression(expression) => (expression.span(), print::expression(expression)),
    };
    // A tree that was never text has no places, and is called what it would be written as.
    world.text.get(span.range()).filter(|text| !text.is_empty()).map_or(printed, str::to_owned)
}

/// One row for each path (8).
pub(crate) fn rows(world: &World<'_>, scope: &Scope, items: &[Item], paths: Vec<Path>) -> Vec<Row> {
    let mut rows = Vec::new();
    for path in paths {
        let cells = items.iter().map(|item| cell(world, scope, &path, item)).collect();
        rows.push(Row { cells, path: Some(path) });
    }
    rows
}

/// What a column without an aggregate shows of a path.
pub(crate) fn cell(world: &World<'_>, scope: &Scope, path: &Path, item: &Item) -> Cell {
    match &item.value {
        ItemValue::All(alias) => match properties(world, scope, path, &alias.text) {
            Some(properties) => Cell::Properties(properties.clone()),
            None => Cell::Undefined,
        },
        ItemValue::Expression(expression) => {
            shown(work(world, expression, &|expression| look_up(world, scope, path, expression)))
        }
    }
}

/// What a cell shows of what was worked out.
pub(crate) fn shown(worked: Worked) -> Cell {
    match worked {
        Worked::Undefined => Cell::Undefined,
        Worked::Value(value) => Cell::Value(value),
        Worked::Date(date) => Cell::Value(Value::Number(date)),
        Worked::Thing(cell) => cell,
    }
}

fn worked(cell: Cell) -> Worked {
    match cell {
        Cell::Undefined => Worked::Undefined,
        Cell::Value(value) => Worked::Value(value),
        thing => Worked::Thing(thing),
    }
}

/// The first word is an alias, and the rest its property (11).
pub(crate) fn look_up(world: &World<'_>, scope: &Scope, path: &Path, expression: &Expression) -> Option<Worked> {
    let Expression::Path(words) = expression else { return None };
    let (alias, rest) = words.parts.split_first()?;
    if rest.is_empty() {
        return Some(worked(thing(scope, path, &alias.text)));
    }
    let properties = properties(world, scope, path, &alias.text);
    Some(Worked::of(properties.and_then(|properties| properties.get(&property(rest)))))
}

/// What an alias is on a path; nothing if it was not gone through (7).
pub(crate) fn thing(scope: &Scope, path: &Path, alias: &str) -> Cell {
    let found = match scope.names.get(alias) {
        Some(Bound::Entity(place)) => path.entities[*place].map(Cell::Entity),
        Some(Bound::Relationship(place)) => path.relationships[*place].map(Cell::Relationship),
        Some(Bound::Change(place)) => path.changes[*place].map(Cell::Change),
        Some(Bound::Junction) => path.junctions.get(alias).copied().map(Cell::Entity),
        None => None,
    };
    found.unwrap_or(Cell::Undefined)
}

fn properties<'a>(world: &World<'a>, scope: &Scope, path: &Path, alias: &str) -> Option<&'a Properties> {
    properties_of(world, &thing(scope, path, alias))
}

/// The properties of a whole thing.
pub(crate) fn properties_of<'a>(world: &World<'a>, cell: &Cell) -> Option<&'a Properties> {
    match cell {
        Cell::Entity(index) => Some(&world.fixture.entities[*index].properties),
        Cell::Relationship(index) => Some(&world.fixture.relationships[*index].properties),
        Cell::Change(index) => Some(&world.fixture.changes[*index].properties),
        Cell::Undefined | Cell::Value(_) | Cell::Properties(_) => None,
    }
}
