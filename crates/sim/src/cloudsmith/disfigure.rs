//! Answers as strange as the specification permits.

use serde_json::Value;

use super::quirks::Quirks;
use super::routes::{Route, Shape};
use super::schema::{Field, Kind, Schema};
use crate::wire::Answer;

/// A word that no client knows.
const UNKNOWN: &str = "Unheard-Of";

/// The answer with everything null that may be null, and every word an unknown one, as asked for.
pub(crate) fn answer(quirks: &Quirks, route: &Route, mut answer: Answer) -> Answer {
    if !quirks.nulls && !quirks.unknown_words {
        return answer;
    }
    let schema = match route.result {
        Shape::Nothing => return answer,
        Shape::One(schema) | Shape::Pages(schema) | Shape::List(schema) => schema,
    };
    let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else {
        return answer;
    };
    match &mut body {
        Value::Array(rows) => rows.iter_mut().for_each(|row| object(quirks, schema, row)),
        row => object(quirks, schema, row),
    }
    answer.body = serde_json::to_vec(&body).unwrap_or_default();
    answer
}

fn object(quirks: &Quirks, schema: &Schema, value: &mut Value) {
    let Some(fields) = value.as_object_mut() else {
        return;
    };
    for (name, value) in fields.iter_mut() {
        if let Some(field) = schema.field(name) {
            change(quirks, field, value);
        }
    }
}

fn change(quirks: &Quirks, field: &Field, value: &mut Value) {
    if quirks.nulls && field.nullable {
        *value = Value::Null;
        return;
    }
    inside(quirks, &field.kind, value);
}

fn inside(quirks: &Quirks, kind: &Kind, value: &mut Value) {
    match (kind, value) {
        (Kind::Words(_), word) if quirks.unknown_words && word.is_string() => *word = UNKNOWN.into(),
        (Kind::Object(schema), value) => object(quirks, schema, value),
        (Kind::List(of), Value::Array(items)) => items.iter_mut().for_each(|item| inside(quirks, of, item)),
        (Kind::Map(of), Value::Object(items)) => items.values_mut().for_each(|item| inside(quirks, of, item)),
        _ => {}
    }
}
