//! The client: turns, attempts, deadlines.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;
use url::Url;

use crate::allowance::Allowance;
use crate::body::{Answer, Body, Origin};
use crate::breaker::Breaker;
use crate::call::Call;
use crate::classify::Classifier;
use crate::client_error::ClientError;
use crate::credential::Redactor;
use crate::error::{ErrorKind, RequestError};
use crate::observer::{Asked, Observer};
use crate::options::ClientOptions;
use crate::pace::{Pacer, TooLate, later};
use crate::retry::{MAX_ATTEMPTS, backoff};
use crate::template::{self, Method, RequestTemplate};
use crate::{check, measure, read, transport};

/// Sends declared requests to one registry with one credential. Clones share connections, pace and counters.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    base: Url,
    host: String,
    credential: Option<(HeaderName, HeaderValue)>,
    declared: &'static [RequestTemplate],
    exchanges: &'static [RequestTemplate],
    pacer: Pacer,
    turns: Semaphore,
    attempt_timeout: Duration,
    total_timeout: Duration,
    retry_base: Duration,
    body_limit: u64,
    classifier: Classifier,
    breaker: Breaker,
    sent: AtomicU64,
    observer: Option<Arc<dyn Observer>>,
    source: &'static str,
}

/// A request ready to be sent, any number of times.
struct Prepared {
    template: &'static RequestTemplate,
    url: Url,
    /// What an exchange sends; a reading has no body.
    body: Option<Bytes>,
    headers: HeaderMap,
    conditional: bool,
    origin: Origin,
    classifier: Classifier,
    asked: Option<Asked>,
}

impl Client {
    /// Makes a client. Nothing is sent; certificate files are read.
    ///
    /// # Errors
    ///
    /// [`ClientError`] when the options cannot work, among them a token for a host reached over plain http.
    pub fn new(options: ClientOptions) -> Result<Self, ClientError> {
        let (host, credential) = check::options(&options)?;
        let proxy_password = options.proxy.as_ref().and_then(Url::password);
        let classifier = Classifier {
            base: options.base.clone(),
            redactor: Arc::new(Redactor::new(options.credential.as_ref(), proxy_password)),
            connect_timeout: transport::CONNECT_TIMEOUT.min(options.attempt_timeout),
        };
        let inner = Inner {
            http: transport::build(&options)?,
            host,
            credential,
            declared: options.declared,
            exchanges: options.exchanges,
            pacer: Pacer::new(options.pace),
            turns: Semaphore::new(options.concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            attempt_timeout: options.attempt_timeout,
            total_timeout: options.total_timeout,
            retry_base: options.retry_base,
            body_limit: options.body_limit,
            classifier,
            breaker: Breaker::default(),
            sent: AtomicU64::new(0),
            observer: options.observer,
            source: options.source,
            base: options.base,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Sends a declared GET and waits for its whole answer, trying again where that may help.
    ///
    /// The total timeout starts when fewer than [`ClientOptions::concurrency`] calls are under way, so that a long
    /// queue of calls does not time out while it waits for its own siblings.
    ///
    /// # Errors
    ///
    /// [`RequestError`]; `attempts` is 0 when nothing was sent, as happens to every call for a while after several in a
    /// row failed with all their attempts.
    pub async fn get(&self, template: &'static RequestTemplate, call: Call<'_>) -> Result<Answer, RequestError> {
        let request = self.inner.prepare(template, &call, Method::Get)?;
        self.send(request).await
    }

    /// Trades one credential for another: sends a request that [`ClientOptions::exchanges`] declares, with the call's
    /// fields as its JSON body, and waits for its answer as [`Client::get`] does. It may be sent more than once.
    ///
    /// # Errors
    ///
    /// [`RequestError`], as for [`Client::get`].
    pub async fn exchange(&self, template: &'static RequestTemplate, call: Call<'_>) -> Result<Answer, RequestError> {
        let request = self.inner.prepare(template, &call, Method::Post)?;
        self.send(request).await
    }

    async fn send(&self, request: Prepared) -> Result<Answer, RequestError> {
        let _turn = self.inner.turns.acquire().await;
        self.inner.breaker.check().map_err(|kind| request.origin.error(kind))?;
        let began = Instant::now();
        let settled = self.inner.settle(request).await;
        self.inner.breaker.learn(began, settled.as_ref().err());
        settled
    }

    /// How many attempts this client and its clones have sent.
    #[must_use]
    pub fn requests_sent(&self) -> u64 {
        self.inner.sent.load(Ordering::Relaxed)
    }

    /// The host requests go to, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.inner.host
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("host", &self.inner.host)
            .field("sent", &self.requests_sent())
            .finish_non_exhaustive()
    }
}

impl Inner {
    fn prepare(
        &self,
        template: &'static RequestTemplate,
        call: &Call<'_>,
        method: Method,
    ) -> Result<Prepared, RequestError> {
        let classifier = self.classifier.knowing(call);
        let redactor = Arc::clone(&classifier.redactor);
        let origin = Origin { request: template.outline(), host: self.host.clone(), attempts: 0, redactor };
        let declared = if method == Method::Get { self.declared } else { self.exchanges };
        if template.method != method || !declared.contains(template) {
            return Err(origin.error(ErrorKind::Undeclared));
        }
        let target = template::fill(&self.base, template, call).map_err(|kind| origin.error(kind))?;
        let accept = HeaderValue::from_str(call.accept).map_err(|_| {
            origin.error(ErrorKind::BadValue { name: ACCEPT.to_string(), reason: "is not a header value" })
        })?;
        let mut headers = HeaderMap::from_iter([(ACCEPT, accept)]);
        headers.extend(extra_headers(call).map_err(|kind| origin.error(kind))?);
        headers.extend(self.credential.clone().filter(|_| !call.anonymous));
        let condition = call.validator.and_then(|validator| validator.header());
        let conditional = condition.is_some();
        headers.extend(condition);
        let request = classifier.redactor.clean(&target.label);
        let asked = self.observer.as_ref().map(|_| Asked::new(template, call));
        let body = (method != Method::Get).then(|| body(call));
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let origin = Origin { request, ..origin };
        Ok(Prepared { template, url: target.url, body, headers, conditional, origin, classifier, asked })
    }

    /// Sends until an answer stands, no time is left, or trying again would not help.
    async fn settle(&self, mut request: Prepared) -> Result<Answer, RequestError> {
        let mut waiting_since = Instant::now();
        let deadline = later(waiting_since, self.total_timeout);
        loop {
            self.wait_for_turn(deadline).await.map_err(|kind| request.origin.error(kind))?;
            request.origin.attempts += 1;
            let sent = Instant::now();
            let waited = sent.saturating_duration_since(waiting_since);
            let attempted = self.attempt(&request, deadline, waited).await;
            waiting_since = Instant::now();
            let kind = match attempted {
                Ok(answer) => {
                    self.pacer.recover();
                    return Ok(answer);
                }
                Err(kind) => kind,
            };
            let wait = backoff(self.retry_base, request.origin.attempts).max(kind.retry_after().unwrap_or_default());
            self.adapt(&kind, sent, wait);
            let in_time = deadline.saturating_duration_since(Instant::now()) > wait;
            if !kind.is_transient() || request.origin.attempts >= MAX_ATTEMPTS || !in_time {
                return Err(request.origin.error(kind));
            }
            sleep(wait).await;
        }
    }

    async fn wait_for_turn(&self, deadline: Instant) -> Result<(), ErrorKind> {
        self.pacer.turn(deadline).await.map_err(|late| match late {
            TooLate::Paused(wait) => ErrorKind::RateLimited { retry_after: Some(wait), message: None },
            TooLate::Queued => ErrorKind::Timeout { after: self.total_timeout },
        })
    }

    /// Lets all calls feel what one was told.
    fn adapt(&self, kind: &ErrorKind, sent: Instant, wait: Duration) {
        match kind {
            ErrorKind::RateLimited { .. } => {
                self.pacer.slow_down(sent);
                self.pacer.pause(wait);
            }
            ErrorKind::Server { status: 503, .. } => self.pacer.slow_down(sent),
            _ => {}
        }
    }

    /// Sends once, within the attempt's time and what is left of the call's.
    async fn attempt(&self, request: &Prepared, deadline: Instant, waited: Duration) -> Result<Answer, ErrorKind> {
        let started = Instant::now();
        let time = Allowance::new(self.attempt_timeout.min(deadline.saturating_duration_since(started)));
        self.sent.fetch_add(1, Ordering::Relaxed);
        let span = measure::attempt_span(self.source, request.template, request.origin.attempts, waited);
        let outcome = self.exchange(request, time).instrument(span.clone()).await;
        measure::attempt_ended(&span, &outcome);
        log(request, &outcome, started.elapsed());
        outcome
    }

    async fn exchange(&self, request: &Prepared, time: Allowance) -> Result<Answer, ErrorKind> {
        let sending = match &request.body {
            None => self.http.get(request.url.clone()),
            Some(body) => self.http.post(request.url.clone()).body(body.clone()),
        };
        let sending = sending.headers(request.headers.clone()).send();
        let response = time.spend_on(sending).await?;
        let mut response = response.map_err(|error| request.classifier.unanswered(&error))?;
        let headers = std::mem::take(response.headers_mut());
        match response.status() {
            status if is_success(status, request) => {
                let bytes = time.spend_on(read::whole(response, self.body_limit, &request.classifier)).await??;
                self.tell(request, status, &headers, &bytes);
                Ok(Answer::Fresh(Body::new(bytes, headers, request.origin.clone())))
            }
            status => {
                let excerpt = read::excerpt(response, time).await;
                self.tell(request, status, &headers, &excerpt);
                match status {
                    StatusCode::NOT_MODIFIED if request.conditional => Ok(Answer::NotModified),
                    status => Err(request.classifier.refused(status, &headers, excerpt)),
                }
            }
        }
    }

    fn tell(&self, request: &Prepared, status: StatusCode, headers: &HeaderMap, body: &[u8]) {
        if let (Some(observer), Some(asked)) = (&self.observer, &request.asked) {
            observer.answered(&asked.answered(status, headers, body, request.conditional));
        }
    }
}

/// What was asked for is there; an exchange may have made it.
fn is_success(status: StatusCode, request: &Prepared) -> bool {
    status == StatusCode::OK || (status == StatusCode::CREATED && request.body.is_some())
}

fn body(call: &Call<'_>) -> Bytes {
    let fields = call.fields.iter().map(|(name, value)| ((*name).to_owned(), serde_json::Value::from(*value)));
    serde_json::Value::Object(fields.collect()).to_string().into()
}

/// The headers that one call brings, its secret ones marked as such.
fn extra_headers(call: &Call<'_>) -> Result<HeaderMap, ErrorKind> {
    let mut headers = HeaderMap::new();
    let plain = call.headers.iter().map(|(name, value)| (*name, value.as_ref(), false));
    let secret = call.secret_headers.iter().map(|(name, value)| (*name, value.expose_secret(), true));
    for (name, value, is_secret) in plain.chain(secret) {
        let refused = |reason| ErrorKind::BadValue { name: name.to_owned(), reason };
        let header = HeaderName::try_from(name).map_err(|_| refused("is no header name"))?;
        if transport::RESERVED.contains(&header.as_str()) {
            return Err(refused("is a header that only the client itself sets"));
        }
        let mut value = HeaderValue::from_str(value).map_err(|_| refused("is not a header value"))?;
        value.set_sensitive(is_secret);
        headers.append(header, value);
    }
    Ok(headers)
}

fn log(sent: &Prepared, outcome: &Result<Answer, ErrorKind>, took: Duration) {
    let origin = &sent.origin;
    let (status, error) = match outcome {
        Ok(Answer::Fresh(_)) => (Some(200), None),
        Ok(Answer::NotModified) => (Some(304), None),
        Err(kind) => (kind.status(), Some(kind.to_string())),
    };
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let (request, host, attempt) = (&origin.request, &origin.host, origin.attempts);
    tracing::debug!(%request, %host, attempt, status, ms, error, "sent");
}
