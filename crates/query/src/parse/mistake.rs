//! What is said when something else was expected.

use super::cursor::Parser;
use crate::diagnostic::Diagnostic;
use crate::lex::{Kind, Token};
use crate::nearest::{did_you_mean, nearest};
use crate::span::Span;

impl Parser<'_> {
    /// Says that something else was expected here, with the nearest of the words that could stand here.
    pub(super) fn expected<T>(&mut self, what: &str, words: &[&str]) -> Option<T> {
        let token = self.token();
        let help = if token.kind == Kind::Word { misspelt(token.text, words) } else { None };
        self.unexpected(what, help)
    }

    /// The same with other help.
    pub(super) fn unexpected<T>(&mut self, what: &str, help: Option<String>) -> Option<T> {
        let token = self.token();
        // What is wrong with the token, or hides the end, was said already.
        let known = token.kind == Kind::Wrong || (token.kind == Kind::End && !self.remarks.is_empty());
        let message = format!("expected {what}, found {}", shown(token));
        let error = Diagnostic { help, ..Diagnostic::error("expected", token.span, message) };
        if !known {
            self.remarks.of_order(token.span, error);
        }
        None
    }

    /// The same where a parenthesis could be closed.
    pub(super) fn unclosed<T>(&mut self, what: &str, words: &[&str]) -> Option<T> {
        let token = self.token();
        let near = if token.kind == Kind::Word { misspelt(token.text, words) } else { None };
        self.unexpected(what, Some(near.unwrap_or_else(|| "a parenthesis before it is not closed".to_owned())))
    }

    /// Says what is wrong at a place.
    pub(super) fn wrong<T>(&mut self, code: &'static str, span: Span, message: &str, help: &str) -> Option<T> {
        self.remarks.of_order(span, Diagnostic::error(code, span, message).with_help(help));
        None
    }

    /// Says that a part is there twice, and goes on.
    pub(super) fn repeated(&mut self, part: &str, span: Span) {
        let help = match part {
            "WITH" | "WHERE" | "HAVING" => "join the conditions with AND",
            "AS" => "one thing has one name",
            "LIMIT" | "SKIP" => "leave one of them out",
            _ => "join them with a comma",
        };
        self.wrong::<()>("repeated", span, &format!("{part} is there twice"), help);
    }
}

/// A question after the words that this one may be a misspelling of.
pub(super) fn misspelt(word: &str, words: &[&str]) -> Option<String> {
    did_you_mean(&nearest(word, words.iter().copied()))
}

/// A token as a message shows it.
pub(super) fn shown(token: Token<'_>) -> String {
    const LONGEST: usize = 40;
    if token.kind == Kind::End {
        return "the end of the query".to_owned();
    }
    let shown: String = token.text.chars().take(LONGEST).collect();
    let dots = if shown.len() < token.text.len() { "…" } else { "" };
    format!("`{}{dots}`", shown.escape_debug())
}
