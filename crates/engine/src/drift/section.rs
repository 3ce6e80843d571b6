//! A file's sections, and what they mean in what is recorded.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::{ResourceRef, TypeDeclaration};

use super::actual::{Actual, held_types, order};
use super::mistake::Mistakes;
use super::name::{Names, near, unknown};
use super::reader::{Named, Reader, flag};
use super::wanted::{WantedConnector, WantedKind, WantedRight, WantedThing};
use crate::placed::{Place, Placed};
use crate::world::WorldView;

/// Says that there is to be nothing else.
pub(super) const ONLY: &str = "only";
/// Says of a thing that it may be new, and is no misspelling.
const NEW: &str = "new";
/// Below it stand connectors.
pub(super) const CONNECTORS: &str = "connectors";
/// Below it stands what may differ.
pub(super) const EXCEPTIONS: &str = "exceptions";

/// Reads all of a file.
pub(super) fn file_read(
    view: &WorldView,
    actual: &[Actual],
    elsewhere: &[String],
    document: &Placed,
    mistakes: &mut Mistakes,
) -> Vec<WantedConnector> {
    let mut reader = Reader { mistakes };
    let mut wanted = Vec::new();
    let titles = view.connector_titles();
    for (key, value) in reader.entries("the file", document) {
        if key.text != CONNECTORS {
            reader.wrong(key.place, format!("unknown key {:?}; there is {CONNECTORS} only", key.text));
            continue;
        }
        for (name, section) in reader.entries(CONNECTORS, value) {
            let found = titles
                .iter()
                .zip(&view.connectors)
                .zip((0_u32..).zip(actual))
                .find(|((title, _), _)| **title == name.text);
            let Some(((_, connector), (segment, actual))) = found else {
                if !elsewhere.contains(&name.text) {
                    let known = titles.iter().chain(elsewhere).map(String::as_str);
                    reader.wrong(name.place, unknown("no connector", &name.text, known));
                }
                continue;
            };
            let declaration = connector.declaration;
            if held_types(declaration).next().is_none() {
                reader.wrong(name.place, format!("nothing is held in {}: it is no registry", name.text));
                continue;
            }
            let names = Names { declaration, actual };
            let mut reading = Section { reader: &mut reader, names, root: connector.root() };
            wanted.push(reading.read(segment, &name.text, section));
        }
    }
    wanted
}

/// Reads the section of one connector.
struct Section<'r, 'm, 'a> {
    reader: &'r mut Reader<'m>,
    names: Names<'a>,
    root: ResourceRef,
}

impl Section<'_, '_, '_> {
    fn read(&mut self, segment: u32, title: &str, section: &Placed) -> WantedConnector {
        let entries = self.reader.entries(title, section);
        let only = entries.iter().find(|(key, _)| key.text == ONLY).and_then(|(_, value)| flag(value)).unwrap_or(false);
        let mut kinds: BTreeMap<&'static str, WantedKind> = BTreeMap::new();
        for (key, value) in &entries {
            match key.text.as_str() {
                ONLY if flag(value).is_some() => {}
                EXCEPTIONS => {}
                word => match self.kind(word) {
                    Some(declared) => {
                        let kind = self.kind_read(declared, only, value);
                        kinds.insert(declared.name, kind);
                    }
                    None => self.kind_unknown(key),
                },
            }
        }
        // What is to be the only thing anywhere is so of kinds that are not mentioned, too.
        for declared in held_types(self.names.declaration).filter(|_| only) {
            let none = || WantedKind { declared, only, things: BTreeMap::new() };
            kinds.entry(declared.name).or_insert_with(none);
        }
        if only {
            self.root_only(&mut kinds);
        }
        let is_exceptions = |(key, _): &&(Named, &Placed)| key.text == EXCEPTIONS;
        let exceptions = entries.iter().find(is_exceptions).map(|(_, value)| *value);
        let things: BTreeSet<ResourceRef> = kinds.values().flat_map(|kind| kind.things.keys().cloned()).collect();
        let exceptions = exceptions.map(|value| super::exception::read(self.reader, self.names, &things, value));
        let mut kinds: Vec<WantedKind> = kinds.into_values().collect();
        let types = self.names.declaration.types;
        kinds.sort_by_key(|kind| types.iter().position(|declared| declared.name == kind.declared.name));
        WantedConnector { segment, kinds, exceptions: exceptions.unwrap_or_default() }
    }

    /// Nobody is to hold anything on the organisation either, that is not said.
    fn root_only(&self, kinds: &mut BTreeMap<&'static str, WantedKind>) {
        if let Some(kind) = kinds.get_mut(self.names.declaration.root_type) {
            kind.things
                .entry(self.root.clone())
                .or_insert_with(|| WantedThing { only: true, ..WantedThing::default() });
        }
    }

    /// The kind that a key means: the organisation itself by its type, all others by their plural.
    fn kind(&self, word: &str) -> Option<&'static TypeDeclaration> {
        let root = self.names.declaration.root_type;
        held_types(self.names.declaration).find(|declared| match declared.name == root {
            true => declared.name == word,
            false => declared.plural == word,
        })
    }

    fn kind_unknown(&mut self, key: &Named) {
        let root = self.names.declaration.root_type;
        let word = |declared: &TypeDeclaration| if declared.name == root { declared.name } else { declared.plural };
        let known: Vec<&str> = held_types(self.names.declaration).map(word).chain([ONLY, EXCEPTIONS]).collect();
        let text = unknown("nothing here", &key.text, known.iter().copied());
        self.reader.wrong(key.place, format!("{text}; there is {}", known.join(", ")));
    }

    fn kind_read(&mut self, declared: &'static TypeDeclaration, only: bool, value: &Placed) -> WantedKind {
        let mut kind = WantedKind { declared, only, things: BTreeMap::new() };
        if declared.name == self.names.declaration.root_type {
            let thing = self.thing_read(declared, only, declared.name, Place::default(), value);
            kind.things.insert(self.root.clone(), thing.0);
            return kind;
        }
        let entries = self.reader.entries(declared.plural, value);
        let said = entries.iter().find(|(key, _)| key.text == ONLY).and_then(|(_, value)| flag(value));
        kind.only = said.unwrap_or(only);
        let things: Vec<_> = entries.iter().filter(|(key, value)| key.text != ONLY || flag(value).is_none()).collect();
        let listed: BTreeSet<&str> = things.iter().map(|(key, _)| key.text.as_str()).collect();
        for (key, value) in &things {
            let (thing, is_new) = self.thing_read(declared, kind.only, &key.text, key.place, value);
            if !is_new {
                self.thing_check(declared, &listed, key);
            }
            kind.things.insert(ResourceRef::new(declared.name, key.text.as_str()), thing);
        }
        kind
    }

    /// A name that is nearly that of a thing which the file does not mention is a misspelling, and no new thing.
    fn thing_check(&mut self, declared: &TypeDeclaration, listed: &BTreeSet<&str>, key: &Named) {
        let known: Vec<&str> = self.names.actual.of_kind(declared.name).map(|(thing, _)| &*thing.id).collect();
        let others = || known.iter().copied().filter(|id| !listed.contains(id));
        if !known.contains(&key.text.as_str()) && !near(&key.text, others()).is_empty() {
            let text = unknown(&format!("no {}", declared.name), &key.text, others());
            self.reader.wrong(key.place, format!("{text} If it is to be made, write {NEW}: true below it."));
        }
    }

    /// A thing, and whether it is said to be new.
    fn thing_read(
        &mut self,
        declared: &'static TypeDeclaration,
        only: bool,
        name: &str,
        place: Place,
        value: &Placed,
    ) -> (WantedThing, bool) {
        let mut thing = WantedThing { only, place, ..WantedThing::default() };
        let mut is_new = false;
        for (key, value) in self.reader.entries(name, value) {
            match (key.text.as_str(), flag(value)) {
                (ONLY, Some(only)) => thing.only = only,
                (NEW, Some(new)) if declared.name != self.names.declaration.root_type => is_new = new,
                _ => self.right_read(declared, &mut thing, &key, value),
            }
        }
        (thing, is_new)
    }

    fn right_read(&mut self, declared: &TypeDeclaration, thing: &mut WantedThing, key: &Named, value: &Placed) {
        let rights = self.names.rights(declared, &key.text);
        if rights.is_empty() {
            let known = Names::right_words(declared);
            let what = format!("no right on a {}", declared.name);
            let text = unknown(&what, &key.text, known.iter().copied());
            return self.reader.wrong(key.place, format!("{text}; there is {}", known.join(", ")));
        }
        thing.mentioned.extend(rights.iter().cloned());
        let types = self.names.holder_types(declared, &rights);
        for name in self.reader.names("an account or team", value) {
            match self.names.holder(&types, &name.text) {
                Ok(holder) => self.holder_add(declared, thing, &rights, &holder, &name),
                Err(why) => self.reader.wrong(name.place, why),
            }
        }
    }

    fn holder_add(
        &mut self,
        declared: &TypeDeclaration,
        thing: &mut WantedThing,
        rights: &[String],
        holder: &ResourceRef,
        name: &Named,
    ) {
        let can = |right: &&String| {
            let known = declared.entitlements.iter().find(|entitlement| entitlement.slug == right.as_str());
            known.is_none_or(|known| known.grantable_to.iter().any(|kind| holder.kind == *kind))
        };
        let Some(right) = rights.iter().find(can).or(rights.first()) else { return };
        let remark = self.holder_remark(holder);
        let held = thing.holders.entry(holder.clone()).or_default();
        if held.contains_key(right) {
            return self.reader.wrong(name.place, format!("{} {} is named here twice", holder.kind, holder.id));
        }
        let other = held.keys().find(|held| order(declared, held).is_some() && order(declared, right).is_some());
        if let Some(other) = other {
            let text = format!("{} {} is named below {other} too, and can hold one of them", holder.kind, holder.id);
            return self.reader.wrong(name.place, text);
        }
        held.insert(right.clone(), WantedRight { place: name.place, remark });
    }

    /// That nobody is called so: it may be a misspelling, or somebody new.
    fn holder_remark(&self, holder: &ResourceRef) -> Option<String> {
        let (kind, id) = (holder.kind.as_str(), &*holder.id);
        if self.names.actual.is_named(kind, id) {
            return None;
        }
        let known = self.names.actual.names.get(kind).into_iter().flatten().map(String::as_str);
        Some(unknown(&format!("no {kind}"), id, known))
    }
}
