//! What is expected to be gone, because somebody was asked to take it away.

use rolecall_model::{ExpectedEffect, ExpectedRemoval, ExpectedRemovals};
use rolecall_store::{PlanFilter, Store, StoreError, StoredStep};
use uuid::Uuid;

use crate::plans::effect_of;

/// The removals that people are about to cause in what a connector reads: those of the steps of plans that are not verified
/// yet, and of none that must not be done.
pub(super) async fn expected_removals(store: &Store, connector: Uuid) -> Result<ExpectedRemovals, StoreError> {
    let steps = store.plan_steps(PlanFilter { connector: Some(connector), ..PlanFilter::default() }).await?;
    let is_wanted = |step: &&StoredStep| step.state.is_awaited();
    let expected = |step: &StoredStep| ExpectedRemoval {
        principal: step.principal.clone(),
        entitlement: step.entitlement.clone(),
        effect: effect_of(&step.effect).unwrap_or(ExpectedEffect::Grant),
    };
    Ok(ExpectedRemovals::new(steps.iter().filter(is_wanted).map(expected)))
}
