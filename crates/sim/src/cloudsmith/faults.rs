//! What goes wrong in the service's own way (`cloudsmith-api.md` §1, §9).

use axum::http::StatusCode;
use serde_json::{Map, json};

use super::refuse::{bad_request, forbidden, invalid, not_found, refuse, unauthorized, unpaid};
use super::routes;
use crate::fault::Fault;

/// A JSON 429 with a `retry-after` header in seconds.
#[must_use]
pub fn too_many(seconds: u32) -> Fault {
    Fault::Instead(routes::too_many(seconds))
}

/// A 422 whose fields are nested objects, which crash some clients.
#[must_use]
pub fn nested_fields() -> Fault {
    let members = json!([{ "user": ["User not found."] }, {}]);
    Fault::Instead(invalid(&Map::from_iter([("members".to_owned(), members)])))
}

/// A 401 for a key that has become too old.
#[must_use]
pub fn key_expired() -> Fault {
    Fault::Instead(unauthorized("API key has expired."))
}

/// A refusal with this status, in the service's words for it.
#[must_use]
pub fn refusal(status: u16) -> Fault {
    Fault::Instead(match status {
        400 => bad_request("Bad request."),
        401 => unauthorized("Invalid token."),
        402 => unpaid("These features"),
        403 => forbidden(),
        404 => not_found(),
        422 => invalid(&Map::from_iter([("non_field_errors".to_owned(), json!(["A simulated fault."]))])),
        429 => routes::too_many(1),
        status => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            refuse(status, "A simulated fault.")
        }
    })
}
