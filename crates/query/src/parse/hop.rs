//! Hops, and optional ones.

use super::cursor::Parser;
use crate::ast::{Arrow, Hop, Name, Optional, Step, Verbs};
use crate::lex::Kind;
use crate::span::Span;

impl Parser<'_> {
    /// Whether a step begins here.
    pub(super) fn at_step(&self) -> bool {
        self.token().is_word("that") || self.at_optional()
    }

    fn at_optional(&self) -> bool {
        let names = matches!(self.peek(2).kind, Kind::Bar | Kind::Close);
        self.token().kind == Kind::Open && self.peek(1).is_word("that") && !names
    }

    /// `THAT …` or `(THAT …)?`.
    pub(super) fn step_here(&mut self) -> Option<Step> {
        if self.at_optional() {
            return Some(Step::Optional(self.deeper(Self::optional)?));
        }
        Some(Step::Hop(self.hop()?))
    }

    /// `(THAT … {THAT …})? [AS …]`.
    fn optional(&mut self) -> Option<Optional> {
        let start = self.step().span;
        let mut steps = Vec::new();
        while self.at_step() {
            steps.push(self.step_here()?);
        }
        if self.take(Kind::Close).is_none() {
            return self.unclosed("THAT or `)`", &["THAT", "WITH", "AS", "AND", "OR"]);
        }
        if self.take(Kind::Question).is_none() {
            let help = "steps in parentheses are optional: (THAT HAS User)?";
            return self.unexpected("? after `)`", Some(help.to_owned()));
        }
        let alias = self.alias_if_any()?;
        Some(Optional { steps, alias, span: self.since(start) })
    }

    /// `THAT [!] verbs [arrow] [AS …] [arrow] entity`.
    fn hop(&mut self) -> Option<Hop> {
        let start = self.step().span;
        let negated = self.take(Kind::Bang).is_some();
        let verbs = self.verbs()?;
        let before = self.arrow();
        let alias = if self.token().is_word("as") { Some(self.alias()?) } else { None };
        let span = self.token().span;
        let behind = self.arrow();
        if before.is_some() && behind.is_some() {
            return self.wrong("repeated", span, "there are two arrows", "leave one of them out");
        }
        let entity = self.pattern(false)?;
        Some(Hop { negated, verbs, arrow: before.or(behind), alias, entity, span: self.since(start) })
    }

    fn arrow(&mut self) -> Option<Arrow> {
        let right = self.take(Kind::Right).map(|_| Arrow::Right);
        right.or_else(|| self.take(Kind::Left).map(|_| Arrow::Left))
    }

    /// Along which relationships.
    fn verbs(&mut self) -> Option<Verbs> {
        let token = self.token();
        if token.is_word("can") {
            self.step();
            return Some(Verbs::Can(self.actions()?));
        }
        let verbs = match token.kind {
            Kind::Open => self.verb_group()?,
            Kind::Word | Kind::Star => vec![self.verb()?],
            _ => return self.missing_verb(),
        };
        Some(all_or_any(verbs, self.since(token.span)))
    }

    fn verb_group(&mut self) -> Option<Vec<Verb>> {
        self.step();
        let mut verbs = vec![self.grouped_verb()?];
        while self.take(Kind::Bar).is_some() {
            verbs.push(self.grouped_verb()?);
        }
        self.close_names()?;
        self.take_word("to");
        Some(verbs)
    }

    /// In a group every word is a verb.
    fn grouped_verb(&mut self) -> Option<Verb> {
        let token = self.token();
        if token.is_word("can") {
            let message = "CAN is no relationship and cannot be one of several";
            return self.wrong("can-in-group", token.span, message, "group the actions: THAT CAN (publish|deprecate)");
        }
        match token.kind {
            Kind::Word => Some(self.verb_word()),
            Kind::Star => {
                self.step();
                Some(Verb::Any)
            }
            _ => self.missing_verb(),
        }
    }

    fn verb(&mut self) -> Option<Verb> {
        if self.token().is_word("not") {
            let help = Some("write ! before the relationship: THAT !HAS".to_owned());
            return self.unexpected("a relationship after THAT", help);
        }
        let possible = self.at_name() || self.token().kind == Kind::Star;
        if possible { self.grouped_verb() } else { self.missing_verb() }
    }

    /// `HAS`, `LOGS TO`, `RELATES TO`.
    fn verb_word(&mut self) -> Verb {
        let token = self.step();
        let to = self.take_word("to").is_some();
        if to && token.is_word("relates") { Verb::Any } else { Verb::Class(token.name()) }
    }

    fn missing_verb<T>(&mut self) -> Option<T> {
        let help = match self.token().kind {
            Kind::Right | Kind::Left => "an arrow stands behind the relationship: THAT HAS >> User",
            _ => "THAT is followed by a relationship: THAT HAS User, THAT RELATES TO User",
        };
        self.unexpected("a relationship after THAT", Some(help.to_owned()))
    }

    /// `publish` or `(publish|deprecate)`.
    fn actions(&mut self) -> Option<Vec<Name>> {
        if self.take(Kind::Open).is_none() {
            let possible = self.at_name();
            return if possible { Some(vec![self.step().name()]) } else { self.missing_action() };
        }
        let mut actions = vec![self.action()?];
        while self.take(Kind::Bar).is_some() {
            actions.push(self.action()?);
        }
        self.close_names()?;
        Some(actions)
    }

    fn action(&mut self) -> Option<Name> {
        match self.take(Kind::Word) {
            Some(token) => Some(token.name()),
            None => self.missing_action(),
        }
    }

    fn missing_action<T>(&mut self) -> Option<T> {
        self.unexpected("an action after CAN", Some("CAN is followed by what is done: THAT CAN publish".to_owned()))
    }
}

enum Verb {
    Any,
    Class(Name),
}

/// Any relationship is also every one that stands beside it in a group.
fn all_or_any(verbs: Vec<Verb>, span: Span) -> Verbs {
    let mut classes = Vec::new();
    for verb in verbs {
        match verb {
            Verb::Any => return Verbs::Any(span),
            Verb::Class(name) => classes.push(name),
        }
    }
    Verbs::Classes(classes)
}
