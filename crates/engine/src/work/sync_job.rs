//! The job that syncs a connector.

use std::sync::Arc;

use async_trait::async_trait;
use rolecall_connect::Connector;
use rolecall_model::{Reason, Timestamp};
use rolecall_store::{Connector as ConnectorRecord, NewJob};
use serde_json::{Value as Json, json};

use super::recorder::Recorder;
use super::rule_job::rules_job;
use super::shared_lock::SharedLock;
use super::upkeep_job::LOG_SECONDS;
use super::{ATTEMPTS, JobDone, JobError, JobHandler, LEASE_SECONDS, Task};
use crate::people::identities_refresh;
use crate::plans::plan_steps_seen;
use crate::{Context, Progress, SyncError, SyncOptions, SyncReport, connector_title, moment_text, sync_run};

/// The kind of job that syncs a connector. Its key is the connector's uuid.
pub const SYNC: &str = "sync";

/// Builds what reads a connector, with its token from where it is configured to be.
#[async_trait]
pub trait ConnectorBuilder: Send + Sync {
    /// Builds the connector of a record, and says how it is to be read. `all` are the connectors beside it.
    ///
    /// # Errors
    /// [`BuildError`] when a person has to change something first.
    async fn build(
        &self,
        record: &ConnectorRecord,
        all: &[ConnectorRecord],
    ) -> Result<(Box<dyn Connector>, SyncOptions), BuildError>;

    /// The same, where somebody wants to know of requests that fail.
    ///
    /// # Errors
    /// As of [`Self::build`].
    async fn build_watched(
        &self,
        record: &ConnectorRecord,
        all: &[ConnectorRecord],
        watch: Arc<dyn RequestWatch>,
    ) -> Result<(Box<dyn Connector>, SyncOptions), BuildError> {
        let _ = watch;
        self.build(record, all).await
    }
}

/// Somebody who wants to know of requests that fail. It is told while requests are under way, and must not take long.
pub trait RequestWatch: Send + Sync {
    /// A request was answered with a status that is no success. It is known by its declared name, because its address may
    /// hold names.
    fn request_failed(&self, request: &'static str, status: u16);
}

/// Why a connector cannot be read as it is configured.
#[derive(Clone, Debug)]
pub struct BuildError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Syncs connectors.
pub struct SyncHandler<B> {
    builder: B,
    lock: SharedLock,
}

impl<B: ConnectorBuilder> SyncHandler<B> {
    /// Syncs what this builder builds.
    pub fn new(builder: B) -> Self {
        Self { builder, lock: SharedLock::default() }
    }

    /// With a lock that others of this process share.
    #[must_use]
    pub fn sharing(self, lock: SharedLock) -> Self {
        Self { lock, ..self }
    }
}

/// A sync of a connector that somebody wants, not before `run_at`.
#[must_use]
pub fn sync_job(record: &ConnectorRecord, asked_by: &str, run_at: Timestamp) -> NewJob {
    NewJob {
        kind: SYNC.to_owned(),
        key: record.uuid.to_string(),
        payload: json!({ "about": connector_title(record) }),
        asked_by: asked_by.to_owned(),
        run_at,
        max_attempts: ATTEMPTS,
        by_runner: record.config.is_by_runner(),
    }
}

#[async_trait]
impl<B: ConnectorBuilder> JobHandler for SyncHandler<B> {
    fn kind(&self) -> &'static str {
        SYNC
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let records = task.context.store.connector_list().await?;
        let record = wanted(&records, &task.job.asked.key)?;
        let recorder = recorder_of(task, record);
        let built = self.builder.build_watched(record, &records, Arc::clone(&recorder) as Arc<dyn RequestWatch>).await;
        let (connector, options) = match built {
            Ok(built) => built,
            Err(BuildError { message, hint }) => {
                recorder.say(2, "not-configured", &message, json!({ "hint": &hint }));
                recorder.flush().await;
                return Err(JobError::Never(JobError::record("not-configured", &message, hint.as_deref())));
            }
        };
        let _lock = self.lock.take(&task.context.store, record.id).await?;
        let sync = async |context: Context| sync_run(&context, connector.as_ref(), record, options).await;
        watched(task, record, &recorder, sync).await
    }
}

/// What writes the connector's log while a job is done.
pub(super) fn recorder_of(task: &Task, record: &ConnectorRecord) -> Arc<Recorder> {
    let Context { store, clock, progress, .. } = &task.context;
    Arc::new(Recorder::new(store.clone(), record.clone(), *clock, Some(task.job.uuid), Arc::clone(progress)))
}

/// Does a sync while its log is written, and what belongs after one.
pub(super) async fn watched(
    task: &Task,
    record: &ConnectorRecord,
    recorder: &Arc<Recorder>,
    sync: impl AsyncFnOnce(Context) -> Result<SyncReport, SyncError>,
) -> Result<JobDone, JobError> {
    let context = Context { progress: Arc::clone(recorder) as Arc<dyn Progress>, ..task.context.clone() };
    let report = tokio::select! {
        report = sync(context) => report,
        () = recorder.run() => return Err(JobError::Stopped),
    };
    recorder.ended(&report);
    recorder.flush().await;
    let report = report.map_err(|error| JobError::from(&error))?;
    tidy(&task.context, record).await;
    let follow = vec![rules_job(&task.job.asked.asked_by, task.context.now())];
    Ok(JobDone { result: result(&report), follow })
}

/// Counts what there is now, forgets the oldest of the log, works out whose accounts are, and which steps of plans are done. What fails is done another time.
async fn tidy(context: &Context, record: &ConnectorRecord) {
    let before = context.now().plus_seconds(-LOG_SECONDS);
    let trimmed = context.store.log_trim(record.id, before).await.map(drop);
    let refreshed = identities_refresh(&context.store, context.now()).await;
    let seen = plan_steps_seen(&context.store, context.now()).await;
    if let Err(error) = trimmed.and(context.store.tally_make(record.id).await.map(drop)).and(refreshed).and(seen) {
        tracing::warn!(connector = %record.uuid, %error, "a connector was read and could not be tidied up");
    }
}

/// The connector that a job is about, if it is still to be read.
pub(super) fn wanted<'r>(records: &'r [ConnectorRecord], uuid: &str) -> Result<&'r ConnectorRecord, JobError> {
    let record = records.iter().find(|record| record.uuid.to_string() == uuid);
    let record = record.ok_or_else(|| JobError::Unwanted("the connector was removed".to_owned()))?;
    match record.paused_at {
        None => Ok(record),
        Some(at) => Err(JobError::Unwanted(format!("{} is paused since {}", connector_title(record), moment_text(at)))),
    }
}

/// What a sync led to, for people who look at its job.
pub(super) fn result(report: &SyncReport) -> Json {
    let (mut appeared, mut removed, mut held) = (0, 0, 0);
    for stage in &report.stages {
        appeared += stage.appeared;
        removed += stage.removed;
        held += stage.held.iter().map(|listing| listing.facts).sum::<usize>();
    }
    json!({ "requests": report.requests, "appeared": appeared, "removed": removed, "held": held })
}

impl From<&SyncError> for JobError {
    fn from(error: &SyncError) -> Self {
        let message = error.to_string();
        match error {
            SyncError::Stopped { .. } => Self::Stopped,
            SyncError::Busy { .. } => Self::Later { seconds: LEASE_SECONDS, why: message },
            SyncError::Store(error) => error.into(),
            SyncError::Refused(error) => refused(&error.reason, &message, error.hint.as_deref()),
            SyncError::NothingReadable { reason, .. } => refused(reason, &message, None),
        }
    }
}

/// A credential that is refused is refused again until a person makes another; everything else may pass.
fn refused(reason: &Reason, message: &str, hint: Option<&str>) -> JobError {
    let record = JobError::record(reason.code.as_str(), message, hint);
    match reason.code.as_str() {
        "unauthorised" | "forbidden" | "address-not-allowed" | "payment-required" | "file-unreadable" => {
            JobError::Never(record)
        }
        _ => JobError::Again(record),
    }
}
