//! Who and what: resources and the entitlements that can be held on them.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Term;

/// A resource inside one connector: its type and its wire id.
///
/// The id is the registry's own spelling (`acme/developers`, `@acme/widgets`, `CamelCase`). It is opaque: nobody
/// outside the connector module parses it, and it is compared byte by byte (*Architecture Invariant* 11).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ResourceRef {
    /// Declared type name, for example `team`.
    #[serde(rename = "t")]
    pub kind: Term,
    /// Wire id, for example `acme/developers`.
    #[serde(rename = "i")]
    pub id: Arc<str>,
}

impl ResourceRef {
    /// A reference to the resource `id` of type `kind`.
    pub fn new(kind: impl Into<Term>, id: impl Into<Arc<str>>) -> Self {
        Self { kind: kind.into(), id: id.into() }
    }

    /// The entitlement `slug` on this resource.
    #[must_use]
    pub fn entitlement(&self, slug: impl Into<Term>) -> EntitlementRef {
        EntitlementRef { resource: self.clone(), slug: slug.into() }
    }
}

/// `type:id`, the spelling baton uses for resource ids (`reference/baton.md` §5).
impl fmt::Display for ResourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

/// Something that can be held on a resource: `member` of a team, `read-write` on a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntitlementRef {
    /// The resource it is held on.
    #[serde(rename = "r")]
    pub resource: ResourceRef,
    /// Which of the resource's entitlements.
    #[serde(rename = "s")]
    pub slug: Term,
}

/// `type:id:slug`, baton's entitlement id.
impl fmt::Display for EntitlementRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.resource, self.slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_batons_conventions() {
        let team = ResourceRef::new("team", "acme/developers");
        assert_eq!(team.entitlement("member").to_string(), "team:acme/developers:member");
    }
}
