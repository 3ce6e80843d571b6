//! Who reviews a grant. Never whoever holds it.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::person::normal_address;

/// Who reviews, or holds what is reviewed, as one text: a person of the directories where one is known (`person:E42`), an
/// account of the hub that is nobody's there (`user:ada`), or a mail address (`mail:ada@acme.test`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReviewerKey(String);

impl ReviewerKey {
    /// A person of the directories.
    #[must_use]
    pub fn person(key: &str) -> Self {
        Self(format!("person:{key}"))
    }

    /// An account of the hub, or a name at a terminal. They are told apart by nothing: both are who acts here.
    #[must_use]
    pub fn user(name: &str) -> Self {
        Self(format!("user:{}", name.to_lowercase()))
    }

    /// Somebody of whom only an address is known.
    #[must_use]
    pub fn mail(address: &str) -> Self {
        let normal = normal_address(address).unwrap_or_else(|| address.trim().to_lowercase());
        Self(format!("mail:{normal}"))
    }

    /// The key with this text, as it is kept.
    #[must_use]
    pub fn kept(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of the person in the directories, where it is one.
    #[must_use]
    pub fn person_key(&self) -> Option<&str> {
        self.0.strip_prefix("person:")
    }
}

impl fmt::Display for ReviewerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a campaign finds the reviewer of a grant. They are tried in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReviewerSource {
    /// Whoever answers for the resource.
    ResourceOwner,
    /// The manager of the person whose account holds it.
    Manager,
    /// Whoever answers for the account, such as that of a service.
    AccountOwner,
    /// Somebody by name or mail address.
    Named(String),
}

impl ReviewerSource {
    /// `resource-owner`, `manager`, `account-owner`, or who.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::ResourceOwner => "resource-owner",
            Self::Manager => "manager",
            Self::AccountOwner => "account-owner",
            Self::Named(who) => who,
        }
    }

    /// The one with this word; anything else names somebody.
    #[must_use]
    pub fn read(word: &str) -> Self {
        match word.trim() {
            "resource-owner" => Self::ResourceOwner,
            "manager" => Self::Manager,
            "account-owner" => Self::AccountOwner,
            who => Self::Named(who.to_owned()),
        }
    }

    /// Why somebody whom it finds reviews, in words.
    #[must_use]
    pub fn why(&self) -> &'static str {
        match self {
            Self::ResourceOwner => "answers for the resource",
            Self::Manager => "manages the person",
            Self::AccountOwner => "answers for the account",
            Self::Named(_) => "named by the campaign",
        }
    }
}

/// Whether somebody may decide about a grant that `holders` hold. Whoever holds it, alone or with others, may not.
#[must_use]
pub fn may_review(reviewer: &ReviewerKey, holders: &BTreeSet<ReviewerKey>) -> bool {
    !holders.contains(reviewer)
}

/// The first of `candidates` who may review what `holders` hold.
#[must_use]
pub fn reviewer_choose<C>(
    candidates: impl IntoIterator<Item = C>,
    key_of: impl Fn(&C) -> &ReviewerKey,
    holders: &BTreeSet<ReviewerKey>,
) -> Option<C> {
    candidates.into_iter().find(|candidate| may_review(key_of(candidate), holders))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_chosen_who_holds_it() {
        let (ada, bob) = (ReviewerKey::person("E1"), ReviewerKey::user("Bob"));
        let holders = BTreeSet::from([ada.clone()]);
        assert_eq!(reviewer_choose([&ada, &bob], |key| key, &holders), Some(&bob));
        assert_eq!(reviewer_choose([&ada], |key| key, &holders), None);
        assert!(may_review(&bob, &holders) && !may_review(&ada, &holders));
    }

    #[test]
    fn a_key_is_one_text() {
        assert_eq!(ReviewerKey::user("Bob").as_str(), "user:bob");
        assert_eq!(ReviewerKey::mail(" Ada+npm@Acme.test ").as_str(), "mail:ada@acme.test");
        assert_eq!(ReviewerKey::person("E1").person_key(), Some("E1"));
        assert_eq!(ReviewerKey::user("E1").person_key(), None);
    }

    #[test]
    fn sources_are_read_back() {
        for word in ["resource-owner", "manager", "account-owner", "ada@acme.test"] {
            assert_eq!(ReviewerSource::read(word).word(), word);
        }
    }
}
