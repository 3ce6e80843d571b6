//! Where a runner signs in, in the words of OAuth 2.0.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use rolecall_engine::hub::HubError;
use rolecall_engine::runner::{TOKEN_PATH, TokenRequest};
use serde_json::json;

use crate::error::WebError;
use crate::guard::Asker;
use crate::route::{Access, Route};
use crate::site::Site;

/// The longest request, in bytes.
const MOST: usize = 16 << 10;

pub(super) fn routes() -> Vec<Route> {
    // What comes of it is a quarter of an hour of what its key may do anyway. What is refused is recorded.
    vec![Route::mark(TOKEN_PATH, Access::Anyone, post(token))]
}

async fn token(State(site): State<Site>, asker: Asker, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") || body.len() > MOST {
        return refused(StatusCode::BAD_REQUEST, "invalid_request", "the request is no form, or too large");
    }
    let fields = form_urlencoded::parse(&body).into_owned();
    let request = match TokenRequest::read(fields) {
        Ok(request) => request,
        Err(flaw) => return refused(StatusCode::BAD_REQUEST, flaw.word(), &flaw.to_string()),
    };
    match site.hub().runner_token(&request, asker.peer()).await {
        Ok(reply) => answer(StatusCode::OK, reply.body()),
        Err(HubError::Refused) => {
            let why = "the client is not known here, or its assertion does not prove that it asks";
            refused(StatusCode::UNAUTHORIZED, "invalid_client", why)
        }
        Err(error) => failed(&error.into()),
    }
}

/// What is wrong with the hub, or is too much for it.
fn failed(error: &WebError) -> Response {
    let mut response = refused(error.status, error.code, &error.message);
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn refused(status: StatusCode, error: &str, description: &str) -> Response {
    answer(status, json!({ "error": error, "error_description": description }).to_string())
}

fn answer(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
