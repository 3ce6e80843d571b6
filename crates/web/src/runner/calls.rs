//! The methods of the service, as addresses.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::post;
use rolecall_engine::hub::Peer;
use rolecall_engine::runner::runner_call;

use crate::error::WebError;
use crate::guard::{agent, bearer, client_address};
use crate::route::{Access, Route};
use crate::site::Site;

const MEDIA_TYPE: &str = "application/grpc";

/// Their paths. What they change are jobs and what is read by them; nothing that people decide.
pub(super) fn routes() -> Vec<Route> {
    let paths = [
        "/c1.connectorapi.baton.v1.BatonService/Hello",
        "/c1.connectorapi.baton.v1.BatonService/GetTask",
        "/c1.connectorapi.baton.v1.BatonService/Heartbeat",
        "/c1.connectorapi.baton.v1.BatonService/FinishTask",
        "/c1.connectorapi.baton.v1.BatonService/UploadAsset",
    ];
    paths.into_iter().map(|path| Route::mark(path, Access::Runner, post(call))).collect()
}

async fn call(State(site): State<Site>, request: Request) -> Response {
    runner_call(Arc::clone(site.runners()), request).await.map(Body::new)
}

/// The call of a runner that showed a token, with what that opens.
pub(crate) async fn opened(site: &Site, mut parts: Parts, body: Body) -> Result<Request, WebError> {
    if parts.method != Method::POST {
        return Err(WebError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "This address does not take that method.",
        ));
    }
    let peer = Peer { address: client_address(site, &parts), agent: agent(&parts) };
    let token = bearer(&parts).ok_or_else(WebError::not_signed_in)?;
    let runner = site.hub().runner_resume(&token, &peer).await?;
    parts.extensions.insert(runner);
    Ok(Request::from_parts(parts, body))
}

/// An error as this protocol tells it: in the headers of an answer without a body. Where there is no such method at all, an
/// answer of HTTP says more.
pub(crate) fn render(error: &WebError) -> Option<Response> {
    let code = match error.status {
        StatusCode::METHOD_NOT_ALLOWED => return None,
        StatusCode::UNAUTHORIZED => "16",
        StatusCode::FORBIDDEN => "7",
        StatusCode::NOT_FOUND => "12",
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::TOO_MANY_REQUESTS => "8",
        StatusCode::SERVICE_UNAVAILABLE => "14",
        status if status.is_client_error() => "3",
        _ => "13",
    };
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert("grpc-status", HeaderValue::from_static(code));
    if let Ok(message) = HeaderValue::from_str(&percent_encoded(&error.message)) {
        headers.insert("grpc-message", message);
    }
    Some(response)
}

/// What a header may hold of a message.
fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'%' => encoded.push_str("%25"),
            b' '..=b'~' => encoded.push(char::from(byte)),
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use rolecall_engine::runner::{METHODS, SERVICE};

    use super::*;

    #[test]
    fn every_method_of_the_service_is_an_address() {
        let paths: Vec<&str> = routes().iter().map(|route| route.path).collect();
        let methods = METHODS.iter().map(|method| format!("/{SERVICE}/{method}"));
        assert_eq!(paths, methods.collect::<Vec<_>>());
    }

    #[test]
    fn messages_fit_into_headers() {
        assert_eq!(percent_encoded("100 % ü\n"), "100 %25 %C3%BC%0A");
    }
}
