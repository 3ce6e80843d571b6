//! What values are to each other.

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};

use super::dates::moment_in_text;
use super::fixture::Value;
use crate::reference::evaluate::Cell;

/// What an expression comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Worked {
    /// That there is no value (13).
    Undefined,
    /// A value.
    Value(Value),
    /// A number of milliseconds of which the query says that it is a date (18).
    Date(f64),
    /// An entity, a relationship, a change or all properties of one: something, and no value.
    Thing(Cell),
}

impl Worked {
    /// A property's value.
    pub(crate) fn of(value: Option<&Value>) -> Self {
        value.map_or(Self::Undefined, |value| Self::Value(value.clone()))
    }

    /// The number that a number or a date is (22).
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Value(Value::Number(number)) | Self::Date(number) => Some(*number),
            _ => None,
        }
    }

    /// A number, unless it is none: what is infinite has no value. There is one zero.
    pub(crate) fn finite(number: f64) -> Self {
        if number.is_finite() { Self::Value(Value::Number(number + 0.0)) } else { Self::Undefined }
    }

    /// The elements of a list, or itself.
    fn elements(&self) -> Vec<Self> {
        match self {
            Self::Value(Value::List(values)) => values.iter().cloned().map(Self::Value).collect(),
            other => vec![other.clone()],
        }
    }
}

/// Whether any element of the left is so with any element of the right (14, 16, 17). Of an empty list none is.
fn any(left: &Worked, right: &Worked, so: impl Fn(&Worked, &Worked) -> bool) -> bool {
    left.elements().iter().any(|left| right.elements().iter().any(|right| so(left, right)))
}

/// `=` (14).
pub(crate) fn equal(left: &Worked, right: &Worked) -> bool {
    any(left, right, |left, right| match (left, right) {
        // That there is no value is so when there is none (13, 14).
        (Worked::Undefined, Worked::Undefined) => true,
        _ => compare(left, right) == Some(Ordering::Equal) || same_flag(left, right),
    })
}

/// Flags are equal or not, and in no order (16).
fn same_flag(left: &Worked, right: &Worked) -> bool {
    matches!((left, right), (Worked::Value(Value::Flag(left)), Worked::Value(Value::Flag(right))) if left == right)
}

/// `<`, `>`, `<=`, `>=` (16).
pub(crate) fn ordered(left: &Worked, right: &Worked, wanted: impl Fn(Ordering) -> bool) -> bool {
    any(left, right, |left, right| compare(left, right).is_some_and(&wanted))
}

/// The order of two single values; different types are in none (18).
fn compare(left: &Worked, right: &Worked) -> Option<Ordering> {
    match (left, right) {
        // Rust's order of strings is that of their bytes, which in UTF-8 is that of their code points (16).
        (Worked::Value(Value::Text(left)), Worked::Value(Value::Text(right))) => Some(left.cmp(right)),
        // Compared with a date, a string is the moment it names (18).
        (Worked::Value(Value::Text(left)), Worked::Date(right)) => moment_in_text(left)?.partial_cmp(right),
        (Worked::Date(left), Worked::Value(Value::Text(right))) => left.partial_cmp(&moment_in_text(right)?),
        _ => left.number()?.partial_cmp(&right.number()?),
    }
}

/// `~=`, `^=`, `$=` (17), of which `so` is one.
pub(crate) fn text(left: &Worked, right: &Worked, so: impl Fn(&str, &str) -> bool) -> bool {
    any(left, right, |left, right| match (left, right) {
        (Worked::Value(Value::Text(left)), Worked::Value(Value::Text(right))) => so(left, right),
        _ => false,
    })
}

/// A regular expression, beginning or ending where the operator wants it (20).
pub(crate) fn regex(regex: &rolecall_query::ast::Regex, begins: bool, ends: bool) -> Option<Regex> {
    let pattern = format!("{}(?:{}){}", if begins { r"\A" } else { "" }, regex.pattern, if ends { r"\z" } else { "" });
    RegexBuilder::new(&pattern).case_insensitive(regex.ignore_case).build().ok()
}

/// Whether a regular expression finds something in any element.
pub(crate) fn finds(left: &Worked, regex: &Regex) -> bool {
    left.elements().iter().any(|left| matches!(left, Worked::Value(Value::Text(text)) if regex.is_match(text)))
}

/// The text of a value (22, 23, 28): a list is its elements joined by commas.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(values) => values.iter().map(text_of).collect::<Vec<_>>().join(","),
    }
}

/// The order of values in answers (30): false, true, numbers, strings, lists.
pub(crate) fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Flag(left), Value::Flag(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right).unwrap_or(Ordering::Equal),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::List(left), Value::List(right)) => lists(left, right),
        _ => rank(left).cmp(&rank(right)),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Flag(_) => 0,
        Value::Number(_) => 1,
        Value::Text(_) => 2,
        Value::List(_) => 3,
    }
}

/// Lists by their first elements that differ, then by length.
fn lists(left: &[Value], right: &[Value]) -> Ordering {
    let first = left.iter().zip(right).map(|(left, right)| order(left, right)).find(|order| order.is_ne());
    first.unwrap_or_else(|| left.len().cmp(&right.len()))
}
