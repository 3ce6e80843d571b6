//! What this process counted since it started.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use super::reference::{self, Described, Kind};

/// A metric's labels.
pub(super) type Labels = Vec<(&'static str, String)>;
type Seconds = Family<Labels, Histogram, fn() -> Histogram>;

/// All of it.
pub(super) struct Metrics {
    registry: Registry,
    http_requests: Family<Labels, Counter>,
    http_seconds: Seconds,
    http_in_flight: Gauge,
    job_seconds: Seconds,
    sync_seconds: Seconds,
    listings: Family<Labels, Counter>,
    registry_requests: Family<Labels, Counter>,
    registry_seconds: Seconds,
    registry_waited: Family<Labels, Counter<f64, AtomicU64>>,
    graph_seconds: Seconds,
}

/// What a request takes.
const SHORT: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// What a job takes.
const LONG: [f64; 9] = [0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0];

impl Metrics {
    pub(super) fn new() -> Self {
        let short: fn() -> Histogram = || Histogram::new(SHORT);
        let long: fn() -> Histogram = || Histogram::new(LONG);
        let mut metrics = Self {
            registry: Registry::default(),
            http_requests: Family::default(),
            http_seconds: Family::new_with_constructor(short),
            http_in_flight: Gauge::default(),
            job_seconds: Family::new_with_constructor(long),
            sync_seconds: Family::new_with_constructor(long),
            listings: Family::default(),
            registry_requests: Family::default(),
            registry_seconds: Family::new_with_constructor(short),
            registry_waited: Family::default(),
            graph_seconds: Family::new_with_constructor(long),
        };
        let registry = &mut metrics.registry;
        register(registry, &reference::HTTP_REQUESTS, metrics.http_requests.clone());
        register(registry, &reference::HTTP_SECONDS, metrics.http_seconds.clone());
        register(registry, &reference::HTTP_IN_FLIGHT, metrics.http_in_flight.clone());
        register(registry, &reference::JOB_SECONDS, metrics.job_seconds.clone());
        register(registry, &reference::SYNC_SECONDS, metrics.sync_seconds.clone());
        register(registry, &reference::LISTINGS, metrics.listings.clone());
        register(registry, &reference::REGISTRY_REQUESTS, metrics.registry_requests.clone());
        register(registry, &reference::REGISTRY_SECONDS, metrics.registry_seconds.clone());
        register(registry, &reference::REGISTRY_WAITED, metrics.registry_waited.clone());
        register(registry, &reference::GRAPH_SECONDS, metrics.graph_seconds.clone());
        metrics
    }

    pub(super) const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Something began that is counted while it lasts.
    pub(super) fn began(&self, what: &str) {
        if what == "request" {
            self.http_in_flight.inc();
        }
    }

    /// Something ended. `said` is what was told of it, by name; a field that was never told is `none` where an answer is
    /// missing, and `broken` where an end is.
    pub(super) fn ended(&self, what: &str, said: &Said, took: Duration) {
        let seconds = took.as_secs_f64();
        let outcome = || ("outcome", said.text("outcome", "broken"));
        let kind = || ("type", said.text("source", "none"));
        match what {
            "request" => {
                self.http_in_flight.dec();
                let of = vec![
                    ("route", said.text("http.route", "none")),
                    ("method", said.text("http.request.method", "none")),
                ];
                self.http_seconds.get_or_create(&of).observe(seconds);
                let status = ("status", said.text("http.response.status_code", "none"));
                self.http_requests.get_or_create(&of.into_iter().chain([status]).collect()).inc();
            }
            "job" => {
                self.job_seconds.get_or_create(&vec![("kind", said.text("kind", "none")), outcome()]).observe(seconds);
            }
            "sync" => self.sync_seconds.get_or_create(&vec![kind(), outcome()]).observe(seconds),
            "listing" => drop(self.listings.get_or_create(&vec![kind(), outcome()]).inc()),
            "registry.request" => {
                self.registry_requests.get_or_create(&vec![kind(), outcome()]).inc();
                self.registry_seconds.get_or_create(&vec![kind()]).observe(seconds);
                self.registry_waited.get_or_create(&vec![kind()]).inc_by(said.number("waited"));
            }
            "graph.load" => {
                let moment = ("moment", said.text("moment", "none"));
                self.graph_seconds.get_or_create(&vec![moment, outcome()]).observe(seconds);
            }
            _ => {}
        }
    }
}

/// Registers a metric as it is documented.
pub(super) fn register(registry: &mut Registry, described: &Described, metric: impl Metric) {
    // What a counter's name ends with is added as it is written.
    let name = match described.kind {
        Kind::Counter => described.name.trim_end_matches("_total"),
        Kind::Gauge | Kind::Histogram => described.name,
    };
    registry.register(name, described.help, metric);
}

/// What was told of something, by name.
#[derive(Debug, Default)]
pub(super) struct Said(Vec<(&'static str, String)>);

impl Said {
    pub(super) fn set(&mut self, name: &'static str, value: String) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    fn text(&self, name: &str, otherwise: &str) -> String {
        self.find(name).filter(|value| !value.is_empty()).unwrap_or(otherwise).to_owned()
    }

    fn number(&self, name: &str) -> f64 {
        let number: Option<f64> = self.find(name).and_then(|value| value.parse().ok());
        number.filter(|number| number.is_finite() && *number > 0.0).unwrap_or_default()
    }
}
