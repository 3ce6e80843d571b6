//! Whether a request was made by a page of this hub. Browsers say where a request comes from, and cannot be made to lie.

use axum::http::{HeaderMap, StatusCode, header};
use url::Url;

use crate::error::WebError;
use crate::site::Site;

/// Refuses what another site made a browser send. What is no browser says neither, and holds no cookie to abuse.
pub(crate) fn cross_site_check(site: &Site, headers: &HeaderMap) -> Result<(), WebError> {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let by_site = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let by_origin = match text(header::ORIGIN.as_str()) {
        None => !headers.contains_key(header::ORIGIN),
        Some(origin) => Url::parse(origin).is_ok_and(|origin| is_own(site, &origin, headers)),
    };
    if by_site && by_origin {
        return Ok(());
    }
    Err(WebError::new(
        StatusCode::FORBIDDEN,
        "cross-site",
        "This was sent by a page of another site, and was not done.",
    )
    .hint("If it was you, do it on a page of this hub."))
}

/// The origin is one of this hub's names, with the scheme and port that it is reached by.
fn is_own(site: &Site, origin: &Url, headers: &HeaderMap) -> bool {
    let asked = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let port = origin.port().map(|port| format!(":{port}")).unwrap_or_default();
    let named = origin.host_str().map(|host| format!("{host}{port}"));
    origin.scheme() == site.base_url().scheme()
        && named.is_some()
        && named.as_deref() == asked.map(str::to_ascii_lowercase).as_deref()
}
