//! Answers.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::ApiAnswer;

/// What was asked for.
pub(super) fn json(value: &impl Serialize) -> ApiAnswer {
    json_as(StatusCode::OK, value)
}

/// The same with another status.
pub(super) fn json_as(status: StatusCode, value: &impl Serialize) -> ApiAnswer {
    Ok((status, axum::Json(value)).into_response())
}

/// It is done, and there is nothing to say of it.
pub(super) fn done() -> ApiAnswer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// With the version that a change of it has to name.
pub(super) fn with_version(mut response: Response, version: i64) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// With the address of what was made.
pub(super) fn with_location(mut response: Response, path: &str) -> Response {
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    response
}
