//! Tokens with a beginning and an end: strings, properties in brackets, parameters, regular expressions.

use super::{Kind, Lexer, offset};
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::words::word_length;

impl Lexer<'_> {
    /// A string may hold line breaks. One that is not closed is still a string, so that the parser goes on.
    pub(super) fn string(&mut self, quote: char) -> Kind {
        let start = self.at;
        self.at += quote.len_utf8();
        let length = closing(self.rest(), |character| character == quote);
        let closed = length.filter(|length| self.rest().get(*length..).is_some_and(|rest| rest.starts_with(quote)));
        if let Some(length) = closed {
            self.at += length + quote.len_utf8();
            return Kind::Text;
        }
        self.at = self.text.len();
        self.unclosed("unclosed-string", start, "the string that begins here is not closed", &quote.to_string());
        Kind::Text
    }

    /// `[tag.cost-center]`: one word, whatever is in it, on one line.
    pub(super) fn bracketed(&mut self) -> Kind {
        let start = self.at;
        self.at += 1;
        self.skip_while(|character| !matches!(character, ']' | '\n'));
        let inside = self.text.get(start + 1..self.at).unwrap_or_default();
        if !self.rest().starts_with(']') {
            self.unclosed("unclosed-bracket", start, "the bracket that begins here is not closed", "]");
            return Kind::Wrong;
        }
        self.at += 1;
        if inside.trim().is_empty() {
            let remark = Diagnostic::error("empty-bracket", self.since(start), "there is no property in the brackets");
            self.remarks.of_token(remark.with_help("write a property: [tag.cost-center]"));
            return Kind::Wrong;
        }
        Kind::Bracketed
    }

    /// `${name}`, `${ param.name }`, `{{name}}`.
    pub(super) fn parameter(&mut self, opening: &str, closing: &str) -> Kind {
        let start = self.at;
        self.at += opening.len();
        self.skip_space();
        let mut whole = self.skip_word();
        self.skip_space();
        if self.rest().starts_with('.') {
            let owner = self.text.get(start + opening.len()..self.at).unwrap_or_default();
            whole &= owner.trim().eq_ignore_ascii_case("param");
            self.at += 1;
            self.skip_space();
            whole &= self.skip_word();
            self.skip_space();
        }
        let closed = self.rest().starts_with(closing);
        if closed {
            self.at += closing.len();
        }
        if closed && whole {
            return Kind::Parameter;
        }
        let remark = Diagnostic::error("parameter", self.since(start), "this is no parameter");
        self.remarks.of_token(remark.with_help("a parameter is written ${name} or {{name}}"));
        Kind::Wrong
    }

    /// `/pattern/i`, on one line.
    pub(super) fn regex(&mut self) -> Kind {
        let start = self.at;
        self.at += 1;
        let length = closing(self.rest(), |character| matches!(character, '/' | '\n'));
        self.at += length.unwrap_or(self.rest().len());
        if !self.rest().starts_with('/') {
            let message = "the regular expression that begins here is not closed on its line";
            self.unclosed("unclosed-regex", start, message, "/");
            return Kind::Wrong;
        }
        self.at += 1;
        let flags = word_length(self.rest());
        let start_of_flags = self.at;
        self.at += flags;
        if matches!(self.text.get(start_of_flags..self.at), Some("" | "i")) {
            return Kind::Regex;
        }
        let message = "the only letter after a regular expression is i";
        let remark = Diagnostic::error("regex-flag", self.since(start_of_flags), message);
        self.remarks.of_token(remark.with_help("/text/i ignores case, /text/ does not"));
        Kind::Wrong
    }

    fn skip_space(&mut self) {
        self.skip_while(|character| matches!(character, ' ' | '\t'));
    }

    fn skip_word(&mut self) -> bool {
        let length = word_length(self.rest());
        self.at += length;
        length > 0
    }

    fn unclosed(&mut self, code: &'static str, start: usize, message: &str, with: &str) {
        let opening = Span::new(offset(start), offset(start + 1));
        self.remarks.of_token(Diagnostic::error(code, opening, message).with_help(format!("close it with {with}")));
    }
}

/// Where the first such character is that has no backslash before it.
fn closing(text: &str, closes: impl Fn(char) -> bool) -> Option<usize> {
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        if closes(character) {
            return Some(at);
        }
        // A line break cannot be escaped: what ends at the end of a line does so behind a backslash too.
        if character == '\\' && !characters.as_str().starts_with('\n') {
            characters.next();
        }
    }
    None
}
