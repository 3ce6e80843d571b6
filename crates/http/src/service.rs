//! Talking to a service that the operator named, such as an identity provider: whatever a library wants sent is sent, there
//! and, by https, to where that service says its other addresses are. No redirect is followed.

use std::time::Duration;

use bytes::Bytes;
use thiserror::Error;
use url::Url;

use crate::client_error::ClientError;
use crate::options::ClientOptions;
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
        let mut options = ClientOptions::new(origin.clone(), &[]);
        options.attempt_timeout = TIMEOUT;
        let http = transport::finish(transport::builder(&options)?.timeout(TIMEOUT))?;
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
        let host = self.origin.host_str().unwrap_or_default().to_owned();
        let method = reqwest::Method::from_bytes(method.as_bytes());
        let to = url.host_str().unwrap_or_default().to_owned();
        let Ok(method) = method else { return Err(ServiceError::Elsewhere { host, to }) };
        if url.scheme() != "https" && url.origin() != self.origin.origin() {
            return Err(ServiceError::Elsewhere { host, to });
        }
        let request = headers
            .iter()
            .fold(self.http.request(method, url.clone()), |request, (name, value)| request.header(name, value));
        let unreachable =
            |error: reqwest::Error| ServiceError::Unreachable { host: host.clone(), why: transport::cause(&error) };
        let mut response = request.body(body).send().await.map_err(unreachable)?;
        let mut whole = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            whole.extend_from_slice(&chunk);
            if whole.len() > LARGEST {
                return Err(ServiceError::Large { host });
            }
        }
        let text = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let headers = response.headers().iter().filter_map(text).collect();
        Ok(ServiceAnswer { status: response.status().as_u16(), headers, body: whole.into() })
    }
}
