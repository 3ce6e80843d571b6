//! Properties of entities that are no facts of their source: whoever derives the view hands them in with a connector's label.

use std::borrow::Cow;

use rolecall_model::ResourceRef;

use crate::view::value::PropertyValue;
use crate::world::{NodeId, World};

/// What is known of a resource and is no fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    /// Of which.
    pub resource: ResourceRef,
    /// The properties of its entity, under names that no source has. A moment is in milliseconds since 1970.
    pub properties: Vec<(Cow<'static, str>, PropertyValue)>,
}

/// The names of all their properties.
pub(crate) fn names_of(stated: &[Stated]) -> impl Iterator<Item = &str> {
    stated.iter().flat_map(|one| one.properties.iter().map(|(name, _)| name.as_ref()))
}

/// Those of which the resource is there, with it.
pub(crate) fn nodes_of<'b>(
    world: &World,
    segment: u32,
    stated: &'b [Stated],
) -> impl Iterator<Item = (NodeId, &'b Stated)> {
    let node = move |one: &Stated| world.resource(segment, one.resource.kind.as_str(), &one.resource.id);
    stated.iter().filter_map(move |one| Some((node(one)?, one)))
}

/// What two values have in common that are the same, so that one is kept for all entities that have it.
#[derive(PartialEq, Eq, Hash)]
pub(crate) enum Same<'v> {
    Flag(bool),
    Number(u64),
    Text(&'v str),
}

impl<'v> Same<'v> {
    /// `None` of lists, which are not looked at.
    pub(crate) fn of(value: &'v PropertyValue) -> Option<Self> {
        match value {
            PropertyValue::Flag(flag) => Some(Self::Flag(*flag)),
            PropertyValue::Number(number) => Some(Self::Number(number.to_bits())),
            PropertyValue::Text(text) => Some(Self::Text(text)),
            PropertyValue::List(_) => None,
        }
    }
}
