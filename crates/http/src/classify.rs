//! From what happened on the wire to an [`ErrorKind`].

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use rustls::CertificateError;
use url::Url;

use crate::call::Call;
use crate::credential::Redactor;
use crate::error::{Challenge, ErrorBody, ErrorKind, TlsIssue};
use crate::{retry, text};

/// Turns failures into kinds, with the client's secrets taken out of every text.
#[derive(Clone, Debug)]
pub(crate) struct Classifier {
    pub(crate) base: Url,
    pub(crate) redactor: Arc<Redactor>,
    pub(crate) connect_timeout: Duration,
}

impl Classifier {
    /// The same for one call, whose secrets it takes out of texts too.
    pub(crate) fn knowing(&self, call: &Call<'_>) -> Self {
        let headers = call.secret_headers.iter().map(|(_, secret)| *secret);
        let secrets: Vec<_> = headers.chain(call.hidden.iter().copied()).collect();
        if secrets.is_empty() {
            return self.clone();
        }
        Self { redactor: Arc::new(self.redactor.with(&secrets)), ..self.clone() }
    }

    /// A request that got no response head.
    pub(crate) fn unanswered(&self, error: &reqwest::Error) -> ErrorKind {
        if let Some(error) = tls_error(error) {
            return ErrorKind::Tls { issue: tls_issue(error), detail: self.clean(&error.to_string()) };
        }
        if error.is_builder() {
            return ErrorKind::BadValue { name: "url".to_owned(), reason: "cannot be sent" };
        }
        if error.is_dns() {
            return ErrorKind::Dns;
        }
        if error.is_timeout() {
            return ErrorKind::Timeout { after: self.connect_timeout };
        }
        if error.is_connect() {
            return ErrorKind::Connect { detail: self.clean(&root_cause(error)) };
        }
        self.broken_off(error)
    }

    /// A connection that ended, or a compressed body that broke off, before the answer was complete.
    pub(crate) fn broken_off(&self, error: &reqwest::Error) -> ErrorKind {
        ErrorKind::CutOff { detail: self.clean(&root_cause(error)) }
    }

    /// A response that is not the success asked for.
    pub(crate) fn refused(&self, status: StatusCode, headers: &HeaderMap, excerpt: Vec<u8>) -> ErrorKind {
        let content_type = header(headers, &CONTENT_TYPE);
        let message = text::message(content_type, &excerpt).and_then(|message| self.redactor.line(&message));
        let retry_after = header(headers, &RETRY_AFTER).and_then(|text| retry::retry_after(text, Timestamp::now()));
        match status.as_u16() {
            300..=399 if status != StatusCode::NOT_MODIFIED => ErrorKind::Redirect { to_host: self.target(headers) },
            401 => {
                let body = ErrorBody::new(excerpt.into());
                ErrorKind::Unauthorised { challenge: challenge(headers), message, body }
            }
            402 => ErrorKind::PaymentRequired { message },
            403 => ErrorKind::Forbidden { message },
            404 => ErrorKind::NotFound { message },
            429 => ErrorKind::RateLimited { retry_after, message },
            status @ 500..=599 => ErrorKind::Server { status, retry_after, message },
            status => ErrorKind::Status { status, retry_after, message },
        }
    }

    /// The host a redirect points to. The rest of the address may carry secrets and is dropped.
    fn target(&self, headers: &HeaderMap) -> Option<String> {
        let target = self.base.join(header(headers, &LOCATION)?).ok()?;
        self.redactor.line(target.host_str()?)
    }

    fn clean(&self, text: &str) -> String {
        self.redactor.line(text).unwrap_or_else(|| "no details".to_owned())
    }
}

fn header<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// The challenge of a 401. The two that need a person's action come first, since a server may list several.
fn challenge(headers: &HeaderMap) -> Challenge {
    let given = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
    let schemes: Vec<String> = given
        .flat_map(|value| value.split(','))
        .filter_map(|part| part.split_whitespace().next())
        .map(str::to_ascii_lowercase)
        .collect();
    let has = |scheme: &str| schemes.iter().any(|given| given == scheme);
    match () {
        () if schemes.is_empty() => Challenge::None,
        () if has("ipaddress") => Challenge::IpAddress,
        () if has("otp") => Challenge::Otp,
        () if has("bearer") => Challenge::Bearer,
        () => Challenge::Other,
    }
}

pub(crate) fn tls_issue(error: &rustls::Error) -> TlsIssue {
    let rustls::Error::InvalidCertificate(error) = error else {
        return TlsIssue::Handshake;
    };
    match error {
        CertificateError::UnknownIssuer => TlsIssue::UnknownIssuer,
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => TlsIssue::NotCurrent,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => TlsIssue::WrongName,
        _ => TlsIssue::Certificate,
    }
}

/// The TLS error inside a chain of causes. An `io::Error` hides what it wraps from `source`, so it is opened.
pub(crate) fn tls_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    std::iter::successors(Some(error), |&error| error.source())
        .find_map(|error| error.downcast_ref().or_else(|| tls_error(error.downcast_ref::<io::Error>()?.get_ref()?)))
}

/// The innermost cause: "connection refused" rather than "error sending request".
fn root_cause(error: &(dyn Error + 'static)) -> String {
    std::iter::successors(Some(error), |&error| error.source()).last().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn challenges_are_found_among_others() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(value));
            }
            challenge(&headers)
        };
        assert_eq!(of(&[]), Challenge::None);
        assert_eq!(of(&["OTP"]), Challenge::Otp);
        assert_eq!(of(&["Bearer realm=\"x\", OTP"]), Challenge::Otp);
        assert_eq!(of(&["bearer", "ipaddress"]), Challenge::IpAddress);
        assert_eq!(of(&["Bearer realm=\"x\""]), Challenge::Bearer);
        assert_eq!(of(&["Basic realm=\"An API\""]), Challenge::Other);
    }
}
