//! Workers: they do jobs, several at a time, until they are stopped.
//!
//! A kind of job is a [`JobHandler`]; whatever asks for jobs by itself is a [`Schedule`], which is shown the database and
//! the time and answers with the jobs that are due. A [`Crew`] is what a process knows of both, so that a new kind of job
//! is one `handler(…)` more where the crew is put together.

mod attempt;
mod back_off;
mod cron;
mod decision_job;
mod delivery_job;
mod directory_job;
mod event;
mod every;
mod handler;
mod head_job;
mod import_job;
mod inline;
mod pool;
mod recorder;
mod review_job;
mod rule_job;
mod shared_lock;
mod sync_job;
mod sync_schedule;
#[cfg(test)]
mod tests;
mod upkeep_job;

use std::sync::Arc;

pub(crate) use attempt::lease_until;
pub(crate) use back_off::retry_at;
pub use cron::{CronTimes, cron_parse};
pub(crate) use decision_job::DECISION;
pub use decision_job::{DecisionHandler, DecisionSchedule};
pub(crate) use delivery_job::{DELIVERY, delivery_job};
pub use delivery_job::{DeliveryHandler, DeliverySchedule};
pub use directory_job::{DirectoryHandler, DirectorySchedule};
pub use event::WorkEvent;
pub use every::every_parse;
pub use handler::{JobDone, JobError, JobHandler, Schedule, Task};
pub(crate) use head_job::HEAD;
pub use head_job::{HeadHandler, HeadSchedule};
pub use import_job::Importing;
pub(crate) use import_job::import_begin;
pub use inline::{Doer, sync_inline};
pub use pool::{WorkOptions, WorkReport, work_run};
pub(crate) use review_job::REVIEWS;
pub use review_job::{ReviewHandler, ReviewSchedule};
pub(crate) use rule_job::{RULES, rules_job_asked};
pub use rule_job::{RuleHandler, RuleSchedule};
pub use shared_lock::SharedLock;
pub use sync_job::{BuildError, ConnectorBuilder, RequestWatch, SYNC, SyncHandler, sync_job};
pub use sync_schedule::{SyncSchedule, sync_due_at};
pub(crate) use upkeep_job::UPKEEP;
pub use upkeep_job::{UpkeepHandler, UpkeepSchedule};

/// How long a worker has a job before it has to say that it is still at it, in seconds. It says so three times as often.
pub const LEASE_SECONDS: i64 = 60;

/// How often a job is begun before it is given up, unless its kind says otherwise.
pub const ATTEMPTS: i64 = 5;

/// How long finished jobs are kept for people to look at, in seconds: 30 days.
pub const KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// What a process of workers can do, and what it asks for by itself.
#[derive(Clone, Default)]
pub struct Crew {
    handlers: Vec<Arc<dyn JobHandler>>,
    schedules: Vec<Arc<dyn Schedule>>,
}

impl Crew {
    /// Does jobs of the handler's kind, too.
    #[must_use]
    pub fn handler(mut self, handler: impl JobHandler + 'static) -> Self {
        self.handlers.push(Arc::new(handler));
        self
    }

    /// Asks for what this schedule finds due, too.
    #[must_use]
    pub fn schedule(mut self, schedule: impl Schedule + 'static) -> Self {
        self.schedules.push(Arc::new(schedule));
        self
    }

    fn kinds(&self) -> Vec<&'static str> {
        self.handlers.iter().map(|handler| handler.kind()).collect()
    }

    fn handler_of(&self, kind: &str) -> Option<Arc<dyn JobHandler>> {
        self.handlers.iter().find(|handler| handler.kind() == kind).cloned()
    }
}
