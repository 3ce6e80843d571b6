//! From numbers in the order in which facts came to rows in the order of names.

use std::collections::HashMap;

use rolecall_model::ConnectorDeclaration;

use super::{Raw, RawResource, SegmentBuilder};
use crate::csr::Csr;
use crate::edge::{Entry, Label, Stated};
use crate::rules::Rules;
use crate::segment::{Both, Kinds, Segment, Statement, Times};
use crate::text::{Interner, NONE, Renumbering, Texts, number_of};

impl SegmentBuilder {
    /// The finished segment. `O(n log n)` in the number of facts, and `O(resources · Inherited rules)`.
    #[must_use]
    pub fn build(self) -> Segment {
        let (words, word_numbers) = self.words.finish();
        let (values, value_numbers) = self.values.finish();
        let (kinds, ids, node_numbers) = number_nodes(self.kinds, self.ids);
        let rules = Rules::compile(self.declaration, |name| kinds.names.find(name), |text| words.find(text));
        let final_numbers = Final { nodes: &node_numbers, words: &word_numbers };
        let rows = ids.len();

        let resources = final_numbers.resources(self.resources);
        let (parents, mut statements) = existence(&resources, rows);
        let unconfirmed_parents = unconfirmed_parents(&resources, &parents);
        let ranks = ListingRanks::of(self.declaration, &words);
        let properties = final_numbers.properties(self.properties, &value_numbers, &ranks);
        let grants = one_per_statement(final_numbers.edges(self.grants, false));
        let evidence = one_per_statement(final_numbers.edges(self.evidence, true));
        let links = one_per_statement(final_numbers.edges(self.links, false));
        holders_exist(&mut statements, grants.iter().chain(&evidence));

        let segment = Segment {
            identity: self.identity,
            declaration: self.declaration,
            rules,
            kinds,
            ids,
            words,
            values,
            children: children(&parents),
            parents,
            unconfirmed_parents,
            statements,
            properties: Csr::build(rows, &properties, |raw| raw.on, entry),
            has_unconfirmed: grants.iter().chain(&evidence).any(|raw| raw.label.unconfirmed()),
            grants: both(rows, &grants, entry, |raw| Entry { other: raw.on, label: raw.label }),
            links: both(rows, &links, entry, |raw| Entry { other: raw.on, label: raw.label }),
            evidence: both(
                rows,
                &evidence,
                |raw| Stated { other: raw.by, label: raw.label, listing: raw.listing },
                |raw| Stated { other: raw.on, label: raw.label, listing: raw.listing },
            ),
            inherited: Both::none(),
            times: final_times(self.times, &node_numbers, rows),
            dropped: self.dropped,
        };
        segment.with_inherited()
    }
}

fn final_times(provisional: Vec<Times>, nodes: &Renumbering, rows: usize) -> Vec<Times> {
    if provisional.is_empty() {
        return Vec::new();
    }
    let mut times = vec![Times::UNKNOWN; rows];
    for (of_node, node) in provisional.into_iter().zip(0..) {
        if let Some(slot) = times.get_mut(nodes.of_provisional(node) as usize) {
            // What is only known by what it holds became what it is when that was first seen.
            let is_begun = of_node.begun != i64::MIN || of_node == Times::UNKNOWN;
            *slot = if is_begun { of_node } else { Times { begun: of_node.created, ..of_node } };
        }
    }
    times
}

/// Numbers nodes in the order of their type name and wire id.
fn number_nodes(kinds: Interner, ids: Vec<HashMap<Box<str>, u32>>) -> (Kinds, Texts, Renumbering) {
    let (names, kind_numbers) = kinds.finish();
    let mut nodes: Vec<(u32, Box<str>, u32)> = Vec::new();
    for (provisional, of_kind) in ids.into_iter().enumerate() {
        let kind = kind_numbers.of_provisional(number_of(provisional));
        nodes.extend(of_kind.into_iter().map(|(id, node)| (kind, id, node)));
    }
    nodes.sort_unstable();
    let kind_count = number_of(names.len());
    let starts = (0..=kind_count).map(|kind| number_of(nodes.partition_point(|node| node.0 < kind))).collect();
    let texts = Texts::of(nodes.iter().map(|(_, id, _)| &**id));
    let renumbering = Renumbering::of(nodes.iter().map(|(_, _, node)| *node));
    (Kinds { names, starts }, texts, renumbering)
}

struct Final<'a> {
    nodes: &'a Renumbering,
    words: &'a Renumbering,
}

impl Final<'_> {
    fn label(&self, label: Label) -> Label {
        label.with_word(self.words.of_provisional(label.word()))
    }

    /// Edges in the order of their rows; `with_listing` keeps statements of different listings apart.
    fn edges(&self, mut raw: Vec<Raw>, with_listing: bool) -> Vec<Raw> {
        for edge in &mut raw {
            *edge = Raw {
                on: self.nodes.of_provisional(edge.on),
                by: self.nodes.of_provisional(edge.by),
                label: self.label(edge.label),
                listing: if with_listing { self.words.of_provisional(edge.listing) } else { NONE },
            };
        }
        raw
    }

    fn resources(&self, mut raw: Vec<RawResource>) -> Vec<RawResource> {
        for resource in &mut raw {
            resource.node = self.nodes.of_provisional(resource.node);
            resource.parent = self.nodes.of_provisional(resource.parent);
        }
        raw.sort_unstable_by_key(|resource| (resource.node, resource.unconfirmed, resource.parent));
        raw
    }

    /// One value per property: a confirmed one before an unconfirmed one, then the one whose listing is declared
    /// first, then the smallest.
    fn properties(&self, mut raw: Vec<Raw>, values: &Renumbering, ranks: &ListingRanks) -> Vec<Raw> {
        for property in &mut raw {
            *property = Raw {
                on: self.nodes.of_provisional(property.on),
                by: values.of_provisional(property.by),
                label: self.label(property.label),
                listing: ranks.rank(self.words.of_provisional(property.listing)),
            };
        }
        raw.sort_unstable_by_key(|raw| (raw.on, raw.label.word(), raw.label.unconfirmed(), raw.listing, raw.by));
        raw.dedup_by_key(|raw| (raw.on, raw.label.word()));
        raw
    }
}

/// The declared order of listings, by final word.
struct ListingRanks(Vec<u32>);

impl ListingRanks {
    fn of(declaration: &ConnectorDeclaration, words: &Texts) -> Self {
        Self(declaration.listings.iter().map(|listing| words.find(listing.kind).unwrap_or(NONE)).collect())
    }

    fn rank(&self, word: u32) -> u32 {
        self.0.iter().position(|listing| *listing == word).map_or(NONE, number_of)
    }
}

/// Sorts edges by row and keeps each once; a confirmed statement wins over an unconfirmed one, and one that is up to
/// date over an outdated one.
fn one_per_statement(mut edges: Vec<Raw>) -> Vec<Raw> {
    let worse = |label: Label| (label.unconfirmed(), label.outdated());
    edges.sort_unstable_by_key(|raw| (raw.on, raw.by, raw.label.word(), raw.listing, worse(raw.label)));
    edges.dedup_by_key(|raw| (raw.on, raw.by, raw.label.word(), raw.listing));
    edges
}

fn both<T: Copy + Default>(rows: usize, edges: &[Raw], on: impl Fn(&Raw) -> T, by: impl Fn(&Raw) -> T) -> Both<T> {
    Both { on: Csr::build(rows, edges, |raw| raw.on, on), by: Csr::build(rows, edges, |raw| raw.by, by) }
}

fn entry(raw: &Raw) -> Entry {
    Entry { other: raw.by, label: raw.label }
}

/// The parent and the existence of each node. A confirmed statement wins; among parents the smallest does, and any
/// parent wins over none. Nothing is its own parent.
fn existence(sorted: &[RawResource], rows: usize) -> (Vec<u32>, Vec<Statement>) {
    let mut parents = vec![NONE; rows];
    let mut statements = vec![Statement::Absent; rows];
    for resource in sorted.iter().rev() {
        if let Some(statement) = statements.get_mut(resource.node as usize) {
            *statement = if resource.unconfirmed { Statement::Unconfirmed } else { Statement::Exists };
        }
        let known = resource.parent != NONE && resource.parent != resource.node;
        if let Some(parent) = parents.get_mut(resource.node as usize).filter(|_| known) {
            *parent = resource.parent;
        }
    }
    (parents, statements)
}

/// The nodes of which no confirmed statement names the parent they have, sorted.
fn unconfirmed_parents(sorted: &[RawResource], parents: &[u32]) -> Vec<u32> {
    let has = |resource: &RawResource| parents.get(resource.node as usize) == Some(&resource.parent);
    let of_one = sorted.chunk_by(|left, right| left.node == right.node);
    let unsure = of_one.filter_map(|stated| {
        let mut naming = stated.iter().filter(|resource| resource.parent != NONE && has(resource)).peekable();
        naming.peek()?;
        naming.all(|resource| resource.unconfirmed).then(|| stated.first().map(|first| first.node))?
    });
    unsure.collect()
}

/// Whoever holds something exists, and whoever is said to: no listing has to say so besides.
fn holders_exist<'r>(statements: &mut [Statement], rights: impl Iterator<Item = &'r Raw>) {
    for right in rights {
        if let Some(statement) = statements.get_mut(right.by as usize) {
            *statement = match (*statement, right.label.unconfirmed()) {
                (Statement::Exists, _) | (_, false) => Statement::Exists,
                (_, true) => Statement::Unconfirmed,
            };
        }
    }
}

fn children(parents: &[u32]) -> Csr<u32> {
    let pairs: Vec<(u32, u32)> =
        parents.iter().enumerate().map(|(child, parent)| (*parent, number_of(child))).collect();
    Csr::build(parents.len(), &pairs, |pair| pair.0, |pair| pair.1)
}
