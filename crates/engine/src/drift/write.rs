//! The present as a file to begin with: sorted, so that two of them differ where access differs, and exact, so that
//! nothing differs from it.

use std::cmp::Reverse;
use std::fmt::Write as _;

use rolecall_model::ResourceRef;

use super::actual::{Actual, ActualThing, held_types, order};
use super::name::Names;
use super::section::{CONNECTORS, ONLY};
use super::yaml::{AccessFormat, Written};
use crate::completeness::{Completeness, CompletenessBuilder};
use crate::world::{ConnectorView, WorldView};

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenAccess {
    /// What stands in it.
    pub text: String,
    /// The connectors in it.
    pub connectors: Vec<String>,
    /// How many rights are in it whose removal waits for a person.
    pub unconfirmed: usize,
    /// How complete what was written is.
    pub completeness: Completeness,
}

const HEAD: &str = "\
# Who should hold what. `rolecall drift` shows how what is recorded differs from this, and changes nothing.
# only: true says that there is to be nothing else; without it, what is not mentioned is not judged.
# Exceptions stand beside the kinds of a connector:
#   exceptions:
#     - {who: ada, on: team:acme/developers, reason: covers for bob, until: 2026-12-31}
";

/// Writes what is recorded of every registry in view.
#[must_use]
pub fn access_write(view: &WorldView, format: AccessFormat) -> WrittenAccess {
    let (mut sections, mut unconfirmed, mut builder) = (Vec::new(), 0, CompletenessBuilder::default());
    for (connector, segment) in view.connectors.iter().zip(0_u32..) {
        if held_types(connector.declaration).next().is_none() {
            continue;
        }
        let actual = Actual::of(view, segment);
        super::seen::Seen::of(connector, &actual).completeness_add(&mut builder, actual.things.keys());
        unconfirmed += actual.things.values().map(waiting).sum::<usize>();
        sections.push((connector.title(), section(connector, &actual)));
    }
    sections.sort_by(|left, right| left.0.cmp(&right.0));
    let connectors = sections.iter().map(|(title, _)| title.clone()).collect();
    let written = Written::Entries(vec![(CONNECTORS.to_owned(), Written::Entries(sections))]);
    let completeness = builder.finish();
    let text = match format {
        AccessFormat::Json => format!("{:#}\n", written.json()),
        AccessFormat::Yaml => yaml(&written, unconfirmed, &completeness),
    };
    WrittenAccess { text, connectors, unconfirmed, completeness }
}

fn yaml(written: &Written, unconfirmed: usize, completeness: &Completeness) -> String {
    let mut text = HEAD.to_owned();
    if !completeness.complete {
        text.push_str("# Not everything was read in full when this was written: see rolecall status.\n");
    }
    if unconfirmed > 0 {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# Rights in it whose removal waits for a person: {unconfirmed} (rolecall changes).");
    }
    written.yaml(&mut text, 0);
    text
}

fn waiting(thing: &ActualThing) -> usize {
    thing.holders.values().flat_map(|rights| rights.values()).filter(|right| right.unconfirmed).count()
}

fn section(connector: &ConnectorView, actual: &Actual) -> Written {
    let (declaration, root) = (connector.declaration, connector.root());
    let names = Names { declaration, actual };
    let mut entries = vec![(ONLY.to_owned(), Written::Flag(true))];
    for declared in held_types(declaration) {
        let things = actual.of_kind(declared.name);
        if declared.name == declaration.root_type {
            let thing = actual.things.get(&root);
            entries.extend(thing.map(|thing| (declared.name.to_owned(), rights(names, declared, thing))));
            continue;
        }
        let things = things.map(|(resource, thing)| (resource.id.to_string(), rights(names, declared, thing)));
        entries.push((declared.plural.to_owned(), Written::Entries(things.collect())));
    }
    Written::Entries(entries)
}

/// The rights on a thing, the highest first, each with its holders.
fn rights(names: Names<'_>, declared: &rolecall_model::TypeDeclaration, thing: &ActualThing) -> Written {
    let mut held: Vec<(&str, Vec<String>)> = Vec::new();
    for (holder, rights) in &thing.holders {
        for slug in rights.keys() {
            let name = spelled(names, declared, holder, slug);
            match held.iter_mut().find(|(known, _)| known == slug) {
                Some((_, holders)) => holders.push(name),
                None => held.push((slug, vec![name])),
            }
        }
    }
    held.sort_by_key(|(slug, _)| (Reverse(order(declared, slug)), *slug));
    Written::Entries(held.into_iter().map(|(slug, holders)| (slug.to_owned(), Written::Names(holders))).collect())
}

/// A holder's name, with its type where another could be meant.
fn spelled(names: Names<'_>, declared: &rolecall_model::TypeDeclaration, holder: &ResourceRef, slug: &str) -> String {
    let types = names.holder_types(declared, &[slug.to_owned()]);
    let is_account = holder.kind == names.declaration.account_type;
    if is_account && names.holder(&types, &holder.id).as_ref() == Ok(holder) {
        return holder.id.to_string();
    }
    format!("{}:{}", holder.kind, holder.id)
}
