//! When what was written, and by whom: what documents say.

use std::collections::{BTreeMap, HashMap};

use rolecall_graph::NodeId;
use rolecall_model::{Timestamp, WriteHistory};

use super::world::RuleWorld;
use crate::moment::{moment_parse, moment_text};

/// The writes of a resource by name, without those of workflows.
pub(crate) fn written_by(
    world: &RuleWorld<'_>,
    target: NodeId,
    declared: &WriteHistory,
) -> BTreeMap<String, Timestamp> {
    let mut names = moments_of(world, target, declared.property);
    names.retain(|name, _| !declared.workflows.contains(&name.as_str()));
    names
}

/// An object from names to moments; those that cannot be read are left out.
pub(crate) fn moments_of(world: &RuleWorld<'_>, node: NodeId, property: &str) -> BTreeMap<String, Timestamp> {
    let object = world.world().property(node, property).and_then(|json| serde_json::from_str(json).ok());
    let object: BTreeMap<String, String> = object.unwrap_or_default();
    object.into_iter().filter_map(|(name, text)| Some((name, moment_parse(&text, world.now).ok()?))).collect()
}

impl RuleWorld<'_> {
    /// When the account last wrote anything, as the source says.
    pub(crate) fn last_written_by(&self, account: NodeId) -> Option<String> {
        let last = self.last_written.get_or_init(|| last_written(self));
        last.get(self.world().id(account)).copied().map(moment_text)
    }
}

/// When each account last wrote anything. `O(names in documents)`.
fn last_written(world: &RuleWorld<'_>) -> HashMap<String, Timestamp> {
    let mut last: HashMap<String, Timestamp> = HashMap::new();
    let Some(declared) = &world.write.history else { return last };
    for target in world.reach.targets() {
        for (name, at) in written_by(world, *target, declared) {
            let known = last.entry(name).or_default();
            *known = (*known).max(at);
        }
    }
    last
}
