//! What is told of each request: a span for whoever measures and traces, and one line in the log. The address itself is in
//! neither, because it may hold names and tokens: its template is.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument as _, Span, debug, field, info, info_span};
use uuid::Uuid;

use super::host::host_said;
use crate::error::WebError;
use crate::site::Site;

/// The header with a request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The template of an address that does not exist.
const NO_ROUTE: &str = "(none)";

/// A request, as its answer and the log name it.
#[derive(Clone, Debug)]
pub(crate) struct RequestSeen {
    pub(crate) id: Uuid,
    /// Who was found to ask.
    user: Arc<OnceLock<Uuid>>,
}

impl RequestSeen {
    /// Notes who asks.
    pub(crate) fn by(&self, user: Uuid) {
        // Who it was found to be first is who it is.
        let _ = self.user.set(user);
    }
}

/// Lets a request through, and tells of it.
pub(crate) async fn observe(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    host_said(&mut request);
    let seen = RequestSeen { id: Uuid::now_v7(), user: Arc::default() };
    let method = method_of(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let span = span(method, route, seen.id);
    if let Some(parent) = request.headers().get("traceparent").and_then(|value| value.to_str().ok()) {
        site.telemetry().adopt(&span, parent);
    }
    request.extensions_mut().insert(seen.clone());
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    if let Ok(id) = HeaderValue::from_str(&seen.id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    span.in_scope(|| log(method, route, &seen, began, &response));
    response
}

/// The ids of spans that are not wanted cost nothing, so this is made for every request.
fn span(method: &'static str, route: &str, id: Uuid) -> Span {
    info_span!(
        target: "rolecall::measured",
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = field::Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = field::Empty,
        request = %id,
    )
}

fn log(method: &'static str, route: &str, seen: &RequestSeen, began: Instant, response: &Response) {
    let status = response.status().as_u16();
    let ms = began.elapsed().as_micros() / 1000;
    let ms = u64::try_from(ms).unwrap_or(u64::MAX);
    let (request, user) = (seen.id, seen.user.get().map(field::display));
    let code = response.extensions().get::<WebError>().map(|error| error.code);
    if is_background(route) {
        debug!(target: "rolecall::request", method, route, status, ms, %request, user, code);
    } else {
        info!(target: "rolecall::request", method, route, status, ms, %request, user, code);
    }
}

/// What is asked for all the time by nobody in particular.
fn is_background(route: &str) -> bool {
    matches!(route, "/health" | "/ready" | "/metrics") || route.starts_with("/asset/")
}

/// One of the methods that there are. A client may make up others, and each would be remembered.
fn method_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
