//! What a place outside answered.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;

use crate::credential::Redactor;
use crate::{retry, text};

/// The moment, in seconds since 1970, at which more may be asked.
const RATE_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
/// How much more may be asked until then.
const RATE_LEFT: HeaderName = HeaderName::from_static("x-ratelimit-remaining");

/// A status, and as much of the body as was wanted.
///
/// Its `Debug` shows no text: an answer may repeat what it was sent.
#[derive(Clone)]
pub struct OutwardAnswer {
    /// The status.
    pub status: u16,
    /// How long it asks to wait, by `retry-after` or because nothing more may be asked for now.
    pub retry_after: Option<Duration>,
    /// The body, or its beginning.
    pub body: Bytes,
    /// Whether that is all of it.
    pub is_whole: bool,
    content_type: Option<String>,
    redactor: Redactor,
}

impl OutwardAnswer {
    /// Of the head of a response.
    pub(crate) fn of(response: &Response, redactor: Redactor) -> Self {
        let headers = response.headers();
        Self {
            status: response.status().as_u16(),
            retry_after: wait(headers, Timestamp::now()),
            body: Bytes::new(),
            is_whole: false,
            content_type: header(headers, &CONTENT_TYPE).map(str::to_owned),
            redactor,
        }
    }

    /// Whether the status says that it was done.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The status as people know it: `204 No Content`.
    #[must_use]
    pub fn status_line(&self) -> String {
        let reason = StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason());
        reason.map_or_else(|| self.status.to_string(), |reason| format!("{} {reason}", self.status))
    }

    /// What the body says, on one line of at most so many characters without any that hide something, and without known
    /// secrets: a page's title, or the text itself. Nothing where there is none.
    #[must_use]
    pub fn said(&self, characters: usize) -> Option<String> {
        let text = String::from_utf8_lossy(&self.body);
        let text = if text::is_html(self.content_type.as_deref(), text.trim_start()) {
            text::message(self.content_type.as_deref(), &self.body)?
        } else {
            // Written anew, JSON has no secret in another spelling.
            serde_json::from_str(&text).map_or_else(|_| text.into_owned(), |json: serde_json::Value| json.to_string())
        };
        text::line(&self.redactor.clean(&text), characters)
    }

    /// The body as JSON, if all of it is here and it is of this shape.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        if !self.is_whole {
            return None;
        }
        serde_json::from_slice(&self.body).ok()
    }
}

impl fmt::Debug for OutwardAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutwardAnswer")
            .field("status", &self.status)
            .field("retry_after", &self.retry_after)
            .field("bytes", &self.body.len())
            .field("is_whole", &self.is_whole)
            .finish_non_exhaustive()
    }
}

fn wait(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let asked = header(headers, &RETRY_AFTER).and_then(|text| retry::retry_after(text, now));
    asked.or_else(|| {
        let is_used_up = header(headers, &RATE_LEFT).is_some_and(|left| left.trim() == "0");
        let reset: i64 = header(headers, &RATE_RESET).filter(|_| is_used_up)?.trim().parse().ok()?;
        let seconds = u64::try_from(reset.saturating_sub(now.as_second())).unwrap_or_default();
        retry::retry_after(&seconds.to_string(), now)
    })
}

fn header<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn the_wait_is_what_was_asked_for_or_until_more_may_be_asked() {
        let now = Timestamp::from_second(1_000).unwrap();
        let of = |given: &[(&'static str, &'static str)]| {
            let headers =
                given.iter().map(|&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            wait(&headers.collect(), now).map(|wait| wait.as_secs())
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("retry-after", "7"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1060")]), Some(7));
        assert_eq!(of(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1060")]), Some(60));
        assert_eq!(of(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "900")]), Some(0));
        assert_eq!(of(&[("x-ratelimit-remaining", "9"), ("x-ratelimit-reset", "1060")]), None);
    }
}
