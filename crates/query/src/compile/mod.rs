//! A query made ready for one graph: names are slots, values are known, conditions are checks.
//!
//! It is done twice: against an empty graph when a query is prepared, for what is wrong with it whatever it is asked of,
//! and against the real one when it is run.

mod check;
mod columns;
mod condition;
mod expression;
mod hop;
mod parameter;
mod pattern;

use rolecall_graph::{EntityGraph, EntityGraphBuilder};

use crate::asked::{Asked, Worlds};
use crate::ast::Query;
use crate::bind::{Names, Slots, Target};
use crate::diagnostic::Diagnostic;
use crate::nearest::{did_you_mean, nearest};
use crate::span::Span;

pub(crate) use check::{Check, Notes, Wanted, owned};
pub(crate) use columns::{Aggregate, AggregateFunction, Column, ColumnValue, Columns, OrderBy, OrderValue};
pub(crate) use expression::{Binding, OF_CHANGES, OneEdge, Slot, change_property, edge_property};
pub(crate) use hop::{Along, HopPlan};
pub(crate) use parameter::placeholder;
pub(crate) use pattern::{Pattern, wanted_texts};

/// Queries within queries, deeper than any that means something.
pub(crate) const MOST_NESTED: u32 = 8;

/// A graph with nothing in it, for what does not depend on any.
pub(crate) fn empty_graph() -> EntityGraph {
    EntityGraphBuilder::default().build().0
}

/// What compiling needs.
pub(crate) struct Compiler<'c, 'g> {
    /// The whole text, of which columns are named as written.
    pub(crate) text: &'c str,
    pub(crate) graph: &'g EntityGraph,
    pub(crate) names: &'c Names,
    /// The moment that the graph is of.
    pub(crate) moment: Option<i64>,
    /// `None` while a query is prepared: values are not known then, and nothing is asked.
    pub(crate) run: Option<Running<'c, 'g>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Those of the columns so far.
    pub(crate) aggregates: Vec<Aggregate>,
    /// Bounds that queries within this one reached.
    pub(crate) limits: Vec<crate::LimitReached>,
}

/// What there is when a query is run.
#[derive(Clone, Copy)]
pub(crate) struct Running<'c, 'g> {
    pub(crate) worlds: &'c Worlds<'g>,
    pub(crate) asked: &'c Asked<'c>,
    /// How deep in other queries this one is.
    pub(crate) depth: u32,
}

/// A compiled query, but for its ways through.
#[derive(Debug)]
pub(crate) struct Compiled<'g> {
    pub(crate) patterns: Vec<Pattern<'g>>,
    pub(crate) hops: Vec<HopPlan<'g>>,
    /// The parts of `WHERE` that all have to hold.
    pub(crate) filter: Vec<Check>,
    pub(crate) columns: Option<Columns>,
}

impl<'c, 'g> Compiler<'c, 'g> {
    /// For a query of one text, asked of the graph of one moment.
    pub(crate) fn new(
        text: &'c str,
        (graph, moment): (&'g EntityGraph, Option<i64>),
        names: &'c Names,
        run: Option<Running<'c, 'g>>,
    ) -> Self {
        let (diagnostics, aggregates, limits) = (Vec::new(), Vec::new(), Vec::new());
        Self { text, graph, names, moment, run, diagnostics, aggregates, limits }
    }

    pub(crate) fn compile(&mut self, query: &Query, slots: &Slots<'_>) -> Compiled<'g> {
        let by_edge = matches!(query.returns, Some(crate::ast::Returns::Tree(_) | crate::ast::Returns::Path(_)));
        let patterns = slots.entities.iter().enumerate();
        let patterns = patterns.map(|(place, slot)| self.pattern(slot.pattern, place)).collect();
        let hops = slots.hops.iter().map(|slot| self.hop(slot.hop, by_edge)).collect();
        let filter = query.filter.as_ref().and_then(|filter| self.condition(filter, Scope::Path("WHERE")));
        let columns = self.columns(query);
        Compiled { patterns, hops, filter: filter.map_or_else(Vec::new, Check::parts), columns }
    }

    pub(crate) fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(code, span, message));
    }

    pub(crate) const fn slot(target: Target) -> Slot {
        match target {
            Target::Entity(slot) => Slot::Entity(slot),
            Target::Hop(slot) => Slot::Hop(slot),
            Target::Change(slot) => Slot::Change(slot),
            Target::Union(slot) => Slot::Union(slot),
        }
    }

    /// A word of the query that names nothing, with the nearest that do.
    pub(crate) fn unknown<'n>(
        &mut self,
        code: &'static str,
        (sort, word, span): (&str, &str, Span),
        known: impl Iterator<Item = &'n str>,
    ) {
        let help = did_you_mean(&nearest(word, known));
        let warning = Diagnostic::warning(code, span, format!("there is no {sort} `{word}` here"));
        self.diagnostics.push(Diagnostic { help, ..warning });
    }
}

/// Where an expression stands, which decides what its names mean.
#[derive(Clone, Copy)]
pub(crate) enum Scope<'s> {
    /// `WITH`: names are properties of the entity of a slot.
    Entity(usize),
    /// A clause about paths: the first word is an alias.
    Path(&'static str),
    /// A clause about columns.
    Columns(&'s [Column]),
    /// Nothing is bound: a moment, say.
    Nothing(&'static str),
}
