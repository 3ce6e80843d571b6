//! Values of `${name}`, from programs.

use std::collections::BTreeMap;

use rolecall_graph::PropertyValue;
use serde_json::{Map, Value as Json};

/// Values by name; `None` is null.
pub type Parameters = BTreeMap<String, Option<PropertyValue>>;

/// Reads values: text, numbers, truth values, lists of them, and null.
///
/// # Errors
/// The name of one that is none of these.
pub fn parameters_read(given: &Map<String, Json>) -> Result<Parameters, String> {
    let read = |(name, json): (&String, &Json)| match PropertyValue::of_json(json) {
        _ if json.is_object() => Err(name.clone()),
        None if !json.is_null() => Err(name.clone()),
        value => Ok((name.clone(), value)),
    };
    given.iter().map(read).collect()
}

/// What a person means who types a value: `true`, a number, a list or `null` as JSON; anything else is text as it stands, so
/// that nothing has to be quoted twice.
#[must_use]
pub fn parameter_typed(text: &str) -> Json {
    match serde_json::from_str(text) {
        Ok(json @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_))) => json,
        _ => Json::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_typed_is_what_it_looks_like() {
        assert_eq!(parameter_typed("true"), json!(true));
        assert_eq!(parameter_typed("[\"x\",2]"), json!(["x", 2]));
        assert_eq!(parameter_typed("null"), json!(null));
        for text in ["", "x=y", "\"x\"", "{}", "@acme/core"] {
            assert_eq!(parameter_typed(text), json!(text));
        }
    }

    #[test]
    fn values_are_simple() {
        let read = |json: Json| parameters_read(json.as_object().unwrap());
        let given = read(json!({ "a": "x", "b": 1, "c": true, "d": ["x", 2], "e": null })).unwrap();
        assert_eq!((given.len(), &given["e"], &given["a"]), (5, &None, &Some(PropertyValue::Text("x".into()))));
        assert_eq!(read(json!({ "a": 1, "b": {} })), Err("b".to_owned()));
    }
}
