//! What a PATCH makes of a document (RFC 7644, 3.5.2), also as identity providers really send it: operations in capitals,
//! values without a path whose names are paths, parts of values that are not there yet, members to remove as a value.
//!
//! | question | file |
//! |---|---|
//! | what is asked? | `operation.rs` |
//! | what becomes of the attribute? | `apply.rs` |

mod apply;
mod operation;

use rolecall_engine::people::scim::ScimKind;
use serde_json::{Map, Value as Json};

use super::document;
use crate::error::WebError;
use operation::operations;

/// The document as it is after all operations of a body. If one of them cannot be done, none is.
pub(super) fn patched(
    kind: ScimKind,
    document: &Map<String, Json>,
    body: &Map<String, Json>,
) -> Result<Map<String, Json>, WebError> {
    let mut changed = document.clone();
    for operation in operations(kind, body)? {
        apply::apply(&mut changed, operation)?;
    }
    document::clean(kind, changed)
}

#[cfg(test)]
mod tests;
