//! What a person decides about removals that wait, at a command line.

use rolecall_model::Timestamp;
use rolecall_store::{Decision, RemovalFilter, Store, StoreError};

use crate::name::NameError;
use crate::people::identities_refresh;
use crate::plans::plan_steps_seen;
use crate::world::{connector_is_named, connector_title};

/// What a person decided about removals that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// They are real.
    Confirm {
        /// Those too that were discarded before.
        discarded: bool,
    },
    /// The reading was wrong.
    Discard,
}

/// Why a decision could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// No such connector.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The database failed, or somebody else is writing.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Confirms or discards all removals of one connector that wait. Returns how many facts it was about.
///
/// # Errors
/// When there is no such connector, or the database cannot be written.
pub async fn decide(
    store: &Store,
    verb: Verb,
    connector: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<u64, DecisionError> {
    let records = store.connector_list().await?;
    let Some(record) = records.iter().find(|record| connector_is_named(record, connector)) else {
        return Err(DecisionError::Name(NameError::Connector {
            name: connector.to_owned(),
            known: records.iter().map(connector_title).collect(),
        }));
    };
    let _lock = store.writer_lock(record.id, &format!("a decision about {}", connector_title(record))).await?;
    let report = match verb {
        Verb::Confirm { discarded } => {
            let filter = RemovalFilter { include_discarded: discarded, ..RemovalFilter::default() };
            store.removals_confirm(record.id, decision, now, filter).await?
        }
        Verb::Discard => store.removals_discard(record.id, decision, now, RemovalFilter::default()).await?,
    };
    identities_refresh(store, now).await?;
    plan_steps_seen(store, now).await?;
    Ok(report.facts)
}
