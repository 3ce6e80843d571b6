//! A query as a whole.

use super::cursor::Parser;
use super::mistake::misspelt;
use crate::ast::{EntityPattern, Query, Step};
use crate::lex::Kind;
use crate::words::CONTINUATIONS;

impl Parser<'_> {
    /// The whole text.
    pub(super) fn whole_query(&mut self) -> Option<Query> {
        let query = self.query();
        self.take(Kind::Semicolon);
        if self.token().kind == Kind::End {
            return query;
        }
        self.unexpected("the end of the query after `;`", Some("ask one query at a time".to_owned()))
    }

    /// `[FIND] [UNIQUE] source {step} {clause}`, up to the end or the closing parenthesis.
    pub(super) fn query(&mut self) -> Option<Query> {
        let around = std::mem::take(&mut self.path_is_name);
        let query = self.query_here();
        self.path_is_name = around;
        query
    }

    fn query_here(&mut self) -> Option<Query> {
        let nesting = self.token().nesting;
        let (unique, find) = self.head();
        if find.is_none() {
            self.recover(nesting);
        }
        let steps = self.steps(nesting);
        let clauses = self.clauses(nesting);
        Some(Query {
            unique,
            find: find?,
            steps,
            as_of: clauses.as_of,
            filter: clauses.filter,
            returns: clauses.returns,
            having: clauses.having,
            order: clauses.order,
            skip: clauses.skip,
            limit: clauses.limit,
        })
    }

    /// `[FIND] [UNIQUE] source`.
    fn head(&mut self) -> (bool, Option<EntityPattern>) {
        let found = self.take_word("find").is_some();
        let unique = self.take_word("unique").is_some();
        if !found && self.token().kind != Kind::Text {
            return (unique, self.missing_find());
        }
        let misspelt_unique = !unique && self.peek(1).kind == Kind::Word && self.is_near_unique();
        if misspelt_unique {
            let help = Some("did you mean UNIQUE?".to_owned());
            return (unique, self.unexpected("a class or type after FIND", help));
        }
        (unique, self.pattern(true))
    }

    fn missing_find<T>(&mut self) -> Option<T> {
        let token = self.token();
        let near = misspelt(token.text, &["FIND"]).filter(|_| token.kind == Kind::Word);
        let help = near.unwrap_or_else(|| "a query begins with FIND and a class or type: FIND User".to_owned());
        self.unexpected("FIND", Some(help))
    }

    /// Whether `UNIQUE` is misspelt here, which would otherwise be read as the name of a type.
    fn is_near_unique(&self) -> bool {
        let next = self.peek(1);
        let name_follows = misspelt(next.text, CONTINUATIONS).is_none();
        name_follows && misspelt(self.token().text, &["UNIQUE"]).is_some()
    }

    /// What stands between the beginning and the clauses.
    fn steps(&mut self, nesting: u32) -> Vec<Step> {
        let mut steps = Vec::new();
        while self.at_step() {
            match self.step_here() {
                Some(step) => steps.push(step),
                None => self.recover(nesting),
            }
        }
        steps
    }
}
