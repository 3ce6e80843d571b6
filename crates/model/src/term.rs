//! Short names from a vocabulary: type names, entitlement slugs, property names, link classes, listing kinds.

use std::borrow::{Borrow, Cow};
use std::fmt;

use serde::{Deserialize, Serialize};

/// A word of a vocabulary. Declared words are `'static` and cost nothing to copy; words met in data are owned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Term(Cow<'static, str>);

impl Term {
    /// A word known at compile time.
    #[must_use]
    pub const fn declared(word: &'static str) -> Self {
        Self(Cow::Borrowed(word))
    }

    /// The word itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for Term {
    fn from(word: &'static str) -> Self {
        Self::declared(word)
    }
}

impl From<String> for Term {
    fn from(word: String) -> Self {
        Self(Cow::Owned(word))
    }
}

impl Borrow<str> for Term {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Term {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Term {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
