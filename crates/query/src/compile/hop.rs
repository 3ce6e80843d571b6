//! Hops: along which relationships, in which direction.

use std::ops::ControlFlow;

use rolecall_graph::{ActionIndex, EntityGraph, EntityId, Run};

use super::Compiler;
use crate::answer::Edge;
use crate::ast::{Arrow, Hop, Name, Verbs};

/// A hop made ready for one graph.
#[derive(Debug)]
pub(crate) struct HopPlan<'g> {
    pub(crate) along: Along<'g>,
    pub(crate) arrow: Option<Arrow>,
    /// Whether each relationship makes a path of its own, rather than each pair of entities.
    pub(crate) by_edge: bool,
}

/// Along what.
#[derive(Debug)]
pub(crate) enum Along<'g> {
    /// By number of the kind, whether it is wanted.
    Relationships(Vec<bool>),
    Access(Vec<(&'g str, &'g ActionIndex)>),
}

impl<'g> Compiler<'_, 'g> {
    pub(crate) fn hop(&mut self, hop: &Hop, by_edge: bool) -> HopPlan<'g> {
        let along = match &hop.verbs {
            Verbs::Any(_) => Along::Relationships(vec![true; self.graph.relationship_kinds().len()]),
            Verbs::Classes(names) => Along::Relationships(self.kinds(names)),
            Verbs::Can(actions) => Along::Access(self.actions(actions)),
        };
        HopPlan { along, arrow: hop.arrow, by_edge: by_edge || hop.alias.is_some() }
    }

    fn kinds(&mut self, names: &[Name]) -> Vec<bool> {
        let graph = self.graph;
        let is_wanted = |class: &str| names.iter().any(|name| name.text.eq_ignore_ascii_case(class));
        let is_run = self.run.is_some();
        for name in names.iter().filter(|_| is_run) {
            let known = || graph.vocabulary().verbs.iter().map(|verb| &**verb);
            if !known().any(|verb| verb.eq_ignore_ascii_case(&name.text)) {
                self.unknown("unknown-verb", ("relationship", &name.text.to_uppercase(), name.span), known());
            }
        }
        graph.relationship_kinds().iter().map(|kind| is_wanted(&kind.class)).collect()
    }

    fn actions(&mut self, names: &[Name]) -> Vec<(&'g str, &'g ActionIndex)> {
        let graph = self.graph;
        let mut actions = Vec::new();
        for name in names {
            let known = graph.vocabulary().actions.iter().find(|action| action.eq_ignore_ascii_case(&name.text));
            match known.and_then(|action| Some((&**action, graph.access().index(action)?))) {
                Some(found) => actions.push(found),
                None if self.run.is_some() => {
                    let known = graph.vocabulary().actions.iter().map(|action| &**action);
                    self.unknown("unknown-action", ("action", &name.text, name.span), known);
                }
                None => {}
            }
        }
        actions.sort_by_key(|(action, _)| *action);
        actions.dedup_by_key(|(action, _)| *action);
        actions
    }
}

impl<'g> HopPlan<'g> {
    /// The entities at the other end, with what leads there: from the left end, or from the right one. Each relationship
    /// once, and what an action gives as often as there are ways; until `found` breaks off.
    pub(crate) fn each(
        &self,
        graph: &'g EntityGraph,
        from: EntityId,
        reverse: bool,
        mut found: impl FnMut(EntityId, Edge<'g>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let (out, back) = self.directions(reverse);
        match &self.along {
            Along::Relationships(kinds) => {
                let wanted = |kind: u16| kinds.get(kind as usize).copied().unwrap_or(false);
                for one in graph.leaving(from).filter(|one| out && wanted(graph.relationship_kind_number(*one))) {
                    found(graph.end(one), Edge::Relationship(one))?;
                }
                for one in graph.arriving(from).filter(|one| back && wanted(graph.relationship_kind_number(*one))) {
                    let other = graph.start(one);
                    // One that leads back to where it starts was seen above.
                    if !(out && other == from) {
                        found(other, Edge::Relationship(one))?;
                    }
                }
            }
            Along::Access(actions) => {
                for (action, index) in actions {
                    if out {
                        index.resources(from, |resource| {
                            found(resource, Edge::Access { holder: from, action, resource })
                        })?;
                    }
                    if back {
                        index.holders(from, |holder| found(holder, Edge::Access { holder, action, resource: from }))?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The entities at the other end, run by run, as often as there are ways: from the left end, or from the right one.
    pub(crate) fn runs(
        &self,
        graph: &'g EntityGraph,
        from: EntityId,
        reverse: bool,
        mut found: impl FnMut(&[EntityId]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Along::Access(actions) = &self.along else {
            return self.each(graph, from, reverse, |other, _| found(&[other]));
        };
        let (out, back) = self.directions(reverse);
        for (_, index) in actions {
            if out {
                index.resource_runs(from).try_for_each(|run| found(run.entities))?;
            }
            if back {
                index.holder_runs(from).try_for_each(|run| found(run.entities))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// The same from many entities together. A hub that several of them lead to is gone through once.
    pub(crate) fn runs_of_all(
        &self,
        graph: &'g EntityGraph,
        from: impl Iterator<Item = EntityId> + Clone,
        reverse: bool,
        mut found: impl FnMut(&[EntityId]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Along::Access(actions) = &self.along else {
            return from.into_iter().try_for_each(|one| self.runs(graph, one, reverse, &mut found));
        };
        let (out, back) = self.directions(reverse);
        for (_, index) in actions {
            let mut is_new = new_hubs(index);
            let runs = from.clone().filter(|_| out).flat_map(|one| index.resource_runs(one));
            runs.filter(|run| is_new(run)).try_for_each(|run| found(run.entities))?;
            let mut is_new = new_hubs(index);
            let runs = from.clone().filter(|_| back).flat_map(|one| index.holder_runs(one));
            runs.filter(|run| is_new(run)).try_for_each(|run| found(run.entities))?;
        }
        ControlFlow::Continue(())
    }

    /// Whether to go along relationships that start here, and along those that end here.
    pub(crate) const fn directions(&self, reverse: bool) -> (bool, bool) {
        match (self.arrow, reverse) {
            (None, _) => (true, true),
            (Some(Arrow::Right), false) | (Some(Arrow::Left), true) => (true, false),
            (Some(Arrow::Left), false) | (Some(Arrow::Right), true) => (false, true),
        }
    }
}

/// Whether a run is not one of a hub that was met before.
fn new_hubs(index: &ActionIndex) -> impl FnMut(&Run<'_>) -> bool + use<> {
    let mut met = vec![false; index.hubs() as usize];
    move |run| match run.hub {
        Some(hub) => met.get_mut(hub as usize).is_none_or(|met| !std::mem::replace(met, true)),
        None => true,
    }
}
