//! What is held by whom, as it is stated or as rules give it.

use std::collections::BTreeSet;

use rolecall_baton::record::Expandable;
use rolecall_graph::{NodeId, Step};
use rolecall_model::{AccessRule, ConnectorDeclaration};
use serde_json::{Map, Value as Json};

use crate::world::{ConnectorView, WorldView};

/// A grant, and the words of the rules that give the same. Baton's ids leave room for one of each kind.
pub(super) struct Held<'w> {
    pub(super) step: Step<'w>,
    /// Whether any source states it, rather than a rule alone.
    pub(super) is_observed: bool,
    rules: Vec<&'static str>,
}

/// The grants on one resource, with those that rules give put together: several rules may let different holders have the
/// same.
fn merged<'w>(steps: impl Iterator<Item = Step<'w>>) -> Vec<Held<'w>> {
    let mut grants: Vec<Held<'w>> = Vec::new();
    for step in steps {
        let rule = step.origin.why();
        let is_same = |grant: &&mut Held<'_>| (grant.step.principal, grant.step.slug) == (step.principal, step.slug);
        // Only what rules give is merged, and there is little of it.
        match rule.and_then(|_| grants.iter_mut().find(is_same)) {
            Some(known) => {
                known.step.unconfirmed &= step.unconfirmed;
                known.rules.extend(rule);
            }
            None => grants.push(Held { step, is_observed: rule.is_none(), rules: rule.into_iter().collect() }),
        }
    }
    grants
}

impl WorldView {
    pub(super) fn baton_grants(&self, node: NodeId) -> Vec<Held<'_>> {
        merged(self.world.grants_on(node))
    }

    /// Whom a grant is passed on to.
    pub(super) fn expandable(&self, connector: &ConnectorView, held: &Held<'_>) -> Option<Expandable> {
        let (throughs, holders) = self.passed_on(connector, held);
        if throughs.is_empty() {
            return None;
        }
        let principal = self.world.reference(held.step.principal);
        Some(Expandable {
            entitlements: throughs.iter().map(|slug| principal.entitlement(*slug).to_string()).collect(),
            is_shallow: false,
            resource_types: holders.into_iter().map(str::to_owned).collect(),
        })
    }

    /// The entitlements on its principal whose holders get the grant, and the types that those can be of.
    pub(super) fn passed_on(
        &self,
        connector: &ConnectorView,
        held: &Held<'_>,
    ) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
        let group = self.world.kind(held.step.principal);
        let throughs = throughs(connector.declaration, held, (self.world.kind(held.step.resource), group));
        let holders = holders(connector.declaration, group, &throughs);
        (throughs, holders)
    }
}

/// What is said of a grant that has no other place.
pub(super) fn metadata(step: &Step<'_>) -> Map<String, Json> {
    let path_unknown = step.origin.is_path_unknown().then_some("pathUnknown");
    let unconfirmed = step.unconfirmed.then_some("removalUnconfirmed");
    path_unknown.into_iter().chain(unconfirmed).map(|name| (name.to_owned(), true.into())).collect()
}

/// Types whose resources can hold any of these entitlements on a group.
fn holders(
    declaration: &ConnectorDeclaration,
    group: &str,
    throughs: &BTreeSet<&'static str>,
) -> BTreeSet<&'static str> {
    let declared = throughs.iter().filter_map(|slug| declaration.entitlement(group, slug));
    declared.flat_map(|declared| declared.grantable_to).copied().collect()
}

/// The entitlements on the principal whose holders get the grant.
fn throughs(
    declaration: &ConnectorDeclaration,
    held: &Held<'_>,
    (resource, group): (&str, &str),
) -> BTreeSet<&'static str> {
    let mut throughs = BTreeSet::new();
    for rule in declaration.rules {
        match *rule {
            AccessRule::Expandable { resource_type, group_type, through } => {
                let applies = held.is_observed && (resource, group) == (resource_type, group_type);
                throughs.extend(applies.then_some(through));
            }
            AccessRule::ExpandableSlug { resource_type, slug, group_type, through } => {
                let is_of_slug = held.step.slug == slug && (resource, group) == (resource_type, group_type);
                throughs.extend((held.is_observed && is_of_slug).then_some(through));
            }
            AccessRule::Inherited { holder_slugs, resource_type, why, .. }
                if resource == resource_type && held.rules.contains(&why) =>
            {
                throughs.extend(holder_slugs);
            }
            _ => {}
        }
    }
    stronger(declaration, group, &mut throughs);
    throughs
}

/// Baton knows of no entitlement that includes another: whoever holds a stronger one is named as well.
fn stronger(declaration: &ConnectorDeclaration, group: &str, throughs: &mut BTreeSet<&'static str>) {
    loop {
        let including = declaration.rules.iter().filter_map(|rule| match *rule {
            AccessRule::Implies { resource_type, slug, implied } if resource_type == group => {
                (throughs.contains(implied) && !throughs.contains(slug)).then_some(slug)
            }
            _ => None,
        });
        let more: Vec<&'static str> = including.collect();
        if more.is_empty() {
            return;
        }
        throughs.extend(more);
    }
}
