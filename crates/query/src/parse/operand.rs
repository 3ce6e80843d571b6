//! The right side of a comparison.

use super::cursor::Parser;
use crate::ast::{Expression, Group, Operand, Regex};
use crate::lex::Kind;
use crate::span::Span;

impl Parser<'_> {
    /// A value, a group of values, a regular expression or a query.
    pub(super) fn operand(&mut self) -> Option<Operand> {
        let token = self.token();
        match token.kind {
            Kind::Regex => {
                self.step();
                let (pattern, ignore_case) = token.regex();
                Some(Operand::Regex(Regex { pattern: pattern.to_owned(), ignore_case, span: token.span }))
            }
            Kind::Open if self.at_query() => self.deeper(Self::query_in_parentheses),
            Kind::Open => self.deeper(Self::operand_in_parentheses),
            Kind::Compare(_) => self.second_operator(),
            _ => self.sum(None).map(Operand::Expression),
        }
    }

    fn second_operator<T>(&mut self) -> Option<T> {
        let before = self.previous().map_or("", |token| token.text);
        let help = match (before, self.token().text) {
            ("=", "=") => Some("one = is enough".to_owned()),
            ("<", ">") => Some("write != for is not".to_owned()),
            ("=", "~=") => Some("write ~= for contains".to_owned()),
            ("=", "<" | ">") => Some("write <= or >=, with = last".to_owned()),
            _ => None,
        };
        self.unexpected("a value", help)
    }

    /// Whether a query begins here: `(FIND …` or `('text' WITH …`.
    fn at_query(&self) -> bool {
        let find = self.peek(1).is_word("find") && self.peek(2).kind != Kind::Dot;
        let unique = self.peek(1).is_word("unique") && self.peek(2).kind == Kind::Text;
        let next = self.peek(2);
        let goes_on = next.kind == Kind::Open
            || ["that", "with", "as", "changed", "where", "return", "having", "order", "skip", "limit"]
                .iter()
                .any(|word| next.is_word(word));
        find || unique || (self.peek(1).kind == Kind::Text && goes_on)
    }

    fn query_in_parentheses(&mut self) -> Option<Operand> {
        self.step();
        let query = self.query()?;
        if self.take(Kind::Close).is_none() {
            return self.unclosed("`)` at the end of the query in parentheses", &[]);
        }
        Some(Operand::Query(Box::new(query)))
    }

    /// `('a' OR 'b')`, or a value that begins with parentheses.
    fn operand_in_parentheses(&mut self) -> Option<Operand> {
        let start = self.step().span;
        let inside = self.any_of_values(start)?;
        if self.take(Kind::Close).is_none() {
            return self.unclosed_group();
        }
        match inside {
            Operand::Expression(value) => self.sum(Some(value)).map(Operand::Expression),
            Operand::Group(group) => Some(Operand::Group(Group { span: self.since(start), ..group })),
            other => Some(other),
        }
    }

    fn unclosed_group<T>(&mut self) -> Option<T> {
        let commas = self.token().kind == Kind::Comma;
        if commas {
            return self.unexpected("OR, AND or `)`", Some("write OR between values: ('a' OR 'b')".to_owned()));
        }
        self.unclosed("OR, AND or `)`", &["OR", "AND"])
    }

    fn any_of_values(&mut self, start: Span) -> Option<Operand> {
        self.values(start, "or", |parser| parser.values(start, "and", Self::operand))
    }

    fn values(&mut self, start: Span, word: &str, part: impl Fn(&mut Self) -> Option<Operand>) -> Option<Operand> {
        let signs = self.signs;
        let first = part(self)?;
        if !self.token().is_word(word) {
            return Some(first);
        }
        let all = word == "and";
        let mut values = Vec::new();
        add(first, all, &mut values);
        while self.take_word(word).is_some() {
            self.signs = signs;
            add(part(self)?, all, &mut values);
        }
        self.signs = signs;
        Some(Operand::Group(Group { all, values, span: self.since(start) }))
    }

    /// One whole value.
    pub(super) fn expression(&mut self) -> Option<Expression> {
        self.with_own_signs(|parser| parser.sum(None))
    }
}

/// Adds a value to a group, without parentheses where these make no difference.
fn add(value: Operand, all: bool, values: &mut Vec<Operand>) {
    match value {
        Operand::Group(group) if group.all == all => values.extend(group.values),
        other => values.push(other),
    }
}
