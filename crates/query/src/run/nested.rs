//! Queries within queries: those that smart classes are made of, and those whose values are compared with.

use rolecall_graph::{EntityId, ValueRef};

use super::run;
use crate::answer::Found;
use crate::ast::{Operator, Query, Returns};
use crate::compile::{Compiler, MOST_NESTED, Running, Wanted};
use crate::table::{Cell, TableRow};

/// The entities that a query finds; a reason where it cannot be run.
pub(crate) fn list_of(text: &str, running: Running<'_, '_>, moment: Option<i64>) -> Result<Vec<EntityId>, String> {
    let parsed = crate::parse(text);
    let first = parsed.diagnostics.first().map(|diagnostic| diagnostic.message.clone());
    let query = parsed.query.ok_or_else(|| first.unwrap_or_default())?;
    // Entities of another moment have other numbers.
    if query.as_of.is_some() {
        return Err("it has an AS OF; a smart class is of the moment that is asked about".to_owned());
    }
    let running = Running { depth: running.depth.saturating_add(1), ..running };
    let answer = run(&query, text, running, moment)
        .map_err(|diagnostics| diagnostics.first().map(|diagnostic| diagnostic.message.clone()).unwrap_or_default())?;
    match answer.found {
        Found::List(entities) => Ok(entities),
        _ => Err("it has a RETURN; a smart class is what FIND finds".to_owned()),
    }
}

impl Compiler<'_, '_> {
    /// The values of a query in parentheses.
    pub(crate) fn subquery(&mut self, query: &Query, operator: Operator) -> Option<Wanted> {
        if operator != Operator::Equal {
            self.error("subquery-operator", query.find.span, "a query in parentheses stands behind = or != only");
            return None;
        }
        let has_one_column = matches!(&query.returns, Some(Returns::Items(items)) if items.len() == 1);
        if !has_one_column {
            self.error("subquery-column", query.find.span, "a query in parentheses has to RETURN one property");
            return None;
        }
        let Some(running) = self.run else {
            self.diagnostics.extend(crate::prepare::check(query, self.text));
            return Some(Wanted::Any(Vec::new()));
        };
        if running.depth >= MOST_NESTED {
            self.error("nested-too-deep", query.find.span, "queries are nested too deep here");
            return None;
        }
        let running = Running { depth: running.depth.saturating_add(1), ..running };
        match run(query, self.text, running, self.moment) {
            Ok(answer) => {
                self.diagnostics.extend(answer.diagnostics);
                self.limits.extend(answer.limits);
                let Found::Table(table) = answer.found else { return None };
                let value = |cell: Cell<'_>| match cell {
                    Cell::Value(ValueRef::List(items)) => items.to_vec(),
                    Cell::Value(value) => vec![value.to_owned()],
                    _ => Vec::new(),
                };
                Some(Wanted::any_of(table.rows().flat_map(TableRow::cells).flat_map(value).collect()))
            }
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics);
                None
            }
        }
    }
}
