//! What the JSON reader's own messages may say.

use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[allow(dead_code, reason = "only its type matters")]
    name: String,
    #[allow(dead_code, reason = "only its type matters")]
    role: Role,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Owner,
}

fn shape_of(json: &str) -> String {
    shape(&serde_json::from_str::<Row>(json).unwrap_err().to_string())
}

#[test]
fn shapes_name_our_types_and_never_their_values() {
    assert_eq!(shape_of("[1]"), "expected a string, found integer");
    assert_eq!(shape_of("\"t0ken\""), "expected struct Row, found string");
    assert_eq!(shape_of(r#"{"role":"owner"}"#), "missing field `name`");
    assert_eq!(shape_of(r#"{"name":"a","role":"t0ken"}"#), "expected `owner`");
    assert_eq!(shape_of(r#"{"t0ken":"a"}"#), "expected `name` or `role`");
    assert_eq!(shape_of(r#"{"name":"a","name":"b"}"#), "a value is not allowed");
    assert_eq!(shape_of(r#"{"name":null}"#), "expected a string, found null");
}

#[test]
fn a_value_that_imitates_the_reader_is_not_quoted() {
    assert_eq!(shape_of(r#""x, expected t0ken at line""#), "expected struct Row, found string");
}
