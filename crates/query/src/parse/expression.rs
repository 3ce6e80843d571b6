//! Values: arithmetic, functions, properties, literals.

use super::cursor::Parser;
use super::mistake::misspelt;
use crate::ast::{Binary, Call, Date, Duration, Expression, Name, Number, Operation, Path, Text};
use crate::lex::Kind;
use crate::moment;
use crate::words::{FUNCTIONS, is_among, unit};

/// The signs that bind looser, and those that bind tighter.
const SUM: &[(Kind, Operation)] = &[(Kind::Plus, Operation::Add), (Kind::Minus, Operation::Subtract)];
const PRODUCT: &[(Kind, Operation)] = &[(Kind::Star, Operation::Multiply), (Kind::Slash, Operation::Divide)];

impl Parser<'_> {
    /// `a + b`, of which the first value may have been read.
    pub(super) fn sum(&mut self, first: Option<Expression>) -> Option<Expression> {
        let mut left = self.product(first)?;
        while let Some(operation) = self.operation(SUM)? {
            let right = self.product(None)?;
            left = binary(left, operation, right);
        }
        Some(left)
    }

    /// `a * b`, of which the first value may have been read.
    fn product(&mut self, first: Option<Expression>) -> Option<Expression> {
        let mut left = match first {
            Some(value) => value,
            None => self.atom()?,
        };
        while let Some(operation) = self.operation(PRODUCT)? {
            let right = self.atom()?;
            left = binary(left, operation, right);
        }
        Some(left)
    }

    fn operation(&mut self, signs: &[(Kind, Operation)]) -> Option<Option<Operation>> {
        let token = self.token();
        let Some((_, operation)) = signs.iter().find(|(kind, _)| *kind == token.kind) else { return Some(None) };
        self.step();
        self.sign(token.span)?;
        Some(Some(*operation))
    }

    fn atom(&mut self) -> Option<Expression> {
        let token = self.token();
        match token.kind {
            Kind::Text => {
                self.step();
                Some(Expression::Text(Text { value: token.string(), span: token.span }))
            }
            Kind::Number => self.number(),
            Kind::Parameter => {
                self.step();
                let name = Name { text: token.parameter().to_owned(), span: token.span };
                Some(Expression::Parameter(name))
            }
            Kind::Minus => self.deeper(Self::negative),
            Kind::Open => self.deeper(Self::value_in_parentheses),
            Kind::Bracketed => self.path().map(Expression::Path),
            Kind::Word => self.word(),
            Kind::Regex => {
                let message = "a regular expression stands on the right of a comparison, or in a group there";
                self.wrong("misplaced", token.span, message, "write name = /text/")
            }
            _ => self.expected("a value", &[]),
        }
    }

    /// `12`, `7 days`.
    fn number(&mut self) -> Option<Expression> {
        let token = self.step();
        let value = token.text.parse().ok().filter(|value: &f64| value.is_finite());
        let Some(value) = value else {
            return self.wrong("number", token.span, "this number is too large", "take a smaller one");
        };
        let unit = if self.token().kind == Kind::Word { unit(self.token().text) } else { None };
        let Some(unit) = unit else { return Some(Expression::Number(Number { value, span: token.span })) };
        self.step();
        Some(Expression::Duration(Duration { value, unit, span: self.since(token.span) }))
    }

    fn negative(&mut self) -> Option<Expression> {
        let start = self.step().span;
        let value = self.atom()?;
        Some(Expression::Negative(Box::new(value), self.since(start)))
    }

    fn value_in_parentheses(&mut self) -> Option<Expression> {
        self.step();
        let value = self.sum(None)?;
        if self.take(Kind::Close).is_none() {
            return self.unclosed("`)`", &[]);
        }
        Some(value)
    }

    /// A literal, a date, a function or a path.
    fn word(&mut self) -> Option<Expression> {
        let token = self.token();
        if token.is_word("date") && self.peek(1).kind == Kind::Open {
            return self.date();
        }
        if token.is_word("date") && self.peek(1).kind == Kind::Dot && self.peek(2).is_word("now") {
            self.step();
            self.step();
            self.step();
            return Some(Expression::Now(self.since(token.span)));
        }
        if self.at_call() {
            return self.deeper(Self::call);
        }
        if let Some(literal) = self.literal() {
            self.step();
            return Some(literal);
        }
        if self.at_path() { self.path().map(Expression::Path) } else { self.missing_value() }
    }

    fn literal(&self) -> Option<Expression> {
        let token = self.token();
        if self.peek(1).kind == Kind::Dot {
            return None;
        }
        match token.text.to_ascii_lowercase().as_str() {
            "true" => Some(Expression::Flag(true, token.span)),
            "false" => Some(Expression::Flag(false, token.span)),
            "undefined" => Some(Expression::Undefined(token.span)),
            "null" => Some(Expression::Null(token.span)),
            _ => None,
        }
    }

    fn missing_value<T>(&mut self) -> Option<T> {
        let word = self.token().text;
        self.unexpected(
            "a value",
            Some(format!("a value is missing before {word}; a property of this name is written [{word}]")),
        )
    }

    /// `date(2026-11-26)`, quoted or not.
    fn date(&mut self) -> Option<Expression> {
        let start = self.step().span;
        self.step();
        let token = self.token();
        let written = match token.kind {
            Kind::Moment => Some(token.text.to_owned()),
            Kind::Text => Some(token.string()),
            _ => None,
        };
        let Some(milliseconds) = written.as_deref().and_then(moment::read) else {
            let help = "write it as in date(2026-11-26) or date(2026-11-26T09:30:00+01:00)";
            return self.wrong("date", token.span, "this is no date", help);
        };
        self.step();
        if self.take(Kind::Close).is_none() {
            return self.unclosed("`)` after the date", &[]);
        }
        Some(Expression::Date(Date { milliseconds, span: self.since(start) }))
    }

    /// Whether a function is called here. After a property may follow an optional step.
    pub(super) fn at_call(&self) -> bool {
        let step = self.peek(2).is_word("that");
        self.token().kind == Kind::Word && self.peek(1).kind == Kind::Open && !step && !self.at_structure()
    }

    fn call(&mut self) -> Option<Expression> {
        let token = self.token();
        if !is_among(token.text, FUNCTIONS) {
            let message = format!("there is no function `{}`", token.text);
            let help = misspelt(token.text, FUNCTIONS);
            let help = help.unwrap_or_else(|| format!("there are {}", FUNCTIONS.join(", ")));
            return self.wrong("unknown-function", token.span, &message, &help);
        }
        self.step();
        self.step();
        let arguments = self.arguments()?;
        Some(Expression::Call(Call { function: token.name(), arguments, span: self.since(token.span) }))
    }

    fn arguments(&mut self) -> Option<Vec<Expression>> {
        let mut arguments = Vec::new();
        if self.take(Kind::Close).is_some() {
            return Some(arguments);
        }
        if self.token().kind == Kind::Star {
            let help = "name what is counted: count(u)".to_owned();
            return self.unexpected("a value", Some(help));
        }
        arguments.push(self.sum(None)?);
        while self.take(Kind::Comma).is_some() {
            arguments.push(self.sum(None)?);
        }
        if self.take(Kind::Close).is_none() {
            return self.unclosed("`,` or `)`", &[]);
        }
        Some(arguments)
    }

    /// Whether a path can begin here.
    pub(super) fn at_path(&self) -> bool {
        let token = self.token();
        let name = self.at_name() && !is_among(token.text, &["and", "or", "not"]);
        token.kind == Kind::Bracketed || name || self.at_path_that_goes_on()
    }

    /// A word that more of a value follows is a property, also if it has another meaning elsewhere.
    pub(super) fn at_path_that_goes_on(&self) -> bool {
        let goes_on =
            matches!(self.peek(1).kind, Kind::Compare(_) | Kind::Dot | Kind::Plus | Kind::Minus | Kind::Slash);
        self.token().kind == Kind::Word && goes_on
    }

    /// Words joined by dots.
    pub(super) fn path(&mut self) -> Option<Path> {
        let start = self.token().span;
        let mut parts = vec![self.path_part()?];
        while self.take(Kind::Dot).is_some() {
            parts.push(self.path_part()?);
        }
        Some(Path { parts, span: self.since(start) })
    }

    /// One word, or anything in brackets.
    pub(super) fn path_part(&mut self) -> Option<Name> {
        let token = self.token();
        let text = match token.kind {
            Kind::Word => token.text,
            Kind::Bracketed => token.bracketed(),
            Kind::Number => {
                let help = "what is no word stands in brackets: tag.[2026]".to_owned();
                return self.unexpected("a property", Some(help));
            }
            _ => return self.unexpected("a property", None),
        };
        self.step();
        Some(Name { text: text.to_owned(), span: token.span })
    }
}

fn binary(left: Expression, operation: Operation, right: Expression) -> Expression {
    let span = left.span().to(right.span());
    Expression::Binary(Box::new(Binary { left, operation, right, span }))
}
