//! What readings say of steps: looked at after everything that makes something current.

use rolecall_model::Timestamp;
use rolecall_store::{Store, StoreError};

/// Moves on the steps of which something that was read lately says where they stand.
///
/// # Errors
/// As of any writing; all of it is written or nothing.
pub(crate) async fn plan_steps_seen(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    for seen in store.plan_step_seen(now).await? {
        let (step, before) = (&seen.step, seen.before.word());
        tracing::info!(
            step = step.number,
            state = step.state.word(),
            before,
            "a reading says of a step where it stands"
        );
    }
    Ok(())
}
