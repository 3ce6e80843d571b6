//! Validators: what lets the registry answer "nothing changed" instead of sending everything again.

use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use serde::{Deserialize, Serialize};

/// The `etag` and `last-modified` of an answer, kept verbatim, to be stored with what was read.
///
/// It belongs to one URL *and* one credential: the same path read with another token may rightly differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Validator {
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Validator {
    /// A validator from an entity tag as it was on the wire, quotes and `W/` included.
    pub fn from_etag(etag: impl Into<String>) -> Self {
        Self { etag: Some(etag.into()), last_modified: None }
    }

    /// A validator from a `last-modified` date as it was on the wire.
    pub fn from_last_modified(date: impl Into<String>) -> Self {
        Self { etag: None, last_modified: Some(date.into()) }
    }

    /// The entity tag as it was on the wire.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// The `last-modified` date as it was on the wire.
    #[must_use]
    pub fn last_modified(&self) -> Option<&str> {
        self.last_modified.as_deref()
    }

    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let found = Self { etag: text(ETAG), last_modified: text(LAST_MODIFIED) };
        (found.etag.is_some() || found.last_modified.is_some()).then_some(found)
    }

    /// The header that asks the question. The entity tag is preferred, because a date has whole seconds only.
    ///
    /// Nothing when the stored text cannot be a header; the answer is then simply read in full.
    pub(crate) fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        let (name, text) = match (&self.etag, &self.last_modified) {
            (Some(etag), _) => (IF_NONE_MATCH, etag),
            (None, Some(date)) => (IF_MODIFIED_SINCE, date),
            (None, None) => return None,
        };
        HeaderValue::from_str(text).ok().map(|value| (name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entity_tag_is_preferred_and_kept_verbatim() {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, HeaderValue::from_static("W/\"5\""));
        headers.insert(LAST_MODIFIED, HeaderValue::from_static("Tue, 15 Nov 1994 08:12:31 GMT"));
        let validator = Validator::from_headers(&headers).unwrap();
        let (name, value) = validator.header().unwrap();
        assert_eq!((name, value.to_str().unwrap()), (IF_NONE_MATCH, "W/\"5\""));
    }

    #[test]
    fn a_date_alone_and_nothing_at_all() {
        let (name, _) = Validator::from_last_modified("Tue, 15 Nov 1994 08:12:31 GMT").header().unwrap();
        assert_eq!(name, IF_MODIFIED_SINCE);
        assert_eq!(Validator::from_headers(&HeaderMap::new()), None);
    }

    #[test]
    fn a_stored_text_that_cannot_be_sent_asks_no_question() {
        assert!(Validator::from_etag("\"a\r\nx: y\"").header().is_none());
    }
}
