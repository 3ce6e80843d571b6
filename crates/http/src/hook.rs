//! Posting to an address that a person gave: a webhook. It carries no credential of ours, and what is in the address may
//! be one of theirs, so that nothing but its host is ever told.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use thiserror::Error;
use tokio::time::sleep;
use url::{Host, Url};

use crate::client_error::ClientError;
use crate::guard::{Internal, PublicOnly, is_internal};
use crate::options::ClientOptions;
use crate::retry::{MAX_ATTEMPTS, backoff};
use crate::transport;

/// The longest one attempt may take.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
const RETRY_BASE: Duration = Duration::from_millis(500);

/// Which addresses a [`Hook`] may reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Only what is on the internet, by https.
    #[default]
    Public,
    /// This machine and its own network too, by http as well: the operator said so.
    Internal,
}

/// An address to which something is posted.
#[derive(Clone)]
pub struct Hook {
    http: reqwest::Client,
    url: Url,
    host: String,
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
        let host = check(&url, reach)?;
        let mut options = ClientOptions::new(url.clone(), &[]);
        options.attempt_timeout = ATTEMPT_TIMEOUT;
        let mut builder = transport::builder(&options)?.timeout(ATTEMPT_TIMEOUT);
        if reach == Reach::Public {
            builder = builder.dns_resolver(Arc::new(PublicOnly { hosts: vec![host.clone()] }));
        }
        let http = transport::finish(builder)?;
        Ok(Self { http, url, host })
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
            tracing::debug!(host = %self.host, attempts, %error, "not posted");
            if !error.is_transient() || attempts >= MAX_ATTEMPTS {
                return Err(error);
            }
            sleep(backoff(RETRY_BASE, attempts)).await;
            attempts += 1;
        }
    }

    async fn attempt(&self, json: Bytes) -> Result<(), HookError> {
        let sending = self.http.post(self.url.clone()).header(CONTENT_TYPE, "application/json").body(json).send();
        let host = self.host.clone();
        match sending.await.map(|response| response.status()) {
            Ok(status) if status.is_success() => Ok(()),
            Ok(status) => Err(HookError::Refused { host, status: status.as_u16() }),
            Err(error) if is_guarded(&error) => Err(HookError::Internal { host }),
            Err(error) => Err(HookError::Unreachable { host, why: deepest(&error) }),
        }
    }
}

impl HookError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, .. } => {
                *status >= 500
                    || [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT].iter().any(|known| known == status)
            }
            Self::Address { .. } | Self::Internal { .. } | Self::Client(_) => false,
        }
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("host", &self.host).finish_non_exhaustive()
    }
}

/// Refuses what cannot be a webhook's address, and returns its host.
fn check(url: &Url, reach: Reach) -> Result<String, HookError> {
    let unusable = |reason| HookError::Address { reason };
    let host = url.host_str().ok_or_else(|| unusable("it names no host"))?.to_owned();
    match (url.scheme(), reach) {
        ("https", _) | ("http", Reach::Internal) => {}
        ("http", Reach::Public) => return Err(unusable("it is not https")),
        _ => return Err(unusable("it is neither https nor http")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(unusable("it contains a user name or password"));
    }
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) | None => None,
    };
    if reach == Reach::Public && literal.is_some_and(is_internal) {
        return Err(HookError::Internal { host });
    }
    Ok(host)
}

fn is_guarded(error: &reqwest::Error) -> bool {
    sources(error).any(|source| source.is::<Internal>())
}

/// The first cause, which says most and never holds the address.
fn deepest(error: &reqwest::Error) -> String {
    let cause = sources(error).last().map(ToString::to_string);
    cause.unwrap_or_else(|| "the connection failed".to_owned())
}

fn sources(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(std::error::Error::source(error), |error| error.source())
}
