//! Facts on their way from the database into a segment: in numbers, and with names only where something has to be known
//! by name.

use std::collections::HashMap;

use rolecall_graph::{NumberedMark, Segment, SegmentBuilder};
use rolecall_model::{EntitlementRef, Fact, NumberedFact, ResourceRef, Term, Timestamp, Value};
use rolecall_store::{FactSink, NumberedStatement, SnapshotId};

use crate::outdated::EndedRights;
use crate::since::Since;

/// What has no number in the builder yet.
const UNKNOWN: u32 = u32::MAX;

/// A segment in the making, and since when its rights are known.
pub(crate) struct Loading {
    builder: SegmentBuilder,
    since: Since,
    ended: EndedRights,
    /// Words, each with its number in the builder.
    words: Vec<(Term, u32)>,
    /// All ids one after the other.
    ids: String,
    resources: Vec<Named>,
    /// The snapshot that was looked up last: many facts in a row are of one.
    snapshot: (SnapshotId, Option<Timestamp>),
    /// By type, and by name of a property: whether a rule rests on it.
    grounds: HashMap<(u32, Option<u32>), bool>,
}

/// A resource that facts may name. Only one that a fact does name is in the segment.
struct Named {
    kind: u32,
    /// Where its id ends.
    end: usize,
    /// Its number in the builder.
    node: u32,
}

impl Loading {
    pub(crate) fn new(builder: SegmentBuilder, since: Since, ended: EndedRights) -> Self {
        let snapshot = (SnapshotId(i64::MIN), None);
        let (words, ids, resources, grounds) = (Vec::new(), String::new(), Vec::new(), HashMap::new());
        Self { builder, since, ended, words, ids, resources, snapshot, grounds }
    }

    /// The segment, and since when its rights are known.
    pub(crate) fn finish(self) -> (Segment, Since) {
        let Self { builder, since, ended, words, ids, resources, .. } = self;
        // No more is looked up, and building takes the most memory of all.
        drop((ended, words, ids, resources));
        (builder.build(), since)
    }

    fn word(&mut self, number: u32) -> u32 {
        let Some((word, known)) = self.words.get_mut(number as usize) else { return UNKNOWN };
        if *known == UNKNOWN {
            *known = self.builder.word(word.as_str());
        }
        *known
    }

    fn node(&mut self, number: u32) -> u32 {
        let Some(named) = self.resources.get(number as usize) else { return UNKNOWN };
        if named.node != UNKNOWN {
            return named.node;
        }
        let kind = self.words.get(named.kind as usize).map_or("", |(word, _)| word.as_str());
        let node = self.builder.node(kind, id_of(&self.ids, &self.resources, number));
        if let Some(named) = self.resources.get_mut(number as usize) {
            named.node = node;
        }
        node
    }

    fn kind(&self, number: u32) -> u32 {
        self.resources.get(number as usize).map_or(UNKNOWN, |named| named.kind)
    }

    /// When a snapshot became current, if that is known.
    fn moment(&mut self, snapshot: SnapshotId) -> Option<Timestamp> {
        if self.snapshot.0 != snapshot {
            self.snapshot = (snapshot, self.since.moment(snapshot));
        }
        self.snapshot.1
    }

    /// Whether somebody may ask since when the fact is known.
    fn is_noted(&mut self, fact: NumberedFact<'_>, moment: Option<Timestamp>) -> bool {
        let ground = match fact {
            NumberedFact::Grant { .. } | NumberedFact::Evidence { .. } => {
                return moment.is_some_and(|moment| moment > self.since.first());
            }
            NumberedFact::Link { .. } => return false,
            NumberedFact::Resource { resource, .. } => (self.kind(resource), None),
            NumberedFact::Property { resource, name, .. } => (self.kind(resource), Some(name)),
        };
        if let Some(known) = self.grounds.get(&ground) {
            return *known;
        }
        let (kind, property) = (self.term(ground.0), ground.1.map(|name| self.term(name)));
        let is_ground = self.since.is_ground(&kind, property.as_ref());
        self.grounds.insert(ground, is_ground);
        is_ground
    }

    fn term(&self, number: u32) -> Term {
        self.words.get(number as usize).map_or(Term::declared(""), |(word, _)| word.clone())
    }

    fn name(&self, number: u32) -> ResourceRef {
        ResourceRef::new(self.term(self.kind(number)), id_of(&self.ids, &self.resources, number))
    }

    fn right(&self, resource: u32, slug: u32) -> EntitlementRef {
        self.name(resource).entitlement(self.term(slug))
    }

    fn named(&self, fact: NumberedFact<'_>) -> Fact {
        match fact {
            NumberedFact::Resource { resource, parent } => {
                Fact::Resource { resource: self.name(resource), parent: parent.map(|parent| self.name(parent)) }
            }
            NumberedFact::Property { resource, name, value } => Fact::Property {
                resource: self.name(resource),
                name: self.term(name),
                value: Value::from_json_text(value),
            },
            NumberedFact::Grant { principal, resource, slug } => {
                Fact::Grant { principal: self.name(principal), entitlement: self.right(resource, slug) }
            }
            NumberedFact::Evidence { principal, resource, slug } => {
                Fact::Evidence { principal: self.name(principal), entitlement: self.right(resource, slug) }
            }
            NumberedFact::Link { from, class, to } => {
                Fact::Link { from: self.name(from), class: self.term(class), to: self.name(to) }
            }
        }
    }
}

fn id_of<'i>(ids: &'i str, resources: &[Named], number: u32) -> &'i str {
    let place = number as usize;
    let start = place.checked_sub(1).and_then(|before| resources.get(before)).map_or(0, |before| before.end);
    let end = resources.get(place).map_or(start, |named| named.end);
    ids.get(start..end).unwrap_or_default()
}

impl FactSink for Loading {
    fn word(&mut self, word: Term) {
        self.words.push((word, UNKNOWN));
    }

    fn resource(&mut self, kind: u32, id: &str) {
        self.ids.push_str(id);
        self.resources.push(Named { kind, end: self.ids.len(), node: UNKNOWN });
    }

    fn fact(&mut self, stated: NumberedStatement<'_>) {
        let fact = stated.fact;
        // Whoever has the name now is not known to have the right.
        if stated.of_former && matches!(fact, NumberedFact::Grant { .. }) {
            return;
        }
        let is_outdated = stated.of_former
            || matches!(fact, NumberedFact::Evidence { .. })
                && self.ended.concerns(stated.listing)
                && self.ended.is_outdated(&self.named(fact), stated.listing);
        let since = self.moment(stated.since);
        if self.is_noted(fact, since) {
            self.since.add(&self.named(fact), stated.since, stated.baseline);
        }
        let mark = NumberedMark {
            listing_kind: Self::word(self, stated.listing_kind),
            unconfirmed: stated.removal.is_some(),
            outdated: is_outdated,
            since,
        };
        let of_fact = match fact {
            NumberedFact::Resource { .. } => UNKNOWN,
            NumberedFact::Property { name: word, .. }
            | NumberedFact::Grant { slug: word, .. }
            | NumberedFact::Evidence { slug: word, .. }
            | NumberedFact::Link { class: word, .. } => Self::word(self, word),
        };
        let numbered = fact.renumbered(|number| self.node(number), |_| of_fact);
        self.builder.add_numbered(numbered, mark);
    }
}
