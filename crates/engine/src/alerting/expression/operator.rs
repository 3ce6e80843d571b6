//! What operators make of two values.

use std::cmp::Ordering;

use serde_json::Value as Json;

use super::tree::Operator;
use super::value::{equal, number, of_number, order, text};

/// The value. `&&` and `||` are not asked here, because they may leave the right side alone.
pub(super) fn combined(operator: Operator, left: &Json, right: &Json) -> Json {
    let is = |wanted: fn(Ordering) -> bool| Json::Bool(order(left, right).is_some_and(wanted));
    match operator {
        Operator::And | Operator::Or => Json::Null,
        Operator::Equal => Json::Bool(equal(left, right)),
        Operator::Unequal => Json::Bool(!equal(left, right)),
        Operator::Less => is(Ordering::is_lt),
        Operator::LessOrEqual => is(Ordering::is_le),
        Operator::Greater => is(Ordering::is_gt),
        Operator::GreaterOrEqual => is(Ordering::is_ge),
        Operator::In => Json::Bool(contains(right, left)),
        Operator::Add if !is_summand(left) || !is_summand(right) => Json::String(text(left) + &text(right)),
        Operator::Add => calculated(left, right, |one, other| one + other),
        Operator::Subtract => calculated(left, right, |one, other| one - other),
        Operator::Multiply => calculated(left, right, |one, other| one * other),
        Operator::Divide => calculated(left, right, |one, other| one / other),
        Operator::DivideAndFloor => calculated(left, right, |one, other| (one / other).floor()),
        Operator::Remainder => calculated(left, right, |one, other| one % other),
        Operator::Power => calculated(left, right, f64::powf),
    }
}

/// Whether `+` adds it; all else is put together as text.
const fn is_summand(value: &Json) -> bool {
    matches!(value, Json::Null | Json::Bool(_) | Json::Number(_))
}

/// Nothing where one of them is no number.
fn calculated(left: &Json, right: &Json, how: fn(f64, f64) -> f64) -> Json {
    match (number(left), number(right)) {
        (Some(one), Some(other)) => of_number(how(one, other)),
        _ => Json::Null,
    }
}

/// A text contains a text, a list contains an item.
fn contains(whole: &Json, part: &Json) -> bool {
    match (whole, part) {
        (Json::String(whole), Json::String(_) | Json::Number(_) | Json::Bool(_)) => whole.contains(&text(part)),
        (Json::Array(all), _) => all.iter().any(|one| equal(one, part)),
        _ => false,
    }
}
