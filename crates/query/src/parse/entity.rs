//! Sets of entities, with their conditions and names.

use super::cursor::Parser;
use super::mistake::misspelt;
use crate::ast::{Changed, EntityName, EntityPattern, EntitySet, Name, Text};
use crate::lex::Kind;
use crate::span::Span;
use crate::words::{CONTINUATIONS, RESERVED, is_among};

impl Parser<'_> {
    /// `set [WITH …] [AS …] [CHANGED …]`; a string only where a query begins.
    pub(super) fn pattern(&mut self, first: bool) -> Option<EntityPattern> {
        let start = self.token().span;
        let set = self.set(first)?;
        self.note_name(&set);
        let mut pattern = EntityPattern { set, with: None, alias: None, changed: None, span: start };
        while self.tail(&mut pattern)? {}
        pattern.span = self.since(start);
        Some(pattern)
    }

    /// One part of what follows a set of entities; `false` when there is none.
    fn tail(&mut self, pattern: &mut EntityPattern) -> Option<bool> {
        let token = self.token();
        if token.is_word("with") {
            self.step();
            self.once(pattern.with.is_some(), "WITH", token.span);
            pattern.with = Some(self.condition()?);
        } else if token.is_word("as") && !self.at_moment() {
            self.once(pattern.alias.is_some(), "AS", token.span);
            pattern.alias = Some(self.alias()?);
        } else if self.at_changed() {
            self.once(pattern.changed.is_some(), "CHANGED SINCE", token.span);
            pattern.changed = Some(self.changed()?);
        } else {
            return Some(false);
        }
        Some(true)
    }

    fn once(&mut self, again: bool, part: &str, span: Span) {
        if again {
            self.repeated(part, span);
        }
    }

    /// `CHANGED SINCE … [UNTIL …] [AS …]`.
    fn changed(&mut self) -> Option<Changed> {
        let start = self.step().span;
        self.step();
        let since = self.expression()?;
        let until = if self.take_word("until").is_some() { Some(self.expression()?) } else { None };
        let alias = self.alias_if_any()?;
        Some(Changed { since, until, alias, span: self.since(start) })
    }

    /// `AS name`, unless it is the moment of `AS OF`.
    pub(super) fn alias_if_any(&mut self) -> Option<Option<Name>> {
        let named = self.token().is_word("as") && !self.at_moment();
        if named { self.alias().map(Some) } else { Some(None) }
    }

    /// `AS name`.
    pub(super) fn alias(&mut self) -> Option<Name> {
        self.step();
        let token = self.token();
        let name = match token.kind {
            Kind::Text => Name { text: token.string(), span: token.span },
            Kind::Word if is_among(token.text, RESERVED) => return self.reserved_alias(),
            Kind::Word => token.name(),
            _ => return self.unexpected("a name after AS", Some("AS gives a name: AS u".to_owned())),
        };
        if name.text.trim().is_empty() {
            return self.wrong("empty-name", token.span, "a name cannot be empty", "write AS u");
        }
        self.step();
        self.path_is_name |= name.text == "path";
        Some(name)
    }

    fn reserved_alias<T>(&mut self) -> Option<T> {
        let token = self.token();
        let message = format!("`{}` is a word of the language and cannot be a name", token.text);
        self.wrong(
            "reserved-word",
            token.span,
            &message,
            &format!("take another name, or quote it: AS '{}'", token.text),
        )
    }

    /// Which entities.
    fn set(&mut self, first: bool) -> Option<EntitySet> {
        let token = self.token();
        match token.kind {
            Kind::Text if first => {
                self.step();
                Some(EntitySet::Text(Text { value: token.string(), span: token.span }))
            }
            Kind::Text => self.late_string(),
            Kind::Hash => {
                let smart = Some(self.smart_class()?);
                let names = if self.at_names() { self.names()? } else { Vec::new() };
                Some(EntitySet::Names { smart, names })
            }
            _ => Some(EntitySet::Names { smart: None, names: self.names()? }),
        }
    }

    fn late_string<T>(&mut self) -> Option<T> {
        let token = self.token();
        let message = "a string finds entities only at the beginning of a query";
        self.wrong(
            "late-string",
            token.span,
            message,
            "name a class or type here, such as * WITH displayName ~= 'text'",
        )
    }

    /// Whether names follow a smart class.
    fn at_names(&self) -> bool {
        let group = self.token().kind == Kind::Open && !self.at_step();
        group || matches!(self.token().kind, Kind::Star | Kind::Hash) || self.at_name_after_smart_class()
    }

    /// `#Critical RETRUN x` is more likely a misspelt keyword than a type; `Nowhere` is a class.
    fn at_name_after_smart_class(&self) -> bool {
        let word = self.token().text;
        let in_both_cases = word.contains(char::is_lowercase) && word.contains(char::is_uppercase);
        self.at_name() && (in_both_cases || misspelt(word, CONTINUATIONS).is_none())
    }

    /// `#Name`.
    fn smart_class(&mut self) -> Option<Name> {
        self.step();
        match self.take(Kind::Word) {
            Some(token) => Some(token.name()),
            None => self.unexpected("the name of a smart class after #", None),
        }
    }

    /// `name` or `(name|name)`.
    fn names(&mut self) -> Option<Vec<EntityName>> {
        if self.take(Kind::Open).is_none() {
            let possible = self.at_name() || self.token().kind != Kind::Word;
            return if possible { Some(vec![self.entity_name()?]) } else { self.missing_entity() };
        }
        let mut names = vec![self.entity_name()?];
        while self.take(Kind::Bar).is_some() {
            names.push(self.entity_name()?);
        }
        self.close_names()?;
        Some(names)
    }

    fn entity_name(&mut self) -> Option<EntityName> {
        let token = self.token();
        match token.kind {
            Kind::Star => Some(EntityName::Any(self.step().span)),
            Kind::Word => Some(EntityName::Named(self.step().name())),
            Kind::Hash => Some(EntityName::Smart(self.smart_class()?)),
            _ => self.missing_entity(),
        }
    }

    /// The end of a group of names.
    pub(super) fn close_names(&mut self) -> Option<()> {
        if self.take(Kind::Close).is_some() {
            return Some(());
        }
        let token = self.token();
        let joined = token.kind == Kind::Comma || token.is_word("or");
        self.unexpected(
            "| or `)` in a group of names",
            joined.then(|| "write | between names: (User|Person)".to_owned()),
        )
    }

    fn missing_entity<T>(&mut self) -> Option<T> {
        let verb = self.previous().filter(|token| token.kind == Kind::Word && !self.at_structure_word(token.text));
        let help = match verb {
            Some(verb) => {
                let verb = verb.text;
                format!("`{verb}` was read as a relationship; THAT RELATES TO {verb} goes along any relationship")
            }
            None => "* stands for any entity".to_owned(),
        };
        self.unexpected("a class or type", Some(help))
    }

    fn at_structure_word(&self, word: &str) -> bool {
        is_among(word, RESERVED) || is_among(word, &["unique", "can"])
    }

    /// Remembers a type called `path`, whose name is the alias of its entities.
    fn note_name(&mut self, set: &EntitySet) {
        if let EntitySet::Names { names, .. } = set
            && let [EntityName::Named(name)] = names.as_slice()
        {
            self.path_is_name |= name.text == "path";
        }
    }
}
