//! What a rule saw when it was evaluated last.

use std::collections::BTreeSet;

use rolecall_model::Timestamp;
use rolecall_store::{ConnectorId, Store, StoreError};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::world::world_version;

/// What a rule saw, as it is kept with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// A digest of all that answers are made of. While it is the same, they are.
    pub version: String,
    /// The connectors that had been read to the end once. What another states first is no news.
    pub connectors: BTreeSet<i64>,
}

impl Seen {
    /// What there is to see now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn now(store: &Store, now: Timestamp) -> Result<Self, StoreError> {
        // A rule tells of what was taken away by a plan and came back.
        let (world, plans) = (world_version(store, now).await?, store.plan_version().await?);
        let version = if plans == 0 { format!("{world:?}") } else { format!("{world:?} {plans}") };
        let version = Sha256::digest(version.as_bytes());
        let version = version.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { version, connectors: connectors_read(store).await? })
    }

    /// What was kept; nothing where it is not understood.
    pub(crate) fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Connectors that somebody who saw `self` sees for the first time in `other`, and those that were not read to the end.
    pub(crate) fn new_in(&self, current: &BTreeSet<ConnectorId>) -> BTreeSet<ConnectorId> {
        current.iter().filter(|id| !self.connectors.contains(&id.0)).copied().collect()
    }
}

async fn connectors_read(store: &Store) -> Result<BTreeSet<i64>, StoreError> {
    Ok(store.syncs_finished_last().await?.into_keys().map(|id| id.0).collect())
}
