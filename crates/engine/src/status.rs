//! How everything is: connectors, when they were read, what is missing, what waits.

use rolecall_model::{ResourceRef, Timestamp};
use rolecall_store::{Connector, Store, StoreError};
use serde::Serialize;

use crate::completeness::{Completeness, CompletenessBuilder};
use crate::moment::moment_text;
use crate::sync::month;
use crate::world::{ConnectorView, Past, Place, WorldView};

/// Where a connector stands, as far as it can be told without looking at what is recorded of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorState {
    /// *Connected*, *Syncing*, *Confirm changes*, *Error*, *Not connected*, *Paused* or *Removed*.
    pub state: &'static str,
    /// When the last sync began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sync: Option<String>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sync_status: Option<String>,
    /// What went wrong in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Since when nobody reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_since: Option<String>,
    /// When it was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<String>,
    /// Removals that wait for a person.
    pub removals_waiting: usize,
}

/// One connector's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorStatus {
    /// The connector, `npm:acme`.
    pub connector: String,
    /// Where it stands.
    #[serde(flatten)]
    pub state: ConnectorState,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// Where it reads.
    pub source: String,
    /// When a snapshot last became current.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_since: Option<String>,
    /// Resources by plural type name.
    pub counts: Vec<(String, usize)>,
    /// Requests sent this calendar month; of a past moment they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_this_month: Option<u64>,
    /// When the token expires, if somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_expires: Option<String>,
    /// How complete everything recorded is.
    pub completeness: Completeness,
}

/// The state of every connector in the view.
///
/// # Errors
/// When the database cannot be read.
pub async fn status(store: &Store, view: &WorldView, now: Timestamp) -> Result<Vec<ConnectorStatus>, StoreError> {
    let mut all = Vec::with_capacity(view.connectors.len());
    for (connector, segment) in view.connectors.iter().zip(0_u32..) {
        all.push(connector_status(store, view, connector, segment, now).await?);
    }
    Ok(all)
}

async fn connector_status(
    store: &Store,
    view: &WorldView,
    connector: &ConnectorView,
    segment: u32,
    now: Timestamp,
) -> Result<ConnectorStatus, StoreError> {
    let id = connector.record.id;
    let requests = match view.past {
        None => Some(store.requests_used(id, &month(now)).await?),
        Some(_) => None,
    };
    let config = &connector.record.config;
    Ok(ConnectorStatus {
        connector: connector.title(),
        state: match &view.past {
            None => connector_state(store, &connector.record).await?,
            Some(past) => state_then(store, connector, past).await?,
        },
        description: config.description.clone(),
        owners: config.owners.clone(),
        source: config.base_url.clone(),
        current_since: current_since(store, connector).await?.map(moment_text),
        counts: counts(view, connector, segment),
        requests_this_month: requests,
        token_expires: config.settings.get("tokenExpires").and_then(|date| date.as_str()).map(str::to_owned),
        completeness: everything(view, connector, segment),
    })
}

/// Where a connector stands.
///
/// # Errors
/// When the database cannot be read.
pub async fn connector_state(store: &Store, record: &Connector) -> Result<ConnectorState, StoreError> {
    let sync = store.sync_list(record.id, 1).await?.into_iter().next();
    let waiting = store.removals_pending(record.id).await?.iter().filter(|pending| !pending.discarded).count();
    Ok(state_of(record, sync.as_ref(), waiting))
}

/// When the snapshot became current that is the latest, or was.
async fn current_since(store: &Store, connector: &ConnectorView) -> Result<Option<Timestamp>, StoreError> {
    let snapshots = store.snapshot_list(connector.record.id, usize::MAX).await?;
    let latest = match connector.place {
        Place::Present => snapshots.first(),
        Place::Past(at) => snapshots.iter().find(|snapshot| snapshot.id == at.snapshot),
        Place::Before => None,
    };
    Ok(latest.map(|snapshot| snapshot.made_current_at))
}

/// Where a connector stood at a past moment. A sync that had not ended then was running.
async fn state_then(store: &Store, connector: &ConnectorView, past: &Past) -> Result<ConnectorState, StoreError> {
    let record = &connector.record;
    let syncs = store.sync_list(record.id, usize::MAX).await?;
    let mut sync = syncs.into_iter().find(|sync| sync.started_at <= past.at);
    if let Some(sync) = sync.as_mut().filter(|sync| sync.finished_at.is_none_or(|finished| finished > past.at)) {
        (sync.status, sync.error, sync.finished_at) = (rolecall_store::SyncStatus::Running, None, None);
    }
    let pending = match connector.place {
        Place::Past(at) => store.removals_pending_at(record.id, at.snapshot, past.at).await?,
        Place::Present | Place::Before => Vec::new(),
    };
    Ok(state_of(record, sync.as_ref(), pending.iter().filter(|pending| !pending.discarded).count()))
}

fn state_of(record: &Connector, sync: Option<&rolecall_store::Sync>, waiting: usize) -> ConnectorState {
    ConnectorState {
        state: state(record, sync, waiting),
        last_sync: sync.map(|sync| moment_text(sync.started_at)),
        last_sync_status: sync.map(|sync| sync.status.word().to_owned()),
        error: sync.and_then(|sync| sync.error.as_ref()).map(error_text),
        paused_since: record.paused_at.map(moment_text),
        removed_at: record.removed_at.map(moment_text),
        removals_waiting: waiting,
    }
}

fn error_text(error: &serde_json::Value) -> String {
    error.as_str().map_or_else(|| error.to_string(), str::to_owned)
}

fn state(record: &Connector, sync: Option<&rolecall_store::Sync>, waiting: usize) -> &'static str {
    use rolecall_store::SyncStatus::{Failed, Finished, Interrupted, Running};
    if record.removed_at.is_some() {
        return "Removed";
    }
    if record.paused_at.is_some() {
        return "Paused";
    }
    match sync.map(|sync| sync.status) {
        None => "Not connected",
        Some(Running) => "Syncing",
        Some(Failed) => "Error",
        Some(_) if waiting > 0 => "Confirm changes",
        Some(Finished | Interrupted) => "Connected",
    }
}

/// How much there is of each type of a connector, by its plural name.
pub(crate) fn counts(view: &WorldView, connector: &ConnectorView, segment: u32) -> Vec<(String, usize)> {
    let of = |name: &str| {
        view.world.nodes(segment).filter(|node| view.world.kind(*node) == name && view.world.is_stated(*node)).count()
    };
    connector.declaration.types.iter().map(|declared| (declared.plural.to_owned(), of(declared.name))).collect()
}

/// Every listing the connector type declares, for every resource it has one for.
fn everything(view: &WorldView, connector: &ConnectorView, segment: u32) -> Completeness {
    let mut builder = CompletenessBuilder::default();
    let book = connector.book();
    let resources: Vec<ResourceRef> = view.world.nodes(segment).map(|node| view.world.reference(node)).collect();
    for resource in &resources {
        for declared in connector.declaration.listings.iter().filter(|declared| declared.per == resource.kind.as_str())
        {
            builder.add(&book, declared, resource);
        }
    }
    builder.finish()
}
