//! What is said of owners, and what of it counts.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ResourceRef;
use crate::person::PersonKey;

/// Who answers for something, as it was said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Owner {
    /// Somebody of the directories.
    Person(PersonKey),
    /// A team of a registry.
    Team(OwnerTeam),
    /// Whoever has this address.
    Address(String),
    /// Whoever is called so where the source code is: `@ada`.
    Handle(String),
    /// A team there: `@acme/core`.
    Group(String),
}

/// A team of a registry, whatever its connector is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OwnerTeam {
    /// The connector's uuid.
    pub connector: String,
    /// The team.
    pub team: ResourceRef,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(key) => key.fmt(f),
            Self::Team(team) => write!(f, "{} {}", team.team.kind, team.team.id),
            Self::Address(text) | Self::Handle(text) | Self::Group(text) => f.write_str(text),
        }
    }
}

/// Whose word it is that somebody owns something, the most trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnerSource {
    /// Somebody's, who said it of this very resource.
    Said,
    /// A list's that somebody brought.
    List,
    /// That of a CODEOWNERS file. Which repository a package comes from, whoever publishes it says.
    Codeowners,
    /// Nobody's: it follows from who manages the teams that hold something on the resource.
    Derived,
}

impl OwnerSource {
    /// All of them, the most trusted first.
    pub const ALL: [Self; 4] = [Self::Said, Self::List, Self::Codeowners, Self::Derived];

    /// The word for it, which is stable.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Said => "said",
            Self::List => "list",
            Self::Codeowners => "codeowners",
            Self::Derived => "derived",
        }
    }

    /// The source that is called so.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.word() == word)
    }
}

/// What counts of everything that is said of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRuling<C> {
    /// What the most trusted source says that says anything.
    pub counting: Vec<C>,
    /// What others say besides, the more trusted first.
    pub besides: Vec<C>,
}

/// Of several sources, the most trusted one counts, with everything that it says. The order within each stays. `O(n log n)`.
pub fn owners_ruling<C>(claims: impl IntoIterator<Item = C>, source: impl Fn(&C) -> OwnerSource) -> OwnerRuling<C> {
    let mut counting: Vec<C> = claims.into_iter().collect();
    counting.sort_by_key(|claim| source(claim));
    let first = counting.first().map(&source);
    let end = counting.partition_point(|claim| Some(source(claim)) <= first);
    let besides = counting.split_off(end);
    OwnerRuling { counting, besides }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_most_trusted_source_counts_alone_and_with_all_it_says() {
        let said =
            [(OwnerSource::Codeowners, 1), (OwnerSource::List, 2), (OwnerSource::Derived, 3), (OwnerSource::List, 4)];
        let ruling = owners_ruling(said, |claim| claim.0);
        assert_eq!(ruling.counting, [(OwnerSource::List, 2), (OwnerSource::List, 4)]);
        assert_eq!(ruling.besides, [(OwnerSource::Codeowners, 1), (OwnerSource::Derived, 3)]);
        let nothing = owners_ruling(Vec::new(), |source: &OwnerSource| *source);
        assert!(nothing.counting.is_empty() && nothing.besides.is_empty());
    }

    #[test]
    fn words_lead_back_and_owners_are_read_as_they_were_written() {
        for source in OwnerSource::ALL {
            assert_eq!(OwnerSource::read(source.word()), Some(source));
        }
        let team = OwnerTeam { connector: "c".to_owned(), team: ResourceRef::new("team", "acme/core") };
        for owner in [Owner::Person(PersonKey::from("E1")), Owner::Team(team), Owner::Handle("@ada".to_owned())] {
            let text = serde_json::to_string(&owner).unwrap();
            assert_eq!(serde_json::from_str::<Owner>(&text).unwrap(), owner, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_less_trusted_counts(numbers in prop::collection::vec(0..4_usize, 0..12)) {
            let claims: Vec<OwnerSource> = numbers.iter().map(|number| OwnerSource::ALL[*number]).collect();
            let ruling = owners_ruling(claims.clone(), |source| *source);
            prop_assert_eq!(ruling.counting.len() + ruling.besides.len(), claims.len());
            let least = claims.iter().min();
            prop_assert!(ruling.counting.iter().all(|source| Some(source) == least));
            prop_assert!(ruling.besides.iter().all(|source| Some(source) > least));
            prop_assert_eq!(ruling.counting.is_empty(), claims.is_empty());
        }
    }
}
