//! What a form says.

mod upload;

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use secrecy::SecretString;
use uuid::Uuid;

use crate::error::WebError;
use crate::guard::is_form;
pub(crate) use upload::{Upload, boundary_of, fields_of};

/// The longest value that any field takes, in bytes.
const LONGEST: usize = 64 * 1024;

/// The fields of a form. It does not print: among them are secrets.
pub(crate) struct Form(BTreeMap<String, Vec<String>>);

impl Form {
    /// Reads a form's body.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, WebError> {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            // What is no text arrives as replacement characters.
            if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
                return Err(WebError::bad_request("not-text", "A field of the form is not valid UTF-8 text."));
            }
            if value.contains('\0') || value.len() > LONGEST {
                return Err(WebError::bad_request("unreadable", "A field of the form cannot be what a person typed."));
            }
            fields.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Ok(Self(fields))
    }

    /// A form of these fields, in their order.
    fn of(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        fields.into_iter().for_each(|(name, value)| all.entry(name).or_default().push(value));
        Self(all)
    }

    /// What a field says, without space around it; empty when it is absent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Nothing when the field is absent or empty.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// A secret, exactly as it was typed.
    pub(crate) fn secret(&self, name: &str) -> Option<SecretString> {
        Some(self.raw(name)).filter(|text| !text.is_empty()).map(|text| text.to_owned().into())
    }

    /// An id that a page has put into the form. What is none is nothing that there is.
    pub(crate) fn id(&self, name: &str) -> Result<Uuid, WebError> {
        Uuid::try_parse(self.text(name)).map_err(|_| WebError::not_found("thing"))
    }

    /// Everything that a field was given.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// What fields say whose names begin like this, each by the rest of its name, without space around it.
    pub(crate) fn beginning(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(move |(name, values)| {
            Some((name.strip_prefix(prefix)?, values.last().map(|value| value.trim()).unwrap_or_default()))
        })
    }

    fn raw(&self, name: &str) -> &str {
        self.all(name).last().map(String::as_str).unwrap_or_default()
    }
}

/// What an address says behind its question mark, read as a form is.
pub(crate) struct Query(pub(crate) Form);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        Form::parse(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let (parts, body) = request.into_parts();
        if !is_form(&parts) {
            let why = "This address takes a form: application/x-www-form-urlencoded.";
            return Err(WebError::new(axum::http::StatusCode::UNSUPPORTED_MEDIA_TYPE, "no-form", why));
        }
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await;
        Self::parse(&body.map_err(|_| WebError::bad_request("unreadable", "The form broke off."))?)
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn fields_are_text_and_the_last_one_counts() {
        let form = Form::parse(b"a=1&a=+2+&b=&c=x%20y").ok();
        let form = form.as_ref();
        assert_eq!(form.map(|form| form.text("a")), Some("2"));
        assert_eq!(form.and_then(|form| form.given("b")), None);
        assert_eq!(form.map(|form| form.text("c")), Some("x y"));
        assert_eq!(form.map(|form| form.all("a").len()), Some(2));
        for bad in [&b"a=%ff"[..], b"%ff=1", b"a=%00"] {
            assert!(Form::parse(bad).is_err());
        }
    }
}
