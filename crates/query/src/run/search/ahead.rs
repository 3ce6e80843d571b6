//! What hops lead to.

use std::ops::ControlFlow;

use rolecall_graph::{ActionIndex, EntityId, Run};

use super::Search;
use crate::answer::Edge;
use crate::compile::{Along, OneEdge};
use crate::run::joined::{Joined, beginning};
use crate::run::large::Source;

/// Effective access along which a hop goes.
pub(in crate::run) struct Access<'e, 'g> {
    /// By action word.
    pub(in crate::run) actions: &'e [(&'g str, &'g ActionIndex)],
    /// Whether to go from holders to resources, and the other way.
    pub(in crate::run) directions: (bool, bool),
}

impl<'g> Access<'_, 'g> {
    /// What an entity leads to, run by run.
    pub(in crate::run) fn runs(&self, entity: EntityId) -> impl Iterator<Item = (Source, Run<'g>)> {
        let (out, back) = self.directions;
        self.actions.iter().enumerate().flat_map(move |(action, (_, index))| {
            let resources = out.then(|| index.resource_runs(entity)).into_iter().flatten();
            let holders = back.then(|| index.holder_runs(entity)).into_iter().flatten();
            resources.map(move |run| ((action, false), run)).chain(holders.map(move |run| ((action, true), run)))
        })
    }
}

impl<'e, 'g> Search<'e, 'g> {
    /// The one entity that a hop leads to from wherever paths come, if it is known.
    pub(in crate::run) fn only(&self, at: usize) -> Option<EntityId> {
        match self.joined.get(at) {
            Some(Joined::To(only)) => Some(*only),
            _ => None,
        }
    }

    /// The effective access that a hop goes along from left to right, if nothing else is asked of it.
    pub(in crate::run) fn access(&self, at: usize) -> Option<Access<'e, 'g>> {
        let hop = self.hops.get(at).filter(|hop| hop.checks.is_empty())?;
        match &hop.plan.along {
            Along::Access(actions) => Some(Access { actions, directions: hop.plan.directions(false) }),
            Along::Relationships(_) => None,
        }
    }

    /// Whether what a hop leads to was kept.
    pub(in crate::run) fn is_joined(&self, at: usize) -> bool {
        !matches!(self.joined.get(at), None | Some(Joined::TooMuch))
    }

    /// The entities that a hop leads to from one at its left end, perhaps more than once; paths go on from those that it
    /// [`allows`](Search::allows).
    #[inline]
    pub(in crate::run) fn ahead(
        &self,
        at: usize,
        entity: EntityId,
        mut found: impl FnMut(&[EntityId]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let meter = self.engine.meter;
        match self.joined.get(at) {
            Some(Joined::To(only)) => {
                meter.spend(1)?;
                found(&[*only])
            }
            Some(Joined::Pairs(pairs)) => beginning(pairs, entity, |one| one.0).iter().try_for_each(|(_, other)| {
                meter.spend(1)?;
                found(&[*other])
            }),
            Some(Joined::Edges(edges)) => beginning(edges, entity, |one| one.0).iter().try_for_each(|(_, other, _)| {
                meter.spend(1)?;
                found(&[*other])
            }),
            Some(Joined::TooMuch) | None => self.runs(at, entity, false, found),
        }
    }

    /// The same with what leads there, as far as paths go on.
    pub(in crate::run) fn ahead_by_edge(
        &self,
        at: usize,
        entity: EntityId,
        mut found: impl FnMut(EntityId, Edge<'g>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if let Some(Joined::Edges(edges)) = self.joined.get(at) {
            return beginning(edges, entity, |one| one.0).iter().try_for_each(|(_, other, edge)| {
                self.engine.meter.spend(1)?;
                found(*other, *edge)
            });
        }
        self.neighbours(at, entity, false, |other, edge| {
            if self.allows(at + 1, other) { found(other, edge) } else { ControlFlow::Continue(()) }
        })
    }

    /// The entities that a hop leads to, run by run: from the entity on its left, or from the one on its right when
    /// `reverse`. A run is paid for as a whole.
    #[inline]
    pub(in crate::run) fn runs(
        &self,
        hop: usize,
        entity: EntityId,
        reverse: bool,
        mut found: impl FnMut(&[EntityId]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(at) = self.hops.get(hop) else { return ControlFlow::Continue(()) };
        if !at.checks.is_empty() {
            return self.neighbours(hop, entity, reverse, |other, _| found(&[other]));
        }
        let meter = self.engine.meter;
        at.plan.runs(self.engine.graph, entity, reverse, |run| {
            meter.spend(run.len() as u64)?;
            found(run)
        })
    }

    /// The same from many entities together, where what several of them lead to is gone through once.
    pub(in crate::run) fn runs_of_all(
        &self,
        hop: usize,
        from: impl Iterator<Item = EntityId> + Clone,
        reverse: bool,
        mut found: impl FnMut(&[EntityId]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(at) = self.hops.get(hop) else { return ControlFlow::Continue(()) };
        if !at.checks.is_empty() {
            let mut from = from;
            return from.try_for_each(|one| self.runs(hop, one, reverse, &mut found));
        }
        let meter = self.engine.meter;
        let paid = from.inspect(|_| {
            let _ = meter.spend(1);
        });
        at.plan.runs_of_all(self.engine.graph, paid, reverse, |run| {
            meter.spend(run.len() as u64)?;
            found(run)
        })
    }

    /// What a hop leads to: from the entity on its left, or from the one on its right when `reverse`.
    #[inline]
    pub(in crate::run) fn neighbours(
        &self,
        hop: usize,
        entity: EntityId,
        reverse: bool,
        mut found: impl FnMut(EntityId, Edge<'g>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(hop) = self.hops.get(hop) else { return ControlFlow::Continue(()) };
        let (graph, notes, meter) = (self.engine.graph, self.engine.notes, self.engine.meter);
        hop.plan.each(graph, entity, reverse, |other, edge| {
            meter.spend(1)?;
            if !hop.checks.iter().all(|check| check.holds(graph, &OneEdge(edge), notes)) {
                return ControlFlow::Continue(());
            }
            found(other, edge)
        })
    }
}
