//! Groups, and what is worked out of them.

use rolecall_query::ast::{Call, Expression, Item, ItemValue};

use super::evaluate::{Cell, World};
use super::expression::work;
use super::fixture::Value;
use super::paths::Path;
use super::patterns::property;
use super::project::{Row, cell, properties_of, shown, thing};
use super::scope::Scope;
use super::values::{Worked, order, text_of};

/// Whether a function is worked out of a group.
pub(crate) fn is_aggregate(call: &Call) -> bool {
    matches!(call.function.text.to_lowercase().as_str(), "count" | "sum" | "avg" | "min" | "max")
}

/// Whether a column is worked out of a group.
pub(crate) fn has_aggregates(item: &Item) -> bool {
    matches!(&item.value, ItemValue::Expression(expression) if aggregates(expression))
}

/// Whether there is an aggregate anywhere in an expression.
pub(crate) fn aggregates(expression: &Expression) -> bool {
    match expression {
        Expression::Call(call) => is_aggregate(call) || call.arguments.iter().any(aggregates),
        Expression::Binary(binary) => aggregates(&binary.left) || aggregates(&binary.right),
        Expression::Negative(value, _) => aggregates(value),
        _ => false,
    }
}

/// One row for each group, in the order of their first rows (9); one row when there is no other column (28).
pub(crate) fn grouped(world: &World<'_>, scope: &Scope, items: &[Item], paths: &[Path]) -> Vec<Row> {
    let mut groups: Vec<(Vec<Option<Cell>>, Vec<&Path>)> = Vec::new();
    if items.iter().all(has_aggregates) {
        groups.push((vec![None; items.len()], Vec::new()));
    }
    for path in paths {
        let key: Vec<Option<Cell>> = items.iter().map(|item| key(world, scope, path, item)).collect();
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, members)) => members.push(path),
            None => groups.push((key, vec![path])),
        }
    }
    let row = |(key, members): (Vec<Option<Cell>>, Vec<&Path>)| {
        let cells =
            items.iter().zip(key).map(|(item, key)| key.unwrap_or_else(|| of_group(world, scope, item, &members)));
        Row { cells: cells.collect(), path: None }
    };
    groups.into_iter().map(row).collect()
}

/// What a column says of which group a path is in: nothing if it is worked out of the group, otherwise what it shows.
fn key(world: &World<'_>, scope: &Scope, path: &Path, item: &Item) -> Option<Cell> {
    if has_aggregates(item) {
        return None;
    }
    Some(match cell(world, scope, path, item) {
        // A list counts as its elements joined by commas (28).
        Cell::Value(list @ Value::List(_)) => Cell::Value(Value::Text(text_of(&list))),
        other => other,
    })
}

/// What a column with an aggregate shows of a group.
fn of_group(world: &World<'_>, scope: &Scope, item: &Item, members: &[&Path]) -> Cell {
    let ItemValue::Expression(expression) = &item.value else { return Cell::Undefined };
    shown(work(world, expression, &|expression| match expression {
        Expression::Call(call) if is_aggregate(call) => Some(aggregate(world, scope, call, members)),
        _ => None,
    }))
}

/// `count`, `sum`, `avg`, `min` or `max` of a group (27).
fn aggregate(world: &World<'_>, scope: &Scope, call: &Call, members: &[&Path]) -> Worked {
    let [Expression::Path(words)] = call.arguments.as_slice() else { return Worked::Undefined };
    let Some((alias, rest)) = words.parts.split_first() else { return Worked::Undefined };
    let things = different(scope, members, &alias.text);
    let count = |count: usize| Worked::Value(Value::Number(count as f64));
    let function = call.function.text.to_lowercase();
    if rest.is_empty() {
        // A whole thing has no number and no order.
        return match function.as_str() {
            "count" => count(things.len()),
            "sum" => count(0),
            _ => Worked::Undefined,
        };
    }
    let name = property(rest);
    let values = things.iter().filter_map(|thing| properties_of(world, thing)?.get(&name));
    if function == "count" {
        return count(values.count());
    }
    // A list is one value for `count` and none for the others (27).
    let mut values: Vec<&Value> = values.filter(|value| !matches!(value, Value::List(_))).collect();
    values.sort_by(|left, right| order(left, right));
    let numbers: Vec<f64> = values
        .iter()
        .filter_map(|value| if let Value::Number(number) = value { Some(*number) } else { None })
        .collect();
    let sum: f64 = numbers.iter().sum();
    match function.as_str() {
        "sum" => Worked::finite(sum),
        "avg" if numbers.is_empty() => Worked::Undefined,
        "avg" => Worked::finite(sum / numbers.len() as f64),
        "min" => Worked::of(values.first().copied()),
        _ => Worked::of(values.last().copied()),
    }
}

/// Each different entity, relationship or change that an alias is on any path of a group, once (27).
fn different(scope: &Scope, members: &[&Path], alias: &str) -> Vec<Cell> {
    let mut things = Vec::new();
    for path in members {
        let thing = thing(scope, path, alias);
        if thing != Cell::Undefined && !things.contains(&thing) {
            things.push(thing);
        }
    }
    things
}
