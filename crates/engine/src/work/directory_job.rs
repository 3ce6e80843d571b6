//! What identity providers push becomes current as people, a few seconds after the last push of a row of them.

use async_trait::async_trait;
use rolecall_model::Timestamp;
use rolecall_store::{NewJob, Store, StoreError};
use serde_json::json;

use super::rule_job::rules_job;
use super::{ATTEMPTS, JobDone, JobError, JobHandler, Schedule, Task};
use crate::people::identities_refresh;
use crate::people::scim::directory_publish;

/// The kind of these jobs. Their key is the directory's uuid.
pub(crate) const DIRECTORY: &str = "directory.publish";
/// How long nothing more has to come, in seconds: an identity provider that begins pushes thousands one by one.
const QUIET_SECONDS: i64 = 3;

/// Makes it current.
#[derive(Clone, Copy, Debug, Default)]
pub struct DirectoryHandler;

#[async_trait]
impl JobHandler for DirectoryHandler {
    fn kind(&self) -> &'static str {
        DIRECTORY
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let store = &task.context.store;
        let clients = store.scim_client_list().await?;
        let client = clients.into_iter().find(|client| client.uuid.to_string() == task.job.asked.key);
        let client = client.ok_or_else(|| JobError::Unwanted("the directory is gone".to_owned()))?;
        let people = directory_publish(&task.context, &client).await.map_err(|error| JobError::from(&error))?;
        identities_refresh(store, task.context.now()).await?;
        Ok(JobDone {
            result: json!({ "people": people }),
            follow: vec![rules_job(&task.job.asked.asked_by, task.context.now())],
        })
    }
}

/// Asks for it where something was pushed since the last time.
#[derive(Clone, Copy, Debug)]
pub struct DirectorySchedule;

#[async_trait]
impl Schedule for DirectorySchedule {
    async fn due(&self, store: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError> {
        let mut due = Vec::new();
        for client in store.scim_client_list().await? {
            let Some(pushed) = store.scim_changed_last(&client).await? else { continue };
            let key = client.uuid.to_string();
            let last = store.job_latest(DIRECTORY, &key).await?;
            // What is pushed while a job runs may have come too late for it.
            let is_done = last.is_some_and(|last| last.started_at.unwrap_or(last.created_at) > pushed);
            if !is_done && pushed.plus_seconds(QUIET_SECONDS) <= now {
                due.push(NewJob {
                    kind: DIRECTORY.to_owned(),
                    key,
                    payload: json!({ "about": client.name }),
                    asked_by: super::sync_schedule::ASKED_BY.to_owned(),
                    run_at: now,
                    max_attempts: ATTEMPTS,
                    by_runner: false,
                });
            }
        }
        Ok(due)
    }
}
