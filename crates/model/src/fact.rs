//! What a connector observed, in its smallest pieces.

use serde::{Deserialize, Serialize};

use crate::{EntitlementRef, ResourceRef, Term, Value};

/// One observed statement. A fact belongs to the listing that stated it, and lives as long as that listing says so:
/// the same user seen in the roster and in a team is two facts, and losing sight of the team leaves the roster's alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "k", rename_all = "lowercase")]
pub enum Fact {
    /// The resource exists, inside `parent` where it has one.
    Resource {
        /// What exists.
        #[serde(rename = "r")]
        resource: ResourceRef,
        /// The resource it belongs to, such as the organisation of a team.
        #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
        parent: Option<ResourceRef>,
    },
    /// The resource has this property.
    Property {
        /// Whose property.
        #[serde(rename = "r")]
        resource: ResourceRef,
        /// Property name.
        #[serde(rename = "n")]
        name: Term,
        /// Its value.
        #[serde(rename = "v")]
        value: Value,
    },
    /// The principal holds the entitlement. Only what a source states as a right is a grant.
    Grant {
        /// Who holds it: an account, or a group whose members get it through an [`crate::AccessRule::Expandable`].
        #[serde(rename = "p")]
        principal: ResourceRef,
        /// What is held.
        #[serde(rename = "e")]
        entitlement: EntitlementRef,
    },
    /// A second source claims that the principal has the entitlement. Evidence is compared with the computed rights
    /// and is never itself a grant, except where [`crate::AccessRule::EvidenceCounts`] says so.
    Evidence {
        /// Who is said to hold it.
        #[serde(rename = "p")]
        principal: ResourceRef,
        /// What is said to be held.
        #[serde(rename = "e")]
        entitlement: EntitlementRef,
    },
    /// Any other typed relationship, such as `code-repository PUBLISHED package`.
    Link {
        /// Start.
        #[serde(rename = "f")]
        from: ResourceRef,
        /// Relationship verb in capitals, from JupiterOne's list (`reference/jupiterone.md` §3).
        #[serde(rename = "c")]
        class: Term,
        /// End.
        #[serde(rename = "o")]
        to: ResourceRef,
    },
}

/// The kinds of [`Fact`], with the stable numbers the store keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i64)]
pub enum FactKind {
    /// [`Fact::Resource`]
    Resource = 1,
    /// [`Fact::Property`]
    Property = 2,
    /// [`Fact::Grant`]
    Grant = 3,
    /// [`Fact::Evidence`]
    Evidence = 4,
    /// [`Fact::Link`]
    Link = 5,
}

impl FactKind {
    /// The stable number of this kind.
    #[must_use]
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// The kind with this number, if there is one.
    #[must_use]
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Resource),
            2 => Some(Self::Property),
            3 => Some(Self::Grant),
            4 => Some(Self::Evidence),
            5 => Some(Self::Link),
            _ => None,
        }
    }

    /// All kinds, what people ask about most first.
    pub const ALL: [Self; 5] = [Self::Grant, Self::Resource, Self::Link, Self::Property, Self::Evidence];

    /// The kind that this word means in output.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The word used in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Property => "property",
            Self::Grant => "grant",
            Self::Evidence => "evidence",
            Self::Link => "link",
        }
    }
}

impl Fact {
    /// Which kind of fact this is.
    #[must_use]
    pub const fn kind(&self) -> FactKind {
        match self {
            Self::Resource { .. } => FactKind::Resource,
            Self::Property { .. } => FactKind::Property,
            Self::Grant { .. } => FactKind::Grant,
            Self::Evidence { .. } => FactKind::Evidence,
            Self::Link { .. } => FactKind::Link,
        }
    }

    /// The resource this fact is about: the one that exists, has the property, is granted on, or links.
    #[must_use]
    pub const fn subject(&self) -> &ResourceRef {
        match self {
            Self::Resource { resource, .. } | Self::Property { resource, .. } => resource,
            Self::Grant { entitlement, .. } | Self::Evidence { entitlement, .. } => &entitlement.resource,
            Self::Link { from, .. } => from,
        }
    }

    /// Whether one of the names that it is made of holds a NUL. Values are JSON, which spells it otherwise.
    #[must_use]
    pub fn has_nul(&self) -> bool {
        let of = |resource: &ResourceRef| resource.id.contains('\0');
        match self {
            Self::Resource { resource, parent } => of(resource) || parent.as_ref().is_some_and(of),
            Self::Property { resource, name, .. } => of(resource) || name.as_str().contains('\0'),
            Self::Grant { principal, entitlement } | Self::Evidence { principal, entitlement } => {
                of(principal) || of(&entitlement.resource) || entitlement.slug.as_str().contains('\0')
            }
            Self::Link { from, to, .. } => of(from) || of(to),
        }
    }

    /// Who holds what: of a grant, and of evidence for one.
    #[must_use]
    pub const fn holding(&self) -> Option<(&ResourceRef, &EntitlementRef)> {
        match self {
            Self::Grant { principal, entitlement } | Self::Evidence { principal, entitlement } => {
                Some((principal, entitlement))
            }
            Self::Resource { .. } | Self::Property { .. } | Self::Link { .. } => None,
        }
    }

    /// A resource of this type and id exists.
    #[must_use]
    pub const fn resource(resource: ResourceRef, parent: Option<ResourceRef>) -> Self {
        Self::Resource { resource, parent }
    }

    /// A property of a resource.
    pub fn property(resource: &ResourceRef, name: impl Into<Term>, value: Value) -> Self {
        Self::Property { resource: resource.clone(), name: name.into(), value }
    }

    /// A grant of `slug` on `resource` to `principal`.
    pub fn grant(principal: &ResourceRef, resource: &ResourceRef, slug: impl Into<Term>) -> Self {
        Self::Grant { principal: principal.clone(), entitlement: resource.entitlement(slug) }
    }

    /// A second source's claim that `principal` holds `slug` on `resource`.
    pub fn evidence(principal: &ResourceRef, resource: &ResourceRef, slug: impl Into<Term>) -> Self {
        Self::Evidence { principal: principal.clone(), entitlement: resource.entitlement(slug) }
    }
}
