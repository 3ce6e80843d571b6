//! What the aliases of a query name.

use std::collections::BTreeMap;

use super::slots::Slots;
use crate::ast::{EntityName, EntitySet, Name, Path};
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// What a name stands for: the number of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Target {
    Entity(usize),
    Hop(usize),
    Change(usize),
    Union(usize),
}

/// The names of a query.
#[derive(Debug, Default)]
pub(crate) struct Names {
    names: BTreeMap<String, Meaning>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    One(Target),
    /// A class or type that the query has several times.
    Several,
    /// Something within a negation.
    Negated,
    /// A class or type whose entity has another name.
    Aliased,
}

impl Names {
    pub(crate) fn of(slots: &Slots<'_>, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut names = Self::default();
        for (name, meaning) in aliases(slots) {
            if names.names.insert(name.text.clone(), meaning).is_some() {
                let message = format!("`{}` is an alias already", name.text);
                diagnostics.push(Diagnostic::error("alias-twice", name.span, message));
            }
        }
        names.add_defaults(slots);
        names
    }

    /// Classes and types that stand alone name their entities, where nothing else has that name.
    fn add_defaults(&mut self, slots: &Slots<'_>) {
        let mut defaults: BTreeMap<&str, Meaning> = BTreeMap::new();
        for (slot, place) in slots.entities.iter().zip(0..) {
            let EntitySet::Names { names, .. } = &slot.pattern.set else { continue };
            let [EntityName::Named(name)] = names.as_slice() else { continue };
            let meaning = match (slot.negated, &slot.pattern.alias) {
                (true, _) => Meaning::Negated,
                (false, None) => Meaning::One(Target::Entity(place)),
                (false, Some(_)) => Meaning::Aliased,
            };
            let known = defaults.entry(&name.text).or_insert(meaning);
            *known = match (*known, meaning) {
                (known, other) if known == other && known != Meaning::Aliased => known,
                (Meaning::Negated, other) => other,
                (known, Meaning::Negated) => known,
                _ => Meaning::Several,
            };
        }
        for (name, meaning) in defaults.into_iter().filter(|(_, meaning)| *meaning != Meaning::Aliased) {
            self.names.entry(name.to_owned()).or_insert(meaning);
        }
    }

    /// What a name stands for.
    pub(crate) fn target(&self, name: &Name, clause: &str) -> Result<Target, Diagnostic> {
        match self.names.get(&name.text) {
            Some(Meaning::One(target)) => Ok(*target),
            Some(Meaning::Several) => {
                let message = format!("`{}` is in the query several times", name.text);
                let help = format!("give the one you mean an alias: {} AS name", name.text);
                Err(Diagnostic::error("alias-ambiguous", name.span, message).with_help(help))
            }
            Some(Meaning::Negated) => {
                let message = format!("`{}` is behind THAT !, where nothing is bound", name.text);
                Err(Diagnostic::error("alias-negated", name.span, message))
            }
            Some(Meaning::Aliased) | None => Err(self.unknown(&name.text, name.span, clause)),
        }
    }

    fn unknown(&self, name: &str, span: Span, clause: &str) -> Diagnostic {
        let known = self.names.iter().filter(|(_, meaning)| matches!(meaning, Meaning::One(_)));
        let known: Vec<&str> = known.map(|(name, _)| name.as_str()).collect();
        let message = format!("`{name}` in {clause} is nothing that the query names");
        let help = match known.as_slice() {
            [] => "nothing in it has a name: give it one with AS".to_owned(),
            known => format!("it names {}", known.join(", ")),
        };
        Diagnostic::error("alias-unknown", span, message).with_help(help)
    }

    /// The target of a path's first word, and the property that the others are.
    pub(crate) fn resolve(&self, path: &Path, clause: &str) -> Result<(Target, Option<String>), Diagnostic> {
        let Some((first, rest)) = path.parts.split_first() else {
            return Err(self.unknown("", path.span, clause));
        };
        let target = self.target(first, clause)?;
        Ok((target, (!rest.is_empty()).then(|| joined(rest))))
    }
}

/// A property's name.
pub(crate) fn joined(parts: &[Name]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".")
}

fn aliases<'q>(slots: &Slots<'q>) -> Vec<(&'q Name, Meaning)> {
    let meaning = |negated: bool, target: Target| if negated { Meaning::Negated } else { Meaning::One(target) };
    let mut all = Vec::new();
    for (slot, place) in slots.entities.iter().zip(0..) {
        all.extend(slot.pattern.alias.as_ref().map(|alias| (alias, meaning(slot.negated, Target::Entity(place)))));
        if let Some(alias) = slot.pattern.changed.as_ref().and_then(|changed| changed.alias.as_ref()) {
            let change = slots.changes.iter().position(|change| change.entity == place);
            all.push((alias, change.map_or(Meaning::Negated, |change| Meaning::One(Target::Change(change)))));
        }
    }
    for (slot, place) in slots.hops.iter().zip(0..) {
        all.extend(slot.hop.alias.as_ref().map(|alias| (alias, meaning(slot.negated, Target::Hop(place)))));
    }
    for (slot, place) in slots.unions.iter().zip(0..) {
        all.push((slot.alias, meaning(slot.negated, Target::Union(place))));
    }
    all.sort_by_key(|(name, _)| name.span.start);
    all
}
