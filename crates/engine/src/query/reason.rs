//! Why somebody can do something: the grants behind a `CAN`.

use std::cell::RefCell;
use std::collections::HashMap;

use rolecall_graph::{EntityGraph, EntityId, NodeId};

use super::QueryWorlds;
use crate::path::PathAnswer;
use crate::world::WorldView;

/// The paths of everyone who can do one thing with one resource.
type PathsOf = HashMap<NodeId, Vec<PathAnswer>>;

/// Explains the access in answers. What leads to a resource is worked out once, however many paths end there.
#[derive(Debug)]
pub struct Reasons<'w> {
    worlds: &'w QueryWorlds,
    /// The paths of every holder, by resource and action.
    known: RefCell<HashMap<(NodeId, String), PathsOf>>,
}

impl QueryWorlds {
    /// What explains the access in answers.
    #[must_use]
    pub fn reasons(&self) -> Reasons<'_> {
        Reasons { worlds: self, known: RefCell::default() }
    }
}

impl Reasons<'_> {
    /// Every path by which somebody can do something, as `who-can` shows it. Empty where nothing is known of them.
    #[must_use]
    pub fn of(&self, graph: &EntityGraph, holder: EntityId, action: &str, resource: EntityId) -> Vec<PathAnswer> {
        let (Some(view), Some(holder), Some(resource)) =
            (self.worlds.view_of(graph), graph.access().node(holder), graph.access().node(resource))
        else {
            return Vec::new();
        };
        let mut known = self.known.borrow_mut();
        let paths = known.entry((resource, action.to_owned())).or_insert_with(|| view.paths_to(resource, action));
        paths.get(&view.world.representative(holder)).cloned().unwrap_or_default()
    }
}

impl WorldView {
    /// The paths of everyone who can do something with a resource.
    fn paths_to(&self, resource: NodeId, action: &str) -> PathsOf {
        let Some(slugs) = self.world.slugs_of_action(resource, action) else { return HashMap::new() };
        let found = self.world.holding(resource, slugs);
        let holders = found.all().map(|holder| {
            let paths = holder.paths.iter().map(|path| self.path_answer(path)).collect();
            (self.world.representative(holder.account), paths)
        });
        holders.collect()
    }
}
