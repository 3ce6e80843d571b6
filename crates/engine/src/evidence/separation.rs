//! Who denied a grant, and whether somebody else carried that out.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewDecision, ReviewerKey};
use rolecall_store::{ReviewFilter, ReviewSource, StoreError, StoredReview};

use super::scope::Scope;
use crate::reviews::ReviewPeople;

/// Who decided something, and how that came to be known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Decider {
    key: ReviewerKey,
    /// What they are called.
    name: String,
    /// Who entered it, as the system names them.
    by: String,
    /// From where: a [`ReviewSource`].
    source: String,
}

/// Who denied a grant.
#[derive(Clone, Debug, Default)]
pub(super) struct Denial {
    deciders: BTreeSet<Decider>,
    /// When it was denied first.
    pub(super) at: Timestamp,
}

/// By the review and the number in it.
pub(super) struct Denials(BTreeMap<(String, i64), Denial>);

impl Denial {
    /// What they are called.
    pub(super) fn names(&self) -> String {
        let names: BTreeSet<&str> = self.deciders.iter().map(|decider| decider.name.as_str()).collect();
        names.into_iter().collect::<Vec<_>>().join(", ")
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
            of.deciders.insert(Decider {
                key: decision.reviewer,
                name: submission.reviewer_name.clone(),
                by: submission.brought_by.clone(),
                source: submission.source.clone(),
            });
            of.at = of.at.min(at);
        }
        Ok(())
    }

    /// Of a grant.
    pub(super) fn of(&self, review: &str, number: i64) -> Option<&Denial> {
        self.0.get(&(review.to_owned(), number))
    }
}

/// Whether whoever carried something out is another than those who denied it or entered that. They are the same where any name
/// or key of theirs is. That they are not is known of those who had signed in alone, as people of the directories or as accounts
/// of the hub; `None` where a name can be anybody's, as those at a terminal and in a file can.
pub(super) fn separation(people: &ReviewPeople, denial: &Denial, (doer, source): (&str, &str)) -> Option<&'static str> {
    let doer_keys = people.own_keys(doer);
    let deciders = &denial.deciders;
    let is_same = |decider: &Decider| {
        let has_name = |name: &str| name.eq_ignore_ascii_case(doer);
        let keys = people.own_keys_of(&decider.key).into_iter().chain(people.own_keys(&decider.by));
        has_name(&decider.name) || has_name(&decider.by) || keys.into_iter().any(|key| doer_keys.contains(&key))
    };
    if is_nobody(people, doer) || deciders.iter().any(|one| is_nobody(people, &one.name)) {
        return None;
    }
    if deciders.iter().any(is_same) {
        return Some("same person");
    }
    let is_signed = |source: &str| [ReviewSource::Page, ReviewSource::Interface].iter().any(|one| one.word() == source);
    if deciders.is_empty() || !is_signed(source) || !deciders.iter().all(|one| is_signed(&one.source)) {
        return None;
    }
    let doer = people.actor(doer).0;
    let all = || deciders.iter().map(|one| &one.key).chain([&doer]);
    match (all().all(|key| key.person_key().is_some()), all().all(|key| people.is_account(key))) {
        (true, _) => Some("another person"),
        (false, true) => Some("another account"),
        // An account of which no directory knows whose it is may be that very person's.
        (false, false) => None,
    }
}

/// Whoever the system could not name, and whose name was erased.
fn is_nobody(people: &ReviewPeople, name: &str) -> bool {
    matches!(name, "" | "unknown" | "erased") && !people.is_account(&ReviewerKey::user(name))
}

#[cfg(test)]
mod tests {
    use rolecall_store::{HubUserId, Role, User};
    use uuid::Uuid;

    use super::*;
    use crate::people::Identities;

    fn user(name: &str, email: Option<&str>) -> User {
        User {
            id: HubUserId(1),
            uuid: Uuid::nil(),
            name: name.to_owned(),
            display_name: String::new(),
            email: email.map(str::to_owned),
            role: Role::Reviewer,
            created_at: Timestamp(0),
            disabled_at: None,
            signed_in_at: None,
            has_password: true,
            second_factor_since: None,
            recovery_codes: 0,
        }
    }

    fn denial(of: &[(&str, &str, &str, &str)]) -> Denial {
        let one = |(key, name, by, source): &(&str, &str, &str, &str)| Decider {
            key: ReviewerKey::kept(*key),
            name: (*name).to_owned(),
            by: (*by).to_owned(),
            source: (*source).to_owned(),
        };
        Denial { deciders: of.iter().map(one).collect(), at: Timestamp(0) }
    }

    #[test]
    fn two_are_told_apart_only_where_both_signed_in() {
        let users = vec![user("ada", Some("ada@acme.test")), user("bob", None), user("unknown", None)];
        let people = ReviewPeople::of(Identities::default(), users);
        let by_ada = denial(&[("user:ada", "ada", "ada", "page")]);
        let said = |denial: &Denial, doer: &str, source: &str| separation(&people, denial, (doer, source));
        assert_eq!(said(&by_ada, "bob", "interface"), Some("another account"));
        assert_eq!(said(&by_ada, "Ada", "page"), Some("same person"));
        assert_eq!(said(&by_ada, "ada@acme.test", "terminal"), Some("same person"), "it is their address");
        for doer in ["bob", "root", "unknown", ""] {
            assert_eq!(said(&by_ada, doer, "terminal"), None, "{doer} at a terminal can be anybody");
        }
        assert_eq!(said(&by_ada, "root", "page"), None, "there is no such account");
        assert_eq!(said(&by_ada, "unknown", "page"), Some("another account"), "an account may be called so");
        // Of several each has to be another, also two of one name.
        let by_two = denial(&[("user:ada", "Jan", "ada", "page"), ("user:bob", "Jan", "bob", "page")]);
        assert_eq!(said(&by_two, "bob", "page"), Some("same person"));
        assert_eq!(by_two.names(), "Jan");
        let by_file = denial(&[("mail:x@y.test", "x@y.test", "ada", "file")]);
        assert_eq!(said(&by_file, "bob", "page"), None, "whoever filled the file in can be anybody");
        assert_eq!(said(&by_file, "ada", "page"), Some("same person"), "they entered it");
        assert_eq!(said(&denial(&[]), "bob", "page"), None);
    }
}
