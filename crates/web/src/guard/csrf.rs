//! That a form was made by a page of this very session.

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use futures::StreamExt as _;
use rolecall_engine::hub;

use super::Asker;
use crate::error::WebError;
use crate::form::{boundary_of, fields_of};

/// What a form, or a script in a header, says the secret of its session to be.
const FIELD: &str = "csrf";
const HEADER: &str = "x-csrf-token";

/// The largest body that is taken, in bytes.
pub(crate) const BODY_LIMIT: usize = 1 << 20;

/// How much of a larger one is waited for before it is refused, in bytes.
const FORGOTTEN_LIMIT: usize = 32 << 20;

/// Refuses what does not know the session's secret. Who holds a token of their own, or no session, has nothing that a
/// strange page could use.
pub(super) async fn csrf_check(asker: &Asker, parts: &Parts, body: Body) -> Result<Body, WebError> {
    let body = whole(body, BODY_LIMIT).await.ok_or_else(too_large)?;
    let Some(session) = asker.session() else { return Ok(body.into()) };
    let said = match parts.headers.get(HEADER) {
        Some(value) => value.to_str().ok().map(str::to_owned),
        None if is_form(parts) => {
            form_urlencoded::parse(&body).find(|(name, _)| name == FIELD).map(|(_, value)| value.into_owned())
        }
        None => boundary_of(parts).and_then(|boundary| of_upload(&body, &boundary)),
    };
    match said.map(|said| hub::csrf_check(session, &said.into())) {
        Some(Ok(())) => Ok(body.into()),
        _ => Err(WebError::new(
            StatusCode::FORBIDDEN,
            "csrf",
            "This page was made for another session, and nothing was done.",
        )
        .hint("Go back, load the page again, and repeat what you did.")),
    }
}

/// What a form with files says.
fn of_upload(body: &[u8], boundary: &str) -> Option<String> {
    let (_, value) = fields_of(body, boundary)?.into_iter().find(|(name, _)| name == FIELD)?;
    String::from_utf8(value).ok()
}

fn too_large() -> WebError {
    WebError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "What was sent is larger than 1 MB, or broke off.")
}

/// Everything that was sent, or nothing of what is larger or broke off. A browser reads an answer only once it has sent
/// everything, so that what is too large is taken and forgotten, within reason.
pub(super) async fn whole(body: Body, limit: usize) -> Option<Bytes> {
    let (mut kept, mut seen) = (Vec::new(), 0_usize);
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.ok()?;
        seen = seen.saturating_add(part.len());
        if seen <= limit {
            kept.extend_from_slice(&part);
        } else if seen > FORGOTTEN_LIMIT {
            break;
        }
    }
    (seen <= limit).then(|| kept.into())
}

pub(crate) fn is_form(parts: &Parts) -> bool {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}
