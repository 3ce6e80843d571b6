//! What every use-case is given: the store, the clock, a way to be stopped and a way to say how far it is.

use std::sync::Arc;

use rolecall_model::{Stage, Timestamp, Verdict};
use rolecall_store::Store;
use tokio::sync::watch;
use uuid::Uuid;

/// The surroundings of one operation.
#[derive(Clone)]
pub struct Context {
    /// Rolecall's database.
    pub store: Store,
    /// The only clock; tests bring their own.
    pub clock: fn() -> Timestamp,
    /// Becomes `true` when a person asks to stop.
    pub stop: watch::Receiver<bool>,
    /// Who wants to know how far it is.
    pub progress: Arc<dyn Progress>,
}

impl Context {
    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Whether a person asked to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }
}

/// Returns when a person asks to stop.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // Nobody is left who could ask to stop.
        std::future::pending::<()>().await;
    }
}

/// The system's clock.
#[must_use]
pub fn clock_system() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

/// A listing whose reading was looked at.
#[derive(Clone, Copy, Debug)]
pub struct ListingSettled<'a> {
    /// The stage that it was read in.
    pub stage: Stage,
    /// What people call it.
    pub title: &'a str,
    /// Its kind: `team-members`.
    pub kind: &'a str,
    /// Of which resource it is.
    pub subject: &'a str,
    /// How it was read.
    pub verdict: &'a Verdict,
}

/// Told how a sync proceeds. Every method does nothing unless it is implemented.
pub trait Progress: Send + Sync {
    /// A sync is recorded, with this id for the outside world.
    fn sync_begun(&self, sync: Uuid) {
        let _ = sync;
    }

    /// A stage begins.
    fn stage_begun(&self, stage: Stage) {
        let _ = stage;
    }

    /// From now on a person may be asked something at any moment: nothing should be drawn over the question.
    fn person_needed(&self) {}

    /// A listing was read: `done` of at least `known` so far.
    fn listing_read(&self, done: usize, known: usize, title: &str) {
        let _ = (done, known, title);
    }

    /// What a listing's reading is worth was decided.
    fn listing_settled(&self, listing: &ListingSettled<'_>) {
        let _ = listing;
    }

    /// A stage's snapshot is current; questions about it can be answered now.
    fn stage_current(&self, stage: Stage) {
        let _ = stage;
    }
}

/// Nobody wants to know.
#[derive(Debug)]
pub struct Silent;

impl Progress for Silent {}
