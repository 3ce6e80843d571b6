//! Who can do what, in the numbers of the graph view.

use std::sync::{Arc, OnceLock};

use crate::text::NONE;
use crate::view::action_index::{ActionIndex, Pairs};
use crate::view::builder::AccessInput;
use crate::view::graph::EntityId;
use crate::view::nodes::EntityNodes;
use crate::world::{NodeId, World};

/// Who can do what. What an action word needs is worked out when it is first asked for.
#[derive(Debug, Default)]
pub struct Access {
    source: Source,
    /// By action word, sorted.
    indexes: Vec<(Box<str>, OnceLock<Arc<ActionIndex>>)>,
}

#[derive(Debug, Default)]
enum Source {
    #[default]
    Nothing,
    Stated(Vec<StatedAccess>),
    World(Arc<World>, EntityNodes),
}

/// That someone can do something, where nothing is worked out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StatedAccess {
    action: Box<str>,
    holder: u32,
    resource: u32,
    unconfirmed: bool,
}

impl StatedAccess {
    pub(crate) fn of(input: &AccessInput, numbers: &[u32]) -> Option<Self> {
        Some(Self {
            action: input.action.as_str().into(),
            holder: *numbers.get(input.holder)?,
            resource: *numbers.get(input.resource)?,
            unconfirmed: input.unconfirmed,
        })
    }
}

impl Access {
    pub(crate) fn stated(stated: Vec<StatedAccess>) -> Self {
        let actions = stated.iter().map(|one| one.action.clone()).collect();
        Self::new(Source::Stated(stated), actions)
    }

    pub(crate) fn of_world(world: Arc<World>, nodes: EntityNodes, actions: Vec<Box<str>>) -> Self {
        Self::new(Source::World(world, nodes), actions)
    }

    fn new(source: Source, mut actions: Vec<Box<str>>) -> Self {
        actions.sort_unstable();
        actions.dedup();
        Self { source, indexes: actions.into_iter().map(|action| (action, OnceLock::new())).collect() }
    }

    /// Who can do something. `None` when nothing knows the action. The first call for an action costs `O(grants)`.
    #[must_use]
    pub fn index(&self, action: &str) -> Option<&ActionIndex> {
        let place = self.indexes.binary_search_by(|(word, _)| (**word).cmp(action)).ok()?;
        let (_, index) = self.indexes.get(place)?;
        Some(index.get_or_init(|| Arc::new(self.build(action))))
    }

    fn build(&self, action: &str) -> ActionIndex {
        match &self.source {
            Source::Nothing => ActionIndex::default(),
            Source::Stated(stated) => {
                let of_action = |confirmed: bool| {
                    let stated = stated.iter().filter(|one| *one.action == *action && !(confirmed && one.unconfirmed));
                    Pairs { direct: stated.map(|one| (one.holder, one.resource)).collect(), ..Pairs::default() }
                };
                ActionIndex::of(of_action(false), Some(of_action(true)), Vec::new())
            }
            Source::World(world, nodes) => nodes.index(world, action),
        }
    }

    /// The world that it is worked out from, if there is one.
    #[must_use]
    pub fn world(&self) -> Option<&Arc<World>> {
        match &self.source {
            Source::World(world, _) => Some(world),
            Source::Nothing | Source::Stated(_) => None,
        }
    }

    /// The node behind an entity. `None` for one that is made up, such as a role.
    #[must_use]
    pub fn node(&self, entity: EntityId) -> Option<NodeId> {
        match &self.source {
            Source::World(_, nodes) => nodes.node(entity),
            Source::Nothing | Source::Stated(_) => None,
        }
    }

    /// The entity of a node.
    #[must_use]
    pub fn entity(&self, node: NodeId) -> Option<EntityId> {
        match &self.source {
            Source::World(_, nodes) => Some(nodes.entity(node)).filter(|entity| *entity != NONE).map(EntityId::new),
            Source::Nothing | Source::Stated(_) => None,
        }
    }
}
