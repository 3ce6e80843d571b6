//! Listings: the things that are read in full or not, and the verdict on each reading.
//!
//! *Architecture Invariant* 1: absence is evidence only inside a complete listing.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Fact, ResourceRef, Term};

/// One thing that can be read in full: the roster of an organisation, the members of a team.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ListingKey {
    /// Declared listing kind, for example `team-members`.
    pub kind: Term,
    /// The resource whose listing it is.
    pub subject: ResourceRef,
}

impl fmt::Display for ListingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.kind, self.subject)
    }
}

/// Why a reading was not whole or not proven.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    /// Stable word for programs, for example `lost-sight`.
    pub code: Term,
    /// One sentence for people, with what to do where that is known.
    pub text: String,
}

impl Reason {
    /// The code of a listing that was not asked for, because the source has stopped answering.
    pub const NOT_ASKED: &'static str = "not-asked";
    /// The code of something the source says is not there, or not there for this credential.
    pub const LOST_SIGHT: &'static str = "lost-sight";
    /// The code of something the source refuses to show to this credential.
    pub const FORBIDDEN: &'static str = "forbidden";
    /// The code of something for which the source does not take this credential.
    pub const UNAUTHORISED: &'static str = "unauthorised";

    /// A reason with its stable code and its sentence.
    pub fn new(code: impl Into<Term>, text: impl Into<String>) -> Self {
        Self { code: code.into(), text: text.into() }
    }

    /// Whether the source answers, and keeps this from the credential: not a failure that another attempt may mend.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        [Self::LOST_SIGHT, Self::FORBIDDEN, Self::UNAUTHORISED].contains(&self.code.as_str())
    }
}

/// What shows that an answer which arrived whole is also the whole truth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// The answer proves itself, as a roster does in which the credential's own account is an owner.
    Itself,
    /// A person stated what the answer must contain, and it does.
    Attested,
    /// As good as the listing that [`crate::ListingDeclaration::sight`] names: same credential, same rights.
    Sight,
    /// Nothing shows it.
    None(Reason),
}

/// How a reading ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Everything the source sent was read to its last byte.
    Whole(Proof),
    /// Some of it is known to be missing; what is there is true.
    Partial(Reason),
    /// Nothing can be concluded.
    Unavailable(Reason),
    /// The source says that nothing changed since the validator we sent.
    NotModified,
}

/// Something noticed while reading that a person may want to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable word for programs, for example `unknown-role`.
    pub code: Term,
    /// One sentence.
    pub text: String,
}

impl Diagnostic {
    /// A diagnostic with its stable code and its sentence.
    pub fn new(code: impl Into<Term>, text: impl Into<String>) -> Self {
        Self { code: code.into(), text: text.into() }
    }
}

/// What one reading of one listing gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// How it ended.
    pub outcome: Outcome,
    /// What it states. Empty unless the outcome is whole or partial.
    pub facts: Vec<Fact>,
    /// What was odd about it.
    pub diagnostics: Vec<Diagnostic>,
    /// Opaque text to send next time so that the source may answer *not modified*.
    pub validator: Option<String>,
}

impl Reading {
    /// A reading that arrived whole.
    #[must_use]
    pub const fn whole(proof: Proof, facts: Vec<Fact>) -> Self {
        Self { outcome: Outcome::Whole(proof), facts, diagnostics: Vec::new(), validator: None }
    }

    /// A reading that arrived whole and is as good as its sight, unless there is a doubt whether it is everything.
    #[must_use]
    pub fn sighted(facts: Vec<Fact>, doubt: Option<Reason>) -> Self {
        let outcome = doubt.map_or(Outcome::Whole(Proof::Sight), Outcome::Partial);
        Self { outcome, facts, diagnostics: Vec::new(), validator: None }
    }

    /// The reading without facts whose names no database keeps, because there is a NUL in them. Then it does not state
    /// everything any more, and absence from it says nothing.
    #[must_use]
    pub fn storable(mut self) -> Self {
        let stated = self.facts.len();
        self.facts.retain(|fact| !fact.has_nul());
        if self.facts.len() < stated && matches!(self.outcome, Outcome::Whole(_)) {
            self.outcome =
                Outcome::Partial(Reason::new("unreadable-name", "a name in it holds a character that is none"));
        }
        self
    }

    /// A reading that failed.
    #[must_use]
    pub const fn unavailable(reason: Reason) -> Self {
        Self { outcome: Outcome::Unavailable(reason), facts: Vec::new(), diagnostics: Vec::new(), validator: None }
    }
}

/// How far a listing can be trusted, after its own outcome and the credential's sight were both weighed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Complete: the answer itself shows it.
    Proven,
    /// Complete: a person stated what it must contain.
    Attested,
    /// It arrived whole, but nothing shows that it is everything.
    Unproven(Reason),
    /// Parts are known to be missing.
    Partial(Reason),
    /// Not read.
    Unavailable(Reason),
}

/// The words for [`Verdict`]s, as stored and printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VerdictKind {
    /// See [`Verdict::Proven`].
    Proven,
    /// See [`Verdict::Attested`].
    Attested,
    /// See [`Verdict::Unproven`].
    Unproven,
    /// See [`Verdict::Partial`].
    Partial,
    /// See [`Verdict::Unavailable`].
    Unavailable,
}

impl VerdictKind {
    /// The word used in the database and in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Attested => "attested",
            Self::Unproven => "unproven",
            Self::Partial => "partial",
            Self::Unavailable => "unavailable",
        }
    }
}

impl Verdict {
    /// The verdict's word.
    #[must_use]
    pub const fn kind(&self) -> VerdictKind {
        match self {
            Self::Proven => VerdictKind::Proven,
            Self::Attested => VerdictKind::Attested,
            Self::Unproven(_) => VerdictKind::Unproven,
            Self::Partial(_) => VerdictKind::Partial,
            Self::Unavailable(_) => VerdictKind::Unavailable,
        }
    }

    /// Whether absence from this listing may remove anything (*Architecture Invariant* 1).
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::Proven | Self::Attested)
    }

    /// Why it is not complete.
    #[must_use]
    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Proven | Self::Attested => None,
            Self::Unproven(reason) | Self::Partial(reason) | Self::Unavailable(reason) => Some(reason),
        }
    }

    /// Puts a verdict together from its stored word and reason. An unknown word is read as unavailable.
    #[must_use]
    pub fn from_parts(word: &str, reason: Option<Reason>) -> Self {
        let reason = reason.unwrap_or_else(|| Reason::new("unknown", "no reason was recorded"));
        match word {
            "proven" => Self::Proven,
            "attested" => Self::Attested,
            "unproven" => Self::Unproven(reason),
            "partial" => Self::Partial(reason),
            _ => Self::Unavailable(reason),
        }
    }

    /// Weighs a reading's outcome against the sight it depends on (the verdict of the listing named by
    /// [`crate::ListingDeclaration::sight`]). `None` for [`Outcome::NotModified`]: the earlier verdict stands.
    #[must_use]
    pub fn of(outcome: &Outcome, sight: Option<&Self>) -> Option<Self> {
        Some(match outcome {
            Outcome::Whole(Proof::Itself) => Self::Proven,
            Outcome::Whole(Proof::Attested) => Self::Attested,
            Outcome::Whole(Proof::None(reason)) => Self::Unproven(reason.clone()),
            Outcome::Whole(Proof::Sight) => match sight {
                Some(Self::Proven) => Self::Proven,
                Some(Self::Attested) => Self::Attested,
                Some(other) => Self::Unproven(other.reason().cloned().unwrap_or_else(no_sight)),
                None => Self::Unproven(no_sight()),
            },
            Outcome::Partial(reason) => Self::Partial(reason.clone()),
            Outcome::Unavailable(reason) => Self::Unavailable(reason.clone()),
            Outcome::NotModified => return None,
        })
    }
}

fn no_sight() -> Reason {
    Reason::new("sight-unproven", "nothing shows what the credential can see")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_only_as_complete_as_the_sight_behind_it() {
        let whole = Outcome::Whole(Proof::Sight);
        assert_eq!(Verdict::of(&whole, Some(&Verdict::Proven)), Some(Verdict::Proven));
        assert_eq!(Verdict::of(&whole, Some(&Verdict::Attested)), Some(Verdict::Attested));
        let blind = Verdict::Unproven(Reason::new("no-identity", "whoami failed"));
        assert_eq!(Verdict::of(&whole, Some(&blind)), Some(blind));
        assert!(!Verdict::of(&whole, None).is_some_and(|verdict| verdict.is_complete()));
    }
}
