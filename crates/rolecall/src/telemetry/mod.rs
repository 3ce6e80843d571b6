//! What is told of this program while it runs: lines of a log, numbers, and traces.
//!
//! | question | file |
//! |---|---|
//! | how are lines of the log written? | [`LogFormat`], `logs.rs` |
//! | which metrics are there? | [`METRICS`], `reference.rs` |
//! | what was counted since the start? | `metrics.rs`, of spans: `measure.rs` |
//! | how do things stand now? | `standing.rs`, `process.rs` |
//! | where do traces go? | `traces.rs` |
//! | who may read the metrics? | `hub.rs`, with `crates/web/src/telemetry.rs` |
//!
//! **Architecture Invariant:** what is measured and traced are the spans with one target, whose fields hold kinds, numbers
//! and outcomes. No line of the log becomes part of a trace, because a line may hold names.

mod hub;
mod logs;
mod measure;
mod metrics;
mod process;
mod reference;
mod standing;
mod traces;

use std::sync::Arc;

use tokio::runtime::Handle;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, registry};

use crate::cli::Cli;
use crate::exit::Failure;
pub(crate) use hub::{HubTelemetry, MetricsArgs, metrics_begin};
use logs::Manner;
pub(crate) use logs::{LogArgs, LogFormat, Voice};
use measure::{Measure, is_measured};
use metrics::Metrics;
pub(crate) use reference::METRICS;
use traces::Traces;

/// What listens to the spans of this process.
pub(crate) struct Telemetry {
    metrics: Arc<Metrics>,
    traces: Option<Traces>,
    started: f64,
}

impl Telemetry {
    /// Begins to log, and where a command goes on until it is stopped, to measure and to trace.
    ///
    /// # Errors
    /// When a variable asks for traces that cannot be delivered.
    pub(crate) fn start(cli: &Cli, runtime: &Handle) -> Result<Self, Failure> {
        let manner = Manner::of(cli);
        let is_service = manner != Manner::Answer;
        let metrics = Arc::new(Metrics::new());
        let traces = if is_service { Traces::wanted(runtime)? } else { None };
        let measure = is_service.then(|| Measure(Arc::clone(&metrics)).with_filter(filter_fn(is_measured)));
        let traced = traces.as_ref().map(|traces| {
            let layer = tracing_opentelemetry::layer().with_tracer(traces.tracer()).with_location(false);
            let layer = layer.with_threads(false).with_tracked_inactivity(false).with_target(false);
            layer.with_filter(filter_fn(is_measured))
        });
        registry().with(logs::lines(&manner, &cli.global)?).with(measure).with(traced).init();
        Ok(Self { metrics, traces, started: process::now() })
    }

    /// For a command that a hub runs for somebody: it is measured as a request of the hub.
    pub(crate) fn none() -> Self {
        Self { metrics: Arc::new(Metrics::new()), traces: None, started: process::now() }
    }

    /// Delivers what is left of the traces.
    pub(crate) async fn stop(self) {
        if let Some(traces) = self.traces {
            traces.stop().await;
        }
    }
}
