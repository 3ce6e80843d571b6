//! Steps that must not be done: whoever is the last to own something, or the only one who can write it, keeps it until
//! somebody else has it too.

use std::collections::HashMap;

use rolecall_graph::{FewHolders, NodeId, Step};
use rolecall_model::{TakingEffect, Timestamp};

use crate::gives::Gives;
use crate::rules::RuleKnown;
use crate::world::WorldView;

/// How many things are named in a reason.
const NAMED: usize = 3;

/// What is left as steps are taken one after the other.
pub(super) struct Protected<'v> {
    view: &'v WorldView,
    gives: Gives<'v>,
    /// How many accounts still hold a protected entitlement.
    holders: HashMap<(NodeId, String), usize>,
    /// How many accounts can still write something, by segment and place.
    writers: HashMap<(u32, usize), usize>,
}

impl<'v> Protected<'v> {
    pub(super) fn of(view: &'v WorldView, known: &'v RuleKnown) -> Self {
        let gives = Gives::of(view, known, Timestamp::default());
        Self { view, gives, holders: HashMap::new(), writers: HashMap::new() }
    }

    /// Takes a grant away, unless somebody would be missing then: that is the answer.
    pub(super) fn take(&mut self, held: &Step<'v>, effect: TakingEffect) -> Option<String> {
        let steps = self.taken(held, effect);
        if let Some(why) = steps.iter().find_map(|step| self.last_holder(step)) {
            return Some(why);
        }
        if let Some(why) = self.last_writer(held, &steps) {
            return Some(why);
        }
        for step in &steps {
            if let Some(left) = self.left_of(step) {
                *left = left.saturating_sub(1);
            }
        }
        self.ways_take(held, &steps);
        None
    }

    /// The grants that go: this one, and with whoever leaves all that they hold on the root and on groups.
    fn taken(&self, held: &Step<'v>, effect: TakingEffect) -> Vec<Step<'v>> {
        if effect != TakingEffect::Everything {
            return vec![*held];
        }
        let world = &self.view.world;
        let root = world.root(held.principal.segment());
        let goes = |step: &Step<'_>| Some(step.resource) == root || world.is_group(step.resource);
        world.grants_by(held.principal).filter(goes).collect()
    }

    fn is_protected(&self, step: &Step<'_>) -> bool {
        let declared = self.view.declared(step.resource).map_or(&[][..], |declared| declared.entitlements);
        declared.iter().any(|declared| declared.slug == step.slug && declared.last_holder_protected)
    }

    fn left_of(&mut self, step: &Step<'_>) -> Option<&mut usize> {
        if !self.is_protected(step) || !self.view.world.is_account(step.principal) {
            return None;
        }
        let view = self.view;
        let holders = self.holders.entry((view.world.representative(step.resource), step.slug.to_owned()));
        Some(holders.or_insert_with(|| view.world.holder_count(step.resource, &[step.slug]).0))
    }

    fn last_holder(&mut self, step: &Step<'v>) -> Option<String> {
        let left = *self.left_of(step)?;
        let (slug, thing) = (step.slug, self.view.world.reference(step.resource));
        (left <= 1).then(|| {
            format!("nobody else would be {slug} of {} {}: make somebody else {slug} first", thing.kind, thing.id)
        })
    }

    /// Whether something could be written by nobody then.
    fn last_writer(&mut self, held: &Step<'v>, steps: &[Step<'v>]) -> Option<String> {
        if !self.view.world.is_account(held.principal) {
            return self.last_group(held);
        }
        let lost = self.lost(held, steps);
        let alone: Vec<(u32, usize)> = lost.into_iter().filter(|place| self.writers_of(*place) <= 1).collect();
        self.nobody_else(&alone)
    }

    /// What an account can write by these grants and by no other.
    fn lost(&mut self, held: &Step<'v>, steps: &[Step<'v>]) -> Vec<(u32, usize)> {
        let mut taken: HashMap<(u32, usize), usize> = HashMap::new();
        for step in steps {
            for place in self.gives.places(step).iter() {
                *taken.entry((step.resource.segment(), place)).or_default() += 1;
            }
        }
        let ways = self.gives.ways(held.principal);
        let is_lost =
            |(place, ways_taken): &(&(u32, usize), &usize)| ways.get(*place).is_some_and(|all| all <= *ways_taken);
        let mut lost: Vec<(u32, usize)> = taken.iter().filter(is_lost).map(|(place, _)| *place).collect();
        lost.sort_unstable();
        lost
    }

    /// Of a group's right: whether nobody could write it whose only way it is not.
    fn last_group(&mut self, held: &Step<'v>) -> Option<String> {
        let segment = held.resource.segment();
        let places: Vec<usize> = self.gives.places(held).iter().collect();
        let mut alone = Vec::new();
        for place in places {
            let Some(target) = self.gives.world(segment).and_then(|world| world.reach.target(place)) else { continue };
            let action = self.view.write_action(target);
            let writers: Vec<NodeId> = FewHolders::new(&self.view.world, action, usize::MAX).on(target).to_vec();
            let stays = |gives: &mut Gives<'v>, writer: NodeId| {
                gives.ways(writer).get(&(segment, place)).copied().unwrap_or_default() > 1
            };
            if !writers.is_empty() && !writers.into_iter().any(|writer| stays(&mut self.gives, writer)) {
                alone.push((segment, place));
            }
        }
        self.nobody_else(&alone)
    }

    fn writers_of(&mut self, (segment, place): (u32, usize)) -> usize {
        let (view, gives) = (self.view, &self.gives);
        let count = || {
            let target = gives.world(segment).and_then(|world| world.reach.target(place));
            let action = |target: NodeId| view.write_action(target);
            target.map_or(0, |target| FewHolders::new(&view.world, action(target), usize::MAX).on(target).len())
        };
        *self.writers.entry((segment, place)).or_insert_with(count)
    }

    fn ways_take(&mut self, held: &Step<'v>, steps: &[Step<'v>]) {
        if !self.view.world.is_account(held.principal) {
            return;
        }
        for place in self.lost(held, steps) {
            let left = self.writers_of(place).saturating_sub(1);
            self.writers.insert(place, left);
        }
        let mut taken = Vec::new();
        for step in steps {
            taken.extend(self.gives.places(step).iter().map(|place| (step.resource.segment(), place)));
        }
        let ways = self.gives.ways(held.principal);
        for place in taken {
            if let Some(left) = ways.get_mut(&place) {
                *left = left.saturating_sub(1);
            }
        }
    }

    fn nobody_else(&self, alone: &[(u32, usize)]) -> Option<String> {
        let target = |(segment, place): &(u32, usize)| self.gives.world(*segment)?.reach.target(*place);
        let names: Vec<String> =
            alone.iter().filter_map(target).map(|node| self.view.world.id(node).to_owned()).collect();
        let first = names.first()?;
        let action = alone.first().and_then(target).map_or("write", |node| self.view.write_action(node));
        let more = names.len().saturating_sub(NAMED);
        let named = match names.as_slice() {
            [_] => first.clone(),
            some => some.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "),
        };
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Some(format!("nobody else is known who could {action} {named}{more}: let somebody else first"))
    }
}
