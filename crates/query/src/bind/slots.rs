//! The places of a query that paths bind something to.

use crate::ast::{EntityPattern, Hop, Name, Optional, Query, Step};

/// Longer ways than this mean nothing, and following them takes a stack.
pub(crate) const MOST_HOPS: usize = 64;

/// A place for an entity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntitySlot<'q> {
    pub(crate) pattern: &'q EntityPattern,
    /// Whether a negation is around it, so that nothing is ever bound to it.
    pub(crate) negated: bool,
}

/// A place for a relationship.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HopSlot<'q> {
    pub(crate) hop: &'q Hop,
    pub(crate) negated: bool,
}

/// A place for a change of the entity of a slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChangeSlot {
    pub(crate) entity: usize,
}

/// An alias behind `)?`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnionSlot<'q> {
    pub(crate) alias: &'q Name,
    pub(crate) negated: bool,
}

/// All places of a query, in the order of its text.
#[derive(Debug, Default)]
pub(crate) struct Slots<'q> {
    pub(crate) entities: Vec<EntitySlot<'q>>,
    pub(crate) hops: Vec<HopSlot<'q>>,
    pub(crate) changes: Vec<ChangeSlot>,
    pub(crate) unions: Vec<UnionSlot<'q>>,
    pub(crate) steps: Vec<BoundStep>,
}

/// A step with the numbers of its places.
#[derive(Clone, Debug)]
pub(crate) enum BoundStep {
    Hop { hop: usize, entity: usize, negated: bool },
    Optional { steps: Vec<BoundStep>, union: Option<usize> },
}

impl<'q> Slots<'q> {
    pub(crate) fn of(query: &'q Query) -> Self {
        let mut slots = Self::default();
        slots.entity(&query.find, false);
        slots.steps = slots.all(&query.steps, false);
        slots
    }

    fn entity(&mut self, pattern: &'q EntityPattern, negated: bool) -> usize {
        let place = self.entities.len();
        self.entities.push(EntitySlot { pattern, negated });
        let has_alias = pattern.changed.as_ref().is_some_and(|changed| changed.alias.is_some());
        if has_alias && !negated {
            self.changes.push(ChangeSlot { entity: place });
        }
        place
    }

    fn all(&mut self, steps: &'q [Step], mut negated: bool) -> Vec<BoundStep> {
        let step = |step: &'q Step| match step {
            Step::Hop(hop) => {
                negated |= hop.negated;
                self.hop(hop, negated)
            }
            Step::Optional(optional) => self.optional(optional, negated),
        };
        steps.iter().map(step).collect()
    }

    fn hop(&mut self, hop: &'q Hop, negated: bool) -> BoundStep {
        self.hops.push(HopSlot { hop, negated });
        let place = self.hops.len() - 1;
        BoundStep::Hop { hop: place, entity: self.entity(&hop.entity, negated), negated: hop.negated }
    }

    fn optional(&mut self, optional: &'q Optional, negated: bool) -> BoundStep {
        let steps = self.all(&optional.steps, negated);
        let union = optional.alias.as_ref().map(|alias| {
            self.unions.push(UnionSlot { alias, negated });
            self.unions.len() - 1
        });
        BoundStep::Optional { steps, union }
    }
}
