//! What holds whatever the text.

use rolecall_query::ast::Query;
use rolecall_query::{LONGEST, Parsed, Severity, parse};

/// The real queries, one a line behind its number.
const EXAMPLES: &str = include_str!("examples.txt");

/// The real queries.
pub(crate) fn examples() -> impl Iterator<Item = &'static str> {
    EXAMPLES.lines().filter_map(|line| line.split_once(' ')).map(|(_, query)| query)
}

/// Parses a text and checks what has to hold of the answer to any text.
pub(crate) fn checked(text: &str) -> Option<Query> {
    let Parsed { query, diagnostics } = parse(text);
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    assert_eq!(query.is_none(), errors > 0, "a tree or an error: {text:?}");
    for diagnostic in &diagnostics {
        let span = diagnostic.span.expect("the parser knows the place of everything");
        assert!(text.get(span.range()).is_some(), "{span:?} of {diagnostic:?} is in {text:?}");
        assert!(!diagnostic.message.is_empty() && !diagnostic.message.ends_with('.'), "{diagnostic:?}");
    }
    let query = query?;
    comes_back(&query, text);
    Some(query)
}

fn comes_back(query: &Query, text: &str) {
    let printed = query.to_string();
    if printed.len() > LONGEST {
        return;
    }
    let again = parse(&printed);
    assert_eq!(again.diagnostics, [], "{text:?} prints as {printed:?}");
    assert_eq!(again.query.as_ref(), Some(query), "{text:?} prints as {printed:?}");
    assert_eq!(again.query.map(|query| query.to_string()), Some(printed), "{text:?}");
}
