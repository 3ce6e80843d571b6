//! A query's text as tokens. Never fails: what is no token is one of kind [`Kind::Wrong`], with a remark.
//!
//! Each character is looked at a bounded number of times, whatever the text.

mod quoted;
mod token;

pub(crate) use token::{Kind, Token};

use crate::diagnostic::Diagnostic;
use crate::remarks::Remarks;
use crate::span::Span;
use crate::words::{begins_word, is_among, word_length};

/// The tokens of a text, the last of which is its end, and what was wrong.
pub(crate) fn tokens(text: &str) -> (Vec<Token<'_>>, Remarks) {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new(), remarks: Remarks::default(), nesting: 0 };
    while lexer.token() {}
    (lexer.tokens, lexer.remarks)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token<'t>>,
    remarks: Remarks,
    nesting: u32,
}

impl<'t> Lexer<'t> {
    /// Reads one token; `false` after the end.
    fn token(&mut self) -> bool {
        self.skip_blank();
        let start = self.at;
        let kind = self.rest().chars().next().map_or(Kind::End, |first| self.kind(first));
        let span = self.since(start);
        if kind == Kind::Close {
            self.nesting = self.nesting.saturating_sub(1);
        }
        let text = self.text.get(span.range()).unwrap_or_default();
        self.tokens.push(Token { kind, text, span, nesting: self.nesting });
        self.nesting += u32::from(kind == Kind::Open);
        kind != Kind::End
    }

    fn kind(&mut self, first: char) -> Kind {
        match first {
            '\'' | '"' => self.string(first),
            '[' => self.bracketed(),
            '0'..='9' if self.follows_date() => self.moment(),
            '0'..='9' => self.number(),
            '/' if self.follows_operator() => self.regex(),
            '$' if self.rest().starts_with("${") => self.parameter("${", "}"),
            '{' if self.rest().starts_with("{{") => self.parameter("{{", "}}"),
            _ if begins_word(first) => self.word(),
            _ => self.sign(first),
        }
    }

    fn word(&mut self) -> Kind {
        self.at += word_length(self.rest());
        Kind::Word
    }

    /// `90` of `90days`, `0.5`.
    fn number(&mut self) -> Kind {
        self.skip_while(|character| character.is_ascii_digit());
        let fraction = self.rest().strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if fraction {
            self.at += 1;
            self.skip_while(|character| character.is_ascii_digit());
        }
        Kind::Number
    }

    fn moment(&mut self) -> Kind {
        self.skip_while(|character| character.is_ascii_alphanumeric() || "+-:.".contains(character));
        Kind::Moment
    }

    fn sign(&mut self, first: char) -> Kind {
        let rest = self.rest();
        if let Some((sign, kind)) = token::SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            self.at += sign.len();
            return *kind;
        }
        let start = self.at;
        self.skip_while(|character| character == first);
        let found = self.text.get(start..self.at).unwrap_or_default();
        let shown: String = found.chars().take(10).collect();
        let message = format!("`{}` has no meaning here", shown.escape_debug());
        let remark = Diagnostic::error("unknown-character", self.since(start), message);
        self.remarks.of_token(with_advice(remark, first));
        Kind::Wrong
    }

    /// Skips white space and comments.
    fn skip_blank(&mut self) {
        loop {
            self.skip_while(|character| character.is_whitespace() || character == '\u{feff}');
            if self.rest().starts_with("//") {
                self.skip_while(|character| character != '\n');
            } else if self.rest().starts_with("/*") {
                self.skip_comment();
            } else {
                return;
            }
        }
    }

    fn skip_comment(&mut self) {
        let start = self.at;
        let length = self.rest().get(2..).and_then(|inside| inside.find("*/"));
        self.at = length.map_or(self.text.len(), |length| start + length + 4);
        if length.is_none() {
            let opening = Span::new(offset(start), offset(start + 2));
            let remark = Diagnostic::error("unclosed-comment", opening, "the comment that begins here is not closed");
            self.remarks.of_token(remark.with_help("close it with */"));
        }
    }

    /// Whether a value is due, so that `/` begins a regular expression and does not divide.
    fn follows_operator(&self) -> bool {
        let mut before = self.tokens.iter().rev();
        let Some(last) = before.next() else { return false };
        let joins = last.kind == Kind::Word && is_among(last.text, &["and", "or"]);
        let property = before.next().is_some_and(|token| token.kind == Kind::Dot);
        matches!(last.kind, Kind::Compare(_) | Kind::Open) || (joins && !property)
    }

    fn follows_date(&self) -> bool {
        let mut before = self.tokens.iter().rev();
        before.next().is_some_and(|token| token.kind == Kind::Open)
            && before.next().is_some_and(|token| token.is_word("date"))
    }

    fn skip_while(&mut self, skipped: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|character| !skipped(character)).unwrap_or(rest.len());
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn since(&self, start: usize) -> Span {
        Span::new(offset(start), offset(self.at))
    }
}

/// Texts that are longer than this can count are refused before they come here.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// What somebody meant who is used to another language, or whose editor made the quotes prettier.
fn with_advice(remark: Diagnostic, found: char) -> Diagnostic {
    match found {
        '“' | '”' | '„' | '‘' | '’' | '‚' | '«' | '»' | '`' => remark.with_help("quote with ' or \""),
        '&' => remark.with_help("write AND"),
        '–' | '—' | '−' => remark.with_help("write - for minus"),
        '≠' => remark.with_help("write !="),
        '≥' => remark.with_help("write >="),
        '≤' => remark.with_help("write <="),
        '→' => remark.with_help("write >>"),
        '←' => remark.with_help("write <<"),
        '$' => remark.with_help("a parameter is written ${name}"),
        '{' | '}' => remark.with_help("a parameter is written ${name} or {{name}}"),
        '%' => remark.with_help("~= is contains, ^= begins with, $= ends with"),
        ']' => remark.with_help("brackets stand around one property: [tag.cost-center]"),
        _ => remark,
    }
}
