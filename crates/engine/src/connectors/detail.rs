//! One connector, as its page shows it.

use rolecall_model::{ConnectorDeclaration, Timestamp};
use rolecall_store::{
    Connector, ConnectorEvent, Job, JobFilter, JobState, ListingRead, NewConnector, RUNNER, ResourceListed, SEALED,
    Snapshot, Standing, SyncId, SyncMade,
};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::overview::{error_text, row_of, today_of, type_titles};
use super::subject::connector_any;
use super::{ConnectorCatalog, ConnectorRow, ConnectorsError, PendingDecision, PurgeRequest, ShownField};
use crate::work::SYNC;
use crate::world::declaration_of;
use crate::{Context, moment_text};

/// One connector.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorDetail {
    /// What the list shows of it.
    pub row: ConnectorRow,
    /// The address it is read from.
    pub address: String,
    /// What is set on it.
    pub settings: Vec<ShownField>,
    /// Where its credential is, in words: `sealed since 2026-11-27 …`.
    pub secret: String,
    /// Since when it is configured.
    pub created_at: Timestamp,
    /// Jobs that wait or run.
    pub jobs: Vec<JobRow>,
    /// The latest syncs, newest first; more with [`connector_syncs`].
    pub syncs: Page<SyncRow>,
    /// The latest changes of its configuration, newest first; more with [`connector_events`].
    pub events: Page<ConfigurationEvent>,
    /// How much there is of each type of resource.
    pub types: Vec<ResourceTypeCount>,
    /// Decisions that are not carried out yet.
    pub decisions: Vec<PendingDecision>,
    /// The wish to delete its history, if somebody has it.
    pub purge: Option<PurgeRequest>,
}

/// A part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// What to ask the next page with; nothing at the end.
    pub next: Option<String>,
}

/// A job.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobRow {
    /// Its id.
    pub uuid: Uuid,
    /// `queued` or `running`.
    pub state: &'static str,
    /// Who asked for it.
    pub asked_by: String,
    /// Not to be begun before.
    pub run_at: Timestamp,
    /// When its latest attempt began.
    pub started_at: Option<Timestamp>,
    /// How often it was begun.
    pub attempt: i64,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// A sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncRow {
    /// Its id.
    pub uuid: Uuid,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// `running`, `finished`, `interrupted` or `failed`.
    pub status: &'static str,
    /// What went wrong.
    pub error: Option<String>,
    /// Facts that appeared or took the place of others.
    pub appeared: u64,
    /// Facts that went.
    pub removed: u64,
    /// Facts whose removal began to wait for a person.
    pub held: u64,
    /// Requests it sent.
    pub requests: u64,
}

/// How a listing was read by a sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListingRow {
    /// In words.
    pub title: String,
    /// Its kind: `team-members`.
    pub kind: String,
    /// `proven`, `attested`, `unproven`, `partial` or `unavailable`.
    pub verdict: String,
    /// Why it was not read in full, in a sentence.
    pub reason: Option<String>,
    /// When it was read.
    pub read_at: Timestamp,
    /// Whether it said something else than before.
    pub is_changed: bool,
}

/// A change of a connector's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationEvent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// `added`, `changed`, `renamed`, `paused`, `resumed`, `removed`, `restored` or `purged`.
    pub action: &'static str,
    /// What is different, in words: `rate: 2 → 1`.
    pub changes: Vec<String>,
}

/// How much there is of one type of resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceTypeCount {
    /// The type: `team`.
    pub name: String,
    /// What people call several of them: `teams`.
    pub plural: String,
    /// How many.
    pub count: u64,
}

/// A resource that is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceRow {
    /// Its type.
    pub resource_type: String,
    /// Its id in the source.
    pub id: String,
    /// What it is called, where it is called something else.
    pub name: Option<String>,
    /// Since when it is known.
    pub since: Timestamp,
}

/// One connector, removed or not.
///
/// # Errors
/// When there is no such connector, or the database cannot be read.
pub async fn connector_detail(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    connector: Uuid,
) -> Result<ConnectorDetail, ConnectorsError> {
    let known = connector_any(context, connector).await?;
    let standing = standing_of(context, &known).await?;
    let resources = standing.tally.as_ref().map(|tally| tally.resources.clone()).unwrap_or_default();
    let wishes = context.store.purge_wishes().await?;
    let decisions = context.store.decisions_pending(Some(known.id)).await?;
    Ok(ConnectorDetail {
        row: row_of(standing, &type_titles(catalog), today_of(context.now())),
        address: known.config.base_url.clone(),
        settings: catalog.shown(&known.config),
        secret: secret_text(context, &known).await?,
        created_at: known.created_at,
        jobs: jobs_of(context, &known).await?,
        syncs: connector_syncs(context, connector, None, FIRST).await?,
        events: connector_events(context, catalog, connector, None, FIRST).await?,
        types: types_of(&known, &resources),
        decisions: decisions.iter().map(PendingDecision::of).collect(),
        purge: wishes.into_iter().find(|wish| wish.connector == known.id).map(PurgeRequest::of),
    })
}

/// What the list shows of one connector, removed or not.
///
/// # Errors
/// When there is no such connector, or the database cannot be read.
pub async fn connector_row(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    connector: Uuid,
) -> Result<ConnectorRow, ConnectorsError> {
    let known = connector_any(context, connector).await?;
    let standing = standing_of(context, &known).await?;
    Ok(row_of(standing, &type_titles(catalog), today_of(context.now())))
}

async fn standing_of(context: &Context, known: &Connector) -> Result<Standing, ConnectorsError> {
    let standing = context.store.connector_standing(known.id, SYNC).await?;
    standing.ok_or(ConnectorsError::Unknown { what: "connector" })
}

/// The syncs of a connector, newest first, after the page that [`Page::next`] was of.
///
/// # Errors
/// When there is no such connector, or the database cannot be read.
pub async fn connector_syncs(
    context: &Context,
    connector: Uuid,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<SyncRow>, ConnectorsError> {
    let known = connector_any(context, connector).await?;
    let before = after.and_then(|after| after.parse().ok()).map(SyncId);
    let made = context.store.syncs_before(known.id, before, limit).await?;
    let next = made.last().filter(|_| made.len() == limit).map(|made| made.sync.id.to_string());
    Ok(Page { rows: made.iter().map(SyncRow::of).collect(), next })
}

/// How each listing was read by a sync, by kind and subject.
///
/// # Errors
/// When there is no such sync, or the database cannot be read.
pub async fn connector_sync_listings(
    context: &Context,
    sync: Uuid,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<ListingRow>, ConnectorsError> {
    let found = context.store.sync_find(&sync.to_string()).await?;
    let found = found.ok_or(ConnectorsError::Unknown { what: "sync" })?;
    let records = context.store.connector_by_id(found.connector).await?;
    let declaration = records.and_then(|record| declaration_of(&record.config));
    let skipped = after.and_then(|after| after.parse::<usize>().ok()).unwrap_or_default();
    let read = context.store.listings_of_sync(&found).await?;
    let rows: Vec<_> = read.iter().skip(skipped).take(limit).map(|read| ListingRow::of(declaration, read)).collect();
    let next = (skipped + rows.len() < read.len()).then(|| (skipped + rows.len()).to_string());
    Ok(Page { rows, next })
}

/// The changes of a connector's configuration, newest first.
///
/// # Errors
/// When there is no such connector, or the database cannot be read.
pub async fn connector_events(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    connector: Uuid,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<ConfigurationEvent>, ConnectorsError> {
    let before = after.and_then(|after| after.parse().ok());
    let found = context.store.connector_events_before(connector, before, limit).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|(number, _)| number.to_string());
    Ok(Page { rows: found.iter().map(|(_, event)| configuration_event(catalog, event)).collect(), next })
}

/// The resources of a type that a connector reads, by id, of which the id contains `text`.
///
/// # Errors
/// When there is no such connector, or the database cannot be read.
pub async fn connector_resources(
    context: &Context,
    connector: Uuid,
    resource_type: &str,
    text: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<ResourceRow>, ConnectorsError> {
    let known = connector_any(context, connector).await?;
    let found = context.store.resources_after(known.id, resource_type, text.trim(), after, limit).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|listed| listed.resource.id.to_string());
    let row = |listed: ResourceListed| ResourceRow {
        resource_type: listed.resource.kind.to_string(),
        id: listed.resource.id.to_string(),
        name: listed.name.and_then(|name| serde_json::from_str::<String>(&name).ok()),
        since: listed.since,
    };
    Ok(Page { rows: found.into_iter().map(row).collect(), next })
}

/// How many rows the page of a connector begins with.
const FIRST: usize = 20;

async fn secret_text(context: &Context, known: &Connector) -> Result<String, ConnectorsError> {
    let secret = context.store.connector_secret(known.id).await?;
    Ok(match (secret, known.config.secret_source.as_deref()) {
        (Some(secret), _) => format!("sealed since {}", moment_text(secret.created_at)),
        (None, _) if known.removed_at.is_some() => "destroyed".to_owned(),
        (None, Some(SEALED)) => "none is sealed".to_owned(),
        (None, Some(RUNNER)) => "with its runner, and nowhere else".to_owned(),
        (None, Some(_)) => "found where the command line said".to_owned(),
        (None, None) => "found in the usual places of its type".to_owned(),
    })
}

async fn jobs_of(context: &Context, known: &Connector) -> Result<Vec<JobRow>, ConnectorsError> {
    let key = known.uuid.to_string();
    let mut jobs = Vec::new();
    for state in [JobState::Running, JobState::Queued] {
        let filter = JobFilter { kind: None, key: Some(&key), state: Some(state) };
        jobs.extend(context.store.job_list(filter, FIRST).await?.iter().map(JobRow::of));
    }
    Ok(jobs)
}

fn types_of(known: &Connector, resources: &[(String, u64)]) -> Vec<ResourceTypeCount> {
    let count = |name: &str| resources.iter().find(|(known, _)| known == name).map_or(0, |(_, count)| *count);
    let declared = declaration_of(&known.config).map_or(&[][..], |known| known.types);
    let of = |declared: &rolecall_model::TypeDeclaration| ResourceTypeCount {
        name: declared.name.to_owned(),
        plural: declared.plural.to_owned(),
        count: count(declared.name),
    };
    declared.iter().map(of).collect()
}

impl JobRow {
    fn of(job: &Job) -> Self {
        Self {
            uuid: job.uuid,
            state: job.state.word(),
            asked_by: job.asked.asked_by.clone(),
            run_at: job.asked.run_at,
            started_at: job.started_at,
            attempt: job.attempt,
            last_error: job.last_error.as_ref().map(error_text),
        }
    }
}

impl SyncRow {
    fn of(made: &SyncMade) -> Self {
        let SyncMade { sync, snapshots } = made;
        let sum = |count: fn(&Snapshot) -> u64| snapshots.iter().map(count).sum();
        Self {
            uuid: sync.uuid,
            started_at: sync.started_at,
            finished_at: sync.finished_at,
            status: sync.status.word(),
            error: sync.error.as_ref().map(error_text),
            appeared: sum(|snapshot| snapshot.counts.appeared + snapshot.counts.replaced),
            removed: sum(|snapshot| snapshot.counts.removed + snapshot.counts.cascaded),
            held: sum(|snapshot| snapshot.counts.held),
            requests: sync.requests,
        }
    }
}

impl ListingRow {
    fn of(declaration: Option<&'static ConnectorDeclaration>, read: &ListingRead) -> Self {
        let ListingRead { state, is_changed } = read;
        let declared = declaration.and_then(|declaration| declaration.listing(state.key.kind.as_str()));
        Self {
            title: declared.map_or_else(|| state.key.to_string(), |known| known.title_of(&state.key.subject.id)),
            kind: state.key.kind.to_string(),
            verdict: state.verdict.kind().word().to_owned(),
            reason: state.verdict.reason().map(|reason| reason.text.clone()),
            read_at: state.read_at,
            is_changed: *is_changed,
        }
    }
}

/// A change of a configuration, in words.
pub(super) fn configuration_event(catalog: &dyn ConnectorCatalog, event: &ConnectorEvent) -> ConfigurationEvent {
    ConfigurationEvent {
        at: event.at,
        actor: event.actor.clone(),
        action: event.action.word(),
        changes: match (&event.before, &event.after) {
            (Some(before), Some(after)) => differences(catalog, before, after),
            _ => Vec::new(),
        },
    }
}

fn differences(catalog: &dyn ConnectorCatalog, before: &Json, after: &Json) -> Vec<String> {
    let (old, new) = (catalog.shown(&config_of(before)), catalog.shown(&config_of(after)));
    let value = |fields: &[ShownField], name: &str| {
        fields.iter().find(|field| field.name == name).map_or_else(|| "not set".to_owned(), |field| field.value.clone())
    };
    let mut changes = Vec::new();
    let gone = old.iter().filter(|field| new.iter().all(|other| other.name != field.name));
    for field in new.iter().chain(gone) {
        let (was, is) = (value(&old, &field.name), value(&new, &field.name));
        if was != is {
            changes.push(format!("{}: {was} → {is}", field.label));
        }
    }
    if before.get("sealedToken") != after.get("sealedToken") {
        changes.push("the credential was replaced".to_owned());
    }
    changes
}

/// The configuration that a record of its change shows.
fn config_of(json: &Json) -> NewConnector {
    let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    let owners = json.get("owners").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    NewConnector {
        connector_type: text("type").unwrap_or_default(),
        name: text("name").unwrap_or_default(),
        description: text("description").unwrap_or_default(),
        owners: owners.iter().filter_map(|owner| owner.as_str().map(str::to_owned)).collect(),
        root: text("root").unwrap_or_default(),
        base_url: text("baseUrl").unwrap_or_default(),
        settings: json.get("settings").cloned().unwrap_or_default(),
        secret_source: text("secretSource"),
    }
}
