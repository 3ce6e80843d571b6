//! Where the parser is in the text, and steps from there.

use super::{DEEPEST, MOST_SIGNS};
use crate::ast::Name;
use crate::diagnostic::Diagnostic;
use crate::lex::{Kind, Token};
use crate::remarks::Remarks;
use crate::span::Span;
use crate::words::{STRUCTURE, is_among};

pub(super) struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    pub(super) remarks: Remarks,
    depth: u32,
    /// The signs of arithmetic in the value that is being read.
    pub(super) signs: u32,
    /// Whether something in the query that is being read is called `path`.
    pub(super) path_is_name: bool,
}

impl<'t> Parser<'t> {
    pub(super) fn new(tokens: Vec<Token<'t>>, remarks: Remarks) -> Self {
        Self { tokens, at: 0, remarks, depth: 0, signs: 0, path_is_name: false }
    }

    /// The next token.
    pub(super) fn token(&self) -> Token<'t> {
        self.peek(0)
    }

    /// The token this many after the next.
    pub(super) fn peek(&self, after: usize) -> Token<'t> {
        let end = Token { kind: Kind::End, text: "", span: Span::default(), nesting: 0 };
        self.tokens.get(self.at + after).or(self.tokens.last()).copied().unwrap_or(end)
    }

    /// The token before.
    pub(super) fn previous(&self) -> Option<Token<'t>> {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).copied()
    }

    /// Goes on by one token, and gives it.
    pub(super) fn step(&mut self) -> Token<'t> {
        let token = self.token();
        if token.kind != Kind::End {
            self.at += 1;
        }
        token
    }

    /// The next token, if it is of this kind.
    pub(super) fn take(&mut self, kind: Kind) -> Option<Token<'t>> {
        (self.token().kind == kind).then(|| self.step())
    }

    /// The next token, if it is this word.
    pub(super) fn take_word(&mut self, word: &str) -> Option<Token<'t>> {
        self.token().is_word(word).then(|| self.step())
    }

    /// From there to the end of the token before.
    pub(super) fn since(&self, start: Span) -> Span {
        let end = self.previous().map_or(start, |token| token.span);
        Span::new(start.start, start.end.max(end.end))
    }

    /// Reads something that lies in what is being read; a remark instead when that is too deep.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= DEEPEST {
            let span = self.token().span;
            let message = format!("the query is nested more than {DEEPEST} levels deep");
            let error = Diagnostic::error("too-deep", span, message).with_help("ask in several queries");
            self.remarks.last_one(span, error);
            return None;
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    /// Counts a sign of arithmetic in the value that is being read; a remark instead when these are too many.
    pub(super) fn sign(&mut self, span: Span) -> Option<()> {
        self.signs += 1;
        if self.signs <= MOST_SIGNS {
            return Some(());
        }
        let message = format!("more than {MOST_SIGNS} arithmetic signs in one value");
        self.remarks.last_one(span, Diagnostic::error("too-deep", span, message));
        None
    }

    /// Reads one whole value, with signs of its own.
    pub(super) fn with_own_signs<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let signs = std::mem::take(&mut self.signs);
        let found = read(self);
        self.signs = signs;
        found
    }

    /// Goes to the next part of the query that stands in this many parentheses, or to the query's end.
    pub(super) fn recover(&mut self, nesting: u32) {
        loop {
            let token = self.token();
            let here = token.nesting == nesting && (self.at_clause() || token.is_word("that"));
            let ends = token.kind == Kind::End || token.kind == Kind::Semicolon || token.nesting < nesting;
            if here || ends {
                return;
            }
            self.step();
        }
    }

    /// Whether a clause begins here.
    pub(super) fn at_clause(&self) -> bool {
        let token = self.token();
        let next = self.peek(1);
        token.is_word("where")
            || token.is_word("return")
            || token.is_word("having")
            || (token.is_word("order") && next.is_word("by"))
            || ((token.is_word("skip") || token.is_word("limit")) && next.kind == Kind::Number)
            || self.at_moment()
    }

    /// Whether this is the `AS OF` of a moment. Before anything else, `AS of` gives a name.
    pub(super) fn at_moment(&self) -> bool {
        let of = self.token().is_word("as") && self.peek(1).is_word("of");
        let next = self.peek(2);
        of && (matches!(next.kind, Kind::Text | Kind::Number | Kind::Parameter) || next.is_word("date"))
    }

    /// Whether `CHANGED SINCE` begins here.
    pub(super) fn at_changed(&self) -> bool {
        self.token().is_word("changed") && self.peek(1).is_word("since")
    }

    /// Whether the next word belongs to the structure of the query and names nothing.
    pub(super) fn at_structure(&self) -> bool {
        let token = self.token();
        let keyword = token.kind == Kind::Word && is_among(token.text, STRUCTURE);
        keyword || self.at_clause() || self.at_changed()
    }

    /// Whether a name can stand here.
    pub(super) fn at_name(&self) -> bool {
        self.token().kind == Kind::Word && !self.at_structure()
    }
}

impl Token<'_> {
    /// As a name of the tree.
    pub(super) fn name(&self) -> Name {
        Name { text: self.text.to_owned(), span: self.span }
    }
}
