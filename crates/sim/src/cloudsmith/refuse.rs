//! Refusals, in the service's own words (`cloudsmith-api.md` §1, errors).

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::wire::Answer;

/// An answer, or a refusal to be sent instead.
pub(crate) type Reply = Result<Answer, Answer>;

/// A refusal with this status.
pub(crate) fn refuse(status: StatusCode, detail: &str) -> Answer {
    Answer::json(status, &json!({ "detail": detail }))
}

/// A 404: not there, or not visible.
pub(crate) fn not_found() -> Answer {
    refuse(StatusCode::NOT_FOUND, "Not found.")
}

/// A 403.
pub(crate) fn forbidden() -> Answer {
    refuse(StatusCode::FORBIDDEN, "You do not have permission to perform this action.")
}

/// A 401 for a request without a credential.
pub(crate) fn anonymous() -> Answer {
    unauthorized("Authentication credentials were not provided.")
}

/// A 401.
pub(crate) fn unauthorized(detail: &str) -> Answer {
    refuse(StatusCode::UNAUTHORIZED, detail).with("www-authenticate", "Basic realm=\"Cloudsmith API\"")
}

/// A 400.
pub(crate) fn bad_request(detail: &str) -> Answer {
    refuse(StatusCode::BAD_REQUEST, detail)
}

/// A 402 for what the plan does not include.
pub(crate) fn unpaid(feature: &str) -> Answer {
    refuse(StatusCode::PAYMENT_REQUIRED, &format!("{feature} are not active; upgrade your account!"))
}

/// A 422 about fields.
pub(crate) fn invalid(fields: &Map<String, Value>) -> Answer {
    let body = json!({ "detail": "Invalid input.", "code": "invalid", "fields": fields });
    Answer::json(StatusCode::UNPROCESSABLE_ENTITY, &body)
}

/// A 422 about one field.
pub(crate) fn invalid_field(field: &str, reason: &str) -> Answer {
    let mut fields = Map::new();
    fields.insert(field.to_owned(), json!([reason]));
    invalid(&fields)
}
