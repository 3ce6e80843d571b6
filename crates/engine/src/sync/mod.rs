//! One sync: read a connector's listings stage by stage, and make each stage current whole or not at all.
//!
//! *Architecture Invariants* 1 to 3 live here: absence counts only inside a complete listing (`settle`), a stage
//! becomes current in one step (`stage`), and only removals wait (`settle`, with [`rolecall_model::removal`]).

mod budget;
mod events;
mod expected;
mod eyesight;
mod integrity;
mod plan;
mod report;
mod settle;
mod stage;

use rolecall_connect::{Connector, ReadError};
use rolecall_model::{Reason, Stage, Timestamp, removal};
use rolecall_store::{Connector as ConnectorRecord, JobId, StoreError, SyncEnd};
use tracing::Instrument as _;

pub use budget::DEFAULT_MONTHLY_REQUESTS;
pub(crate) use budget::month;
use plan::Round;
pub use report::{EventsReport, HeldListing, LeftOut, ListingTrouble, StageReport, SyncReport};

use crate::{Context, measure, moment_text};

/// How a sync is to be run.
#[derive(Clone, Debug)]
pub struct SyncOptions {
    /// What may be removed without a person's word.
    pub removals: removal::Policies,
    /// Requests this connector may send in a calendar month.
    pub monthly_requests: u64,
    /// Listings read at the same time.
    pub concurrency: usize,
    /// Whether to read the per-resource detail after the membership.
    pub detail: bool,
    /// Whether to read, last of all, what only a person can have read.
    pub with_person: bool,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            removals: removal::Policies::default(),
            monthly_requests: DEFAULT_MONTHLY_REQUESTS,
            concurrency: 8,
            detail: true,
            with_person: false,
        }
    }
}

/// Why a sync made nothing (more) current. What was current before still is.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The source refuses the credential or cannot be reached.
    #[error(transparent)]
    Refused(#[from] ReadError),
    /// No listing of the organisation could be read.
    #[error("nothing of {root} could be read: {}", reason.text)]
    NothingReadable {
        /// What was to be read.
        root: String,
        /// Why the most important listing failed.
        reason: Reason,
    },
    /// A person asked to stop. What was read is kept for the next run.
    #[error("stopped; {kept} readings are kept and the next run resumes from them")]
    Stopped {
        /// Readings waiting in the staging area.
        kept: usize,
    },
    /// Another process syncs the same connector.
    #[error("{connector} is being synced by {worker}{}", since_text(*since))]
    Busy {
        /// Which connector.
        connector: String,
        /// Who syncs it.
        worker: String,
        /// Since when.
        since: Option<Timestamp>,
        /// As which job.
        job: JobId,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn since_text(since: Option<Timestamp>) -> String {
    since.map(|since| format!(" since {}", moment_text(since))).unwrap_or_default()
}

/// Runs one sync of `connector`, recorded as `record`. The caller holds the writer lock.
///
/// # Errors
/// [`SyncError`] when a stage could not be made current; the stages before it are.
pub async fn sync_run(
    context: &Context,
    connector: &dyn Connector,
    record: &ConnectorRecord,
    options: SyncOptions,
) -> Result<SyncReport, SyncError> {
    let span = measure::sync_span(record);
    // What is awaited there is large, and callers await this deep within others.
    let outcome = Box::pin(sync_whole(context, connector, record, options)).instrument(span.clone()).await;
    measure::sync_ended(&span, &outcome);
    outcome
}

async fn sync_whole(
    context: &Context,
    connector: &dyn Connector,
    record: &ConnectorRecord,
    options: SyncOptions,
) -> Result<SyncReport, SyncError> {
    let sync = context.store.sync_begin(record.id, context.now()).await?;
    context.progress.sync_begun(sync.uuid);
    context.store.staged_purge(record.id, context.now().plus_seconds(-plan::STAGED_LIFETIME_SECONDS)).await?;
    let run = stage::StageRun { context, connector, record, sync: sync.id, options };
    let outcome = Box::pin(stages_run(&run)).await;
    let end = match &outcome {
        Ok(_) => SyncEnd::Finished,
        Err(SyncError::Stopped { .. }) => SyncEnd::Interrupted,
        Err(error) => SyncEnd::Failed(error.to_string().into()),
    };
    context.store.sync_finish(sync.id, &end, context.now(), connector.requests_sent()).await?;
    outcome
}

async fn stages_run(run: &stage::StageRun<'_>) -> Result<SyncReport, SyncError> {
    let stages = vec![run.run(Round::Unattended(Stage::Membership)).await?];
    let mut report = SyncReport { stages, requests: 0, events: None };
    if run.options.detail {
        report.stages.push(run.run(Round::Unattended(Stage::Detail)).await?);
    }
    if run.options.with_person {
        report.stages.push(run.run(Round::WithPerson).await?);
    }
    if run.options.detail {
        report.events = events::events_read(run).await?;
    }
    report.requests = run.connector.requests_sent();
    Ok(report)
}
