//! What has to be done now and then for connectors: logs are trimmed, what there is of each is counted, what was deleted is
//! taken out of the file, and people are told what they have to know.

use std::sync::Arc;

use async_trait::async_trait;
use rolecall_model::Timestamp;
use rolecall_store::{NewJob, Store, StoreError};
use serde_json::json;

use super::{JobDone, JobError, JobHandler, Schedule, Task};
use crate::connectors::{NoticeSink, notices_deliver};

/// The kind of these jobs.
pub(crate) const UPKEEP: &str = "connectors.upkeep";
/// There is one for all connectors.
const KEY: &str = "all";
const ATTEMPTS: i64 = 3;
/// How often it is done, in seconds.
const EVERY_SECONDS: i64 = 10 * 60;
/// How long entries of a connector's log are kept, in seconds: 30 days.
pub(super) const LOG_SECONDS: i64 = 30 * 24 * 3600;

/// Does it.
#[derive(Default)]
pub struct UpkeepHandler {
    /// Who takes what people have to be told, where somebody does.
    pub notices: Option<Arc<dyn NoticeSink>>,
}

#[async_trait]
impl JobHandler for UpkeepHandler {
    fn kind(&self) -> &'static str {
        UPKEEP
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let (store, now) = (&task.context.store, task.context.now());
        let (mut trimmed, mut counted) = (0, 0);
        for connector in store.connector_list().await? {
            trimmed += store.log_trim(connector.id, now.plus_seconds(-LOG_SECONDS)).await?;
            counted += usize::from(store.tally_make(connector.id).await?);
        }
        // A removed secret whose log somebody was reading all the while.
        store.secrets_scrub(&[]).await?;
        let told = match &self.notices {
            Some(sink) => notices_deliver(&task.context, sink.as_ref()).await.map_err(|error| {
                JobError::Again(JobError::record(error.code(), &error.to_string(), error.hint().as_deref()))
            })?,
            None => 0,
        };
        let result = json!({ "logEntriesForgotten": trimmed, "counted": counted, "told": told });
        Ok(JobDone { result, follow: Vec::new() })
    }
}

/// Asks for it every ten minutes.
#[derive(Clone, Copy, Debug)]
pub struct UpkeepSchedule;

#[async_trait]
impl Schedule for UpkeepSchedule {
    async fn due(&self, store: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError> {
        let last = store.job_latest(UPKEEP, KEY).await?;
        let is_due =
            last.is_none_or(|last| last.finished_at.is_some() && last.created_at.plus_seconds(EVERY_SECONDS) <= now);
        let job = || NewJob {
            kind: UPKEEP.to_owned(),
            key: KEY.to_owned(),
            payload: json!({ "about": "connectors" }),
            asked_by: super::sync_schedule::ASKED_BY.to_owned(),
            run_at: now,
            max_attempts: ATTEMPTS,
            by_runner: false,
        };
        Ok(is_due.then(job).into_iter().collect())
    }
}
