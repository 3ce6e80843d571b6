//! How things stand at this moment: what the database says, its connections, and this process.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use rolecall_engine::Context;
use rolecall_engine::connectors::{ConnectorCatalog, ConnectorRow, connectors_overview};
use rolecall_engine::work::SYNC;
use rolecall_model::Timestamp;
use rolecall_store::{JobsUnfinished, Store};
use serde_json::Value as Json;
use uuid::Uuid;

use super::metrics::{Labels, register};
use super::process;
use super::reference::{self, Described};

/// How long the database is waited for. Whoever asks for metrics waits ten seconds, usually.
const PATIENCE: Duration = Duration::from_secs(5);

type Rows = Vec<(Labels, f64)>;

/// What the database says.
struct Told {
    connectors: Vec<ConnectorRow>,
    jobs: Vec<JobsUnfinished>,
    read_at: BTreeMap<Uuid, Timestamp>,
    notices: u64,
}

/// All of it, to be written.
pub(super) async fn standing(context: &Context, catalog: &dyn ConnectorCatalog, started: f64) -> Registry {
    let mut registry = Registry::default();
    of_process(&mut registry, started);
    of_connections(&mut registry, &context.store);
    let told = match tokio::time::timeout(PATIENCE, told(context, catalog)).await {
        Ok(Ok(told)) => Some(told),
        Ok(Err(why)) => {
            tracing::warn!(%why, "the database says nothing to be measured");
            None
        }
        Err(_) => None,
    };
    gauge(&mut registry, &reference::DATABASE_UP, one(if told.is_some() { 1.0 } else { 0.0 }));
    if let Some(told) = told {
        of_database(&mut registry, &told, context.now());
    }
    registry
}

async fn told(context: &Context, catalog: &dyn ConnectorCatalog) -> Result<Told, String> {
    let why = |error: rolecall_store::StoreError| error.to_string();
    let store = &context.store;
    let connectors = connectors_overview(context, catalog).await.map_err(|error| error.to_string())?;
    let uuids: BTreeMap<_, _> =
        store.connector_list().await.map_err(why)?.into_iter().map(|record| (record.id, record.uuid)).collect();
    let read = store.connectors_read_at().await.map_err(why)?;
    Ok(Told {
        connectors,
        jobs: store.jobs_unfinished().await.map_err(why)?,
        read_at: read.into_iter().filter_map(|(id, at)| Some((*uuids.get(&id)?, at))).collect(),
        notices: store.hub_notices_unread().await.map_err(why)?,
    })
}

fn of_process(registry: &mut Registry, started: f64) {
    gauge(registry, &reference::BUILD, vec![(vec![("version", env!("CARGO_PKG_VERSION").to_owned())], 1.0)]);
    gauge(registry, &reference::STARTED, one(started));
    if let Some(memory) = process::memory() {
        gauge(registry, &reference::MEMORY, one(float(memory)));
    }
    if let Some(files) = process::files() {
        gauge(registry, &reference::FILES, one(float(files as u64)));
    }
}

fn of_connections(registry: &mut Registry, store: &Store) {
    let (mut now, mut most) = (Vec::new(), Vec::new());
    for pool in store.connections() {
        let named = |state: &str| vec![("pool", pool.pool.to_owned()), ("state", state.to_owned())];
        now.push((named("idle"), f64::from(pool.idle)));
        now.push((named("used"), f64::from(pool.open.saturating_sub(pool.idle))));
        most.push((vec![("pool", pool.pool.to_owned())], f64::from(pool.most)));
    }
    gauge(registry, &reference::CONNECTIONS, now);
    gauge(registry, &reference::CONNECTIONS_MOST, most);
}

fn of_database(registry: &mut Registry, told: &Told, now: Timestamp) {
    // What there is none of is none, and not unknown.
    let no_sync = |state: &str| (vec![("kind", SYNC.to_owned()), ("state", state.to_owned())], 0.0);
    let (mut jobs, mut ages): (Rows, Rows) =
        (vec![no_sync("queued"), no_sync("running")], vec![no_sync("queued"), no_sync("running")]);
    for job in &told.jobs {
        let of = vec![("kind", job.kind.clone()), ("state", job.state.clone())];
        jobs.push((of.clone(), float(job.count)));
        ages.push((of, seconds_since(job.oldest, now)));
    }
    gauge(registry, &reference::JOBS, jobs);
    gauge(registry, &reference::JOB_AGE, ages);

    let (mut states, mut read, mut incomplete, mut held) = (BTreeMap::new(), Vec::new(), Vec::new(), Vec::new());
    for connector in &told.connectors {
        *states.entry((connector.connector_type.clone(), state_word(connector))).or_insert(0.0) += 1.0;
        let of = || vec![("connector", connector.title.clone()), ("type", connector.connector_type.clone())];
        if let Some(at) = told.read_at.get(&connector.uuid) {
            read.push((of(), seconds_since(*at, now)));
        }
        if let Some(listings) = connector.listings {
            incomplete.push((of(), float(listings.incomplete)));
        }
        held.push((of(), float(connector.waiting_removals as u64)));
    }
    let states = states.into_iter().map(|((kind, state), count)| (vec![("type", kind), ("state", state)], count));
    gauge(registry, &reference::CONNECTORS, states.collect());
    gauge(registry, &reference::SYNC_AGE, read);
    gauge(registry, &reference::LISTINGS_INCOMPLETE, incomplete);
    gauge(registry, &reference::REMOVALS_HELD, held);
    gauge(registry, &reference::NOTICES, one(float(told.notices)));
}

/// The word that programs know a state by.
fn state_word(connector: &ConnectorRow) -> String {
    match serde_json::to_value(connector.state) {
        Ok(Json::String(word)) => word,
        _ => "unknown".to_owned(),
    }
}

fn gauge(registry: &mut Registry, described: &Described, rows: Rows) {
    let family = Family::<Labels, Gauge<f64, AtomicU64>>::default();
    for (labels, value) in rows {
        family.get_or_create(&labels).set(value);
    }
    register(registry, described, family);
}

/// The one row of a metric without labels.
fn one(value: f64) -> Rows {
    vec![(Vec::new(), value)]
}

fn seconds_since(at: Timestamp, now: Timestamp) -> f64 {
    let micros = u64::try_from(now.0.saturating_sub(at.0)).unwrap_or_default();
    Duration::from_micros(micros).as_secs_f64()
}

/// Counts beyond what a float holds exactly are none that anybody has.
#[expect(clippy::cast_precision_loss, reason = "a count of 2^53 is beyond anything that is counted here")]
fn float(count: u64) -> f64 {
    count as f64
}
