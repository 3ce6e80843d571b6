//! What stands behind the steps: each clause at most once, in any order.

use super::cursor::Parser;
use super::mistake::misspelt;
use crate::ast::{Condition, Count, Expression, OrderKey, Path, Returns};
use crate::lex::Kind;
use crate::words::CONTINUATIONS;

#[derive(Default)]
pub(super) struct Clauses {
    pub(super) as_of: Option<Expression>,
    pub(super) filter: Option<Condition>,
    pub(super) returns: Option<Returns>,
    pub(super) having: Option<Condition>,
    pub(super) order: Vec<OrderKey>,
    pub(super) skip: Option<Count>,
    pub(super) limit: Option<Count>,
    seen: Vec<&'static str>,
}

impl Parser<'_> {
    /// All clauses up to the end of the query.
    pub(super) fn clauses(&mut self, nesting: u32) -> Clauses {
        let mut clauses = Clauses::default();
        while !self.at_end(nesting) {
            if self.clause(&mut clauses).is_none() {
                self.skip_misplaced(nesting);
            }
        }
        clauses
    }

    fn at_end(&self, nesting: u32) -> bool {
        let token = self.token();
        matches!(token.kind, Kind::End | Kind::Semicolon) || token.nesting < nesting
    }

    fn clause(&mut self, clauses: &mut Clauses) -> Option<()> {
        let token = self.token();
        let Some(part) = self.clause_name() else { return self.no_clause(clauses.seen.is_empty()) };
        if clauses.seen.contains(&part) {
            self.repeated(part, token.span);
        }
        clauses.seen.push(part);
        self.step();
        match part {
            "WHERE" => clauses.filter = Some(self.condition()?),
            "HAVING" => clauses.having = Some(self.condition()?),
            "RETURN" => clauses.returns = Some(self.returns()?),
            "ORDER BY" => clauses.order = self.order()?,
            "SKIP" => clauses.skip = Some(self.count("SKIP")?),
            "LIMIT" => clauses.limit = Some(self.count("LIMIT")?),
            _ => {
                self.step();
                clauses.as_of = Some(self.expression()?);
            }
        }
        Some(())
    }

    fn clause_name(&self) -> Option<&'static str> {
        let token = self.token();
        let mut simple = ["WHERE", "RETURN", "HAVING", "SKIP", "LIMIT"].into_iter();
        if let Some(name) = simple.find(|name| token.is_word(name)) {
            return Some(name);
        }
        let order = token.is_word("order").then_some("ORDER BY");
        order.or_else(|| self.at_moment().then_some("AS OF"))
    }

    fn no_clause<T>(&mut self, first: bool) -> Option<T> {
        let token = self.token();
        if token.is_word("that") && !first {
            let message = "THAT stands behind a clause";
            return self.wrong("misplaced", token.span, message, "WHERE, RETURN and the like come after the last THAT");
        }
        if token.is_word("with") && !first {
            let message = "WITH stands behind a clause";
            return self.wrong(
                "misplaced",
                token.span,
                message,
                "WITH stands behind its entity; WHERE is about whole paths",
            );
        }
        let example = if first { "THAT or RETURN" } else { "ORDER BY or LIMIT" };
        let help = self.help_for_no_clause();
        if token.kind == Kind::Open && help.is_some() {
            self.step();
        }
        self.unexpected(&format!("the next part of the query, such as {example}"), help)
    }

    fn help_for_no_clause(&self) -> Option<String> {
        let token = self.token();
        let inside = self.peek(1);
        let text = match token.kind {
            Kind::Word if token.is_word("find") => return Some("ask one query at a time".to_owned()),
            Kind::Word => token.text,
            Kind::Open if inside.kind == Kind::Word => return misspelt(inside.text, &["THAT"]),
            Kind::Bar => return Some("write OR between conditions".to_owned()),
            Kind::Right | Kind::Left => {
                return Some("an arrow stands behind the relationship: THAT HAS >> User".to_owned());
            }
            Kind::Close => return Some("there is no parenthesis to close".to_owned()),
            Kind::Question => return Some("steps in parentheses are optional: (THAT HAS User)?".to_owned()),
            _ => return None,
        };
        misspelt(text, CONTINUATIONS)
    }

    /// Goes behind what could not be read, over a step that is in the wrong place.
    fn skip_misplaced(&mut self, nesting: u32) {
        loop {
            if !self.at_clause() && !self.at_end(nesting) {
                self.step();
            }
            self.recover(nesting);
            if self.at_end(nesting) || self.at_clause() {
                return;
            }
        }
    }

    /// `BY path [ASC|DESC], …`, after `ORDER`.
    fn order(&mut self) -> Option<Vec<OrderKey>> {
        if self.take_word("by").is_none() {
            return self.expected("BY after ORDER", &["BY"]);
        }
        let mut keys = vec![self.order_key()?];
        while self.take(Kind::Comma).is_some() {
            keys.push(self.order_key()?);
        }
        Some(keys)
    }

    fn order_key(&mut self) -> Option<OrderKey> {
        let by = self.order_path()?;
        let descending = self.take_word("desc").is_some();
        if !descending {
            self.take_word("asc");
        }
        Some(OrderKey { by, descending })
    }

    fn order_path(&mut self) -> Option<Path> {
        let token = self.token();
        if self.at_call() {
            let help = "give the column a name with AS, and order by that name".to_owned();
            return self.unexpected("a column or property after ORDER BY", Some(help));
        }
        if token.kind == Kind::Text {
            let help = format!("write [{}] for a column of this name", token.string());
            return self.unexpected("a column or property after ORDER BY", Some(help));
        }
        if self.at_path() { self.path() } else { self.unexpected("a column or property after ORDER BY", None) }
    }

    /// A whole number, after `SKIP` or `LIMIT`.
    fn count(&mut self, after: &str) -> Option<Count> {
        let token = self.token();
        let value = if token.kind == Kind::Number { token.text.parse().ok() } else { None };
        match value {
            Some(value) => {
                self.step();
                Some(Count { value, span: token.span })
            }
            None => self.unexpected(
                &format!("a whole number after {after}"),
                Some(format!("write a number of rows: {after} 10")),
            ),
        }
    }
}
