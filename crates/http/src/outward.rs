//! One request to an address that a person gave: a webhook, a chat, a tracker of tickets. Each is sent once; whether it is
//! sent again is for whoever asks to decide, who knows what was asked before.
//!
//! *Architecture Invariant*: nothing internal is reached unless the operator says so, looked at where the connection is
//! made; no redirect is followed; nothing goes to another scheme, host or port than that of the address; and what proves who
//! asks never travels unencrypted, except to this machine.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use crate::credential::Redactor;
use crate::guard::{Internal, PublicOnly, is_internal};
use crate::options::ClientOptions;
use crate::outward_answer::OutwardAnswer;
use crate::outward_error::{OutwardError, unanswered};
use crate::transport;

/// The longest one request may take, answer included.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The most of an answer that is read, in bytes, where nothing else is said.
const LIMIT: usize = 64 * 1024;

/// Which addresses may be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Only what is on the internet, by https.
    #[default]
    Public,
    /// This machine and its own network too, by http as well: the operator said so.
    Internal,
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutwardMethod {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Sets.
    Put,
    /// Changes a part.
    Patch,
}

impl OutwardMethod {
    const fn wire(self) -> reqwest::Method {
        match self {
            Self::Get => reqwest::Method::GET,
            Self::Post => reqwest::Method::POST,
            Self::Put => reqwest::Method::PUT,
            Self::Patch => reqwest::Method::PATCH,
        }
    }
}

/// A place outside that a person named, and the way there.
#[derive(Clone)]
pub struct Outward {
    http: reqwest::Client,
    base: Url,
    host: String,
    timeout: Duration,
    redactor: Redactor,
}

/// What is asked of it.
#[derive(Clone)]
pub struct OutwardRequest {
    method: OutwardMethod,
    url: Url,
    headers: Vec<(HeaderName, String)>,
    authorization: Option<SecretString>,
    body: Bytes,
    limit: usize,
}

impl OutwardRequest {
    /// A request without a body of which 64 KiB of the answer are read.
    #[must_use]
    pub const fn new(method: OutwardMethod, url: Url) -> Self {
        Self { method, url, headers: Vec::new(), authorization: None, body: Bytes::new(), limit: LIMIT }
    }

    /// With a header. It is no place for secrets: see [`OutwardRequest::authorization`].
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((HeaderName::from_static(name), value.into()));
        self
    }

    /// With the whole value of `authorization`, such as `Bearer …`.
    #[must_use]
    pub fn authorization(mut self, value: SecretString) -> Self {
        self.authorization = Some(value);
        self
    }

    /// With a body of JSON.
    #[must_use]
    pub fn json(mut self, json: impl Into<Bytes>) -> Self {
        self.body = json.into();
        self.header("content-type", "application/json")
    }

    /// Reading at most so many bytes of the answer.
    #[must_use]
    pub const fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }
}

impl Outward {
    /// The place at this address, of which nothing but the host is ever told. Nothing is sent.
    ///
    /// # Errors
    /// [`OutwardError`] when the address cannot be used, or is internal by what it says itself; what its name leads to is
    /// looked at when something is sent.
    pub fn new(base: Url, reach: Reach) -> Result<Self, OutwardError> {
        let host = check(&base, reach)?;
        let mut options = ClientOptions::new(base.clone(), &[]);
        options.attempt_timeout = TIMEOUT;
        let mut builder = transport::builder(&options)?;
        if reach == Reach::Public {
            builder = builder.dns_resolver(Arc::new(PublicOnly { hosts: vec![host.clone()] }));
        }
        let http = transport::finish(builder)?;
        Ok(Self { http, base, host, timeout: TIMEOUT, redactor: Redactor::default() })
    }

    /// The same of one to which secrets are sent: only by https, or to this machine. They are taken out of whatever is told of
    /// its answers.
    ///
    /// # Errors
    /// As of [`Outward::new`], and [`OutwardError::PlainHttp`].
    pub fn confidential(base: Url, reach: Reach, secrets: &[&SecretString]) -> Result<Self, OutwardError> {
        let is_safe = base.scheme() != "http" || transport::is_loopback(&base);
        let outward = Self::new(base, reach)?;
        if !is_safe {
            return Err(OutwardError::PlainHttp { host: outward.host });
        }
        Ok(outward.hiding(secrets))
    }

    /// The same, that takes these secrets out of whatever is told of its answers.
    #[must_use]
    pub fn hiding(self, secrets: &[&SecretString]) -> Self {
        Self { redactor: self.redactor.with(secrets), ..self }
    }

    /// The same with another longest time for a request, answer included; 15 seconds otherwise.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Its host, which is all of the address that may be told.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Sends a request, once. Any status is an answer, a redirect too.
    ///
    /// # Errors
    /// [`OutwardError`]; the request may have arrived all the same.
    pub async fn send(&self, request: OutwardRequest) -> Result<OutwardAnswer, OutwardError> {
        if request.url.origin() != self.base.origin() {
            return Err(OutwardError::Address { reason: "it leads to another host" });
        }
        let limit = request.limit;
        match self.prepared(request)?.send().await {
            Ok(response) => Ok(self.answer(response, limit).await),
            Err(error) if is_guarded(&error) => Err(OutwardError::Internal { host: self.host.clone() }),
            Err(error) => Err(unanswered(&self.host, &error)),
        }
    }

    fn prepared(&self, request: OutwardRequest) -> Result<reqwest::RequestBuilder, OutwardError> {
        let mut building = self.http.request(request.method.wire(), request.url).timeout(self.timeout);
        for (name, value) in request.headers {
            let value = HeaderValue::try_from(value);
            building = building.header(&name, value.map_err(|_| OutwardError::Header { name: name.to_string() })?);
        }
        if let Some(secret) = request.authorization {
            let value = HeaderValue::from_str(secret.expose_secret());
            let mut value = value.map_err(|_| OutwardError::Header { name: AUTHORIZATION.to_string() })?;
            // So that no log has it, however fine.
            value.set_sensitive(true);
            building = building.header(AUTHORIZATION, value);
        }
        Ok(building.body(request.body))
    }

    /// What came, as far as it came: the status says what became of the request, whatever becomes of the rest.
    async fn answer(&self, mut response: Response, limit: usize) -> OutwardAnswer {
        let mut answer = OutwardAnswer::of(&response, self.redactor.clone());
        if limit > 0 {
            let (body, is_whole) = beginning(&mut response, limit).await;
            answer.body = body.into();
            answer.is_whole = is_whole;
        }
        answer
    }
}

/// At most so many bytes of a body, and whether they are all of it.
async fn beginning(response: &mut Response, limit: usize) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Ok(chunk) = response.chunk().await {
        let Some(chunk) = chunk else { return (body, true) };
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            break;
        }
    }
    (body, false)
}

impl fmt::Debug for Outward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outward").field("host", &self.host).finish_non_exhaustive()
    }
}

/// Without the address, the headers and the body, each of which may hold a secret.
impl fmt::Debug for OutwardRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutwardRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

/// Refuses what cannot be an address, and returns its host.
fn check(url: &Url, reach: Reach) -> Result<String, OutwardError> {
    let unusable = |reason| OutwardError::Address { reason };
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
        return Err(OutwardError::Internal { host });
    }
    Ok(host)
}

fn is_guarded(error: &reqwest::Error) -> bool {
    let first = std::error::Error::source(error);
    std::iter::successors(first, |error| error.source()).any(|source| source.is::<Internal>())
}
