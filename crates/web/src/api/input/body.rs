//! Bodies: JSON, of at most 1 MB.

use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::error::WebError;
use crate::guard::BODY_LIMIT;

/// What a body says.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, _: &S) -> Result<Self, WebError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !is_json(kind) {
            let why = "This address takes JSON: Content-Type: application/json.";
            return Err(WebError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "no-json", why));
        }
        let body = axum::body::to_bytes(request.into_body(), BODY_LIMIT).await.map_err(|_| {
            WebError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "What was sent is larger than 1 MB, or broke off.",
            )
        })?;
        serde_json::from_slice(&body).map(Self).map_err(|error| unreadable(&error))
    }
}

/// JSON is UTF-8; another encoding is not read as if it were.
fn is_json(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    is_named && parts.all(|part| part.is_empty() || part.eq_ignore_ascii_case("charset=utf-8"))
}

/// Why a body cannot be used. What the body says is not repeated, because there may be a secret in it.
fn unreadable(error: &serde_json::Error) -> WebError {
    let place = format!("at line {}, column {}", error.line(), error.column());
    let said = error.to_string();
    let why = match error.classify() {
        serde_json::error::Category::Data => told(said.split(" at line ").next().unwrap_or_default()),
        _ => "it is no JSON, or is nested too deeply".to_owned(),
    };
    WebError::bad_request("body", format!("The body cannot be used: {why}, {place}."))
        .hint("The document at /api/v1/openapi.json says what this address takes.")
}

/// What names fields is told; of a value, only what it should have been.
fn told(said: &str) -> String {
    let names = ["unknown field", "missing field", "duplicate field"];
    if names.iter().any(|name| said.starts_with(name)) {
        return said.chars().filter(|c| !c.is_control()).take(300).collect();
    }
    let wanted = said.rsplit_once(", expected ").map(|(_, wanted)| format!(": there should be {wanted}"));
    format!("a value is not of the right kind{}", wanted.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only how it cannot be read is looked at")]
    struct Form {
        name: String,
        number: u64,
    }

    fn message(body: &str) -> String {
        serde_json::from_slice::<Form>(body.as_bytes()).map_err(|error| unreadable(&error)).unwrap_err().message
    }

    #[test]
    fn what_is_wrong_is_told_and_no_value_is() {
        assert!(message("{\"nam\": 1}").contains("unknown field `nam`"));
        assert!(message("{}").contains("missing field `name`"));
        let wrong = message("{\"name\": \"a\", \"number\": \"npm_secret\"}");
        assert!(wrong.contains("there should be u64") && !wrong.contains("npm_secret"), "{wrong}");
        let deep = "[".repeat(100_000);
        assert!(message(&format!("{{\"name\": {deep}")).contains("right kind"));
        for bad in ["", "{", "nul", "\"", "{\"name\": \"\\ud800\"}"] {
            assert!(message(bad).contains("no JSON"), "{bad}: {}", message(bad));
        }
    }

    #[test]
    fn only_json_is_json() {
        assert!(is_json("application/json") && is_json("Application/JSON; charset=UTF-8"));
        for other in ["", "text/json", "application/json; charset=utf-16", "application/jsonp", "application/json2"] {
            assert!(!is_json(other), "{other}");
        }
    }
}
