//! How bodies come and go.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use rolecall_engine::people::scim::Directory;
use serde_json::{Map, Value as Json};

use super::{BODY_LIMIT, error};
use crate::error::WebError;

/// What everything is written in.
pub(crate) const MEDIA_TYPE: &str = "application/scim+json";

/// What a handler says.
pub(super) type Answer = Result<Response, WebError>;

/// The attributes of a body.
pub(super) struct Body(pub(super) Map<String, Json>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = WebError;

    async fn from_request(request: Request, _: &S) -> Result<Self, WebError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !is_json(kind) {
            let why = format!("This address takes JSON: Content-Type: {MEDIA_TYPE}.");
            return Err(WebError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "no-json", why));
        }
        let body = axum::body::to_bytes(request.into_body(), BODY_LIMIT).await.map_err(|_| too_large())?;
        match serde_json::from_slice::<Json>(&body) {
            Ok(Json::Object(attributes)) => Ok(Self(attributes)),
            Ok(_) => Err(error::syntax("The body is no JSON object.")),
            // What the body says is not repeated, because there may be a password in it.
            Err(flaw) => Err(error::syntax(format!(
                "The body is no JSON, or is nested too deeply: it breaks off at line {}, column {}.",
                flaw.line(),
                flaw.column()
            ))),
        }
    }
}

/// What is said of a body that is too large.
pub(crate) fn too_large() -> WebError {
    WebError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "What was sent is larger than 4 MB, or broke off.")
        .hint("Add members of a group a few at a time, with PATCH.")
}

/// JSON is UTF-8; another encoding is not read as if it were.
fn is_json(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let is_named = parts
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case(MEDIA_TYPE) || name.eq_ignore_ascii_case("application/json"));
    let is_utf8 =
        |part: &str| part.eq_ignore_ascii_case("charset=utf-8") || part.eq_ignore_ascii_case("charset=\"utf-8\"");
    is_named && parts.all(|part| !part.to_ascii_lowercase().starts_with("charset") || is_utf8(part))
}

/// An answer with this body.
pub(super) fn answer(status: StatusCode, body: &Json) -> Response {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))];
    (status, kind, body.to_string()).into_response()
}

/// The directory that whoever asks may fill. Only the guard opens one.
pub(super) struct Filled(pub(super) Directory);

impl<S: Send + Sync> FromRequestParts<S> for Filled {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts.extensions.get::<Directory>().cloned().map(Self).ok_or_else(WebError::not_signed_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_json_under_both_names() {
        for kind in
            ["application/scim+json", "application/json; charset=UTF-8", "Application/SCIM+JSON;charset=\"utf-8\""]
        {
            assert!(is_json(kind), "{kind}");
        }
        for other in ["", "text/json", "application/json; charset=utf-16", "application/x-www-form-urlencoded"] {
            assert!(!is_json(other), "{other}");
        }
    }
}
