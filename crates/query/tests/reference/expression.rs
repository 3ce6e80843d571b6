//! What expressions come to.

use rolecall_query::ast::{Binary, Call, Duration, Expression, Operation};

use super::dates::{add, milliseconds, moment_in_text};
use super::evaluate::World;
use super::fixture::Value;
use super::text::replaced;
use super::values::{Worked, text_of};

/// What the expressions come to whose meaning depends on where they stand: paths of words, columns, aggregates.
pub(crate) type Lookup<'a> = dyn Fn(&Expression) -> Option<Worked> + 'a;

/// What an expression comes to.
pub(crate) fn work(world: &World<'_>, expression: &Expression, lookup: &Lookup<'_>) -> Worked {
    if let Some(found) = lookup(expression) {
        return found;
    }
    match expression {
        Expression::Text(text) => Worked::Value(Value::Text(replaced(&text.value, world.parameters))),
        Expression::Number(number) => Worked::Value(Value::Number(number.value)),
        Expression::Flag(flag, _) => Worked::Value(Value::Flag(*flag)),
        Expression::Undefined(_) | Expression::Null(_) | Expression::Path(_) => Worked::Undefined,
        // When the query is run (21).
        Expression::Now(_) => Worked::Date(world.now),
        Expression::Date(date) => Worked::Date(date.milliseconds as f64),
        // A duration that stands beside a date is not worked out by itself.
        Expression::Duration(duration) => milliseconds(duration).map_or(Worked::Undefined, Worked::finite),
        Expression::Parameter(name) => Worked::of(world.parameters.value(&name.text).as_ref()),
        Expression::Call(call) => concat(world, call, lookup),
        Expression::Binary(binary) => arithmetic(world, binary, lookup),
        Expression::Negative(value, _) => {
            work(world, value, lookup).number().map_or(Worked::Undefined, |number| Worked::finite(-number))
        }
    }
}

/// Joins the texts of what has a value (22).
fn concat(world: &World<'_>, call: &Call, lookup: &Lookup<'_>) -> Worked {
    let mut joined = String::new();
    for argument in &call.arguments {
        match work(world, argument, lookup) {
            Worked::Value(value) => joined.push_str(&text_of(&value)),
            Worked::Date(date) => joined.push_str(&text_of(&Value::Number(date))),
            Worked::Undefined | Worked::Thing(_) => {}
        }
    }
    Worked::Value(Value::Text(joined))
}

/// Arithmetic is of numbers; anything else is undefined, as is a division by zero (22).
fn arithmetic(world: &World<'_>, binary: &Binary, lookup: &Lookup<'_>) -> Worked {
    if let Some(moved) = moved(world, binary, lookup) {
        return moved;
    }
    let left = work(world, &binary.left, lookup).number();
    let right = work(world, &binary.right, lookup).number();
    let (Some(left), Some(right)) = (left, right) else { return Worked::Undefined };
    let result = match binary.operation {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Divide if right == 0.0 => return Worked::Undefined,
        Operation::Divide => left / right,
    };
    match Worked::finite(result) {
        Worked::Value(Value::Number(number)) if is_date_of(binary) => Worked::Date(number),
        other => other,
    }
}

/// A date with a duration beside it (21).
fn moved(world: &World<'_>, binary: &Binary, lookup: &Lookup<'_>) -> Option<Worked> {
    let (date, duration, sign) = beside(binary)?;
    let moment = work(world, date, lookup).number();
    Some(moment.and_then(|moment| add(moment, duration, sign)).map_or(Worked::Undefined, Worked::Date))
}

/// The date, the duration and how many times it is added, where a query has these three.
pub(crate) fn beside(binary: &Binary) -> Option<(&Expression, &Duration, f64)> {
    match (&binary.left, binary.operation, &binary.right) {
        (date, Operation::Add, Expression::Duration(duration)) if is_date(date) => Some((date, duration, 1.0)),
        (date, Operation::Subtract, Expression::Duration(duration)) if is_date(date) => Some((date, duration, -1.0)),
        (Expression::Duration(duration), Operation::Add, date) if is_date(date) => Some((date, duration, 1.0)),
        _ => None,
    }
}

/// Whether the query itself says that an expression is a date: `date.now`, `date(…)`, and these plus or minus
/// something that is none.
fn is_date(expression: &Expression) -> bool {
    match expression {
        Expression::Now(_) | Expression::Date(_) => true,
        Expression::Binary(binary) => is_date_of(binary),
        _ => false,
    }
}

fn is_date_of(binary: &Binary) -> bool {
    match binary.operation {
        Operation::Add => is_date(&binary.left) != is_date(&binary.right),
        Operation::Subtract => is_date(&binary.left) && !is_date(&binary.right),
        Operation::Multiply | Operation::Divide => false,
    }
}

/// The moment that `AS OF`, `SINCE` or `UNTIL` mean: a date, a number of milliseconds or a string in ISO 8601 form.
pub(crate) fn moment(world: &World<'_>, expression: &Expression) -> Option<f64> {
    match work(world, expression, &|_| None) {
        Worked::Value(Value::Text(text)) => moment_in_text(&text),
        other => other.number(),
    }
}
