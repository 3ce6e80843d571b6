//! Under which names this hub is asked. A page elsewhere whose name leads to this machine (DNS rebinding) gets nothing.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use url::Host;

use crate::error::WebError;
use crate::site::Site;
use crate::telemetry::METRICS;

/// Refuses a request for another host. Probes ask by whatever address they have, and so does what reads the measurements:
/// its token is no cookie that a strange page could use.
pub(crate) async fn host(State(site): State<Site>, request: Request, next: Next) -> Response {
    let is_probe = matches!(request.uri().path(), "/health" | "/ready" | METRICS);
    if is_probe || is_ours(&site, &request) {
        return next.run(request).await;
    }
    WebError::new(StatusCode::MISDIRECTED_REQUEST, "other-host", "This hub is not called that.")
        .hint(format!("Open it as {}. Whoever runs it can say another name with --base-url.", site.base_url()))
        .into_response()
}

fn is_ours(site: &Site, request: &Request) -> bool {
    let named = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let named = named.or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    named.and_then(host_of).is_some_and(|named| site.is_named(&named))
}

/// The host of `name:port`; the port is the operating system's to check.
pub(crate) fn host_of(authority: &str) -> Option<Host<String>> {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if is_port(port) && (!name.contains(':') || name.ends_with(']')) => name,
        _ => authority,
    };
    Host::parse(name).ok()
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn the_port_is_left_out() {
        for (authority, host) in [
            ("hub.example.test", "hub.example.test"),
            ("HUB.example.test:8080", "hub.example.test"),
            ("127.0.0.1:1", "127.0.0.1"),
            ("[::1]:8080", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(host_of(authority).map(|host| host.to_string()).as_deref(), Some(host), "{authority}");
        }
        for bad in ["", ":80", "::1", "a b", "hub.example.test:port"] {
            assert_eq!(host_of(bad), None, "{bad}");
        }
    }
}
