//! What correlation says of each account.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{AccountKey, Confidence, CorrelationRule, PersonKey};

/// What correlation says: of every account one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correlation {
    /// The state of each account.
    pub states: BTreeMap<AccountKey, LinkState>,
    /// What so many people share that not all of them were looked through.
    pub crowds: BTreeSet<Crowd>,
}

/// A word that too many people share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Crowd {
    /// A word of a name, a username or an address.
    pub word: String,
    /// How many people or accounts have it.
    pub size: usize,
}

/// What an account is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum LinkState {
    /// A person's.
    Person(IdentityLink),
    /// Perhaps a person's: somebody has to say.
    Suggested(Shortlist),
    /// As much one person's as another's, or one person's who has another with equal evidence.
    Ambiguous {
        /// Why it cannot be told.
        why: Ambiguity,
        /// Who it may be.
        #[serde(flatten)]
        shortlist: Shortlist,
    },
    /// Nobody's who is known.
    Unmatched,
    /// A service's.
    Service {
        /// Who answers for it, if anybody.
        owner: Option<PersonKey>,
        /// Who says so.
        said_by: ServiceSaidBy,
    },
    /// Somebody's outside the organisation.
    External,
    /// One that nobody may take away.
    Protected {
        /// Who answers for it.
        owner: PersonKey,
    },
}

impl LinkState {
    /// The word for the state.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Suggested(_) => "suggested",
            Self::Ambiguous { .. } => "ambiguous",
            Self::Unmatched => "unmatched",
            Self::Service { .. } => "service",
            Self::External => "external",
            Self::Protected { .. } => "protected",
        }
    }

    /// The link, where there is one.
    #[must_use]
    pub const fn link(&self) -> Option<&IdentityLink> {
        match self {
            Self::Person(link) => Some(link),
            _ => None,
        }
    }

    /// Whose it is, or who answers for it.
    #[must_use]
    pub fn person(&self) -> Option<&PersonKey> {
        self.link().map(|link| &link.person).or(self.owner())
    }

    /// Whether it may be this person's, among others.
    #[must_use]
    pub fn may_be(&self, person: &PersonKey) -> bool {
        let candidates = self.shortlist().map(|shortlist| shortlist.candidates.as_slice()).unwrap_or_default();
        candidates.iter().any(|candidate| candidate.person == *person)
    }

    /// Who it may be, where that is open.
    #[must_use]
    pub const fn shortlist(&self) -> Option<&Shortlist> {
        match self {
            Self::Suggested(shortlist) | Self::Ambiguous { shortlist, .. } => Some(shortlist),
            _ => None,
        }
    }

    /// Who answers for it, where that is somebody other than its person.
    #[must_use]
    pub const fn owner(&self) -> Option<&PersonKey> {
        match self {
            Self::Service { owner, .. } => owner.as_ref(),
            Self::Protected { owner } => Some(owner),
            _ => None,
        }
    }
}

/// Who says that an account is a service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceSaidBy {
    /// The source marks it so.
    Source,
    /// Somebody decided.
    Person,
}

/// An account is a person's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityLink {
    /// Whose.
    pub person: PersonKey,
    /// The rule that linked it.
    pub rule: CorrelationRule,
    /// What that is worth.
    pub confidence: Confidence,
    /// Everything that could have linked it to them, strongest first.
    pub evidence: Vec<Evidence>,
}

impl IdentityLink {
    /// What was compared, in words, strongest first.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        reasons(&self.evidence)
    }
}

impl Candidate {
    /// What was compared, in words, strongest first.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        reasons(&self.evidence)
    }
}

fn reasons(evidence: &[Evidence]) -> Vec<String> {
    evidence.iter().map(|evidence| evidence.inputs.clone()).collect()
}

/// Something that speaks for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Of which kind.
    pub rule: CorrelationRule,
    /// What it is worth.
    pub confidence: Confidence,
    /// Whether it may link by itself: its rule may, and it rests on nothing that people edit about themselves.
    pub may_link: bool,
    /// What was compared, in words.
    pub inputs: String,
}

/// Who an account may belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shortlist {
    /// The best candidates, best first.
    pub candidates: Vec<Candidate>,
    /// How many more there are.
    pub left_out: usize,
}

/// Somebody whom an account may belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub person: PersonKey,
    /// What the best evidence is worth.
    pub confidence: Confidence,
    /// What speaks for them, strongest first, one of each kind.
    pub evidence: Vec<Evidence>,
}

/// Why it cannot be told whose an account is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ambiguity {
    /// Evidence that would link speaks for more than one person.
    SeveralPeople,
    /// The same evidence speaks for other accounts of the connector.
    SeveralAccounts {
        /// The first of them.
        others: Vec<AccountKey>,
    },
    /// Nothing would link, and the best candidates are equally good.
    EquallyGood,
}
