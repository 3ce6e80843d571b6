//! The graph view: entities, relationships and access as queries see them, derived from a [`World`](crate::World).

mod access;
mod across;
mod action_index;
mod builder;
mod columns;
mod draft;
mod edges;
mod gone;
mod graph;
mod index;
mod nodes;
mod of_world;
mod property;
mod relationship;
mod shape;
mod stand_in;
mod stated;
mod value;
mod vocabulary;

pub use access::Access;
pub use across::Across;
pub use action_index::{ActionIndex, Run};
pub use builder::{AccessInput, EntityGraphBuilder, EntityInput, RelationshipInput};
pub use gone::{Gone, History};
pub use graph::{EntityGraph, EntityId};
pub use of_world::{Besides, ConnectorLabel};
pub use property::PropertyReader;
pub use relationship::{RelationshipId, RelationshipKind};
pub use stated::Stated;
pub use value::{PropertyValue, ValueRef};
pub use vocabulary::Vocabulary;
