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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_simple() {
        let read = |json: Json| parameters_read(json.as_object().unwrap());
        let given = read(json!({ "a": "x", "b": 1, "c": true, "d": ["x", 2], "e": null })).unwrap();
        assert_eq!((given.len(), &given["e"], &given["a"]), (5, &None, &Some(PropertyValue::Text("x".into()))));
        assert_eq!(read(json!({ "a": 1, "b": {} })), Err("b".to_owned()));
    }
}
