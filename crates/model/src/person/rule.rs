//! The rules by which evidence joins an account to a person, strongest first.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a match is worth, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidence(pub u16);

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

/// A kind of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CorrelationRule {
    /// Somebody decided.
    Pin,
    /// The identity provider that signs the account in, or provisioned it, tells whose it is.
    Subject,
    /// The directory, or a list of the organisation's, names the account.
    Attribute,
    /// The person signed in and proved control of the account.
    SelfClaim,
    /// The account's verified address is the person's main one, on a domain that is trusted.
    VerifiedAddress,
    /// The account's verified address is an alias of the person, on a domain that is trusted.
    Alias,
    /// An account with the same username elsewhere is known to be the person's.
    SameUsername,
    /// An address is the same that proves nothing: anyone can edit it, or the domain is not trusted.
    EditableAddress,
    /// The username is what is before the `@` of the person's address.
    LocalPart,
    /// The names are alike.
    Name,
}

impl CorrelationRule {
    /// All rules, strongest first.
    pub const ALL: [Self; 10] = [
        Self::Pin,
        Self::Subject,
        Self::Attribute,
        Self::SelfClaim,
        Self::VerifiedAddress,
        Self::Alias,
        Self::SameUsername,
        Self::EditableAddress,
        Self::LocalPart,
        Self::Name,
    ];

    /// The word for it in settings and in the database.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Subject => "subject",
            Self::Attribute => "attribute",
            Self::SelfClaim => "self-claim",
            Self::VerifiedAddress => "verified-address",
            Self::Alias => "alias",
            Self::SameUsername => "same-username",
            Self::EditableAddress => "editable-address",
            Self::LocalPart => "local-part",
            Self::Name => "name",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Pin => "Pinned by a person",
            Self::Subject => "Subject at the identity provider",
            Self::Attribute => "Named by the directory or a list",
            Self::SelfClaim => "Claimed and proven by its owner",
            Self::VerifiedAddress => "Verified address on a trusted domain",
            Self::Alias => "Verified address that is an alias",
            Self::SameUsername => "Same username proven in another registry",
            Self::EditableAddress => "Maintainer's or other address that proves nothing",
            Self::LocalPart => "Username is the local part of an address",
            Self::Name => "Similar name",
        }
    }

    /// What a match by it is worth; by [`Name`](Self::Name), at most.
    #[must_use]
    pub const fn confidence(self) -> Confidence {
        Confidence(match self {
            Self::Pin | Self::Subject | Self::Attribute | Self::SelfClaim => 1000,
            Self::VerifiedAddress => 950,
            Self::Alias => 900,
            Self::SameUsername => 700,
            Self::EditableAddress => 600,
            Self::LocalPart => 500,
            Self::Name => 400,
        })
    }

    /// Whether it may link by itself. Rules that rest on what people can edit may not, at any confidence.
    #[must_use]
    pub const fn may_link(self) -> bool {
        match self {
            Self::Pin | Self::Subject | Self::Attribute | Self::SelfClaim | Self::VerifiedAddress | Self::Alias => true,
            Self::SameUsername | Self::EditableAddress | Self::LocalPart | Self::Name => false,
        }
    }
}

impl fmt::Display for CorrelationRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_listed_strongest_first_and_the_word_is_what_is_stored() {
        assert!(CorrelationRule::ALL.is_sorted_by(|one, next| one.confidence() >= next.confidence() && one < next));
        for rule in CorrelationRule::ALL {
            assert_eq!(serde_json::to_string(&rule).unwrap(), format!("\"{rule}\""));
            assert_eq!(rule.may_link(), rule.confidence() >= Confidence(900), "{rule}");
        }
        assert_eq!(CorrelationRule::VerifiedAddress.confidence().to_string(), "0.950");
    }
}
