//! Why a place outside gave no answer.

use thiserror::Error;

use crate::classify::{tls_error, tls_issue};
use crate::client_error::ClientError;
use crate::error::TlsIssue;

/// Why there is no answer. Only the host of the address is told.
#[derive(Debug, Error)]
pub enum OutwardError {
    /// The address cannot be used.
    #[error("the address cannot be used: {reason}")]
    Address {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// It leads to this machine or to its own network.
    #[error("{host} is at an internal address")]
    Internal {
        /// The host.
        host: String,
    },
    /// A secret would travel unencrypted.
    #[error("a secret would be sent unencrypted to {host}")]
    PlainHttp {
        /// The host.
        host: String,
    },
    /// A header cannot be sent: it holds a character such as a line break.
    #[error("the header `{name}` cannot be sent")]
    Header {
        /// The header's name.
        name: String,
    },
    /// No connection could be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// No answer came.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// What the system said.
        why: String,
        /// What is the matter with its certificate, if that is it.
        tls: Option<TlsIssue>,
    },
    /// No answer came in time.
    #[error("{host} did not answer in time")]
    TimedOut {
        /// The host.
        host: String,
    },
}

impl OutwardError {
    /// Whether the same request may succeed later without anyone changing what is asked. Certificates are among that: they
    /// are renewed.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. })
    }
}

/// A request that got no response head.
pub(crate) fn unanswered(host: &str, error: &reqwest::Error) -> OutwardError {
    let host = host.to_owned();
    if error.is_timeout() {
        return OutwardError::TimedOut { host };
    }
    OutwardError::Unreachable { host, why: deepest(error), tls: tls_error(error).map(tls_issue) }
}

/// The first cause, which says most and never holds the address.
fn deepest(error: &reqwest::Error) -> String {
    let first = std::error::Error::source(error);
    let cause = std::iter::successors(first, |error| error.source()).last().map(ToString::to_string);
    cause.unwrap_or_else(|| "the connection failed".to_owned())
}
