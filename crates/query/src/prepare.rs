//! A query that can be run.

use std::collections::BTreeSet;

use crate::answer::Answer;
use crate::asked::{Asked, Needs, Worlds};
use crate::ast::{Query, Returns};
use crate::bind::{MOST_CHAINS, MOST_HOPS, Names, Slots, chains};
use crate::compile::{Compiler, Running, empty_graph};
use crate::diagnostic::{Diagnostic, has_error};
use crate::visit::{Part, visit};

/// A query with nothing wrong in it that can be told without asking it.
#[derive(Clone, Debug)]
pub struct Prepared {
    text: String,
    query: Query,
    warnings: Vec<Diagnostic>,
}

/// Reads a query.
///
/// # Errors
/// What is wrong with it, at least one of which is an error.
pub fn prepare(text: &str) -> Result<Prepared, Vec<Diagnostic>> {
    let parsed = crate::parse(text);
    let Some(query) = parsed.query.filter(|_| !has_error(&parsed.diagnostics)) else { return Err(parsed.diagnostics) };
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(check(&query, text));
    if has_error(&diagnostics) {
        return Err(diagnostics);
    }
    Ok(Prepared { text: text.to_owned(), query, warnings: diagnostics })
}

/// What is wrong with a query whatever it is asked of.
pub(crate) fn check(query: &Query, text: &str) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let slots = Slots::of(query);
    let names = Names::of(&slots, &mut diagnostics);
    if let Some(hop) = slots.hops.get(MOST_HOPS) {
        let message = format!("a query has at most {MOST_HOPS} hops");
        diagnostics.push(Diagnostic::error("too-many-hops", hop.hop.span, message));
        return diagnostics;
    }
    if chains(&slots.steps).is_none() {
        let span = query.steps.first().map(crate::ast::Step::span).unwrap_or_default();
        let message = format!("the optional parts make more than {MOST_CHAINS} ways through the query");
        diagnostics.push(Diagnostic::error("too-many-ways", span, message));
    }
    let empty = empty_graph();
    let mut compiler = Compiler::new(text, (&empty, None), &names, None);
    compiler.diagnostics = diagnostics;
    compiler.compile(query, &slots);
    if !matches!(query.returns, Some(Returns::Items(_))) {
        compiler.list_order(query);
    }
    if let Some(as_of) = &query.as_of {
        compiler.fixed_moment(as_of, "AS OF");
    }
    compiler.diagnostics
}

fn add_parameters(query: &Query, names: &mut BTreeSet<String>) {
    visit(query, &mut |part| match part {
        Part::Parameter(name) => {
            names.insert(name.to_owned());
        }
        Part::Within(query) => add_parameters(query, names),
        Part::Set(_) | Part::Changed(_) | Part::Property(_) => {}
    });
}

impl Prepared {
    /// The query as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it says.
    #[must_use]
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// What is worth knowing of it.
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The names of its parameters.
    #[must_use]
    pub fn parameters(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        add_parameters(&self.query, &mut names);
        names
    }

    /// What it has to be given before it can be run.
    ///
    /// # Errors
    /// When a moment cannot be worked out: a parameter is missing, or is no date.
    pub fn needs(&self, asked: &Asked<'_>) -> Result<Needs, Vec<Diagnostic>> {
        crate::needs::needs(&self.query, &self.text, asked)
    }

    /// Runs it.
    ///
    /// # Errors
    /// When it cannot be run: a parameter is missing, something was not loaded, a regular expression is none.
    pub fn run<'g>(&self, worlds: &Worlds<'g>, asked: &Asked<'_>) -> Result<Answer<'g>, Vec<Diagnostic>> {
        let running = Running { worlds, asked, depth: 0 };
        let mut answer = crate::run::run(&self.query, &self.text, running, None)?;
        answer.diagnostics.splice(0..0, self.warnings.iter().cloned());
        Ok(answer)
    }
}
