//! Steps that must not be done: whoever is the last to own something, or the only one who can write it, keeps it until
//! somebody else has it too.

use std::collections::{BTreeSet, HashMap};

use rolecall_graph::{NodeId, Step, Then};
use rolecall_model::{TakingEffect, Timestamp};

use crate::gives::Gives;
use crate::rules::RuleKnown;
use crate::world::WorldView;

/// How many things are named in a reason.
const NAMED: usize = 3;

const fn key<'s>(step: &Step<'s>) -> Taken<'s> {
    (step.principal, step.resource, step.slug)
}

/// What is left as steps are taken one after the other.
pub(super) struct Protected<'v> {
    view: &'v WorldView,
    gives: Gives<'v>,
    /// What became of grants that were taken.
    taken: HashMap<Taken<'v>, Then>,
}

/// A grant: who holds what on what.
type Taken<'v> = (NodeId, NodeId, &'v str);

impl<'v> Protected<'v> {
    pub(super) fn of(view: &'v WorldView, known: &'v RuleKnown) -> Self {
        let gives = Gives::of(view, known, Timestamp::default());
        Self { view, gives, taken: HashMap::new() }
    }

    /// Takes a grant away, unless somebody would be missing then: that is the answer.
    ///
    /// `O(what the grant gives · what leads to each of it)`, and of most of it no more than finding somebody else.
    pub(super) fn take(&mut self, held: &Step<'v>, effect: TakingEffect) -> Option<String> {
        let steps = self.going(held, effect);
        let becomes = match effect {
            TakingEffect::Lowered(to) => Then::Lowered(to),
            TakingEffect::Grant | TakingEffect::Everything => Then::Gone,
        };
        let then: HashMap<Taken<'v>, Then> = steps.iter().map(|step| (key(step), becomes)).collect();
        let refused =
            steps.iter().find_map(|step| self.last_holder(step, &then)).or_else(|| self.last_writer(&steps, &then));
        if refused.is_none() {
            self.taken.extend(then);
        }
        refused
    }

    /// The grants that go: this one, and with whoever leaves all that they hold on the root and on groups.
    fn going(&self, held: &Step<'v>, effect: TakingEffect) -> Vec<Step<'v>> {
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

    fn last_holder(&self, step: &Step<'v>, then: &HashMap<Taken<'v>, Then>) -> Option<String> {
        if !self.is_protected(step) || !self.is_lost(step.resource, &[step.slug], then) {
            return None;
        }
        let (slug, thing) = (step.slug, self.view.world.reference(step.resource));
        Some(format!("nobody else would be {slug} of {} {}: make somebody else {slug} first", thing.kind, thing.id))
    }

    /// Whether something could be written by nobody then.
    fn last_writer(&mut self, steps: &[Step<'v>], then: &HashMap<Taken<'v>, Then>) -> Option<String> {
        let mut places: BTreeSet<(u32, usize)> = BTreeSet::new();
        for step in steps {
            let given = self.gives.places(step);
            places.extend(given.iter().map(|place| (step.resource.segment(), place)));
        }
        let view = self.view;
        let is_lost = |(segment, place): &(u32, usize)| {
            let target = self.gives.world(*segment).and_then(|world| world.reach.target(*place));
            target.is_some_and(|target| {
                let slugs = view.world.slugs_of_action(target, view.write_action(target)).unwrap_or_default();
                self.is_lost(target, slugs, then)
            })
        };
        let alone: Vec<(u32, usize)> = places.iter().copied().filter(is_lost).collect();
        self.nobody_else(&alone)
    }

    /// Whether somebody holds one of these entitlements as things stand, and nobody would then.
    fn is_lost(&self, node: NodeId, slugs: &[&str], then: &HashMap<Taken<'v>, Then>) -> bool {
        let world = &self.view.world;
        let before = |step: &Step<'_>| self.taken.get(&key(step)).copied().unwrap_or(Then::Stays);
        let after = |step: &Step<'_>| then.get(&key(step)).copied().unwrap_or_else(|| before(step));
        !world.is_held_then(node, slugs, &after) && world.is_held_then(node, slugs, &before)
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
