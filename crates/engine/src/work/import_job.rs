//! What a runner brought, made current: an attempt of the hub's own at the job that the runner had, begun at once by the
//! process that has the file. If that ends, so does its lease, and the job is given to a runner again.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rolecall_store::{Job, NewConnector, StoreError, WriterLock};
use tempfile::NamedTempFile;
use tracing::Instrument as _;

use super::pool::attempt;
use super::sync_job::{recorder_of, wanted, watched};
use super::{JobDone, JobError, JobHandler, SYNC, SharedLock, Task};
use crate::runner::file_import;
use crate::{Context, SyncOptions, measure};

/// How long it waits for another process that writes, each time, and how often.
const WAIT: Duration = Duration::from_secs(5);
const WAITS: usize = 120;

/// Begins to make a file current. It goes on by itself, and ends with the job.
pub(crate) fn import_begin(context: &Context, importing: &Importing, job: Job, file: NamedTempFile) {
    let span = measure::job_span(&job);
    let handler = Arc::new(ImportHandler { importing: importing.clone(), file });
    let context = context.clone();
    tokio::spawn(
        async move {
            if let (job, Err(error)) = attempt(context, handler, job).await {
                // Its lease ends, and its runner is asked again.
                tracing::warn!(job = job.id.0, %error, "the end of a job could not be recorded");
            }
        }
        .instrument(span),
    );
}

/// What is needed to make files current.
#[derive(Clone)]
pub struct Importing {
    /// What keeps other processes from writing; the workers of the process share it.
    pub lock: SharedLock,
    /// How a connector is to be read, as it is configured.
    pub options: fn(&NewConnector) -> SyncOptions,
}

struct ImportHandler {
    importing: Importing,
    file: NamedTempFile,
}

#[async_trait]
impl JobHandler for ImportHandler {
    fn kind(&self) -> &'static str {
        SYNC
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let records = task.context.store.connector_list().await?;
        let record = wanted(&records, &task.job.asked.key)?;
        let recorder = recorder_of(task, record);
        let _lock = self.lock_wait(task, record.id).await?;
        let options = (self.importing.options)(&record.config);
        watched(task, record, &recorder, async |context| {
            file_import(&context, record, self.file.path(), options, &task.job.asked.asked_by).await
        })
        .await
    }
}

impl ImportHandler {
    /// The writer lock. To be given back because another process writes would have the runner read everything again.
    async fn lock_wait(
        &self,
        task: &Task,
        connector: rolecall_store::ConnectorId,
    ) -> Result<Arc<WriterLock>, JobError> {
        let mut waits = 0;
        loop {
            match self.importing.lock.take(&task.context.store, connector).await {
                Err(StoreError::Busy { .. }) if waits < WAITS => waits += 1,
                taken => return Ok(taken?),
            }
            tokio::time::sleep(WAIT).await;
        }
    }
}
