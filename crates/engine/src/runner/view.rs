//! What is known of a runner, for the page of its connector.

use rolecall_model::Timestamp;
use rolecall_store::{JobFilter, RunnerClient};
use uuid::Uuid;

use super::desk::POLL_SECONDS;
use crate::Context;
use crate::connectors::ConnectorsError;
use crate::jobs::JobView;
use crate::work::SYNC;

/// How many tasks are shown.
const TASKS: usize = 20;

/// A runner as it is shown.
#[derive(Clone, Debug)]
pub struct RunnerView {
    /// Its key, and what it said of itself; nothing where it never had a key.
    pub client: Option<RunnerClient>,
    /// Whether it asked for work a moment ago.
    pub is_heard: bool,
    /// What it was given to do, newest first.
    pub tasks: Vec<JobView>,
}

/// How the runner of a connector stands; nothing for a connector that the hub reads itself.
///
/// # Errors
/// When there is no such connector, or the database cannot be read.
pub async fn runner_view(context: &Context, connector: Uuid) -> Result<Option<RunnerView>, ConnectorsError> {
    let found = context.store.connector_of_uuid(connector).await?;
    let known = found.ok_or(ConnectorsError::Unknown { what: "connector" })?;
    if !known.config.is_by_runner() {
        return Ok(None);
    }
    let client = context.store.runner_of(known.id).await?;
    let key = known.uuid.to_string();
    let filter = JobFilter { kind: Some(SYNC), key: Some(&key), state: None };
    let jobs = context.store.job_list(filter, TASKS).await?;
    let is_heard = client.as_ref().is_some_and(|client| is_heard(client, context.now()));
    Ok(Some(RunnerView { client, is_heard, tasks: jobs.iter().map(JobView::of).collect() }))
}

/// It asks for work several times in that while, or says that it is at some.
fn is_heard(client: &RunnerClient, now: Timestamp) -> bool {
    let since = now.plus_seconds(-9 * POLL_SECONDS);
    client.revoked_at.is_none() && client.seen_at.is_some_and(|seen| seen > since)
}
