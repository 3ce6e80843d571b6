//! What is expected to be gone, because somebody was asked to take it away.

use rolecall_model::ExpectedRemovals;
use rolecall_store::{ConnectorId, Store, StoreError};

/// The removals that people are about to cause in what a connector reads, as those who approved them know.
///
/// There is no table of plans yet. The open steps of approved plans will fill this: of each step its principal, its
/// entitlement and what its `TakingDeclaration` leaves, until the step is verified or given up.
pub(super) async fn expected_removals(_store: &Store, _connector: ConnectorId) -> Result<ExpectedRemovals, StoreError> {
    Ok(ExpectedRemovals::default())
}
