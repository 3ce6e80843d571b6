//! Which thing, holder or right a name in a file means.

use std::collections::BTreeSet;

use rolecall_model::{ConnectorDeclaration, ResourceRef, TypeDeclaration};
use rolecall_query::{did_you_mean, nearest};

use super::actual::{Actual, held_types};

/// The names of one connector.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) declaration: &'static ConnectorDeclaration,
    pub(super) actual: &'a Actual,
}

/// The word for the right to write, whatever it is called in a source.
const WRITE: &str = "write";

impl Names<'_> {
    /// The rights that a word means on things of a type: the one that is called so, or all that allow what it says.
    pub(super) fn rights(&self, declared: &TypeDeclaration, word: &str) -> Vec<String> {
        if declared.entitlements.iter().any(|entitlement| entitlement.slug == word) {
            return vec![word.to_owned()];
        }
        let writes = self.declaration.write.as_ref().map(|write| write.action).filter(|_| word == WRITE);
        let is_meant = |action: &str| action == word || Some(action) == writes;
        if let Some(action) = declared.actions.iter().find(|action| is_meant(action.word)) {
            return action.slugs.iter().map(|slug| (*slug).to_owned()).collect();
        }
        let mut things = self.actual.of_kind(declared.name);
        let is_held = things.any(|(_, thing)| thing.holders.values().any(|rights| rights.contains_key(word)));
        if is_held { vec![word.to_owned()] } else { Vec::new() }
    }

    /// What can be said for a right, in the order of the declaration.
    pub(super) fn right_words(declared: &TypeDeclaration) -> Vec<&'static str> {
        let mut words: Vec<&'static str> = declared.entitlements.iter().map(|entitlement| entitlement.slug).collect();
        words.extend(declared.actions.iter().map(|action| action.word));
        let mut known = Vec::new();
        words.retain(|word| {
            !known.contains(word) && {
                known.push(*word);
                true
            }
        });
        words
    }

    /// The types that can hold any of these rights, or do so whatever is declared; all, where nothing is known of them.
    pub(super) fn holder_types(&self, declared: &TypeDeclaration, rights: &[String]) -> Vec<&'static str> {
        let of = |right: &String| declared.entitlements.iter().find(|entitlement| entitlement.slug == right.as_str());
        let mut types: Vec<&'static str> = Vec::new();
        for kind in rights.iter().filter_map(of).flat_map(|entitlement| entitlement.grantable_to) {
            if !types.contains(kind) {
                types.push(kind);
            }
        }
        let does_hold = |kind: &str| self.does_hold(declared, rights, kind);
        let besides = self.declaration.types.iter().map(|declared| declared.name);
        let besides: Vec<&'static str> = besides.filter(|kind| !types.contains(kind) && does_hold(kind)).collect();
        types.extend(besides);
        if types.is_empty() {
            types.extend(self.declaration.types.iter().map(|declared| declared.name));
        }
        types
    }

    fn does_hold(&self, declared: &TypeDeclaration, rights: &[String], kind: &str) -> bool {
        let holders = self.actual.of_kind(declared.name).flat_map(|(_, thing)| &thing.holders);
        let mut of_kind = holders.filter(|(holder, _)| holder.kind == kind);
        of_kind.any(|(_, held)| rights.iter().any(|right| held.contains_key(right)))
    }

    /// The holder that a name means among those of some types.
    ///
    /// # Errors
    /// Why it means none of them.
    pub(super) fn holder(&self, types: &[&'static str], name: &str) -> Result<ResourceRef, String> {
        if let Some((kind, id)) = self.typed(name) {
            if types.contains(&kind) {
                return Ok(ResourceRef::new(kind, id));
            }
            return Err(format!("a {kind} cannot hold this; {} can", types.join(" or ")));
        }
        let known: Vec<&'static str> = types.iter().copied().filter(|kind| self.actual.is_named(kind, name)).collect();
        let account = self.declaration.account_type;
        match known.as_slice() {
            [one] => Ok(ResourceRef::new(*one, name)),
            [] => {
                let kind = types.iter().copied().find(|kind| *kind == account).or_else(|| types.first().copied());
                Ok(ResourceRef::new(kind.unwrap_or(account), name))
            }
            several => {
                let typed: Vec<String> = several.iter().map(|kind| format!("{kind}:{name}")).collect();
                Err(format!("{name:?} is several things: write {}", typed.join(" or ")))
            }
        }
    }

    /// A name with its type before it.
    fn typed<'n>(&self, name: &'n str) -> Option<(&'static str, &'n str)> {
        let (kind, id) = name.split_once(':')?;
        let declared = self.declaration.types.iter().find(|declared| declared.name == kind)?;
        Some((declared.name, id))
    }

    /// The thing that an exception is about: one that is there, or that the file wants.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn thing(&self, wanted: &BTreeSet<ResourceRef>, name: &str) -> Result<ResourceRef, String> {
        let types: Vec<&'static str> = held_types(self.declaration).map(|declared| declared.name).collect();
        if let Some((kind, id)) = self.typed(name) {
            let is_held = types.contains(&kind);
            return if is_held { Ok(ResourceRef::new(kind, id)) } else { Err(format!("nothing is held on a {kind}")) };
        }
        let is_wanted = |kind: &str| wanted.contains(&ResourceRef::new(kind.to_owned(), name));
        let is_known = |kind: &&'static str| self.actual.is_named(kind, name) || is_wanted(kind);
        let known: Vec<&'static str> = types.iter().copied().filter(is_known).collect();
        match known.as_slice() {
            [one] => Ok(ResourceRef::new(*one, name)),
            [] => {
                let ids = types.iter().filter_map(|kind| self.actual.names.get(*kind)).flatten();
                Err(unknown("nothing", name, ids.map(String::as_str)))
            }
            several => {
                let typed: Vec<String> = several.iter().map(|kind| format!("{kind}:{name}")).collect();
                Err(format!("{name:?} is several things: write {}", typed.join(" or ")))
            }
        }
    }
}

/// The names that another may be a misspelling of, or the end of.
pub(super) fn near<'n>(name: &str, among: impl Iterator<Item = &'n str> + Clone) -> Vec<&'n str> {
    let ends: Vec<&str> = among.clone().filter(|known| is_end(known, name)).take(3).collect();
    if ends.is_empty() { nearest(name, among) } else { ends }
}

/// `acme/developers` ends with `developers`.
fn is_end(known: &str, name: &str) -> bool {
    known.strip_suffix(name).is_some_and(|before| before.ends_with('/'))
}

/// That nothing is called so, and what is nearly.
pub(super) fn unknown<'n>(what: &str, name: &str, among: impl Iterator<Item = &'n str> + Clone) -> String {
    let hint = did_you_mean(&near(name, among)).map_or_else(String::new, |hint| format!("; {hint}"));
    format!("{what} is called {name:?}{hint}")
}
