//! Who made something, and whether they are still here.

use rolecall_graph::NodeId;
use rolecall_model::person::LinkState;
use rolecall_model::{CreatorDeclaration, ResourceRef};

use super::world::RuleWorld;

/// What is known of whoever made something.
pub(crate) enum Creator {
    /// They are here, or nobody made it.
    Here,
    /// They are not, for this reason.
    Gone(String),
    /// The source does not tell, or who is here was not read.
    Unknown,
}

/// Whether the account that made something is still that of somebody here.
pub(crate) fn creator_of(world: &RuleWorld<'_>, node: NodeId, declared: &CreatorDeclaration) -> Creator {
    let Some(name) = world.text(node, declared.property) else { return Creator::Unknown };
    if declared.nobody.contains(&name.as_str()) {
        return Creator::Here;
    }
    let kind = world.connector.declaration.account_type;
    if let Some(link) = person_link(world, kind, &name)
        && world.people().is_some_and(|people| people.has_left(&link))
    {
        return Creator::Gone(format!("{name}, who left"));
    }
    match world.world().resource(world.segment, kind, &name) {
        Some(account) if world.world().is_suspended(account) => Creator::Gone(format!("{name}, who is suspended")),
        Some(account) if world.held(account).next().is_some() => Creator::Here,
        _ if world.members().is_complete() => Creator::Gone(format!("{name}, who is no member any more")),
        _ => Creator::Unknown,
    }
}

fn person_link(world: &RuleWorld<'_>, kind: &'static str, name: &str) -> Option<rolecall_model::person::PersonKey> {
    let state = world.people()?.state(&world.connector.title(), ResourceRef::new(kind, name))?;
    LinkState::person(state).cloned()
}
