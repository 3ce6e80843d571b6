//! Signed heads of the audit log, on their way out of this machine.
//!
//! Whoever can change the database can also change what it says of itself; what was delivered before, they cannot.
//! *At an interval*: the scheduler calls [`audit_head_deliver`] with the destinations it was configured with; it needs no
//! other state, and signing an unchanged log again only says that it was still so.

use rolecall_model::Timestamp;
use rolecall_notify::{Destination, Message, Reach};
use rolecall_store::{AuditHead, AuditKey, Store, StoreError};

/// What receivers sort heads by.
const KIND: &str = "audit-head";

/// A head, and where it went.
#[derive(Clone, Debug)]
pub struct HeadDelivery {
    /// What was signed. It is kept in the database as well.
    pub head: AuditHead,
    /// What became of it, destination by destination.
    pub outcomes: Vec<DeliveryOutcome>,
}

/// Whether one destination got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryOutcome {
    /// The destination, without what may be secret in it.
    pub destination: String,
    /// Why it did not, and what to do about it.
    pub trouble: Option<(String, Option<&'static str>)>,
}

impl HeadDelivery {
    /// What did not arrive, in sentences.
    pub fn troubles(&self) -> impl Iterator<Item = String> {
        self.outcomes.iter().filter_map(|outcome| {
            let (why, _) = outcome.trouble.as_ref()?;
            Some(format!("the audit log's head was not delivered to {}: {why}", outcome.destination))
        })
    }

    /// What to do about the first of what did not arrive.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        self.outcomes.iter().find_map(|outcome| outcome.trouble.as_ref()?.1)
    }
}

/// Signs the present end of the audit log and delivers it. One destination that fails does not keep it from the others.
///
/// # Errors
/// When the database cannot be written; nothing was delivered then.
pub async fn audit_head_deliver(
    store: &Store,
    key: &AuditKey,
    destinations: &[Destination],
    reach: Reach,
    now: Timestamp,
) -> Result<HeadDelivery, StoreError> {
    let head = store.audit_head_sign(key, now).await?;
    let json = serde_json::to_string(&head).map_err(|error| StoreError::Other(Box::new(error)))?;
    let message = Message { kind: KIND, at: head.at, json: &json };
    let mut outcomes = Vec::with_capacity(destinations.len());
    for destination in destinations {
        let trouble = destination.deliver(&message, reach).await.err().map(|error| (error.to_string(), error.hint()));
        outcomes.push(DeliveryOutcome { destination: destination.to_string(), trouble });
    }
    Ok(HeadDelivery { head, outcomes })
}
