//! Every connector at a glance. No graph is loaded, and the number of queries is the same for one connector and for a
//! thousand.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::Offset;
use rolecall_model::{ConnectorDeclaration, Timestamp, Trait};
use rolecall_store::{Connector, Job, JobState, Standing, Sync, SyncStatus, Tally};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{ConnectorCatalog, ConnectorsError, SyncProgress};
use crate::work::{SYNC, sync_due_at};
use crate::world::declaration_of;
use crate::{Context, connector_title, moment_text};

/// One connector in the list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorRow {
    /// Its id.
    pub uuid: Uuid,
    /// What people call it: `npm:acme`.
    pub title: String,
    /// Its name alone.
    pub name: String,
    /// Its type: `npm`.
    pub connector_type: String,
    /// What people call its type: *npm*.
    pub type_title: String,
    /// What it reads.
    pub organization: String,
    /// What it is for.
    pub description: String,
    /// Who answers for it.
    pub owners: Vec<String>,
    /// Where it stands.
    pub state: ConnectorState,
    /// Why, in a sentence.
    pub why: String,
    /// The last sync.
    pub last_sync: Option<LastSync>,
    /// When it is read next; nothing where nobody set that, or it is paused.
    pub next_sync: Option<Timestamp>,
    /// How far the present sync is.
    pub progress: Option<SyncProgress>,
    /// How much is recorded; nothing before the first sync.
    pub counts: Option<ConnectorCounts>,
    /// When the token expires, if somebody said so.
    pub token_expires: Option<TokenExpiry>,
    /// Removals that wait for a person.
    pub waiting_removals: usize,
    /// How many of its listings were read in full.
    pub listings: Option<ListingCounts>,
    /// The version that a form of it has.
    pub version: i64,
    /// Whether a runner reads it, elsewhere.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_by_runner: bool,
}

/// Where a connector stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ConnectorState {
    /// It was never read.
    NotConnected,
    /// It is being read.
    Syncing,
    /// It was read.
    Connected,
    /// It was read, and removals wait for a person.
    ConfirmChanges,
    /// It could not be read the last time.
    Error,
    /// Nobody reads it, for now.
    Paused,
}

/// The last sync of a connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LastSync {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// `running`, `finished`, `interrupted` or `failed`.
    pub status: &'static str,
    /// What went wrong.
    pub error: Option<String>,
}

/// How much is recorded of a connector. The organisation itself is not counted: everything is of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ConnectorCounts {
    /// Accounts, of people and of services.
    pub accounts: u64,
    /// Groups and teams.
    pub groups: u64,
    /// Everything else.
    pub resources: u64,
    /// Rights that somebody holds.
    pub grants: u64,
}

/// How many listings were read in full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ListingCounts {
    /// Those that were not.
    pub incomplete: u64,
    /// All of them.
    pub all: u64,
}

/// When a token expires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenExpiry {
    /// The day: `2027-01-31`.
    pub date: String,
    /// Days until then; negative once it is past.
    pub days_left: i64,
}

impl ConnectorState {
    /// What people read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotConnected => "Not connected",
            Self::Syncing => "Syncing",
            Self::Connected => "Connected",
            Self::ConfirmChanges => "Confirm changes",
            Self::Error => "Error",
            Self::Paused => "Paused",
        }
    }
}

/// Every connector that is not removed, by type and name.
///
/// # Errors
/// When the database cannot be read.
pub async fn connectors_overview(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
) -> Result<Vec<ConnectorRow>, ConnectorsError> {
    let titles = type_titles(catalog);
    let today = today_of(context.now());
    let standing = context.store.connectors_standing(SYNC).await?;
    Ok(standing.into_iter().map(|standing| row_of(standing, &titles, today)).collect())
}

/// What people call each type.
pub(super) fn type_titles(catalog: &dyn ConnectorCatalog) -> HashMap<String, String> {
    catalog.types().into_iter().map(|card| (card.name, card.title)).collect()
}

/// The day in UTC.
pub(super) fn today_of(now: Timestamp) -> Option<Date> {
    Some(Offset::UTC.to_datetime(jiff::Timestamp::from_microsecond(now.0).ok()?).date())
}

pub(super) fn row_of(standing: Standing, titles: &HashMap<String, String>, today: Option<Date>) -> ConnectorRow {
    let Standing { connector, sync, job, waiting, tally, progress } = standing;
    let waiting_removals = usize::try_from(waiting).unwrap_or(usize::MAX);
    let (state, why) = state_of(&connector, sync.as_ref(), job.as_ref(), waiting_removals);
    let queued = job.as_ref().filter(|job| job.state == JobState::Queued && connector.is_active());
    let next_sync = queued.map(|job| job.asked.run_at).or_else(|| {
        let synced = sync.as_ref().map(|sync| sync.started_at);
        sync_due_at(&connector, job.as_ref(), synced)
    });
    let declaration = declaration_of(&connector.config);
    let config = &connector.config;
    ConnectorRow {
        uuid: connector.uuid,
        title: connector_title(&connector),
        name: config.name.clone(),
        connector_type: config.connector_type.clone(),
        type_title: titles
            .get(&config.connector_type)
            .map(String::as_str)
            .or(declaration.map(|declared| declared.title))
            .unwrap_or(&config.connector_type)
            .to_owned(),
        organization: config.root.clone(),
        description: config.description.clone(),
        owners: config.owners.clone(),
        state,
        why,
        last_sync: sync.as_ref().map(LastSync::of),
        next_sync,
        progress: progress.map(SyncProgress::of),
        counts: tally.as_ref().map(|tally| counts_of(declaration, tally)),
        token_expires: expiry_of(&connector, today),
        waiting_removals,
        listings: tally.as_ref().map(|tally| listings_of(declaration, tally)),
        version: connector.version,
        is_by_runner: config.is_by_runner(),
    }
}

impl LastSync {
    fn of(sync: &Sync) -> Self {
        Self {
            started_at: sync.started_at,
            finished_at: sync.finished_at,
            status: sync.status.word(),
            error: sync.error.as_ref().map(error_text),
        }
    }
}

/// What an error is in words: syncs keep a sentence, jobs an object with one.
pub(super) fn error_text(error: &Json) -> String {
    let text = error.as_str().or_else(|| error.get("message").and_then(Json::as_str));
    text.map_or_else(|| error.to_string(), str::to_owned)
}

/// Where a connector stands, and why.
fn state_of(connector: &Connector, sync: Option<&Sync>, job: Option<&Job>, waiting: usize) -> (ConnectorState, String) {
    if let Some(at) = connector.paused_at {
        return (ConnectorState::Paused, format!("paused since {}", moment_text(at)));
    }
    let runs = job.filter(|job| job.state == JobState::Running);
    if let Some(job) = runs {
        let since = job.started_at.unwrap_or(job.created_at);
        return (ConnectorState::Syncing, format!("being read since {}", moment_text(since)));
    }
    // A job that failed before it could begin to sync left no sync behind.
    let failed = job.filter(|job| {
        let tried = job.started_at.unwrap_or(job.created_at);
        job.last_error.is_some() && job.state != JobState::Cancelled && sync.is_none_or(|sync| sync.started_at < tried)
    });
    if let Some(error) = failed.and_then(|job| job.last_error.as_ref()) {
        return (ConnectorState::Error, error_text(error));
    }
    let Some(sync) = sync else { return (ConnectorState::NotConnected, "it was never read".to_owned()) };
    let at = moment_text(sync.finished_at.unwrap_or(sync.started_at));
    match sync.status {
        SyncStatus::Running => (ConnectorState::Syncing, format!("being read since {}", moment_text(sync.started_at))),
        SyncStatus::Failed => {
            let error = sync.error.as_ref().map_or_else(|| "the last sync failed".to_owned(), error_text);
            (ConnectorState::Error, error)
        }
        _ if waiting > 0 => {
            let what = if waiting == 1 { "1 removal waits".to_owned() } else { format!("{waiting} removals wait") };
            (ConnectorState::ConfirmChanges, format!("{what} for a person's word"))
        }
        SyncStatus::Interrupted => (ConnectorState::Connected, format!("the last sync was interrupted at {at}")),
        SyncStatus::Finished => (ConnectorState::Connected, format!("read at {at}")),
    }
}

fn counts_of(declaration: Option<&'static ConnectorDeclaration>, tally: &Tally) -> ConnectorCounts {
    let mut counts = ConnectorCounts { grants: tally.grants, ..ConnectorCounts::default() };
    let others = tally.resources.iter().filter(|(name, _)| declaration.is_none_or(|known| known.root_type != name));
    for (name, count) in others {
        let declared = declaration.and_then(|declaration| declaration.resource_type(name));
        match declared.and_then(|declared| declared.trait_) {
            Some(Trait::User) => counts.accounts += count,
            Some(Trait::Group) => counts.groups += count,
            _ => counts.resources += count,
        }
    }
    counts
}

/// A listing that only a person could have read and nobody did is no gap, and neither is what the source's plan does not
/// include, where no answer rests on it.
fn listings_of(declaration: Option<&'static ConnectorDeclaration>, tally: &Tally) -> ListingCounts {
    let mut counts = ListingCounts::default();
    for (kind, verdict, code, count) in &tally.listings {
        let declared = declaration.and_then(|declaration| declaration.listing(kind));
        let is_complete = matches!(verdict.as_str(), "proven" | "attested");
        let is_beyond = code == "payment-required" && declared.is_some_and(|declared| declared.supports.is_empty());
        counts.all += count;
        counts.incomplete += if is_complete || is_beyond { 0 } else { *count };
    }
    counts
}

/// When a connector's token expires, seen from a moment, if somebody said so.
pub(crate) fn expiry_at(connector: &Connector, now: Timestamp) -> Option<TokenExpiry> {
    expiry_of(connector, today_of(now))
}

/// When a connector's token expires, if somebody said so.
pub(super) fn expiry_of(connector: &Connector, today: Option<Date>) -> Option<TokenExpiry> {
    let date: Date = connector.config.settings.get("tokenExpires")?.as_str()?.parse().ok()?;
    let days_left = i64::from(today?.until(date).ok()?.get_days());
    Some(TokenExpiry { date: date.to_string(), days_left })
}
