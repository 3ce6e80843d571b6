//! The documents that clients read to learn which calls there are.

use serde_json::{Value, json};

/// The document that a path stands for.
pub(crate) fn asked_for(path: &[&str]) -> Option<Value> {
    match path {
        ["swagger"] => Some(json!({ "swagger": "2.0" })),
        ["v2", "openapi"] => Some(json!({ "openapi": "3.0.3" })),
        _ => None,
    }
}
