//! What watches over a hub from outside: the port to whoever measures and traces, and the address where that is read.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_server::Handle;
use rolecall_engine::hub::Permission;
use tokio::sync::watch;
use tracing::Span;
use url::Host;

use crate::guard::host_of;
use crate::route::{Access, Route};
use crate::site::Site;

/// Where programs read what is measured.
pub(crate) const METRICS: &str = "/metrics";

/// What it is written in.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Whoever measures and traces. What is measured are the spans of this and other crates, with the target
/// `rolecall::measured`.
#[async_trait]
pub trait Telemetry: Send + Sync {
    /// All that is measured, as OpenMetrics write it.
    async fn exposition(&self) -> String;

    /// Makes a span part of the trace that whoever sent a request says it belongs to, by W3C's `traceparent`. Nothing else
    /// is believed of it.
    fn adopt(&self, span: &Span, traceparent: &str);
}

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get(METRICS, Access::May(Permission::Read), get(metrics))]
}

async fn metrics(State(site): State<Site>) -> Response {
    exposition(site.telemetry()).await
}

async fn exposition(telemetry: &dyn Telemetry) -> Response {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(OPEN_METRICS))];
    (kind, telemetry.exposition().await).into_response()
}

/// Serves nothing but what is measured, to whoever reaches this listener, until it is asked to stop.
///
/// # Errors
/// When the listener cannot be used.
pub async fn metrics_serve(
    listener: TcpListener,
    telemetry: Arc<dyn Telemetry>,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let is_loopback = listener.local_addr()?.ip().is_loopback();
    let handle = Handle::new();
    let stopping = handle.clone();
    let stopped = tokio::spawn(async move {
        if stop.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
        stopping.shutdown();
    });
    let router = Router::new()
        .route(METRICS, get(async |State(telemetry): State<Arc<dyn Telemetry>>| exposition(&*telemetry).await))
        .layer(from_fn_with_state(is_loopback, by_address))
        .with_state(telemetry);
    let served = axum_server::from_tcp(listener)?.handle(handle).serve(router.into_make_service()).await;
    stopped.abort();
    served
}

/// What only this machine reaches is asked for by its address. A page elsewhere whose name leads here (DNS rebinding) has a
/// name, and gets nothing.
async fn by_address(State(is_loopback): State<bool>, request: Request, next: Next) -> Response {
    let named = request.headers().get(header::HOST).and_then(|value| value.to_str().ok()).and_then(host_of);
    let is_address = match named {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    };
    if !is_loopback || is_address {
        return next.run(request).await;
    }
    (StatusCode::MISDIRECTED_REQUEST, "Ask for this by its address.\n").into_response()
}
