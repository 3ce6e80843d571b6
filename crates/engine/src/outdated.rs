//! Evidence that something newer speaks against.
//!
//! What a registry says about the collaborators of a package may be days older than what it says about teams, since there
//! are many packages and a budget. A statement about somebody whose right has ended since is no sign of another right: it
//! only has not been read again yet. The same goes for a roster that names teams and was read a moment before somebody
//! was taken out of one.

use std::collections::{HashMap, HashSet};

use rolecall_model::{ConnectorDeclaration, Fact, ResourceRef, Timestamp};
use rolecall_store::{ChangeFilter, ChangeKind, ConnectorId, ListingId, ListingState, SnapshotId, Store, StoreError};

/// When rights ended, and when the listings whose evidence counts were read.
#[derive(Debug, Default)]
pub(crate) struct EndedRights {
    by: HashMap<ResourceRef, Timestamp>,
    on: HashMap<ResourceRef, Timestamp>,
    read: HashMap<ListingId, Timestamp>,
}

impl EndedRights {
    /// Loads what ended since the oldest listing whose evidence counts was read: nothing after a sync that read all of
    /// them. Of a past moment, what had ended by the snapshot `at`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn load(
        store: &Store,
        connector: ConnectorId,
        declaration: &ConnectorDeclaration,
        states: &[ListingState],
        at: Option<SnapshotId>,
    ) -> Result<Self, StoreError> {
        let kinds: HashSet<&str> = declaration.evidence_counts().map(|(_, listing)| listing).collect();
        let counted = states.iter().filter(|state| kinds.contains(state.key.kind.as_str()) && !state.retired);
        let read: HashMap<ListingId, Timestamp> =
            counted.map(|state| (state.id, state.whole_at.unwrap_or(state.read_at))).collect();
        let mut ended = Self { read, ..Self::default() };
        let Some(oldest) = ended.read.values().min().copied() else { return Ok(ended) };
        let snapshots = at.map(|at| (SnapshotId(0), at));
        let filter =
            ChangeFilter { connector: Some(connector), since: Some(oldest), snapshots, ..ChangeFilter::default() };
        for change in store.changes(&filter).await? {
            // A right that another took the place of was raised: a lowered one disappears.
            if change.kind == ChangeKind::Disappeared {
                ended.note(&change.fact, change.not_after);
            }
        }
        Ok(ended)
    }

    fn note(&mut self, fact: &Fact, moment: Timestamp) {
        let Fact::Grant { principal, entitlement } = fact else { return };
        for (known, resource) in [(&mut self.by, principal), (&mut self.on, &entitlement.resource)] {
            let latest = known.entry(resource.clone()).or_insert(moment);
            *latest = moment.max(*latest);
        }
    }

    /// Whether anything ended that the evidence of a listing could be older than.
    pub(crate) fn concerns(&self, listing: ListingId) -> bool {
        !self.by.is_empty() && self.read.contains_key(&listing)
    }

    /// Whether a right of the fact's principal, or one on the fact's resource, ended after the listing was read.
    pub(crate) fn is_outdated(&self, fact: &Fact, listing: ListingId) -> bool {
        let (Fact::Evidence { principal, entitlement }, Some(read)) = (fact, self.read.get(&listing)) else {
            return false;
        };
        let ended = [self.by.get(principal), self.on.get(&entitlement.resource)];
        ended.into_iter().flatten().any(|moment| milliseconds(*moment) > milliseconds(*read))
    }
}

/// Of a past reading no more is known.
const fn milliseconds(moment: Timestamp) -> i64 {
    moment.0.div_euclid(1000)
}
