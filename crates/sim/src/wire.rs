//! What goes over the wire: a parsed request and an answer, free of any HTTP library's life cycle.
//!
//! A simulated registry is a plain function from [`Request`] to [`Answer`]; everything that
//! concerns connections, compression, caching and faults happens around it, in `serve`.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// One request as the simulated registry sees it.
#[derive(Debug, Clone)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The path and query exactly as they were sent.
    pub target: String,
    /// The decoded path, cut the way the registry cuts it (a package name is one piece).
    pub segments: Vec<String>,
    /// The decoded query parameters in order.
    pub query: Vec<(String, String)>,
    /// All request headers.
    pub headers: HeaderMap,
    /// The address the request came from.
    pub peer: IpAddr,
    /// The whole request body.
    pub body: Bytes,
    /// The server's own base URL without a trailing slash; links in answers start with it.
    pub base: String,
}

impl Request {
    /// The text of a header, if it is there and is plain text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The first value of a query parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A query parameter as a number; `otherwise` when it is missing or no number.
    #[must_use]
    pub fn number(&self, name: &str, otherwise: usize) -> usize {
        let given = self.parameter(name);
        given.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    }

    /// The pieces of the path as string slices, ready for a `match`.
    #[must_use]
    pub fn path(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// The body read as JSON.
    ///
    /// # Errors
    /// A ready 400 answer when the body is not the JSON that was asked for.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Answer> {
        serde_json::from_slice(&self.body).map_err(|error| Answer::error(StatusCode::BAD_REQUEST, &error.to_string()))
    }
}

/// Splits a raw request target into decoded path pieces and decoded query parameters.
pub(crate) fn split_target(target: &str) -> (Vec<String>, Vec<(String, String)>) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pieces = path.split('/').filter(|piece| !piece.is_empty());
    let parameters = query.split('&').filter(|pair| !pair.is_empty());
    (pieces.map(decode).collect(), parameters.map(parameter).collect())
}

fn parameter(pair: &str) -> (String, String) {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    (decode(key), decode(&value.replace('+', " ")))
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// One answer before it is compressed, tagged or damaged by a fault.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: StatusCode,
    /// Headers beside those the server adds itself.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A JSON answer.
    #[must_use]
    pub fn json(status: StatusCode, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).unwrap_or_default();
        Self::bytes(status, "application/json", body)
    }

    /// A JSON answer with status 200.
    #[must_use]
    pub fn ok(value: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, value)
    }

    /// A JSON answer with status 201.
    #[must_use]
    pub fn created(value: &impl Serialize) -> Self {
        Self::json(StatusCode::CREATED, value)
    }

    /// The registry's usual refusal: `{"error": …}`.
    #[must_use]
    pub fn error(status: StatusCode, message: &str) -> Self {
        Self::json(status, &json!({ "error": message }))
    }

    /// An answer without a body.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// The kind of page a proxy in front of a registry answers with.
    #[must_use]
    pub fn html(status: StatusCode, title: &str) -> Self {
        let page = format!(
            "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\
             <body><h1>{title}</h1></body></html>\n"
        );
        Self::bytes(status, "text/html; charset=UTF-8", page.into_bytes())
    }

    /// An answer of any content type.
    #[must_use]
    pub fn bytes(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Self {
        let mut answer = Self::empty(status).with("content-type", content_type);
        answer.body = body;
        answer
    }

    /// Adds a header; a value that HTTP cannot carry is left out.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }

    /// The text of a header that was added.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.and_then(|(_, value)| value.to_str().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_cut_before_it_is_decoded() {
        let (path, query) = split_target("/-/package/@acme%2flib/collaborators?user=a%20b&x=c+d");
        assert_eq!(path, ["-", "package", "@acme/lib", "collaborators"]);
        assert_eq!(query[0], ("user".to_owned(), "a b".to_owned()));
        assert_eq!(query[1], ("x".to_owned(), "c d".to_owned()));
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_left_out() {
        let answer = Answer::empty(StatusCode::OK).with("npm-notice", "line\nbreak");
        assert!(answer.headers.is_empty());
    }
}
