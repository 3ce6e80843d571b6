//! What rules tell is brought to where it is to be told: one job for each endpoint, so that what is told there keeps its
//! order, and one that does not answer delays nobody else.

use std::collections::BTreeSet;

use async_trait::async_trait;
use rolecall_model::Timestamp;
use rolecall_notify::Reach;
use rolecall_store::{DeliveryState, Endpoint, KeyPlace, NewJob, Store, StoreError};
use serde_json::json;

use super::{ATTEMPTS, JobDone, JobError, JobHandler, Schedule, Task};
use crate::alerting::{DeliverError, delivery_attempt};

/// The kind of these jobs. Their key is the endpoint's uuid.
pub(crate) const DELIVERY: &str = "alert.deliver";
/// How many messages one job brings; those that are left have another.
const MOST: usize = 100;

/// Brings messages to an endpoint.
#[derive(Clone, Debug)]
pub struct DeliveryHandler {
    /// Where the key is that opens the endpoints' secrets.
    pub key: KeyPlace,
    /// Which addresses may be reached.
    pub reach: Reach,
}

/// A job for each endpoint at which something waits to be told now.
pub(super) async fn delivery_jobs(store: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError> {
    let endpoints: BTreeSet<_> =
        store.delivery_due(now, usize::MAX).await?.into_iter().map(|due| due.endpoint).collect();
    let all = if endpoints.is_empty() { Vec::new() } else { store.endpoint_list().await? };
    let job = |endpoint: &Endpoint| delivery_job(endpoint, super::sync_schedule::ASKED_BY, now);
    Ok(all.iter().filter(|endpoint| endpoints.contains(&endpoint.id)).map(job).collect())
}

/// The job that brings to an endpoint what waits to be told there.
pub(crate) fn delivery_job(endpoint: &Endpoint, asked_by: &str, now: Timestamp) -> NewJob {
    NewJob {
        kind: DELIVERY.to_owned(),
        key: endpoint.uuid.to_string(),
        payload: json!({ "about": endpoint.name }),
        asked_by: asked_by.to_owned(),
        run_at: now,
        max_attempts: ATTEMPTS,
        by_runner: false,
    }
}

#[async_trait]
impl JobHandler for DeliveryHandler {
    fn kind(&self) -> &'static str {
        DELIVERY
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let (store, clock) = (&task.context.store, task.context.clock);
        let vault = store.vault(self.key.clone());
        let endpoints = store.endpoint_list().await?;
        let endpoint = endpoints.iter().find(|endpoint| endpoint.uuid.to_string() == task.job.asked.key);
        let endpoint = endpoint.ok_or_else(|| JobError::Unwanted("the endpoint was removed".to_owned()))?;
        let (mut delivered, mut others) = (0, 0);
        let due = store.delivery_due(clock(), usize::MAX).await?;
        for waiting in due.into_iter().filter(|due| due.endpoint == endpoint.id).take(MOST) {
            if task.context.is_stopped() {
                return Err(JobError::Stopped);
            }
            match delivery_attempt(store, &vault, waiting.delivery, self.reach, clock).await {
                Ok(DeliveryState::Delivered) => delivered += 1,
                // What cannot be reached now cannot be for the next one either.
                Ok(DeliveryState::Pending) => {
                    others += 1;
                    break;
                }
                Ok(_) => others += 1,
                Err(DeliverError::Unknown(_)) => {}
                Err(DeliverError::Store(error)) => return Err(error.into()),
            }
        }
        Ok(JobDone { result: json!({ "delivered": delivered, "notDelivered": others }), follow: Vec::new() })
    }
}

/// Asks for a job wherever something waits that may be tried now.
#[derive(Clone, Copy, Debug)]
pub struct DeliverySchedule;

#[async_trait]
impl Schedule for DeliverySchedule {
    async fn due(&self, store: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError> {
        delivery_jobs(store, now).await
    }

    /// What somebody evaluated at a terminal is to be told as soon as what a worker did. It is one question to an index.
    fn seconds(&self) -> i64 {
        1
    }
}
