//! Every metric: its name, what it says, and its labels. What is served and what is documented are both made of this table.

use serde::Serialize;

/// What kind of number a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// It only grows, until the process ends.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How often something was how large.
    Histogram,
}

/// Whose number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Of {
    /// This process's own.
    Process,
    /// The database's: every hub that shares it says the same.
    Database,
}

/// A metric, as it is documented.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Described {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) of: Of,
    pub(crate) help: &'static str,
    pub(crate) labels: &'static [&'static str],
}

const fn counter(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Described {
    Described { name, kind: Kind::Counter, of: Of::Process, help, labels }
}

const fn histogram(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Described {
    Described { name, kind: Kind::Histogram, of: Of::Process, help, labels }
}

const fn gauge(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Described {
    Described { name, kind: Kind::Gauge, of: Of::Process, help, labels }
}

const fn shared(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Described {
    Described { name, kind: Kind::Gauge, of: Of::Database, help, labels }
}

pub(super) const HTTP_REQUESTS: Described = counter(
    "rolecall_http_requests_total",
    &["route", "method", "status"],
    "Requests that were answered, by template of the address; status none of those whose client went away",
);
pub(super) const HTTP_SECONDS: Described = histogram(
    "rolecall_http_request_duration_seconds",
    &["route", "method"],
    "How long requests took, until their answer began",
);
pub(super) const HTTP_IN_FLIGHT: Described =
    gauge("rolecall_http_requests_in_flight", &[], "Requests that are being answered");
pub(super) const JOB_SECONDS: Described = histogram(
    "rolecall_job_duration_seconds",
    &["kind", "outcome"],
    "How long attempts at jobs took; outcome done, failed, again, cancelled, lost, unrecorded or broken",
);
pub(super) const SYNC_SECONDS: Described = histogram(
    "rolecall_sync_duration_seconds",
    &["type", "outcome"],
    "How long syncs took; outcome finished, interrupted, busy, refused, nothing-readable, lost, database or broken",
);
pub(super) const LISTINGS: Described = counter(
    "rolecall_listings_read_total",
    &["type", "outcome"],
    "Listings that were read from sources; outcome whole, attested, not-modified, partial, unavailable, refused or broken",
);
pub(super) const REGISTRY_REQUESTS: Described = counter(
    "rolecall_registry_requests_total",
    &["type", "outcome"],
    "Requests to registries, every attempt counted; outcome answered, not-modified, rate-limited, server-error, refused, \
     not-found, timeout, unreachable, tls, cut-off, unexpected or broken",
);
pub(super) const REGISTRY_SECONDS: Described = histogram(
    "rolecall_registry_request_duration_seconds",
    &["type"],
    "How long requests to registries took, from when they were sent",
);
pub(super) const REGISTRY_WAITED: Described = counter(
    "rolecall_registry_wait_seconds_total",
    &["type"],
    "How long requests to registries waited before they were sent: for the pace, and for pauses that registries asked for",
);
pub(super) const GRAPH_SECONDS: Described = histogram(
    "rolecall_graph_load_duration_seconds",
    &["moment", "outcome"],
    "How long loads of graphs took; moment present or past, outcome loaded, database or broken",
);
pub(super) const BUILD: Described = gauge("rolecall_build_info", &["version"], "Always 1; the label says the version");
pub(super) const MEMORY: Described =
    gauge("process_resident_memory_bytes", &[], "Memory of this process; left out where the system does not tell");
pub(super) const FILES: Described =
    gauge("process_open_fds", &[], "Open files of this process; left out where the system does not tell");
pub(super) const STARTED: Described =
    gauge("process_start_time_seconds", &[], "When this process started, in seconds since 1970");
pub(super) const CONNECTIONS: Described = gauge(
    "rolecall_database_connections",
    &["pool", "state"],
    "Connections to the database; pool any, read or write, state idle or used",
);
pub(super) const CONNECTIONS_MOST: Described =
    gauge("rolecall_database_connections_max", &["pool"], "How many connections there may be");
pub(super) const DATABASE_UP: Described = gauge(
    "rolecall_database_up",
    &[],
    "1 where the database answered; otherwise 0, and what it would have said is left out",
);
pub(super) const JOBS: Described =
    shared("rolecall_jobs", &["kind", "state"], "Jobs that are not finished; state queued or running");
pub(super) const JOB_AGE: Described = shared(
    "rolecall_job_oldest_age_seconds",
    &["kind", "state"],
    "How long the oldest of them runs, or is due; 0 where none is due yet",
);
pub(super) const CONNECTORS: Described = shared(
    "rolecall_connectors",
    &["type", "state"],
    "Connectors; state connected, syncing, confirmChanges, error, paused or notConnected",
);
pub(super) const SYNC_AGE: Described = shared(
    "rolecall_connector_sync_age_seconds",
    &["connector", "type"],
    "How long ago the last sync ended that read a connector to its end; left out of one that was never read so",
);
pub(super) const LISTINGS_INCOMPLETE: Described = shared(
    "rolecall_connector_listings_incomplete",
    &["connector", "type"],
    "Listings of a connector that were not read in full the last time",
);
pub(super) const REMOVALS_HELD: Described = shared(
    "rolecall_connector_removals_held",
    &["connector", "type"],
    "Removals of a connector that wait for a person",
);
pub(super) const NOTICES: Described =
    shared("rolecall_notices_unread", &[], "Notices that nobody whom they are for has read");

/// All of them.
pub(crate) const METRICS: [Described; 24] = [
    HTTP_REQUESTS,
    HTTP_SECONDS,
    HTTP_IN_FLIGHT,
    JOBS,
    JOB_AGE,
    JOB_SECONDS,
    CONNECTORS,
    SYNC_AGE,
    SYNC_SECONDS,
    LISTINGS,
    LISTINGS_INCOMPLETE,
    REMOVALS_HELD,
    REGISTRY_REQUESTS,
    REGISTRY_SECONDS,
    REGISTRY_WAITED,
    GRAPH_SECONDS,
    NOTICES,
    DATABASE_UP,
    CONNECTIONS,
    CONNECTIONS_MOST,
    BUILD,
    MEMORY,
    FILES,
    STARTED,
];
