//! Why something was not delivered.

use std::io;
use std::time::Duration;

use rolecall_http::{HookError, OutwardAnswer, OutwardError};

/// The most of an answer that an error repeats, in characters.
const SAID: usize = 500;

/// Why something did not reach a place, which the caller names.
///
/// *Architecture Invariant*: no text of it holds a secret, nor more of an address than its host.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The file or the system's log.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The webhook of a [`crate::Destination`].
    #[error("{0}")]
    Hook(#[from] HookError),
    /// No answer came.
    #[error("{0}")]
    Outward(#[from] OutwardError),
    /// The settings cannot be used, or not with this notice.
    #[error("it cannot be sent: {reason}")]
    Settings {
        /// What is wrong with them.
        reason: String,
    },
    /// The secret is missing or cannot be used.
    #[error("the secret cannot be used: {reason}")]
    Secret {
        /// What is wrong with it.
        reason: String,
    },
    /// The answer says that it was not taken. Redirects are not followed.
    #[error("{host} answered {status}{}", told(.said))]
    Refused {
        /// Who answered.
        host: String,
        /// The status, or the code of a mail server.
        status: u16,
        /// What the answer said: one line of at most 500 characters.
        said: Option<String>,
        /// How many seconds it asks to wait.
        retry_after: Option<u64>,
        /// Whether it may be taken later.
        is_transient: bool,
    },
    /// The answer makes no sense, or what is needed is not there.
    #[error("{host}: {reason}")]
    Unexpected {
        /// Who answered.
        host: String,
        /// In which way.
        reason: String,
        /// Whether another attempt may go better.
        is_transient: bool,
    },
}

impl DeliveryError {
    /// Whether the same may be taken later without anyone changing anything: after timeouts, refused connections, 408, 429,
    /// 5xx and the 4xx of mail servers; and after a 403 that says how long to wait, as GitHub limits rates.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Hook(HookError::Refused { status, .. }) => is_transient(*status),
            Self::Hook(HookError::Unreachable { .. }) => true,
            // A full disk is emptied, a log that is started anew listens again.
            Self::Io(error) => !matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput | io::ErrorKind::IsADirectory
            ),
            Self::Outward(error) => error.is_transient(),
            Self::Refused { is_transient, .. } | Self::Unexpected { is_transient, .. } => *is_transient,
            Self::Hook(_) | Self::Settings { .. } | Self::Secret { .. } => false,
        }
    }

    /// The status of the answer, or the code of a mail server, if there was one.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } | Self::Hook(HookError::Refused { status, .. }) => Some(*status),
            _ => None,
        }
    }

    /// What the answer said, on one line of at most 500 characters.
    #[must_use]
    pub fn said(&self) -> Option<&str> {
        match self {
            Self::Refused { said, .. } => said.as_deref(),
            _ => None,
        }
    }

    /// How many seconds the receiver asks to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What to do next, where that is known.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Hook(HookError::Internal { .. }) | Self::Outward(OutwardError::Internal { .. }) => {
                Some("if it is meant to be reached inside your network, set ROLECALL_ALLOW_INTERNAL=1")
            }
            Self::Hook(HookError::Address { .. }) | Self::Outward(OutwardError::Address { .. }) => {
                Some("webhooks are reached by https; inside your network by http too, with ROLECALL_ALLOW_INTERNAL=1")
            }
            Self::Outward(OutwardError::PlainHttp { .. }) => {
                Some("give an address that begins with https://; plain http is only used with this machine")
            }
            Self::Outward(OutwardError::Unreachable { tls: Some(_), .. }) => Some(
                "check the name in the address and the certificate; where a company's proxy inspects connections, set \
                 SSL_CERT_FILE to its certificate authority",
            ),
            Self::Refused { status, .. } => hint_of(*status),
            _ => None,
        }
    }

    pub(crate) fn settings(reason: impl Into<String>) -> Self {
        Self::Settings { reason: reason.into() }
    }

    pub(crate) fn secret(reason: impl Into<String>) -> Self {
        Self::Secret { reason: reason.into() }
    }

    /// Of an answer that is no success.
    pub(crate) fn refused(host: &str, answer: &OutwardAnswer) -> Self {
        let status = answer.status;
        let retry_after = answer.retry_after.as_ref().map(Duration::as_secs);
        Self::Refused {
            host: host.to_owned(),
            status,
            said: answer.said(SAID),
            retry_after,
            is_transient: is_transient(status) || (status == 403 && retry_after.is_some()),
        }
    }
}

const fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

const fn hint_of(status: u16) -> Option<&'static str> {
    match status {
        401 => Some("check that the secret is right, and that it is not expired or revoked"),
        403 => Some("check what the secret may do there"),
        404 | 410 => {
            Some("check the address and the names in the settings; what a secret may not see is answered so too")
        }
        429 => Some("it asks to slow down: fewer rules may tell this endpoint"),
        530 | 534 | 535 => Some("check the user and the password of the mail server"),
        _ => None,
    }
}

fn told(said: &Option<String>) -> String {
    said.as_ref().map(|said| format!(": {said}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again() {
        let refused = |status| DeliveryError::Hook(HookError::Refused { host: "x.test".to_owned(), status });
        for status in [408, 429, 500, 502, 503, 504] {
            assert!(refused(status).is_transient(), "{status}");
        }
        for status in [301, 400, 401, 403, 404, 410, 422] {
            assert!(!refused(status).is_transient(), "{status}");
        }
        assert!(!DeliveryError::from(io::Error::from(io::ErrorKind::PermissionDenied)).is_transient());
        assert!(DeliveryError::from(io::Error::from(io::ErrorKind::StorageFull)).is_transient());
        assert!(!DeliveryError::settings("none").is_transient() && !DeliveryError::secret("none").is_transient());
    }
}
