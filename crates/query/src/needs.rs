//! What a query has to be given before it can be run.

use rolecall_graph::EntityGraph;

use crate::asked::{Asked, Needs, Worlds};
use crate::ast::Query;
use crate::bind::Names;
use crate::compile::{Compiler, Running, empty_graph};
use crate::diagnostic::Diagnostic;
use crate::visit::{Part, visit};

/// The moments and windows of a query and of those within it.
pub(crate) fn needs(query: &Query, text: &str, asked: &Asked<'_>) -> Result<Needs, Vec<Diagnostic>> {
    let mut needs = Needs { deleted: asked.include_deleted, ..Needs::default() };
    let empty = empty_graph();
    let mut diagnostics = Vec::new();
    add(query, (text, asked, &empty), None, &mut needs, &mut diagnostics);
    if diagnostics.is_empty() { Ok(needs) } else { Err(diagnostics) }
}

type Around<'a> = (&'a str, &'a Asked<'a>, &'a EntityGraph);

fn add(query: &Query, around: Around<'_>, outside: Option<i64>, needs: &mut Needs, diagnostics: &mut Vec<Diagnostic>) {
    let (text, asked, graph) = around;
    let (worlds, names) = (Worlds::default(), Names::default());
    let running = Running { worlds: &worlds, asked, depth: 0 };
    let mut compiler = Compiler::new(text, (graph, outside), &names, Some(running));
    if let Some(as_of) = &query.as_of {
        compiler.moment = compiler.fixed_moment(as_of, "AS OF");
    }
    needs.moments.insert(compiler.moment);
    let mut within = Vec::new();
    visit(query, &mut |part| match part {
        Part::Within(inner) => within.push(inner),
        Part::Changed(changed) => {
            let window = compiler.window(&changed.since, changed.until.as_ref());
            needs.windows.extend(window.map(|window| (compiler.moment, window)));
            needs.deleted = true;
        }
        Part::Property(path) => {
            let mentions = |name: &str| path.parts.iter().any(|part| part.text == name);
            needs.deleted |= ["_deleted", "_endOn", "_version"].into_iter().any(mentions);
        }
        Part::Set(_) | Part::Parameter(_) => {}
    });
    let moment = compiler.moment;
    diagnostics.extend(compiler.diagnostics);
    for inner in within {
        add(inner, around, moment, needs, diagnostics);
    }
}
