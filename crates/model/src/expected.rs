//! Removals that a plan predicted: what a person was asked to take away, and what goes with it.

use std::collections::{HashMap, HashSet};

use crate::{ConnectorDeclaration, EntitlementRef, Fact, FactSet, ResourceRef, TakingEffect, Term, Trait};

/// A grant that somebody is about to take away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedRemoval {
    /// Who holds it.
    pub principal: ResourceRef,
    /// What is held.
    pub entitlement: EntitlementRef,
    /// What goes besides.
    pub effect: ExpectedEffect,
}

/// What goes besides an expected grant: [`TakingEffect`] as it is known of a step that was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedEffect {
    /// Nothing.
    Grant,
    /// The account, and all that it holds on the root and on groups.
    Everything,
    /// Nothing, and a lower entitlement appears.
    Lowered,
}

impl From<TakingEffect> for ExpectedEffect {
    fn from(effect: TakingEffect) -> Self {
        match effect {
            TakingEffect::Grant => Self::Grant,
            TakingEffect::Everything => Self::Everything,
            TakingEffect::Lowered(_) => Self::Lowered,
        }
    }
}

/// Everything that is expected to go from one connector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpectedRemovals {
    principals: HashMap<ResourceRef, Expected>,
    /// The types of those who are expected to lose an entitlement.
    losers: HashMap<EntitlementRef, HashSet<Term>>,
}

/// What is expected of one principal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Expected {
    grants: HashSet<EntitlementRef>,
    leaves: bool,
}

impl ExpectedRemovals {
    /// What is expected when these grants are taken away.
    #[must_use]
    pub fn new(removals: impl IntoIterator<Item = ExpectedRemoval>) -> Self {
        let mut expected = Self::default();
        for ExpectedRemoval { principal, entitlement, effect } in removals {
            expected.losers.entry(entitlement.clone()).or_default().insert(principal.kind.clone());
            let of_principal = expected.principals.entry(principal).or_default();
            of_principal.grants.insert(entitlement);
            of_principal.leaves |= effect == ExpectedEffect::Everything;
        }
        expected
    }

    /// Whether nothing is expected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.principals.is_empty()
    }

    /// Whether an account is expected to leave.
    fn leaves(&self, account: &ResourceRef) -> bool {
        self.principals.get(account).is_some_and(|expected| expected.leaves)
    }

    /// Those who are expected to leave and of whom a listing states something all the same. `O(facts)`.
    pub(crate) fn still_there<'f>(&self, now: &'f FactSet) -> HashSet<&'f ResourceRef> {
        let subjects = now.iter().filter(|fact| fact.holding().is_none()).map(Fact::subject);
        subjects.filter(|subject| self.leaves(subject)).collect()
    }

    /// Whether it was expected that a listing states this no more. What a second source says of an account is no right;
    /// it follows from those that were taken away, and of a group's rights it is said of each member.
    pub(crate) fn predicts(
        &self,
        fact: &Fact,
        still_there: &HashSet<&ResourceRef>,
        declaration: &ConnectorDeclaration,
    ) -> bool {
        match fact {
            Fact::Grant { principal, entitlement } => self.principals.get(principal).is_some_and(|expected| {
                let held_on = &entitlement.resource.kind;
                let goes_along = *held_on == declaration.root_type || declaration.is_group(held_on.as_str());
                expected.grants.contains(entitlement) || expected.leaves && goes_along
            }),
            Fact::Evidence { principal, entitlement } => {
                let of_a_group = |kinds: &HashSet<Term>| kinds.iter().any(|kind| declaration.is_group(kind.as_str()));
                self.principals.contains_key(principal) || self.losers.get(entitlement).is_some_and(of_a_group)
            }
            // Somebody who is still there and has, say, been suspended did something else than leave.
            Fact::Resource { resource, .. } | Fact::Property { resource, .. } => {
                self.leaves(resource)
                    && !still_there.contains(resource)
                    && !declaration.is_group(resource.kind.as_str())
            }
            Fact::Link { .. } => false,
        }
    }
}

impl ConnectorDeclaration {
    pub(crate) fn is_group(&self, resource_type: &str) -> bool {
        self.resource_type(resource_type).is_some_and(|declared| declared.trait_ == Some(Trait::Group))
    }
}
