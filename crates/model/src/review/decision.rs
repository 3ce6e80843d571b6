//! What was decided about a grant, and what of it counts.

use std::collections::BTreeMap;

/// What a reviewer decides about a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReviewDecision {
    /// It is still right.
    Certify,
    /// It has to go.
    Deny,
}

impl ReviewDecision {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Certify, Self::Deny];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Certify => "certify",
            Self::Deny => "deny",
        }
    }

    /// The decision with this word, however it is written in a table: `Certify`, `certified`.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "certify" | "certified" => Some(Self::Certify),
            "deny" | "denied" => Some(Self::Deny),
            _ => None,
        }
    }
}

/// What counts of all decisions about a grant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReviewOutcome {
    /// Nobody submitted a decision.
    #[default]
    Undecided,
    /// Everybody who decided certified it.
    Certified,
    /// Somebody denied it.
    Denied,
}

impl ReviewOutcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Undecided, Self::Certified, Self::Denied];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Certified => "certified",
            Self::Denied => "denied",
        }
    }

    /// The outcome with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// What counts of submitted decisions, the earliest first: of each reviewer the latest, and any deny wins.
#[must_use]
pub fn review_outcome<'d>(submitted: impl IntoIterator<Item = (&'d str, ReviewDecision)>) -> ReviewOutcome {
    let latest: BTreeMap<&str, ReviewDecision> = submitted.into_iter().collect();
    match latest.values().max() {
        None => ReviewOutcome::Undecided,
        Some(ReviewDecision::Certify) => ReviewOutcome::Certified,
        Some(ReviewDecision::Deny) => ReviewOutcome::Denied,
    }
}

/// What a grant is beside what was certified before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReviewNovelty {
    /// It was never certified.
    New,
    /// What it gives, whose it is or how it is protected is another than when it was certified last.
    Changed,
    /// It is as it was when it was certified last.
    Unchanged,
}

impl ReviewNovelty {
    /// All of them, in the order in which they are looked at.
    pub const ALL: [Self; 3] = [Self::New, Self::Changed, Self::Unchanged];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|novelty| novelty.word() == word)
    }

    /// What a grant is whose content has this digest now, and had that when it was certified last.
    #[must_use]
    pub fn of(now: &str, certified: Option<&str>) -> Self {
        match certified {
            None => Self::New,
            Some(certified) if certified == now => Self::Unchanged,
            Some(_) => Self::Changed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ReviewDecision::{Certify, Deny};
    use super::*;

    #[test]
    fn any_deny_wins_and_the_latest_word_of_each_counts() {
        let outcome = |decisions: &[(&str, ReviewDecision)]| review_outcome(decisions.iter().copied());
        assert_eq!(outcome(&[]), ReviewOutcome::Undecided);
        assert_eq!(outcome(&[("ada", Certify), ("bob", Certify)]), ReviewOutcome::Certified);
        assert_eq!(outcome(&[("ada", Deny), ("bob", Certify)]), ReviewOutcome::Denied);
        assert_eq!(outcome(&[("ada", Certify), ("bob", Deny)]), ReviewOutcome::Denied);
        assert_eq!(outcome(&[("ada", Deny), ("ada", Certify)]), ReviewOutcome::Certified);
        assert_eq!(outcome(&[("ada", Certify), ("ada", Deny), ("bob", Certify)]), ReviewOutcome::Denied);
    }

    #[test]
    fn words_are_read_back() {
        assert!(ReviewDecision::ALL.into_iter().all(|one| ReviewDecision::read(one.word()) == Some(one)));
        assert!(ReviewOutcome::ALL.into_iter().all(|one| ReviewOutcome::read(one.word()) == Some(one)));
        assert!(ReviewNovelty::ALL.into_iter().all(|one| ReviewNovelty::read(one.word()) == Some(one)));
        assert_eq!(ReviewDecision::read(" Denied "), Some(Deny));
        assert_eq!(ReviewDecision::read("yes"), None);
    }

    #[test]
    fn what_was_never_certified_is_new() {
        assert_eq!(ReviewNovelty::of("a", None), ReviewNovelty::New);
        assert_eq!(ReviewNovelty::of("a", Some("a")), ReviewNovelty::Unchanged);
        assert_eq!(ReviewNovelty::of("a", Some("b")), ReviewNovelty::Changed);
    }
}
