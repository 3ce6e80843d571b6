//! Who holds an entitlement through whom, as baton notes it: for each holder the entitlements that it comes through by one
//! step, and whether the holder holds those directly (`reference/baton.md` §4, *Expansion*).
//!
//! The graph answers who can do what; this tells it in a form that other programs read. A property test holds both equal.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use rolecall_graph::NodeId;
use rolecall_model::AccessRule;

use super::grants::Held;
use crate::world::{ConnectorView, WorldView};

/// Somebody who holds an entitlement, and whether directly.
type Holder = (NodeId, bool);

/// Works out who holds what through groups. What is held on a group is worked out once.
pub(in crate::export) struct Expansion<'v> {
    view: &'v WorldView,
    connector: &'v ConnectorView,
    holders: HashMap<(NodeId, &'static str), Rc<[Holder]>>,
}

/// Who gets one entitlement of one resource from others, and which entitlements it comes through, by the place in `sources`.
#[derive(Default)]
pub(super) struct Expanded {
    /// Ids of entitlements.
    pub(super) sources: Vec<String>,
    /// By holder.
    pub(super) holders: BTreeMap<NodeId, Vec<(u32, bool)>>,
}

impl<'v> Expansion<'v> {
    pub(in crate::export) fn new(view: &'v WorldView, connector: &'v ConnectorView) -> Self {
        Self { view, connector, holders: HashMap::new() }
    }

    /// Who gets an entitlement of a resource through groups, of all the grants of it. `O(holders of the groups)`.
    pub(super) fn of(&mut self, resource: NodeId, grants: &[&Held<'_>]) -> Expanded {
        let mut expanded = Expanded::default();
        let members_of = self.parent_of_members(resource);
        for held in grants {
            let (throughs, kinds) = self.view.passed_on(self.connector, held);
            for through in throughs {
                self.through(members_of, held.step.principal, (through, &kinds), &mut expanded);
            }
        }
        for sources in expanded.holders.values_mut() {
            sources.sort_unstable_by_key(|(place, _)| &expanded.sources[*place as usize]);
            sources.dedup_by_key(|(place, _)| *place);
        }
        expanded
    }

    fn through(
        &mut self,
        members_of: Option<NodeId>,
        group: NodeId,
        (through, kinds): (&'static str, &BTreeSet<&'static str>),
        expanded: &mut Expanded,
    ) {
        let world = &self.view.world;
        let place = u32::try_from(expanded.sources.len()).unwrap_or(u32::MAX);
        expanded.sources.push(world.reference(group).entitlement(through).to_string());
        let is_member =
            |holder| members_of.is_none_or(|parent| world.grants_by(holder).any(|step| step.resource == parent));
        for (holder, is_direct) in self.holders(group, through).iter() {
            if kinds.contains(world.kind(*holder)) && is_member(*holder) {
                expanded.holders.entry(*holder).or_default().push((place, *is_direct));
            }
        }
    }

    /// Everybody who holds an entitlement of a group, directly or through others. Groups may be in each other in a circle.
    fn holders(&mut self, group: NodeId, slug: &'static str) -> Rc<[Holder]> {
        if let Some(known) = self.holders.get(&(group, slug)) {
            return Rc::clone(known);
        }
        let mut found: BTreeMap<NodeId, bool> = BTreeMap::new();
        let (mut seen, mut next) = (HashSet::from([(group, slug)]), vec![(group, slug)]);
        while let Some((at, slug_there)) = next.pop() {
            let is_here = at == group && slug_there == slug;
            for held in self.view.baton_grants(at).iter().filter(|held| held.step.slug == slug_there) {
                *found.entry(held.step.principal).or_default() |= is_here;
                let (throughs, _) = self.view.passed_on(self.connector, held);
                let more = throughs.into_iter().map(|through| (held.step.principal, through));
                next.extend(more.filter(|step| seen.insert(*step)));
            }
        }
        let holders: Rc<[Holder]> = found.into_iter().collect();
        self.holders.insert((group, slug), Rc::clone(&holders));
        holders
    }

    /// On some resources what is passed on counts only for those who hold something on the parent: this one.
    fn parent_of_members(&self, resource: NodeId) -> Option<NodeId> {
        let world = &self.view.world;
        let kind = world.kind(resource);
        let is_for_members =
            |rule: &AccessRule| matches!(rule, AccessRule::MembersOnly { resource_type } if *resource_type == kind);
        world.parent(resource).filter(|_| self.connector.declaration.rules.iter().any(is_for_members))
    }
}
