//! Relationships that no connector states: whose an account is, and who answers for something.

use std::collections::BTreeMap;

use crate::text::NONE;
use crate::view::nodes::EntityNodes;
use crate::view::relationship::{RawRelationship, RelationshipKind};
use crate::view::value::PropertyValue;
use crate::world::{NodeId, World};

/// A relationship between two nodes, of the same segment or of two. Its `_type` follows from those of its ends:
/// `npm_user_is_person`.
#[derive(Clone, Debug, PartialEq)]
pub struct Across {
    /// Where it starts.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// `IS`
    pub class: &'static str,
    /// What is known of it. Few different ones: each is kept once.
    pub properties: BTreeMap<Box<str>, PropertyValue>,
}

impl Across {
    /// The relationship, whose kind is `kinds`' or becomes theirs. `None` where no entity stands for an end.
    pub(crate) fn raw(
        &self,
        world: &World,
        nodes: &EntityNodes,
        kinds: &mut Vec<RelationshipKind>,
    ) -> Option<RawRelationship> {
        let (from, to) = (nodes.entity(self.from), nodes.entity(self.to));
        if from == NONE || to == NONE {
            return None;
        }
        let kind = RelationshipKind {
            kind: format!("{}_{}_{}", type_of(world, self.from), self.class, type_of(world, self.to))
                .to_lowercase()
                .into(),
            class: self.class.into(),
            properties: self.properties.clone(),
        };
        let place = kinds.iter().position(|known| *known == kind).unwrap_or_else(|| {
            kinds.push(kind);
            kinds.len() - 1
        });
        Some(RawRelationship { from, to, kind: u16::try_from(place).unwrap_or(u16::MAX) })
    }
}

/// The type of a node's entity.
fn type_of(world: &World, node: NodeId) -> String {
    let kind = world.kind(node);
    let declared = world.segment(node).and_then(|segment| segment.declaration.resource_type(kind));
    declared.map_or(kind, |declared| declared.entity.type_).replace('-', "_")
}
