//! Answers, and reading JSON out of them.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, SET_COOKIE};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::credential::Redactor;
use crate::error::{ErrorKind, JsonFault, RequestError};
use crate::text;
use crate::validator::Validator;

/// How much of a web page is searched for its title, in bytes.
const PAGE_START: usize = 32 * 1024;

/// What a successful request brought.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The whole body.
    Fresh(Body),
    /// Nothing changed since the answer the call's validator came with.
    NotModified,
}

impl Answer {
    /// The body, if there is one.
    #[must_use]
    pub fn fresh(self) -> Option<Body> {
        match self {
            Self::Fresh(body) => Some(body),
            Self::NotModified => None,
        }
    }
}

/// A body that arrived in full, decompressed, and what the server said about it.
///
/// Its `Debug` shows the size only, because listings may carry secrets.
#[derive(Clone)]
pub struct Body {
    /// The bytes.
    pub bytes: Bytes,
    /// What to ask with the next time.
    pub validator: Option<Validator>,
    /// The declared type, such as `application/json; charset=utf-8`.
    pub content_type: Option<String>,
    /// The server's clock when it answered.
    pub date: Option<Timestamp>,
    head: Arc<Head>,
}

/// The rest of what is known about a body, shared between its clones.
struct Head {
    headers: HeaderMap,
    origin: Origin,
}

/// Which request a body answers, for the errors found while reading it.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) request: String,
    pub(crate) host: String,
    pub(crate) attempts: u32,
    pub(crate) redactor: Arc<Redactor>,
}

impl Origin {
    pub(crate) fn error(&self, kind: ErrorKind) -> RequestError {
        RequestError { request: self.request.clone(), host: self.host.clone(), kind, attempts: self.attempts }
    }
}

impl Body {
    pub(crate) fn new(bytes: Bytes, mut headers: HeaderMap, origin: Origin) -> Self {
        headers.remove(SET_COOKIE);
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            bytes,
            validator: Validator::from_headers(&headers),
            content_type: text(CONTENT_TYPE).map(str::to_owned),
            date: text(DATE).and_then(|date| DateTimeParser::new().parse_timestamp(date).ok()),
            head: Arc::new(Head { headers, origin }),
        }
    }

    /// A response header as text, such as a page count. Names are matched without case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// Reads the body as JSON, whatever its declared type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotJson`] for a web page; otherwise [`ErrorKind::Malformed`], which tells JSON that ends too
    /// early from broken JSON and from JSON of another shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, RequestError> {
        let text = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes);
        serde_json::from_slice(text).map_err(|error| self.head.origin.error(self.fault(&error)))
    }

    /// Reads a success that is an error in disguise: 200 with `{"error": "…"}`.
    ///
    /// Only the caller can know whether that is one. In a map keyed by names, a package called `error` looks the
    /// same: `{"error": "write"}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ErrorBody`] when the body is a JSON object whose `error` member is a text.
    pub fn reject_error_body(&self) -> Result<(), RequestError> {
        #[derive(serde::Deserialize)]
        struct Disguised {
            error: String,
        }
        match serde_json::from_slice::<Disguised>(&self.bytes) {
            Ok(body) => {
                let message = self.head.origin.redactor.line(&body.error).unwrap_or_default();
                Err(self.head.origin.error(ErrorKind::ErrorBody { message }))
            }
            Err(_) => Ok(()),
        }
    }

    fn fault(&self, error: &serde_json::Error) -> ErrorKind {
        if error.classify() != Category::Data && self.is_page() {
            return self.page();
        }
        let fault = match error.classify() {
            Category::Eof => JsonFault::CutOff,
            Category::Syntax | Category::Io => JsonFault::Syntax,
            Category::Data => JsonFault::Shape(shape(&error.to_string())),
        };
        ErrorKind::Malformed { fault, line: error.line(), column: error.column() }
    }

    fn page(&self) -> ErrorKind {
        let line = |text: &str| self.head.origin.redactor.line(text);
        let start = self.bytes.get(..PAGE_START).unwrap_or(&self.bytes);
        let message = text::message(self.content_type.as_deref(), start);
        ErrorKind::NotJson {
            content_type: self.content_type.as_deref().and_then(line),
            message: message.as_deref().and_then(line),
        }
    }

    fn is_page(&self) -> bool {
        let start = self.bytes.trim_ascii_start().first().copied().map(char::from);
        text::is_html(self.content_type.as_deref(), start.map(String::from).unwrap_or_default().as_str())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("request", &self.head.origin.request)
            .field("bytes", &self.bytes.len())
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

/// What a JSON reader expected and found, by type. Its own message quotes values, and a value may be a token.
fn shape(message: &str) -> String {
    if message.starts_with("missing field") {
        return message.split(" at line").next().unwrap_or_default().to_owned();
    }
    let found = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    let found = found.and_then(|rest| rest.split([' ', ',']).next());
    let expected = message.rsplit_once(", expected ").and_then(|(_, rest)| rest.split(" at line").next());
    match (found, expected) {
        (Some(found), Some(expected)) => format!("expected {expected}, found {found}"),
        (None, Some(expected)) => format!("expected {expected}"),
        _ => "a value is not allowed".to_owned(),
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
