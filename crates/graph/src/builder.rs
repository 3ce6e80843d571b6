//! Builds a segment from a stream of facts.
//!
//! While facts stream in, each becomes a few numbers; [`SegmentBuilder::build`] then renumbers, sorts and counts
//! them into rows. The order of the facts makes no difference to the segment.

mod finish;

use std::collections::HashMap;

use rolecall_model::{
    AccessRule, ConnectorDeclaration, EntitlementRef, Fact, Given, NumberedFact, ResourceRef, Term, Timestamp, Value,
};

use crate::edge::Label;
use crate::segment::{SegmentIdentity, Times};
use crate::text::{Interner, NONE, number_of};

/// What is known about a fact besides the fact.
#[derive(Clone, Copy, Debug)]
pub struct Mark<'a> {
    /// The kind of the listing that states it.
    pub listing_kind: &'a Term,
    /// Whether its removal was seen but is not confirmed. A fact that another listing states without this mark is
    /// confirmed.
    pub unconfirmed: bool,
    /// Of evidence: whether a right that may explain it has ended since its listing was read. Then it is no evidence
    /// of a right of another kind.
    pub outdated: bool,
    /// Since when it is known, if that is known.
    pub since: Option<Timestamp>,
}

/// What is known about a fact in numbers besides the fact: what [`Mark`] says.
#[derive(Clone, Copy, Debug)]
pub struct NumberedMark {
    /// [`Mark::listing_kind`], by its number in the builder.
    pub listing_kind: u32,
    /// [`Mark::unconfirmed`]
    pub unconfirmed: bool,
    /// [`Mark::outdated`]
    pub outdated: bool,
    /// [`Mark::since`]
    pub since: Option<Timestamp>,
}

/// Collects facts. See [`SegmentBuilder::add`] and [`SegmentBuilder::build`].
#[derive(Debug)]
pub struct SegmentBuilder {
    declaration: &'static ConnectorDeclaration,
    identity: SegmentIdentity,
    kinds: Interner,
    /// Provisional node numbers by kind and wire id.
    ids: Vec<HashMap<Box<str>, u32>>,
    nodes: usize,
    words: Interner,
    values: Interner,
    resources: Vec<RawResource>,
    properties: Vec<Raw>,
    grants: Vec<Raw>,
    evidence: Vec<Raw>,
    links: Vec<Raw>,
    /// By provisional node number; as long as the last node of which anything is known.
    times: Vec<Times>,
    dropped: u64,
}

#[derive(Clone, Copy, Debug)]
struct RawResource {
    node: u32,
    parent: u32,
    unconfirmed: bool,
}

/// A grant, piece of evidence, link or property: `on` is the resource, the end of the link or the property's owner;
/// `by` is the principal, the start of the link or the property's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Raw {
    on: u32,
    by: u32,
    label: Label,
    listing: u32,
}

impl SegmentBuilder {
    /// A builder for one connector instance. The root is a node even if no fact mentions it.
    #[must_use]
    pub fn new(declaration: &'static ConnectorDeclaration, identity: SegmentIdentity) -> Self {
        let mut builder = Self {
            declaration,
            identity,
            kinds: Interner::default(),
            ids: Vec::new(),
            nodes: 0,
            words: Interner::default(),
            values: Interner::default(),
            resources: Vec::new(),
            properties: Vec::new(),
            grants: Vec::new(),
            evidence: Vec::new(),
            links: Vec::new(),
            times: Vec::new(),
            dropped: 0,
        };
        builder.intern_declared();
        let root = builder.identity.root.clone();
        builder.named(&root);
        builder
    }

    /// Names that rules mention have numbers even when no fact mentions them, so that every rule compiles.
    fn intern_declared(&mut self) {
        for declared in self.declaration.types {
            self.kind(declared.name);
        }
        for listing in self.declaration.listings {
            self.words.intern(listing.kind);
        }
        for rule in self.declaration.rules {
            match *rule {
                AccessRule::Expandable { resource_type, group_type, through } => {
                    self.kind(resource_type);
                    self.kind(group_type);
                    self.words.intern(through);
                }
                AccessRule::ExpandableSlug { resource_type, slug, group_type, through } => {
                    self.kind(resource_type);
                    self.kind(group_type);
                    self.words.intern(slug);
                    self.words.intern(through);
                }
                AccessRule::Implies { resource_type, slug, implied } => {
                    self.kind(resource_type);
                    self.words.intern(slug);
                    self.words.intern(implied);
                }
                AccessRule::CanTake { slug, .. } | AccessRule::Anyone { slug, .. } => {
                    self.words.intern(slug);
                }
                AccessRule::Inherited { holder_slugs, resource_type, gives, .. } => {
                    self.kind(resource_type);
                    holder_slugs.iter().for_each(|slug| {
                        self.words.intern(slug);
                    });
                    self.intern_given(resource_type, gives);
                }
                AccessRule::Suspended { resource_type, property } => {
                    self.kind(resource_type);
                    self.words.intern(property);
                }
                AccessRule::MayHold { .. } | AccessRule::CanJoin { .. } | AccessRule::MembersOnly { .. } => {}
                AccessRule::EvidenceCounts { resource_type, listing } => {
                    self.kind(resource_type);
                    self.words.intern(listing);
                }
            }
        }
    }

    /// Whatever a rule can give.
    fn intern_given(&mut self, resource_type: &str, gives: Given) {
        match gives {
            Given::OfGroups(group_type) => {
                self.kind(group_type);
            }
            Given::Slug(slug) => {
                self.words.intern(slug);
            }
            Given::Property(_) | Given::ParentProperty(_) => {
                let declared = self.declaration.resource_type(resource_type);
                for entitlement in declared.map_or(&[][..], |declared| declared.entitlements) {
                    self.words.intern(entitlement.slug);
                }
            }
        }
    }

    /// Adds one fact. Facts may come in any order and more than once. Expected `O(length of its names)`.
    pub fn add(&mut self, fact: &Fact, mark: Mark<'_>) -> &mut Self {
        if !self.has_room() {
            self.dropped += 1;
            return self;
        }
        let listing = self.word(mark.listing_kind.as_str());
        let numbered = match fact {
            Fact::Resource { resource, parent } => NumberedFact::Resource {
                resource: self.named(resource),
                parent: parent.as_ref().map(|parent| self.named(parent)),
            },
            Fact::Property { resource, name, value } => NumberedFact::Property {
                resource: self.named(resource),
                name: self.word(name.as_str()),
                value: value.as_json(),
            },
            Fact::Grant { principal, entitlement } => {
                let (principal, resource, slug) = self.right(principal, entitlement);
                NumberedFact::Grant { principal, resource, slug }
            }
            Fact::Evidence { principal, entitlement } => {
                let (principal, resource, slug) = self.right(principal, entitlement);
                NumberedFact::Evidence { principal, resource, slug }
            }
            Fact::Link { from, class, to } => {
                NumberedFact::Link { from: self.named(from), class: self.word(class.as_str()), to: self.named(to) }
            }
        };
        let Mark { unconfirmed, outdated, since, .. } = mark;
        self.add_numbered(numbered, NumberedMark { listing_kind: listing, unconfirmed, outdated, since })
    }

    /// Adds one fact in the numbers that [`SegmentBuilder::node`] and [`SegmentBuilder::word`] gave. `O(1)`.
    pub fn add_numbered(&mut self, fact: NumberedFact<'_>, mark: NumberedMark) -> &mut Self {
        if !self.has_room() {
            self.dropped += 1;
            return self;
        }
        let NumberedMark { listing_kind: listing, unconfirmed, outdated, since } = mark;
        let label = |word| Label::new(word, unconfirmed).outdated_if(outdated);
        match fact {
            NumberedFact::Resource { resource, parent } => {
                self.resources.push(RawResource { node: resource, parent: parent.unwrap_or(NONE), unconfirmed });
                self.begin(resource, since, true);
            }
            NumberedFact::Property { resource, name, value } => {
                let value = self.value(value);
                self.properties.push(Raw { on: resource, by: value, label: label(name), listing });
                self.begin(resource, since, true);
            }
            NumberedFact::Grant { principal, resource, slug } => {
                self.grants.push(Raw { on: resource, by: principal, label: label(slug), listing: NONE });
                // Whoever holds something is there since then, and no other than before.
                self.begin(principal, since, false);
            }
            NumberedFact::Evidence { principal, resource, slug } => {
                self.evidence.push(Raw { on: resource, by: principal, label: label(slug), listing });
                self.begin(principal, since, false);
            }
            NumberedFact::Link { from, class, to } => {
                self.links.push(Raw { on: to, by: from, label: label(class), listing: NONE });
            }
        }
        self
    }

    /// Notes when something was known of a node, and whether it makes the node what it is.
    fn begin(&mut self, node: u32, since: Option<Timestamp>, is_of_it: bool) {
        let Some(since) = since.map(|since| since.0.div_euclid(1000)) else { return };
        let place = node as usize;
        if place >= self.times.len() {
            self.times.resize(place.saturating_add(1), Times::UNKNOWN);
        }
        if let Some(times) = self.times.get_mut(place) {
            times.created = times.created.min(since);
            times.begun = if is_of_it { times.begun.max(since) } else { times.begun };
        }
    }

    /// Every table must stay addressable by 32 bits after one more fact, which adds at most two nodes and two words.
    fn has_room(&self) -> bool {
        let limit = NONE as usize - 2;
        let sizes = [
            self.nodes,
            self.values.len(),
            self.resources.len(),
            self.properties.len(),
            self.grants.len(),
            self.evidence.len(),
            self.links.len(),
        ];
        sizes.iter().all(|size| *size < limit) && self.words.len() < Label::WORDS - 2
    }

    fn right(&mut self, principal: &ResourceRef, entitlement: &EntitlementRef) -> (u32, u32, u32) {
        (self.named(principal), self.named(&entitlement.resource), self.word(entitlement.slug.as_str()))
    }

    /// The number of a word in this builder.
    pub fn word(&mut self, word: &str) -> u32 {
        self.words.intern(word)
    }

    /// Texts of equal values are spelled alike, unless somebody else wrote them.
    fn value(&mut self, json: &str) -> u32 {
        match self.values.find(json) {
            Some(known) => known,
            None => self.values.intern(Value::from_json_text(json).as_json()),
        }
    }

    fn kind(&mut self, name: &str) -> u32 {
        let kind = self.kinds.intern(name);
        if self.ids.len() < self.kinds.len() {
            self.ids.push(HashMap::new());
        }
        kind
    }

    fn named(&mut self, resource: &ResourceRef) -> u32 {
        self.node(resource.kind.as_str(), &resource.id)
    }

    /// The number of a node in this builder. Whatever has one is in the segment.
    pub fn node(&mut self, kind: &str, id: &str) -> u32 {
        let kind = self.kind(kind);
        let next = number_of(self.nodes);
        let Some(ids) = self.ids.get_mut(kind as usize) else { return NONE };
        if let Some(node) = ids.get(id) {
            return *node;
        }
        ids.insert(id.into(), next);
        self.nodes += 1;
        next
    }
}
