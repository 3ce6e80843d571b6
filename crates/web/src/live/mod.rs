//! Telling browsers that something changed, so that they look again.
//!
//! Another hub may have changed it. What all of them share is the database, so that is what is watched: once a second,
//! while anybody listens.

mod stream;

use std::sync::Arc;
use std::time::Duration;

use rolecall_engine::Context;
use rolecall_engine::alerting::rules_version;
use rolecall_engine::connectors::{ConnectorCatalog, ConnectorsError, connectors_overview};
use tokio::sync::watch;

pub(crate) use stream::routes;

/// How long a change may go unnoticed.
const INTERVAL: Duration = Duration::from_secs(1);

/// What the pages show, as a number that changes with it.
#[derive(Clone)]
pub(crate) struct Pulse {
    context: Context,
    catalog: Arc<dyn ConnectorCatalog>,
    seen: Arc<watch::Sender<u64>>,
}

impl Pulse {
    pub(crate) fn new(context: &Context, catalog: &Arc<dyn ConnectorCatalog>) -> Self {
        Self { context: context.clone(), catalog: Arc::clone(catalog), seen: Arc::new(watch::channel(0).0) }
    }

    /// Changes whenever there is something new to look at.
    pub(crate) fn listen(&self) -> watch::Receiver<u64> {
        self.seen.subscribe()
    }

    /// Watches the database, without end.
    pub(crate) async fn beat(self) {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if self.seen.receiver_count() == 0 {
                continue;
            }
            match self.look().await {
                Ok(now) => drop(self.seen.send_if_modified(|seen| std::mem::replace(seen, now) != now)),
                Err(error) => tracing::warn!(%error, "what changed cannot be looked at now"),
            }
        }
    }

    /// A digest of everything that is shown of connectors, of where rules stand, and of what was told lately. What shows
    /// nothing new changes nothing.
    async fn look(&self) -> Result<u64, ConnectorsError> {
        let rows = connectors_overview(&self.context, self.catalog.as_ref()).await?;
        let rules = rules_version(&self.context.store).await?;
        let text = serde_json::to_vec(&(rows, rules)).unwrap_or_default();
        let digest = blake3::hash(&text);
        Ok(digest.as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}
