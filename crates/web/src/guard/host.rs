//! Under which names this hub is asked. A page elsewhere whose name leads to this machine (DNS rebinding) gets nothing.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use url::Host;

use crate::error::WebError;
use crate::runner::is_of_runners;
use crate::site::Site;
use crate::telemetry::METRICS;

/// Refuses a request for another host. Probes ask by whatever address they have, and so does what reads the measurements:
/// its token is no cookie that a strange page could use. The same holds of runners.
pub(crate) async fn host(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_any = matches!(path, "/health" | "/ready" | METRICS) || is_of_runners(path);
    if is_any || is_ours(&site, &request) {
        return next.run(request).await;
    }
    WebError::new(StatusCode::MISDIRECTED_REQUEST, "other-host", "This hub is not called that.")
        .hint(format!("Open it as {}. Whoever runs it can say another name with --base-url.", site.base_url()))
        .into_response()
}

/// Says the name in the header that HTTP/1.1 has it in, where HTTP/2 has none.
pub(super) fn host_said(request: &mut Request) {
    let named = request.uri().authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(named) = named.filter(|_| !request.headers().contains_key(header::HOST)) {
        request.headers_mut().insert(header::HOST, named);
    }
}

fn is_ours(site: &Site, request: &Request) -> bool {
    let named = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
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
