//! Since when rights are known.

use std::collections::HashMap;

use rolecall_model::{EntitlementRef, Fact, ResourceRef, Timestamp};
use rolecall_store::SnapshotId;

/// When each right of a connector was first observed. Most rights were there from the first snapshot on, so only the
/// others are kept one by one.
#[derive(Debug, Default)]
pub(crate) struct Since {
    moments: HashMap<i64, Timestamp>,
    first: Timestamp,
    later: HashMap<(ResourceRef, EntitlementRef), Timestamp>,
}

impl Since {
    /// With the moments at which snapshots became current.
    pub(crate) fn new(moments: HashMap<i64, Timestamp>) -> Self {
        let first = moments.values().min().copied().unwrap_or_default();
        Self { moments, first, later: HashMap::new() }
    }

    /// With the moment that every right counts as known from of which nothing else is said.
    pub(crate) fn starting(first: Timestamp) -> Self {
        Self { first, ..Self::default() }
    }

    /// Notes when a right was first observed.
    pub(crate) fn add_moment(&mut self, fact: &Fact, moment: Timestamp) {
        if let Fact::Grant { principal, entitlement } | Fact::Evidence { principal, entitlement } = fact {
            self.later.insert((principal.clone(), entitlement.clone()), moment);
        }
    }

    /// Notes the snapshot since which a fact is current.
    pub(crate) fn add(&mut self, fact: &Fact, snapshot: SnapshotId) {
        let (Fact::Grant { principal, entitlement } | Fact::Evidence { principal, entitlement }) = fact else { return };
        let moment = self.moments.get(&snapshot.0).copied().unwrap_or(self.first);
        if moment > self.first {
            self.later.insert((principal.clone(), entitlement.clone()), moment);
        }
    }

    /// When the principal was first observed to hold the entitlement.
    pub(crate) fn of(&self, principal: &ResourceRef, entitlement: &EntitlementRef) -> Timestamp {
        self.later(principal, entitlement).unwrap_or(self.first)
    }

    /// The same, unless it was there from the first snapshot on: then nobody knows how old it is.
    pub(crate) fn later(&self, principal: &ResourceRef, entitlement: &EntitlementRef) -> Option<Timestamp> {
        self.later.get(&(principal.clone(), entitlement.clone())).copied()
    }
}
