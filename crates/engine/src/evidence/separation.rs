//! Who denied a grant, and whether somebody else carried that out.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewDecision, ReviewerKey};
use rolecall_store::{ReviewFilter, StoreError, StoredReview};

use super::scope::Scope;
use crate::reviews::ReviewPeople;

/// Who denied a grant.
#[derive(Clone, Debug, Default)]
pub(super) struct Denial {
    /// Who decided, as they are called, and by key.
    deciders: BTreeMap<String, ReviewerKey>,
    /// Who entered it, as the system names them.
    bringers: BTreeSet<String>,
    /// When it was denied first.
    pub(super) at: Timestamp,
}

/// By the review and the number in it.
pub(super) struct Denials(BTreeMap<(String, i64), Denial>);

impl Denial {
    /// What they are called.
    pub(super) fn names(&self) -> String {
        self.deciders.keys().cloned().collect::<Vec<_>>().join(", ")
    }
}

impl Denials {
    /// Reads them. `O(decisions)`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>) -> Result<Self, StoreError> {
        let mut all = Self(BTreeMap::new());
        let reviews = scope.store.review_list(ReviewFilter::default()).await?;
        for review in reviews.into_iter().filter(|review| review.started_at.is_some()) {
            all.add(scope, &review).await?;
        }
        Ok(all)
    }

    async fn add(&mut self, scope: &Scope<'_>, review: &StoredReview) -> Result<(), StoreError> {
        let submissions = scope.store.review_submissions(review.id).await?;
        let submissions: BTreeMap<_, _> = submissions.into_iter().map(|one| (one.uuid, one)).collect();
        for decision in scope.store.review_decisions(review.id).await? {
            if decision.decision != ReviewDecision::Deny || decision.at > scope.at {
                continue;
            }
            let at = decision.at;
            let of = self.0.entry((review.name.clone(), decision.number));
            let of = of.or_insert_with(|| Denial { at, ..Denial::default() });
            let Some(submission) = submissions.get(&decision.submission) else { continue };
            of.deciders.insert(submission.reviewer_name.clone(), decision.reviewer);
            of.bringers.insert(submission.brought_by.clone());
            of.at = of.at.min(at);
        }
        Ok(())
    }

    /// Of a grant.
    pub(super) fn of(&self, review: &str, number: i64) -> Option<&Denial> {
        self.0.get(&(review.to_owned(), number))
    }
}

/// Whether whoever carried something out is another than those who denied it or entered that: as people of the directories, or
/// as accounts of the hub. `None` where a name can be anybody's, as those at a terminal can.
pub(super) fn separation(people: &ReviewPeople, denial: &Denial, doer: &str) -> Option<&'static str> {
    let doer_keys = people.own_keys(doer);
    let of_bringers = denial.bringers.iter().map(|name| (name.as_str(), people.own_keys(name)));
    let of_deciders = denial.deciders.iter().map(|(name, key)| (name.as_str(), people.own_keys_of(key)));
    let others: Vec<(&str, BTreeSet<ReviewerKey>)> = of_deciders.chain(of_bringers).collect();
    let is_same = |(name, keys): &(&str, BTreeSet<ReviewerKey>)| {
        !is_nobody(name) && name.eq_ignore_ascii_case(doer) || !keys.is_disjoint(&doer_keys)
    };
    if others.is_empty() {
        return None;
    }
    if !is_nobody(doer) && others.iter().any(is_same) {
        return Some("same person");
    }
    let is_person = |keys: &BTreeSet<ReviewerKey>| keys.iter().any(|key| key.person_key().is_some());
    if is_person(&doer_keys) && others.iter().all(|(_, keys)| is_person(keys)) {
        return Some("another person");
    }
    let is_account = |keys: &BTreeSet<ReviewerKey>| is_person(keys) || keys.iter().any(|key| people.is_account(key));
    (is_account(&doer_keys) && others.iter().all(|(_, keys)| is_account(keys))).then_some("another account")
}

/// Whoever the system could not name, and whose name was erased.
fn is_nobody(name: &str) -> bool {
    matches!(name, "" | "unknown" | "erased")
}
