//! What values are to each other: as in JavaScript, but that *nothing* stays nothing.

use std::cmp::Ordering;

use serde_json::{Number, Value as Json};

/// The largest number up to which every whole one can be told from the next.
const MOST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// A number; nothing where it is none, as after a division by zero.
pub(super) fn of_number(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() < MOST_WHOLE {
        // Whole and small enough, as was just seen.
        #[allow(clippy::cast_possible_truncation)]
        return Json::from(number as i64);
    }
    Number::from_f64(number).map_or(Json::Null, Json::Number)
}

/// Whether it counts as true: all but `false`, nothing, zero and the empty text.
pub(super) fn is_true(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(is) => *is,
        Json::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Json::String(text) => !text.is_empty(),
        Json::Array(_) | Json::Object(_) => true,
    }
}

/// As a number: numbers, texts that are one, and true and false as 1 and 0.
pub(super) fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::Bool(is) => Some(f64::from(u8::from(*is))),
        Json::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// As people read it: nothing is the empty text, lists have commas between their items, objects are JSON.
pub(super) fn text(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(","),
        Json::Number(number) => match number.as_f64().map(of_number) {
            Some(Json::Number(whole)) if number.is_f64() => whole.to_string(),
            _ => number.to_string(),
        },
        Json::Bool(_) | Json::Object(_) => value.to_string(),
    }
}

/// Whether two are equal: a number and a text that is that number are, nothing is equal to nothing alone.
pub(super) fn equal(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(one), Json::Number(other)) if one.is_f64() == other.is_f64() => one == other,
        (Json::String(_), Json::String(_)) | (Json::Null, _) | (_, Json::Null) => left == right,
        (Json::Array(all), Json::Array(others)) => {
            all.len() == others.len() && all.iter().zip(others).all(|(one, other)| equal(one, other))
        }
        (Json::Array(_) | Json::Object(_), _) | (_, Json::Array(_) | Json::Object(_)) => left == right,
        _ => matches!((number(left), number(right)), (Some(one), Some(other)) if one == other),
    }
}

/// Which is greater: texts by their letters, all else as numbers; unknown where one is neither.
pub(super) fn order(left: &Json, right: &Json) -> Option<Ordering> {
    match (left, right) {
        (Json::String(one), Json::String(other)) => Some(one.cmp(other)),
        _ => number(left)?.partial_cmp(&number(right)?),
    }
}

/// How much work it is to make it once more.
pub(super) fn weight(value: &Json) -> u64 {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => 1,
        Json::String(text) => text_weight(text),
        Json::Array(all) => 1 + all.iter().map(weight).sum::<u64>(),
        Json::Object(all) => 1 + all.iter().map(|(name, value)| text_weight(name) + weight(value)).sum::<u64>(),
    }
}

/// How much work a text is.
pub(super) fn text_weight(text: &str) -> u64 {
    1 + text.len() as u64 / 8
}
