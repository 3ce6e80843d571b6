//! The graph view of a world: what declared mappings make of resources, grants and links.
//!
//! Nothing is stored for it. It is worked out from the segments in `O(nodes + properties + grants)`.

use std::sync::Arc;

use rolecall_model::ConnectorDeclaration;

use crate::view::access::Access;
use crate::view::across::Across;
use crate::view::columns::Columns;
use crate::view::draft::{Numbered, entities_of, keys};
use crate::view::edges::relationships;
use crate::view::gone::History;
use crate::view::graph::{EntityGraph, EntityId};
use crate::view::index::TextIndexes;
use crate::view::stated::Stated;
use crate::view::vocabulary::Vocabulary;
use crate::world::World;

/// What entities say of the connector instance that they are of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectorLabel {
    /// `tag.AccountName` and `_integrationName`.
    pub account_name: String,
    /// Whether its entities have no `tag.AccountName`.
    pub is_untagged: bool,
    /// `_integrationInstanceId`.
    pub instance_id: String,
    /// What is known of its entities and is no fact of its source, such as what people state of them.
    pub stated: Vec<Stated>,
}

/// What a world does not know of itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Besides<'b> {
    /// A label for each segment.
    pub labels: &'b [ConnectorLabel],
    /// The connector types there are, so that their words are known even where no instance is configured.
    pub known: &'b [&'static ConnectorDeclaration],
    /// Relationships that no connector states.
    pub across: &'b [Across],
}

impl EntityGraph {
    /// The graph view of a world, with what is known besides.
    #[must_use]
    pub fn of_world(world: Arc<World>, besides: &Besides<'_>) -> Self {
        Self::derive(world, besides, None).0
    }

    /// The same with its history: what is gone is marked `_deleted`, with `_endOn`, and has no relationships, and what is there
    /// has a `_version`. With the entity of each that is gone, or `None` for what is there after all.
    #[must_use]
    pub fn of_world_with_history(
        world: Arc<World>,
        besides: &Besides<'_>,
        history: &History,
    ) -> (Self, Vec<Option<EntityId>>) {
        Self::derive(world, besides, Some(history))
    }

    fn derive(world: Arc<World>, besides: &Besides<'_>, history: Option<&History>) -> (Self, Vec<Option<EntityId>>) {
        let Besides { labels, known, across } = *besides;
        let gone = history.map_or(&[][..], |history| history.gone.as_slice());
        let Numbered { drafts, nodes } = entities_of(&world, gone);
        let mut columns = Columns::new(&world, &drafts, labels, history);
        let shapes = drafts.iter().map(|draft| columns.shape(draft, &nodes)).collect();
        let relationships = relationships(&world, &drafts, &nodes, across);
        let declared = || world.segments().iter().map(|segment| segment.declaration()).chain(known.iter().copied());
        let vocabulary = Vocabulary::of(declared(), columns.names());
        let actions = vocabulary.actions.iter().cloned().collect();
        let (names, values) = columns.finish();
        let keys = keys(&world, &drafts);
        let mut of_gone = vec![None; gone.len()];
        let numbered = drafts.iter().flat_map(|draft| draft.entities.iter().zip(draft.start..));
        for (place, number) in numbered.filter_map(|(entity, number)| Some((entity.gone()?, number))) {
            if let Some(slot) = of_gone.get_mut(place) {
                *slot = Some(EntityId::new(number));
            }
        }
        let graph = Self {
            shapes,
            keys,
            names,
            values,
            relationships,
            vocabulary,
            connectors: labels.iter().map(|label| label.account_name.as_str().into()).collect(),
            indexes: TextIndexes::default(),
            access: Access::of_world(world, nodes, actions),
        };
        (graph, of_gone)
    }
}
