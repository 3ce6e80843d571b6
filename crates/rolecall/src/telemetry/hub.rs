//! The metrics of a hub, or of workers, for whoever reads them: by the hub with a token, or by a listener of their own.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use async_trait::async_trait;
use clap::Args;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use rolecall_engine::Context;
use rolecall_engine::connectors::ConnectorCatalog;
use rolecall_web::metrics_serve;
use tracing::Span;

use super::metrics::Metrics;
use super::{Telemetry, standing, traces};
use crate::exit::{Exit, Failure};

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Watching over it")]
pub(crate) struct MetricsArgs {
    /// Serve metrics here, at /metrics, without asking for a token: to this machine, or where a firewall stands before it
    #[arg(long, env = "ROLECALL_METRICS_LISTEN", value_name = "ADDRESS:PORT")]
    metrics_listen: Option<SocketAddr>,
}

/// What is measured of a process and of its database.
pub(crate) struct HubTelemetry {
    metrics: Arc<Metrics>,
    is_traced: bool,
    started: f64,
    context: Context,
    catalog: Arc<dyn ConnectorCatalog>,
}

impl HubTelemetry {
    /// What is measured of this process, and of the database that it works on.
    pub(crate) fn new(telemetry: &Telemetry, context: &Context, catalog: Arc<dyn ConnectorCatalog>) -> Arc<Self> {
        Arc::new(Self {
            metrics: Arc::clone(&telemetry.metrics),
            is_traced: telemetry.traces.is_some(),
            started: telemetry.started,
            context: context.clone(),
            catalog,
        })
    }
}

#[async_trait]
impl rolecall_web::Telemetry for HubTelemetry {
    async fn exposition(&self) -> String {
        let standing = standing::standing(&self.context, self.catalog.as_ref(), self.started).await;
        let mut text = String::new();
        // Only a writer that fails makes these fail, and text does not.
        let _ = encode_registry(&mut text, self.metrics.registry());
        let _ = encode_registry(&mut text, &standing);
        let _ = encode_eof(&mut text);
        text
    }

    fn adopt(&self, span: &Span, traceparent: &str) {
        if self.is_traced {
            traces::adopt(span, traceparent);
        }
    }
}

impl MetricsArgs {
    /// Opens the listener, if one is wanted.
    ///
    /// # Errors
    /// When nothing can be listened to there.
    pub(crate) fn listener(&self) -> Result<Option<TcpListener>, Failure> {
        let Some(address) = self.metrics_listen else { return Ok(None) };
        TcpListener::bind(address).map(Some).map_err(|error| {
            Failure::new(Exit::Failure, format!("cannot listen to {address} for metrics: {error}"))
                .hint("say a free port of this machine with --metrics-listen ADDRESS:PORT")
        })
    }
}

/// Serves metrics beside what else the process does, until that is stopped.
pub(crate) fn metrics_begin(listener: TcpListener, telemetry: &Arc<HubTelemetry>) {
    let telemetry = Arc::clone(telemetry);
    let stop = telemetry.context.stop.clone();
    tokio::spawn(async move {
        if let Err(error) = metrics_serve(listener, telemetry, stop).await {
            tracing::warn!(%error, "metrics are no longer served");
        }
    });
}
