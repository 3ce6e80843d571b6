//! Traces, delivered by OTLP over HTTP to wherever OpenTelemetry's own variables say. Without them nothing is made.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use rolecall_http::Service;
use tokio::runtime::Handle;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use url::Url;

use crate::environment::variable;
use crate::exit::{Exit, Failure};

/// Where everything goes, and where traces go in particular.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
/// How it is spoken to there. We speak one of the three.
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
const TRACES_PROTOCOL: &str = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
const SPOKEN: &str = "http/protobuf";

/// How long what was not delivered yet may take when the process ends.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// What makes and delivers traces.
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// What the variables ask for, if they ask for anything. Nothing is sent yet.
    pub(super) fn wanted(runtime: &Handle) -> Result<Option<Self>, Failure> {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let is_off = set("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
            || set("OTEL_TRACES_EXPORTER").is_some_and(|value| value == "none");
        let Some(endpoint) = set(TRACES_ENDPOINT).or_else(|| set(ENDPOINT)).filter(|_| !is_off) else {
            return Ok(None);
        };
        if let Some(protocol) = set(TRACES_PROTOCOL).or_else(|| set(PROTOCOL)).filter(|protocol| protocol != SPOKEN) {
            return Err(usage(format!("traces cannot be delivered by {protocol:?}"))
                .hint(format!("set {PROTOCOL}={SPOKEN}, and {ENDPOINT} to where that is taken: usually port 4318")));
        }
        // Not repeated: there may be a secret in it.
        let unusable = || usage(format!("{ENDPOINT} is no address: http://HOST:4318, or https://"));
        let endpoint = Url::parse(endpoint.trim()).map_err(|_| unusable())?;
        if !matches!(endpoint.scheme(), "http" | "https") || !endpoint.has_host() {
            return Err(unusable());
        }
        let service = Service::new(endpoint).map_err(|error| usage(error.to_string()))?;
        let way = Way { service, runtime: runtime.clone(), is_failing: AtomicBool::new(false) };
        let exporter = SpanExporter::builder().with_http().with_http_client(way).build();
        let exporter = exporter.map_err(|error| usage(format!("traces cannot be delivered: {error}")))?;
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource()).build();
        Ok(Some(Self(provider)))
    }

    pub(super) fn tracer(&self) -> SdkTracer {
        self.0.tracer("rolecall")
    }

    /// Delivers what was not delivered yet, and ends.
    pub(super) async fn stop(self) {
        // It waits for a thread of its own.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST_WORDS)).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "the last traces could not be delivered");
        }
    }
}

fn usage(why: String) -> Failure {
    Failure::new(Exit::Usage, why)
}

/// Who says all of it. Variables may say more, and another name.
fn resource() -> Resource {
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let builder = Resource::builder().with_attribute(version);
    let is_named = ["OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"]
        .iter()
        .filter_map(|name| variable(name))
        .any(|value| !value.is_empty() && (!value.contains('=') || value.contains("service.name=")));
    if is_named { builder.build() } else { builder.with_service_name("rolecall").build() }
}

/// Makes a span a child of what `traceparent` says.
pub(super) fn adopt(span: &Span, traceparent: &str) {
    let carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    let parent = TraceContextPropagator::new().extract(&carrier);
    // Without anybody who makes traces there is nothing to be part of.
    let _ = span.set_parent(parent);
}

/// The way to the collector: as all other requests of this program leave.
struct Way {
    service: Service,
    runtime: Handle,
    is_failing: AtomicBool,
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Way")
    }
}

#[async_trait]
impl HttpClient for Way {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string())?;
        let text = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let headers: Vec<(String, String)> = parts.headers.iter().filter_map(text).collect();
        let (service, method) = (self.service.clone(), parts.method.to_string());
        // Whoever exports waits on a thread without a runtime.
        let sent = self.runtime.spawn(async move { service.send(&method, &url, &headers, body.to_vec()).await }).await;
        let answer = match sent {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Err(self.failing(error.to_string()).into()),
            Err(error) => return Err(self.failing(error.to_string()).into()),
        };
        match answer.status {
            200..300 => self.is_failing.store(false, Ordering::Relaxed),
            status => drop(self.failing(format!("the collector answered {status}"))),
        }
        let response = answer
            .headers
            .iter()
            .fold(Response::builder().status(answer.status), |response, (name, value)| response.header(name, value));
        Ok(response.body(answer.body)?)
    }
}

impl Way {
    /// Says once that it does not work, until it works again.
    fn failing(&self, why: String) -> String {
        if !self.is_failing.swap(true, Ordering::Relaxed) {
            tracing::warn!(%why, "traces cannot be delivered");
        }
        why
    }
}
