//! The tree of a query's text, by recursive descent: one function for each rule of the grammar.
//!
//! A function that fails has made a remark and gives `None`. The query goes on with the next part after that, so that
//! several mistakes are told at once.

mod clause;
mod condition;
mod cursor;
mod entity;
mod expression;
mod hop;
mod mistake;
mod operand;
mod query;
mod returns;

use crate::ast::Query;
use crate::diagnostic::Diagnostic;
use crate::lex;
use crate::span::Span;
use cursor::Parser;

/// The longest text that is read, in bytes. Nobody writes more; what has more is not meant as a query.
pub const LONGEST: usize = 1 << 20;

/// How deep parts may lie in each other, so that a tree of any text can be walked by recursion.
const DEEPEST: u32 = 48;

/// How many arithmetic signs one value may have, for the same reason.
const MOST_SIGNS: u32 = 128;

/// What a text says.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The query; `None` when there is an error.
    pub query: Option<Query>,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a query. `O(text)`; never fails and never panics, whatever the text.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    if text.len() > LONGEST {
        let message = format!("the query is longer than {LONGEST} bytes");
        let error = Diagnostic::error("too-long", Span::new(0, 0), message);
        let error = error.with_help("ask several shorter queries, or give long lists as parameters");
        return Parsed { query: None, diagnostics: vec![error] };
    }
    let (tokens, remarks) = lex::tokens(text);
    let mut parser = Parser::new(tokens, remarks);
    let query = parser.whole_query();
    let faultless = parser.remarks.is_empty();
    Parsed { query: query.filter(|_| faultless), diagnostics: parser.remarks.into_list() }
}
