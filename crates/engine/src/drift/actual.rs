//! What is there: the things of a connector on which something can be held, and who holds what on them.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_graph::{NodeId, Origin, Step};
use rolecall_model::{ConnectorDeclaration, ResourceRef, TypeDeclaration};

use crate::world::WorldView;

/// What is there in one connector.
#[derive(Debug, Default)]
pub(super) struct Actual {
    pub(super) things: BTreeMap<ResourceRef, ActualThing>,
    /// The ids of everything that is or could be a holder, by type.
    pub(super) names: BTreeMap<String, BTreeSet<String>>,
}

/// A thing, and who holds what on it.
#[derive(Debug, Default)]
pub(super) struct ActualThing {
    /// Whether a listing names it, rather than something that is held on it.
    pub(super) is_stated: bool,
    pub(super) unconfirmed: bool,
    pub(super) holders: BTreeMap<ResourceRef, BTreeMap<String, ActualRight>>,
}

/// A right that somebody holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ActualRight {
    /// Whether its removal waits for a person.
    pub(super) unconfirmed: bool,
    /// Whether nothing shows how they came by it.
    pub(super) path_unknown: bool,
}

/// The types on whose things something can be held.
pub(super) fn held_types(
    declaration: &'static ConnectorDeclaration,
) -> impl Iterator<Item = &'static TypeDeclaration> + use<> {
    let is_written = declaration.write.is_some();
    declaration.types.iter().filter(move |declared| is_written && !declared.entitlements.is_empty())
}

/// A right's place among those of which a holder has one, if it is such a right.
pub(super) fn order(declared: &TypeDeclaration, slug: &str) -> Option<u8> {
    declared.entitlements.iter().find(|declared| declared.slug == slug)?.exclusive_order
}

impl Actual {
    /// Of one connector. `O(facts)`.
    pub(super) fn of(view: &WorldView, segment: u32) -> Self {
        let mut actual = Self::default();
        let Some(connector) = usize::try_from(segment).ok().and_then(|at| view.connectors.get(at)) else {
            return actual;
        };
        for node in view.world.nodes(segment) {
            let resource = view.world.reference(node);
            actual.names.entry(resource.kind.to_string()).or_default().insert(resource.id.to_string());
            let held = held_types(connector.declaration).find(|declared| resource.kind == declared.name);
            let Some(thing) = held.map(|declared| thing(view, node, declared)) else { continue };
            if thing.is_stated || !thing.holders.is_empty() || resource == connector.root() {
                actual.things.insert(resource, thing);
            }
        }
        actual
    }

    /// Whether anything of this type is called so.
    pub(super) fn is_named(&self, kind: &str, id: &str) -> bool {
        self.names.get(kind).is_some_and(|ids| ids.contains(id))
    }

    /// The things of a kind.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = (&ResourceRef, &ActualThing)> {
        self.things.iter().filter(move |(resource, _)| resource.kind == kind)
    }
}

fn thing(view: &WorldView, node: NodeId, declared: &TypeDeclaration) -> ActualThing {
    let mut thing = ActualThing {
        is_stated: view.world.is_stated(node),
        unconfirmed: view.world.is_unconfirmed(node),
        ..ActualThing::default()
    };
    for step in view.world.grants_on(node).filter(is_held) {
        let (holder, right) = (view.world.reference(step.principal), right(&step));
        let rights = thing.holders.entry(holder).or_default();
        // What a source states as a right counts, whatever else says the same.
        let known = rights.entry(step.slug.to_owned()).or_insert(right);
        known.unconfirmed &= right.unconfirmed;
        known.path_unknown &= right.path_unknown;
    }
    thing.holders.values_mut().for_each(|rights| strongest_keep(rights, declared));
    thing
}

/// What a rule or a setting gives is nobody's to give or to take.
fn is_held(step: &Step<'_>) -> bool {
    matches!(step.origin, Origin::Observed | Origin::PathUnknown { .. })
}

fn right(step: &Step<'_>) -> ActualRight {
    ActualRight { unconfirmed: step.unconfirmed, path_unknown: step.origin.is_path_unknown() }
}

/// Of levels that exclude each other the highest, which includes the others.
fn strongest_keep(rights: &mut BTreeMap<String, ActualRight>, declared: &TypeDeclaration) {
    let strongest = rights.keys().filter_map(|slug| Some((order(declared, slug)?, slug.clone()))).max();
    if let Some((_, strongest)) = strongest {
        rights.retain(|slug, _| order(declared, slug).is_none() || *slug == strongest);
    }
}
