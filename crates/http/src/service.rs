//! Talking to a service that the operator named, such as an identity provider: whatever a library wants sent is sent, there
//! and, by https, to where that service says its other addresses are. No redirect is followed.

use std::time::Duration;

use bytes::Bytes;
use reqwest::ClientBuilder;
use reqwest::header::HeaderValue;
use thiserror::Error;
use url::Url;

use crate::classify::{tls_error, tls_issue};
use crate::client_error::ClientError;
use crate::error::TlsIssue;
use crate::options::ClientOptions;
use crate::service_stream::ServiceStream;
use crate::transport;

/// The longest one request may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The largest answer that is read, in bytes.
const LARGEST: usize = 1 << 20;

/// A service of the operator's choice.
#[derive(Clone, Debug)]
pub struct Service {
    http: reqwest::Client,
    origin: Url,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// No connection could be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The request is none, or would leave without encryption.
    #[error("a request for {host} cannot be sent to {to}")]
    Elsewhere {
        /// The service's host.
        host: String,
        /// Where it was to go.
        to: String,
    },
    /// No answer came.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The service's host.
        host: String,
        /// What the system said.
        why: String,
        /// What is the matter with its certificate, if that is it.
        tls: Option<TlsIssue>,
    },
    /// The answer is too large.
    #[error("{host} answered more than 1 MB")]
    Large {
        /// The service's host.
        host: String,
    },
}

/// What a service answered.
#[derive(Clone, Debug)]
pub struct ServiceAnswer {
    /// The status.
    pub status: u16,
    /// The headers, as far as they are text.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Service {
    /// The service at this address. Nothing is sent.
    ///
    /// # Errors
    /// [`ClientError`] when certificates or a proxy of the environment cannot be used.
    pub fn new(origin: Url) -> Result<Self, ClientError> {
        Self::of(origin, |builder| builder.timeout(TIMEOUT))
    }

    /// The same of one that may answer for as long as it likes, if it does not fall silent for so long.
    ///
    /// # Errors
    /// As of [`Service::new`].
    pub fn patient(origin: Url, silence: Duration) -> Result<Self, ClientError> {
        Self::of(origin, |builder| builder.read_timeout(silence))
    }

    fn of(origin: Url, timed: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Result<Self, ClientError> {
        let mut options = ClientOptions::new(origin.clone(), &[]);
        options.attempt_timeout = TIMEOUT;
        let http = transport::finish(timed(transport::builder(&options)?))?;
        Ok(Self { http, origin })
    }

    /// Sends one request, once.
    ///
    /// # Errors
    /// [`ServiceError`], which tells nothing of what was sent.
    pub async fn send(
        &self,
        method: &str,
        url: &Url,
        headers: &[(String, String)],
        body: Vec<u8>,
    ) -> Result<ServiceAnswer, ServiceError> {
        let mut answer = self.open(method, url, headers, body).await?;
        let mut whole = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            whole.extend_from_slice(&chunk);
            if whole.len() > LARGEST {
                return Err(ServiceError::Large { host: self.host() });
            }
        }
        Ok(ServiceAnswer { status: answer.status(), headers: answer.headers(), body: whole.into() })
    }

    /// Sends one request, once, and reads no more of the answer than its head.
    ///
    /// # Errors
    /// As of [`Service::send`].
    pub async fn open(
        &self,
        method: &str,
        url: &Url,
        headers: &[(String, String)],
        body: Vec<u8>,
    ) -> Result<ServiceStream, ServiceError> {
        let host = self.host();
        let method = reqwest::Method::from_bytes(method.as_bytes());
        let to = url.host_str().unwrap_or_default().to_owned();
        let Ok(method) = method else { return Err(ServiceError::Elsewhere { host, to }) };
        if url.scheme() != "https" && url.origin() != self.origin.origin() {
            return Err(ServiceError::Elsewhere { host, to });
        }
        let request = headers.iter().fold(self.http.request(method, url.clone()), |request, (name, value)| {
            match HeaderValue::try_from(value) {
                // So that no log has it, however fine.
                Ok(mut secret) if name.eq_ignore_ascii_case("authorization") => {
                    secret.set_sensitive(true);
                    request.header(name, secret)
                }
                _ => request.header(name, value),
            }
        });
        let response = request.body(body).send().await.map_err(|error| unreachable(&host, &error))?;
        Ok(ServiceStream { host, response })
    }

    fn host(&self) -> String {
        self.origin.host_str().unwrap_or_default().to_owned()
    }
}

pub(crate) fn unreachable(host: &str, error: &reqwest::Error) -> ServiceError {
    let tls = tls_error(error).map(tls_issue);
    ServiceError::Unreachable { host: host.to_owned(), why: transport::cause(error), tls }
}
