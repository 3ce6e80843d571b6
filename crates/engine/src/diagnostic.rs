//! What is wrong with a query, in one line for those who do not see the query beside it.

use rolecall_query::Diagnostic;

/// Where it is, what it is, and what to do: `line 2, column 7: nothing is called Usr; did you mean User?`
pub(crate) fn query_place(query: &str, diagnostic: &Diagnostic) -> String {
    let place = diagnostic.span.map(|span| place(query, span.start as usize)).unwrap_or_default();
    let help = diagnostic.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{place}{}{help}", diagnostic.message)
}

/// Counted from 1.
fn place(text: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}: ")
}
