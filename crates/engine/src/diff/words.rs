//! Differences in words a person understands.

use rolecall_model::{Difference, EntitlementRef, Fact, Purpose, ResourceRef};

use super::Pair;
use crate::changes::{fact_text, replaced_text};
use crate::world::ConnectorView;

impl Pair<'_> {
    pub(super) fn words(&self, difference: &Difference) -> String {
        match difference {
            Difference::Added { fact, .. } => self.added(fact),
            Difference::Raised { old, new } | Difference::Lowered { old, new } => {
                format!("{} (was {})", self.added(new), slug(old))
            }
            Difference::Changed { old, new } => replaced_text(old, new),
            Difference::Removed { fact } => self.removed(fact),
            Difference::NotSeen { fact, .. } => self.held_text(fact),
        }
    }

    fn added(&self, fact: &Fact) -> String {
        match fact {
            Fact::Grant { principal, entitlement } if self.is_role(entitlement) => {
                format!("{} is now {}", named(principal), role(entitlement))
            }
            Fact::Grant { principal, entitlement } => {
                format!("{} now holds {}", named(principal), right(entitlement))
            }
            Fact::Evidence { principal, entitlement } => {
                format!("{} now holds {}, by an unknown path", named(principal), right(entitlement))
            }
            Fact::Resource { resource, .. } => format!("{} is new", named(resource)),
            other => fact_text(other),
        }
    }

    fn removed(&self, fact: &Fact) -> String {
        match fact {
            Fact::Grant { principal, entitlement } if self.is_role(entitlement) => {
                format!("{} is no longer {}", named(principal), role(entitlement))
            }
            Fact::Grant { principal, entitlement } | Fact::Evidence { principal, entitlement } => {
                format!("{} no longer holds {}", named(principal), right(entitlement))
            }
            Fact::Resource { resource, .. } => format!("{} is gone", named(resource)),
            other => format!("no longer known: {}", fact_text(other)),
        }
    }

    pub(super) fn held_text(&self, fact: &Fact) -> String {
        match fact {
            Fact::Grant { principal, entitlement } if self.is_role(entitlement) => {
                format!("{} is {}", named(principal), role(entitlement))
            }
            other => fact_text(other),
        }
    }

    /// One is a member or owner of something; one holds a level on something.
    fn is_role(&self, entitlement: &EntitlementRef) -> bool {
        let declaration = self.new.connector().map(|connector: &ConnectorView| connector.declaration);
        declaration.is_some_and(|declaration| {
            let kind = entitlement.resource.kind.as_str();
            let declared = declaration.entitlement(kind, entitlement.slug.as_str());
            let is_held = declared.is_some_and(|declared| declared.purpose == Purpose::Permission);
            kind == declaration.root_type || !is_held && declared.is_some()
        })
    }
}

pub(super) fn named(resource: &ResourceRef) -> String {
    format!("{} {}", resource.kind, resource.id)
}

fn role(entitlement: &EntitlementRef) -> String {
    format!("{} of {}", entitlement.slug, named(&entitlement.resource))
}

fn right(entitlement: &EntitlementRef) -> String {
    format!("{} on {}", entitlement.slug, named(&entitlement.resource))
}

fn slug(fact: &Fact) -> String {
    fact.holding().map_or_else(|| fact_text(fact), |(_, entitlement)| entitlement.slug.to_string())
}
