//! Posting to an address that a person gave: a webhook. It carries no credential of ours, and what is in the address may
//! be one of theirs, so that nothing but its host is ever told.

use std::time::Duration;

use bytes::Bytes;
use thiserror::Error;
use tokio::time::sleep;
use url::Url;

use crate::client_error::ClientError;
use crate::outward::{Outward, OutwardMethod, OutwardRequest, Reach};
use crate::outward_error::OutwardError;
use crate::retry::{MAX_ATTEMPTS, backoff};

const RETRY_BASE: Duration = Duration::from_millis(500);

/// An address to which something is posted.
#[derive(Clone, Debug)]
pub struct Hook {
    outward: Outward,
    address: Address,
}

/// A whole address, which is never shown.
#[derive(Clone)]
struct Address(Url);

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Why something could not be posted. Only the host of the address is told.
#[derive(Debug, Error)]
pub enum HookError {
    /// The address cannot be used.
    #[error("the webhook's address cannot be used: {reason}")]
    Address {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// It leads to this machine or to its own network.
    #[error("the webhook {host} is at an internal address")]
    Internal {
        /// The host.
        host: String,
    },
    /// No connection could be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// No answer came.
    #[error("the webhook {host} cannot be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// What the system said.
        why: String,
    },
    /// It answered that it did not take it. Redirects are not followed.
    #[error("the webhook {host} answered {status}")]
    Refused {
        /// The host.
        host: String,
        /// The status.
        status: u16,
    },
}

impl Hook {
    /// Makes a hook. Nothing is sent.
    ///
    /// # Errors
    /// [`HookError`] when the address cannot be used, or is internal by what it says itself; what its name leads to is
    /// looked at when it is posted to.
    pub fn new(url: Url, reach: Reach) -> Result<Self, HookError> {
        Ok(Self { outward: Outward::new(url.clone(), reach)?, address: Address(url) })
    }

    /// Posts JSON, trying again where that may help, so that it may arrive more than once.
    ///
    /// # Errors
    /// [`HookError`] of the last attempt.
    pub async fn post(&self, json: impl Into<Bytes>) -> Result<(), HookError> {
        let json = json.into();
        let mut attempts = 1;
        loop {
            let error = match self.attempt(json.clone()).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            tracing::debug!(host = %self.outward.host(), attempts, %error, "not posted");
            if !error.is_transient() || attempts >= MAX_ATTEMPTS {
                return Err(error);
            }
            sleep(backoff(RETRY_BASE, attempts)).await;
            attempts += 1;
        }
    }

    async fn attempt(&self, json: Bytes) -> Result<(), HookError> {
        // What it says does not matter here, so that it is not waited for.
        let request = OutwardRequest::new(OutwardMethod::Post, self.address.0.clone()).json(json).limit(0);
        let answer = self.outward.send(request).await?;
        if answer.is_success() {
            return Ok(());
        }
        Err(HookError::Refused { host: self.outward.host().to_owned(), status: answer.status })
    }
}

impl HookError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, .. } => matches!(status, 408 | 429 | 500..),
            Self::Address { .. } | Self::Internal { .. } | Self::Client(_) => false,
        }
    }
}

impl From<OutwardError> for HookError {
    fn from(error: OutwardError) -> Self {
        match error {
            OutwardError::Address { reason } => Self::Address { reason },
            OutwardError::Internal { host } => Self::Internal { host },
            OutwardError::Client(error) => Self::Client(error),
            OutwardError::Unreachable { host, why, .. } => Self::Unreachable { host, why },
            OutwardError::TimedOut { host } => Self::Unreachable { host, why: "it did not answer in time".to_owned() },
            // A hook sends no secret and no header but one of its own.
            OutwardError::PlainHttp { .. } | OutwardError::Header { .. } => {
                Self::Address { reason: "nothing can be sent there" }
            }
        }
    }
}
