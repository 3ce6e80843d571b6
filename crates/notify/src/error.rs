//! Why something was not delivered.

use std::io;

use rolecall_http::HookError;

/// Why a message did not reach a destination, which the caller names.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The file or the system's log.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The webhook.
    #[error("{0}")]
    Hook(#[from] HookError),
}

impl DeliveryError {
    /// What to do next, where that is known.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Hook(HookError::Internal { .. }) => {
                Some("if it is meant to be reached inside your network, set ROLECALL_ALLOW_INTERNAL=1")
            }
            Self::Hook(HookError::Address { .. }) => {
                Some("webhooks are reached by https; inside your network by http too, with ROLECALL_ALLOW_INTERNAL=1")
            }
            Self::Hook(_) | Self::Io(_) => None,
        }
    }
}
