//! Conditions: `AND` binds tighter than `OR`.

use super::cursor::Parser;
use crate::ast::{Comparison, Condition, Expression, Operator};
use crate::lex::Kind;
use crate::span::Span;

/// What parentheses hold is known only when they were read: `(a = 1)` is a condition, the first part of `(a + b) > 1`
/// a value. Reading both in one go keeps the time proportional to the text.
enum Either {
    Condition(Condition),
    Value(Expression),
}

impl Parser<'_> {
    /// What has to be so.
    pub(super) fn condition(&mut self) -> Option<Condition> {
        match self.with_own_signs(Self::any_of)? {
            Either::Condition(condition) => Some(condition),
            Either::Value(value) => self.missing_operator(&value),
        }
    }

    /// `a OR b`.
    fn any_of(&mut self) -> Option<Either> {
        self.joined("or", Self::all_of, Condition::Or)
    }

    /// `a AND b`.
    fn all_of(&mut self) -> Option<Either> {
        self.joined("and", Self::comparison_or_value, Condition::And)
    }

    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Option<Either>,
        join: fn(Vec<Condition>) -> Condition,
    ) -> Option<Either> {
        let first = part(self)?;
        if !self.token().is_word(word) {
            return Some(first);
        }
        let mut all = Vec::new();
        self.add(word, first, &mut all)?;
        while self.take_word(word).is_some() {
            let next = part(self)?;
            self.add(word, next, &mut all)?;
        }
        Some(Either::Condition(join(all)))
    }

    /// Adds a condition to others, without parentheses where these make no difference.
    fn add(&mut self, word: &str, part: Either, all: &mut Vec<Condition>) -> Option<()> {
        match (part, word) {
            (Either::Condition(Condition::Or(parts)), "or") | (Either::Condition(Condition::And(parts)), "and") => {
                all.extend(parts);
            }
            (Either::Condition(part), _) => all.push(part),
            (Either::Value(value), _) => return self.missing_operator(&value),
        }
        Some(())
    }

    fn comparison_or_value(&mut self) -> Option<Either> {
        let start = self.token().span;
        let signs = self.signs;
        let left = if self.token().kind == Kind::Open { self.deeper(Self::in_parentheses)? } else { self.left()? };
        let operator = self.operator();
        if operator.is_some() || matches!(left, Either::Condition(_)) {
            // A value goes on behind its parentheses; a condition is at its end, and the next value begins anew.
            self.signs = signs;
        }
        match (left, operator) {
            (Either::Value(left), Some(operator)) => self.compared(left, operator, start),
            (left, None) => Some(left),
            (Either::Condition(_), Some(_)) => {
                let span = self.previous().map_or(start, |token| token.span);
                self.wrong("expected", span, "a condition cannot be compared", "join conditions with AND or OR")
            }
        }
    }

    fn left(&mut self) -> Option<Either> {
        if self.token().is_word("not") && !self.at_path_that_goes_on() {
            let help = "turn the operator around: != for =, !~= for ~=".to_owned();
            return self.unexpected("a condition", Some(help));
        }
        self.sum(None).map(Either::Value)
    }

    /// A condition in parentheses, or a value that begins with parentheses.
    fn in_parentheses(&mut self) -> Option<Either> {
        self.step();
        let inside = self.any_of()?;
        self.close(&inside)?;
        match inside {
            Either::Value(value) => self.sum(Some(value)).map(Either::Value),
            condition => Some(condition),
        }
    }

    fn close(&mut self, inside: &Either) -> Option<()> {
        if self.take(Kind::Close).is_some() {
            return Some(());
        }
        match inside {
            Either::Value(value) => self.missing_operator(value),
            Either::Condition(_) => self.unclosed("AND, OR or `)`", &["AND", "OR"]),
        }
    }

    fn operator(&mut self) -> Option<Operator> {
        let Kind::Compare(operator) = self.token().kind else { return None };
        self.step();
        Some(operator)
    }

    fn compared(&mut self, left: Expression, operator: Operator, start: Span) -> Option<Either> {
        let right = self.with_own_signs(Self::operand)?;
        let comparison = Comparison { left, operator, right, span: self.since(start) };
        Some(Either::Condition(Condition::Compare(Box::new(comparison))))
    }

    /// Says that a value alone is no condition.
    fn missing_operator<T>(&mut self, value: &Expression) -> Option<T> {
        let token = self.token();
        let help = match token.text.to_ascii_lowercase().as_str() {
            "is" | "equals" | "eq" => "write = for is".to_owned(),
            "in" => "write = ('a' OR 'b') for one of several".to_owned(),
            "like" | "contains" | "matches" => "write ~= for contains".to_owned(),
            "!" | "not" | "isnt" => "write != for is not".to_owned(),
            _ => match value {
                Expression::Path(path) => format!("write {path} = true, or {path} != undefined for any value"),
                _ => "compare it with something: name = 'ada'".to_owned(),
            },
        };
        self.unexpected("a comparison such as =", Some(help))
    }
}
