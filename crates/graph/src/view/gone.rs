//! Resources that are no more, as entities, and how often others changed: for questions about what there was.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rolecall_model::ResourceRef;

use crate::view::draft::{Draft, DraftEntity, Likeness};
use crate::view::value::PropertyValue;
use crate::world::World;

/// A resource that is gone, with what was last known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Gone {
    /// The index of its connector's segment.
    pub segment: u32,
    /// What it was.
    pub resource: ResourceRef,
    /// When it was first missing, in milliseconds since 1970.
    pub ended: i64,
    /// Its last properties, under the names that its source has for them.
    pub properties: BTreeMap<String, PropertyValue>,
}

/// What there was, and when it became what it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Resources that are gone.
    pub gone: Vec<Gone>,
    /// By segment and resource: the moments at which it or a property of it changed, in milliseconds since 1970.
    pub changed: HashMap<(u32, ResourceRef), BTreeSet<i64>>,
}

/// The entities of what is gone. What is still there, or still referred to, has an entity already, and what only stands in
/// for something is not missed.
pub(crate) fn drafts_of_gone(world: &World, gone: &[Gone]) -> Vec<Draft> {
    let mut by_kind: BTreeMap<(u32, &str), BTreeMap<&str, usize>> = BTreeMap::new();
    for (one, place) in gone.iter().zip(0..) {
        let (kind, id) = (one.resource.kind.as_str(), &*one.resource.id);
        if world.resource(one.segment, kind, id).is_none() {
            by_kind.entry((one.segment, kind)).or_default().insert(id, place);
        }
    }
    let drafts = by_kind.into_iter().filter_map(|((index, kind), ids)| {
        let likeness = Likeness::of(world.segments().get(index as usize)?, kind);
        if likeness.mapping.is_some_and(|mapping| mapping.stands_in.is_some()) {
            return None;
        }
        let entity = |(id, place): (&str, usize)| DraftEntity::Gone(place, Box::from(id));
        let entities = ids.into_iter().map(entity).collect();
        Some(Draft { deleted: true, ..likeness.draft(world, index, entities, false) })
    });
    drafts.collect()
}

/// The names of all their properties, as their source has them.
pub(crate) fn names_of_gone<'g>(draft: &Draft, gone: &'g [Gone]) -> BTreeSet<&'g str> {
    let of_draft = draft.entities.iter().filter_map(|entity| gone.get(entity.gone()?));
    of_draft.flat_map(|one| one.properties.keys().map(String::as_str)).collect()
}
