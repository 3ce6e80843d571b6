//! What is known by now to be held by whom, whatever was known when the population was fixed: whose an account is may have
//! become known, and somebody may have joined a group since.

use std::collections::BTreeSet;

use rolecall_graph::NodeId;
use rolecall_model::review::ReviewerKey;
use rolecall_store::{Store, StoreError, StoredReview};

use super::ReviewPeople;
use super::stage::holding_of;
use crate::world::WorldView;

/// What is held now, among what a campaign reviews.
pub(super) struct OwnNow<'a> {
    view: &'a WorldView,
    people: &'a ReviewPeople,
    staged: BTreeSet<String>,
}

impl<'a> OwnNow<'a> {
    /// Of a campaign. `O(grants of it)`.
    pub(super) async fn load(
        store: &Store,
        view: &'a WorldView,
        people: &'a ReviewPeople,
        review: &StoredReview,
    ) -> Result<Self, StoreError> {
        let places = store.review_places(review.id, (0, i64::MAX)).await?;
        Ok(Self { view, people, staged: places.into_iter().map(|place| place.holding).collect() })
    }

    /// What somebody holds who is known under these keys. `O(accounts)`.
    pub(super) fn of(&self, own: &BTreeSet<ReviewerKey>) -> BTreeSet<String> {
        let is_own = |account: NodeId| self.people.holders_of(self.view, account).iter().any(|key| own.contains(key));
        let mut fresh: Vec<NodeId> = self.view.world.accounts().filter(|account| is_own(*account)).collect();
        let mut seen: BTreeSet<NodeId> = fresh.iter().copied().collect();
        let mut holdings: BTreeSet<String> = BTreeSet::new();
        while let Some(node) = fresh.pop() {
            holdings.insert(holding_of(self.view, node));
            for twin in self.view.world.same_account(node) {
                holdings.insert(holding_of(self.view, twin));
                let groups = self.view.world.grants_by(twin).map(|step| step.resource);
                for group in groups.filter(|resource| self.view.world.is_group(*resource)) {
                    if seen.insert(group) {
                        fresh.push(group);
                    }
                }
            }
        }
        holdings.retain(|holding| self.staged.contains(holding));
        holdings
    }
}
