//! Names that one connector knows of things that another one reads: the repository that a package says it comes from.
//!
//! Where the real thing is in the graph, it takes the place of the name. Where it is not, the name is an entity that is
//! marked as standing in for it, once for however many connectors know it.

use std::collections::HashMap;

use rolecall_model::StandIn;

use crate::world::{NodeId, World};

#[derive(Debug, Default)]
pub(crate) struct StandIns {
    /// By class and name: what is read; `None` where several things have that name, so that it names neither.
    real: HashMap<(&'static str, String), Option<NodeId>>,
    /// By type and name: the first of the names.
    first: HashMap<(&'static str, String), NodeId>,
    /// What another entity stands for.
    joined: Vec<(NodeId, NodeId)>,
}

impl StandIns {
    /// Looks up what could be stood in for. `O(nodes)` of the types concerned; nothing where no type stands in.
    pub(crate) fn of(world: &World) -> Self {
        let mut all = Self::default();
        for stand_in in world
            .segments()
            .iter()
            .flat_map(|segment| segment.declaration.types)
            .filter_map(|declared| declared.entity.stands_in.as_ref())
        {
            all.find_real(world, stand_in);
        }
        all
    }

    fn find_real(&mut self, world: &World, stand_in: &StandIn) {
        for (segment, index) in world.segments().iter().zip(0..) {
            let real = segment.declaration.types.iter().filter(|declared| {
                declared.entity.stands_in.is_none() && declared.entity.class.contains(&stand_in.class)
            });
            let nodes =
                real.filter_map(|declared| segment.kind(declared.name)).flat_map(|kind| segment.kinds.range(kind));
            for node in nodes.map(|node| NodeId::new(index, node)).filter(|node| world.is_stated(*node)) {
                for name in names(world, node, stand_in) {
                    let entry = self.real.entry((stand_in.class, name)).or_insert(Some(node));
                    *entry = entry.filter(|known| *known == node);
                }
            }
        }
    }

    /// Whether another entity stands for this node.
    pub(crate) fn gives_way(&mut self, world: &World, node: NodeId) -> bool {
        let declared = world.segment(node).and_then(|segment| segment.declaration.resource_type(world.kind(node)));
        let Some((declared, stand_in)) = declared.and_then(|one| Some((one, one.entity.stands_in.as_ref()?))) else {
            return false;
        };
        let name = normal(world.id(node));
        let real = self.real.get(&(stand_in.class, name.clone())).copied().flatten();
        let first = *self.first.entry((declared.entity.type_, name)).or_insert(node);
        let other = real.or((first != node).then_some(first));
        self.joined.extend(other.map(|other| (node, other)));
        other.is_some()
    }

    /// Nodes, and those whose entities stand for them.
    pub(crate) fn joined(self) -> Vec<(NodeId, NodeId)> {
        self.joined
    }
}

/// The names by which something real may be known.
fn names(world: &World, node: NodeId, stand_in: &StandIn) -> Vec<String> {
    let value = |property: &&str| match *property {
        "id" => Some(normal(world.id(node))),
        _ => serde_json::from_str::<String>(world.property(node, property)?).ok().map(|text| normal(&text)),
    };
    stand_in.properties.iter().filter_map(value).collect()
}

/// An address and a name of the same thing are equal when they are.
fn normal(name: &str) -> String {
    let name = name.split_once("://").map_or(name, |(_, rest)| rest);
    name.trim_end_matches('/').trim_end_matches(".git").to_lowercase()
}
