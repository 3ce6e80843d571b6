//! How the words of a filter are put together: recursive descent, to a bounded depth.

use std::fmt;

use rolecall_engine::people::scim::ScimKind;
use serde_json::Value as Json;

use super::super::path::{AttributePath, Names};
use super::lex::{Token, tokens};
use super::{Filter, Operator, Place};

/// The most bytes of a filter.
const LONGEST: usize = 8192;

/// How deep brackets may be.
const DEEPEST: usize = 24;

/// What is wrong with a filter, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct FilterFlaw {
    /// The byte at which it cannot be read.
    pub(in super::super) at: usize,
    why: String,
}

impl FilterFlaw {
    pub(super) fn new(at: usize, why: impl Into<String>) -> Self {
        Self { at, why: why.into() }
    }
}

impl fmt::Display for FilterFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}, {}", self.at + 1, self.why)
    }
}

/// Reads a filter.
pub(in super::super) fn filter_read(names: Names, text: &str) -> Result<Filter, FilterFlaw> {
    let mut parser = Parser::new(text)?;
    let filter = parser.any(names, 0)?;
    parser.ended()?;
    Ok(filter)
}

/// Reads what an operation of a PATCH is about: `name.familyName`, `emails[type eq "work"].value`.
pub(in super::super) fn place_read(kind: ScimKind, text: &str) -> Result<Place, FilterFlaw> {
    let mut parser = Parser::new(text)?;
    let place = parser.place(Names::Of(kind), 0)?;
    parser.ended()?;
    Ok(place)
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    end: usize,
}

impl Parser {
    fn new(text: &str) -> Result<Self, FilterFlaw> {
        if text.len() > LONGEST {
            return Err(FilterFlaw::new(LONGEST, format!("it is longer than {LONGEST} bytes")));
        }
        Ok(Self { tokens: tokens(text)?, next: 0, end: text.trim_end().len() })
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn flaw<T>(&self, why: impl Into<String>) -> Result<T, FilterFlaw> {
        Err(FilterFlaw::new(self.at(), why))
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.next += 1;
        token
    }

    /// Takes a token if it is the next one.
    fn takes(&mut self, wanted: &Token) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.next += usize::from(is_next);
        is_next
    }

    /// Takes a word if it is the next one, whatever its case.
    fn takes_word(&mut self, wanted: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        self.next += usize::from(is_next);
        is_next
    }

    fn ended(&self) -> Result<(), FilterFlaw> {
        if self.peek().is_none() { Ok(()) } else { self.flaw("there should be nothing more, or `and` or `or`") }
    }

    fn any(&mut self, names: Names, depth: usize) -> Result<Filter, FilterFlaw> {
        self.several(names, depth, "or", Self::all, Filter::Any)
    }

    fn all(&mut self, names: Names, depth: usize) -> Result<Filter, FilterFlaw> {
        self.several(names, depth, "and", Self::one, Filter::All)
    }

    /// One or more, with a word between them.
    fn several(
        &mut self,
        names: Names,
        depth: usize,
        between: &str,
        part: fn(&mut Self, Names, usize) -> Result<Filter, FilterFlaw>,
        together: fn(Vec<Filter>) -> Filter,
    ) -> Result<Filter, FilterFlaw> {
        let first = part(self, names, depth)?;
        if !self.takes_word(between) {
            return Ok(first);
        }
        let mut parts = vec![first, part(self, names, depth)?];
        while self.takes_word(between) {
            parts.push(part(self, names, depth)?);
        }
        Ok(together(parts))
    }

    fn one(&mut self, names: Names, depth: usize) -> Result<Filter, FilterFlaw> {
        if depth > DEEPEST {
            return self.flaw("brackets are too deep");
        }
        if self.takes_word("not") {
            return Ok(Filter::Not(Box::new(self.one(names, depth + 1)?)));
        }
        if !self.takes(&Token::Open) {
            return self.comparison(names, depth);
        }
        let filter = self.any(names, depth + 1)?;
        if self.takes(&Token::Close) { Ok(filter) } else { self.flaw("there should be `)`") }
    }

    fn place(&mut self, names: Names, depth: usize) -> Result<Place, FilterFlaw> {
        let at = self.at();
        let Some(Token::Word(word)) = self.peek().cloned() else {
            return self.flaw("there should be the name of an attribute");
        };
        let path = AttributePath::read(names, &word);
        let Some(path) = path else { return Err(FilterFlaw::new(at, "this is no name of an attribute")) };
        self.next += 1;
        if !self.takes(&Token::OpenBracket) {
            return Ok(Place { path, select: None });
        }
        if depth > DEEPEST || path.part.is_some() {
            return self.flaw("there can be no brackets here");
        }
        let select = self.any(Names::Within(path.declared), depth + 1)?;
        if !self.takes(&Token::CloseBracket) {
            return self.flaw("there should be `]`");
        }
        let part = match self.peek() {
            Some(Token::Word(word)) => word.strip_prefix('.').map(str::to_owned),
            _ => None,
        };
        let select = Some(Box::new(select));
        let Some(part) = part else { return Ok(Place { path, select }) };
        if AttributePath::read(Names::Within(path.declared), &part).is_none_or(|part| part.part.is_some()) {
            return self.flaw("this is no part of an attribute");
        }
        self.next += 1;
        Ok(Place { path: path.with_part(&part), select })
    }

    fn comparison(&mut self, names: Names, depth: usize) -> Result<Filter, FilterFlaw> {
        let at = self.place(names, depth)?;
        let Some(Token::Word(word)) = self.peek().cloned() else { return self.bare(at) };
        let word = word.to_ascii_lowercase();
        if word == "pr" {
            self.next += 1;
            return Ok(Filter::Present(at));
        }
        let Some(operator) = operator(&word) else { return self.bare(at) };
        self.next += 1;
        let place = self.at();
        let value = self.value()?;
        if let Some(why) = misfit(operator, &value) {
            return Err(FilterFlaw::new(place, why));
        }
        Ok(Filter::Compare { at, operator, value })
    }

    /// What has brackets needs no operator: some value is as they say.
    fn bare(&self, at: Place) -> Result<Filter, FilterFlaw> {
        if at.select.is_some() && at.path.part.is_none() {
            return Ok(Filter::Present(at));
        }
        self.flaw("there should be one of eq, ne, co, sw, ew, gt, ge, lt, le, pr")
    }

    fn value(&mut self) -> Result<Json, FilterFlaw> {
        let at = self.at();
        match self.take() {
            Some(Token::Literal(value)) => Ok(value),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("true") => Ok(true.into()),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("false") => Ok(false.into()),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("null") => Ok(Json::Null),
            _ => Err(FilterFlaw::new(at, "there should be a text in quotes, a number, true, false or null")),
        }
    }
}

fn operator(word: &str) -> Option<Operator> {
    Some(match word {
        "eq" => Operator::Equal,
        "ne" => Operator::NotEqual,
        "co" => Operator::Contains,
        "sw" => Operator::StartsWith,
        "ew" => Operator::EndsWith,
        "gt" => Operator::Greater,
        "ge" => Operator::GreaterOrEqual,
        "lt" => Operator::Less,
        "le" => Operator::LessOrEqual,
        _ => return None,
    })
}

/// Why a value cannot be compared so.
fn misfit(operator: Operator, value: &Json) -> Option<&'static str> {
    match operator {
        Operator::Equal | Operator::NotEqual => None,
        Operator::Contains | Operator::StartsWith | Operator::EndsWith => {
            (!value.is_string()).then_some("co, sw and ew look into a text in quotes")
        }
        Operator::Greater | Operator::GreaterOrEqual | Operator::Less | Operator::LessOrEqual => {
            (value.is_boolean() || value.is_null()).then_some("gt, ge, lt and le compare texts, dates and numbers")
        }
    }
}
