//! Why a request gave no usable answer.
//!
//! The kinds are cut by what the reader of the error does next. 401, 403, 404 and 402 all mean "this credential does
//! not see it", but each needs another remedy; a cut-off body, HTML and broken JSON are all "not a listing", but only
//! the first is worth trying again. Texts inside are short, free of control characters and of known secrets.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// A request that gave no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{request} on {host}: {kind}{}", after(*.attempts))]
pub struct RequestError {
    /// The request as method and encoded path, such as `GET /-/org/acme/user`; `{holes}` where no values were usable.
    pub request: String,
    /// The host it was meant for.
    pub host: String,
    /// What went wrong the last time.
    pub kind: ErrorKind,
    /// How many attempts were sent; 0 when it failed before the network.
    pub attempts: u32,
}

fn after(attempts: u32) -> String {
    if attempts > 1 { format!(" (after {attempts} attempts)") } else { String::new() }
}

/// What went wrong. Messages are the server's words, at most 200 characters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ErrorKind {
    /// The request is not in the client's list; nothing was sent.
    #[error("this request is not among those declared for reading, so it was not sent")]
    Undeclared,
    /// A value cannot be sent as it is; nothing was sent.
    #[error("the value of `{name}` {reason}, so nothing was sent")]
    BadValue {
        /// The hole or query name.
        name: String,
        /// The rest of a sentence, such as "is empty".
        reason: &'static str,
    },
    /// No connection could be made.
    #[error("no connection could be made: {detail}")]
    Connect {
        /// What the operating system or the proxy said.
        detail: String,
    },
    /// The host's address was not found.
    #[error("the address of the host was not found")]
    Dns,
    /// The connection could not be secured.
    #[error("the connection could not be secured: {detail}")]
    Tls {
        /// What sort of problem it is.
        issue: TlsIssue,
        /// What the TLS library said.
        detail: String,
    },
    /// No complete answer came in time.
    #[error("no complete answer came within {}", seconds(*.after))]
    Timeout {
        /// The time that was allowed.
        after: Duration,
    },
    /// The connection ended, or the compressed data broke off, before the answer was complete.
    #[error("the answer was cut off: {detail}")]
    CutOff {
        /// What was noticed.
        detail: String,
    },
    /// Not sent, because several calls in a row failed with all their attempts.
    #[error("not asked for: the registry failed {failures} times in a row")]
    GaveUp {
        /// How many calls.
        failures: u32,
    },
    /// The answer is larger than allowed, after decompression.
    #[error("the answer is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The server sent the client elsewhere. It was not followed.
    #[error("the server redirects to {}, which was not followed", .to_host.as_deref().unwrap_or("nowhere"))]
    Redirect {
        /// The host it pointed to.
        to_host: Option<String>,
    },
    /// 401: the credential is missing, wrong or not enough.
    #[error("the registry does not accept the credential (401{}){}", .challenge.label(), said(.message))]
    Unauthorised {
        /// What the server asks for.
        challenge: Challenge,
        /// What it said.
        message: Option<String>,
        /// The answer itself: a challenge may say in it where a person can pass it.
        body: ErrorBody,
    },
    /// 402: the feature is not paid for.
    #[error("the registry asks for a paid plan (402){}", said(.message))]
    PaymentRequired {
        /// What it said.
        message: Option<String>,
    },
    /// 403: the credential may not do this.
    #[error("the registry refuses this request (403){}", said(.message))]
    Forbidden {
        /// What it said.
        message: Option<String>,
    },
    /// 404: it does not exist, *or* this credential may not know that it does.
    #[error("not found, or not visible to this credential (404){}", said(.message))]
    NotFound {
        /// What it said.
        message: Option<String>,
    },
    /// 429, or a pause asked for by an earlier 429.
    #[error("the registry asks to slow down{}{}", for_seconds(*.retry_after), said(.message))]
    RateLimited {
        /// How long it asks to wait, counted from the answer.
        retry_after: Option<Duration>,
        /// What it said.
        message: Option<String>,
    },
    /// 5xx: the registry has a problem.
    #[error("the registry has a problem ({status}){}", said(.message))]
    Server {
        /// The status code.
        status: u16,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
        /// What it said.
        message: Option<String>,
    },
    /// Any other status. Every success but 200 is among them: "accepted", "partial" and "no content" are no listings,
    /// and "non-authoritative" was changed on its way.
    #[error("unexpected status {status}{}", said(.message))]
    Status {
        /// The status code.
        status: u16,
        /// How long it asks to wait, as "accepted" does while something is not ready.
        retry_after: Option<Duration>,
        /// What the server said.
        message: Option<String>,
    },
    /// The answer is not JSON but, usually, a web page.
    #[error("the answer is {}, not JSON{}", .content_type.as_deref().unwrap_or("of no stated type"), said(.message))]
    NotJson {
        /// The content type.
        content_type: Option<String>,
        /// The page's title, if it has one.
        message: Option<String>,
    },
    /// The answer should be JSON and is broken or of another shape.
    #[error("{fault} (line {line}, column {column})")]
    Malformed {
        /// In which way.
        fault: JsonFault,
        /// The line, from 1; 0 when the body is empty.
        line: usize,
        /// The column, from 1; 0 at the start of a line.
        column: usize,
    },
    /// A success whose body is an error message.
    #[error("the registry answered with an error: {message}")]
    ErrorBody {
        /// What it said.
        message: String,
    },
}

/// The beginning of an error's body, to be read as JSON by whoever knows what it may hold.
///
/// Its `Debug` shows the size only: servers repeat what they were sent, and a challenge is worth something to others.
#[derive(Clone, PartialEq, Eq)]
pub struct ErrorBody(Bytes);

impl ErrorBody {
    pub(crate) const fn new(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// The body as JSON, if it is JSON of this shape.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.0).ok()
    }
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorBody({} bytes)", self.0.len())
    }
}

/// What a 401 asks for, from `www-authenticate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Challenge {
    /// The header is absent.
    None,
    /// A one-time password.
    Otp,
    /// The token only works from certain addresses, and this is not one of them.
    IpAddress,
    /// A bearer token.
    Bearer,
    /// Something else.
    Other,
}

impl Challenge {
    const fn label(self) -> &'static str {
        match self {
            Self::Otp => ", one-time password",
            Self::IpAddress => ", address not allowed",
            Self::None | Self::Bearer | Self::Other => "",
        }
    }
}

/// What stopped a TLS handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TlsIssue {
    /// The certificate was issued by someone this machine does not trust: often a proxy that inspects traffic.
    UnknownIssuer,
    /// The certificate is expired or not valid yet, or this machine's clock is wrong.
    NotCurrent,
    /// The certificate is for another name.
    WrongName,
    /// The certificate is unusable for another reason, such as a self-signed one.
    Certificate,
    /// The two sides did not agree on how to talk, or the other side does not speak TLS.
    Handshake,
}

impl TlsIssue {
    /// What stopped the handshake that an error is about, if it is about one: for connections that others set up, such as those
    /// to mail servers.
    #[must_use]
    pub fn of(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        crate::classify::tls_error(error).map(crate::classify::tls_issue)
    }
}

/// In which way JSON is not what was expected.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Error)]
pub enum JsonFault {
    /// The text ends too early.
    #[error("the JSON ends too early")]
    CutOff,
    /// The text is not JSON.
    #[error("the JSON is broken")]
    Syntax,
    /// The JSON is sound but says something else. The text names types and fields of ours, never the server's values.
    #[error("the JSON has an unexpected shape: {0}")]
    Shape(String),
}

impl ErrorKind {
    /// Whether the same request may succeed later without anyone doing anything.
    ///
    /// These are the kinds the client itself tries again: no connection, timeouts, cut-off answers, 408, 420, 425,
    /// 429 and 5xx. Certificates do not mend themselves within seconds.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Dns | Self::Timeout { .. } | Self::CutOff { .. } => true,
            Self::RateLimited { .. } | Self::Server { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 420 | 425),
            _ => false,
        }
    }

    /// The status code of the answer, if the error is about one.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Unauthorised { .. } => Some(401),
            Self::PaymentRequired { .. } => Some(402),
            Self::Forbidden { .. } => Some(403),
            Self::NotFound { .. } => Some(404),
            Self::RateLimited { .. } => Some(429),
            Self::Server { status, .. } | Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// How long the server asked to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. }
            | Self::Server { retry_after, .. }
            | Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

fn said(message: &Option<String>) -> String {
    message.as_ref().map(|message| format!(": {message}")).unwrap_or_default()
}

fn for_seconds(wait: Option<Duration>) -> String {
    wait.map(|wait| format!(" for {}", seconds(wait))).unwrap_or_default()
}

/// A duration as people say it: `90 s`, `1.5 s`, `20 ms`.
pub(crate) fn seconds(duration: Duration) -> String {
    match duration.as_millis() {
        millis @ 0..1000 => format!("{millis} ms"),
        millis @ 1000..10_000 if !millis.is_multiple_of(1000) => format!("{:.1} s", duration.as_secs_f64()),
        _ => format!("{} s", duration.as_secs()),
    }
}
