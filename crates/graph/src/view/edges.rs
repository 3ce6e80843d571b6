//! Which relationships a world has.

use std::collections::BTreeMap;

use rolecall_model::{Purpose, RoleMapping, Term};

use crate::edge::Label;
use crate::hash::IdMap;
use crate::segment::Segment;
use crate::text::NONE;
use crate::view::across::Across;
use crate::view::columns::roles_of;
use crate::view::draft::Draft;
use crate::view::nodes::EntityNodes;
use crate::view::relationship::{RawRelationship, RelationshipKind, Relationships};
use crate::view::value::PropertyValue;
use crate::world::World;

/// All relationships: those that follow from the world, and those that are stated besides. `O(grants + links + nodes)`.
pub(crate) fn relationships(world: &World, drafts: &[Draft], nodes: &EntityNodes, across: &[Across]) -> Relationships {
    let mut kinds = Vec::new();
    let mut raw = Vec::with_capacity(
        world.segments().iter().zip(0..).map(|(segment, index)| at_most(world, segment, index)).sum(),
    );
    for (segment, index) in world.segments().iter().zip(0..) {
        let entities = nodes.entities.get(index as usize).map_or(&[][..], Vec::as_slice);
        let mut edges = Edges { world, segment, index, entities, kinds: &mut kinds, raw: &mut raw };
        edges.grants();
        edges.links();
        edges.parents();
        edges.roles(drafts);
    }
    raw.extend(across.iter().filter_map(|one| one.raw(world, nodes, &mut kinds)));
    raw.retain(|one: &RawRelationship| one.from != NONE && one.to != NONE);
    let kinds = in_order(kinds, &mut raw);
    Relationships::of(nodes.nodes.len(), kinds, raw, BTreeMap::new())
}

/// No more relationships come from a segment: its roles are few.
fn at_most(world: &World, segment: &Segment, index: u32) -> usize {
    let root = world.root(index).map_or(0, |root| segment.grants.on.row(root.node()).len());
    segment.grants.on.len() + segment.links.by.len() + segment.parents.len() + root
}

/// Kinds are numbered by class and type, so that relationships are in an order that people can tell.
fn in_order(kinds: Vec<RelationshipKind>, raw: &mut [RawRelationship]) -> Vec<RelationshipKind> {
    let mut sorted: Vec<(RelationshipKind, usize)> = kinds.into_iter().zip(0..).collect();
    sorted.sort_by(|(left, _), (right, _)| (&left.class, &left.kind).cmp(&(&right.class, &right.kind)));
    let mut numbers = vec![u16::MAX; sorted.len()];
    for ((_, old), new) in sorted.iter().zip(0..) {
        if let Some(slot) = numbers.get_mut(*old) {
            *slot = new;
        }
    }
    for one in raw {
        one.kind = numbers.get(usize::from(one.kind)).copied().unwrap_or(u16::MAX);
    }
    sorted.into_iter().map(|(kind, _)| kind).collect()
}

/// The relationships of one segment.
struct Edges<'w, 'r> {
    world: &'w World,
    segment: &'w Segment,
    index: u32,
    /// By node.
    entities: &'w [u32],
    kinds: &'r mut Vec<RelationshipKind>,
    raw: &'r mut Vec<RawRelationship>,
}

/// What relationships of one kind come from: two types and a word.
type Sort = (u32, u32, Label);

impl Edges<'_, '_> {
    fn entity(&self, node: u32) -> u32 {
        self.entities.get(node as usize).copied().unwrap_or(NONE)
    }

    fn push(&mut self, from: u32, kind: u16, to: u32) {
        self.raw.push(RawRelationship { from: self.entity(from), kind, to: self.entity(to) });
    }

    fn kind(&mut self, described: RelationshipKind) -> u16 {
        if let Some(place) = self.kinds.iter().position(|known| *known == described) {
            return u16::try_from(place).unwrap_or(u16::MAX);
        }
        self.kinds.push(described);
        u16::try_from(self.kinds.len() - 1).unwrap_or(u16::MAX)
    }

    fn grants(&mut self) {
        let mut known: IdMap<Sort, u16> = IdMap::default();
        for resource in 0..self.segment.nodes() {
            let on = self.segment.kinds.of(resource);
            for entry in self.segment.grants.on.row(resource) {
                let sort = (on, self.segment.kinds.of(entry.other), entry.label);
                let kind = match known.get(&sort) {
                    Some(kind) => *kind,
                    None => {
                        let kind = self.kind(self.grant(sort));
                        known.insert(sort, kind);
                        kind
                    }
                };
                self.push(resource, kind, entry.other);
            }
        }
    }

    fn grant(&self, (on, by, label): Sort) -> RelationshipKind {
        let (declaration, word) = (self.segment.declaration, self.segment.words.get(label.word()));
        let (on, by) = (self.segment.kinds.names.get(on), self.segment.kinds.names.get(by));
        let mapped = declaration.relationship_of_grant(&term(on), &term(by), &term(word));
        let is_membership = declaration.entitlement(on, word).is_some_and(|of| of.purpose == Purpose::Assignment);
        let class = mapped.map_or(if is_membership { "HAS" } else { "ALLOWS" }, |mapped| mapped.class);
        let properties = [("entitlement", PropertyValue::Text(word.into()))];
        self.described(mapped.map(|mapped| mapped.type_), class, (on, by), properties.into(), label.unconfirmed())
    }

    fn described(
        &self,
        kind: Option<&str>,
        class: &str,
        (from, to): (&str, &str),
        properties: BTreeMap<&str, PropertyValue>,
        unconfirmed: bool,
    ) -> RelationshipKind {
        let named =
            || format!("{}_{from}_{}_{to}", self.segment.declaration.name, class.to_lowercase()).replace('-', "_");
        let unconfirmed = unconfirmed.then_some(("unconfirmed", PropertyValue::Flag(true)));
        RelationshipKind {
            kind: kind.map_or_else(named, str::to_owned).into(),
            class: class.into(),
            properties: properties.into_iter().chain(unconfirmed).map(|(name, value)| (name.into(), value)).collect(),
        }
    }

    fn links(&mut self) {
        let mut known: IdMap<Sort, u16> = IdMap::default();
        for from in 0..self.segment.nodes() {
            let start = self.segment.kinds.of(from);
            for entry in self.segment.links.by.row(from) {
                let sort = (start, self.segment.kinds.of(entry.other), entry.label);
                let kind = match known.get(&sort) {
                    Some(kind) => *kind,
                    None => {
                        let kind = self.kind(self.link(sort));
                        known.insert(sort, kind);
                        kind
                    }
                };
                self.push(from, kind, entry.other);
            }
        }
    }

    fn link(&self, (start, end, label): Sort) -> RelationshipKind {
        let (start, end) = (self.segment.kinds.names.get(start), self.segment.kinds.names.get(end));
        let mapped = self.segment.declaration.relationship_of_link(&term(start), &term(end));
        let class = mapped.map_or(self.segment.words.get(label.word()), |mapped| mapped.class);
        let kind = mapped.map(|mapped| mapped.type_);
        self.described(kind, class, (start, end), BTreeMap::new(), label.unconfirmed())
    }

    fn parents(&mut self) {
        let mut known: IdMap<(u32, u32, bool), u16> = IdMap::default();
        for child in 0..self.segment.nodes() {
            let Some(parent) = self.segment.parent(child) else { continue };
            let unconfirmed = self.segment.unconfirmed_parents.binary_search(&child).is_ok();
            let sort = (self.segment.kinds.of(parent), self.segment.kinds.of(child), unconfirmed);
            let kind = match known.get(&sort) {
                Some(kind) => *kind,
                None => {
                    let (of, is) = (self.segment.kind_name(parent), self.segment.kind_name(child));
                    let mapped = self.segment.declaration.relationship_of_parent(&term(of), &term(is));
                    let (kind, class) =
                        (mapped.map(|mapped| mapped.type_), mapped.map_or("HAS", |mapped| mapped.class));
                    let kind = self.kind(self.described(kind, class, (of, is), BTreeMap::new(), unconfirmed));
                    known.insert(sort, kind);
                    kind
                }
            };
            self.push(parent, kind, child);
        }
    }

    /// That the root has roles, and that they are assigned to whoever holds them.
    fn roles(&mut self, drafts: &[Draft]) {
        let Some((root, mapping)) = roles_of(self.world, self.index) else { return };
        let of_segment = |draft: &&Draft| draft.segment == self.index && draft.kind == mapping.type_;
        let Some(draft) = drafts.iter().find(of_segment) else { return };
        let numbered = || draft.entities.iter().zip(draft.start..);
        let has = self.kind(self.described(Some(mapping.has), "HAS", ("", ""), BTreeMap::new(), false));
        let from = self.entity(root.node());
        self.raw.extend(numbered().map(|(_, to)| RawRelationship { from, kind: has, to }));
        let words = numbered().filter_map(|(entity, to)| Some((self.segment.word(entity.id(self.world))?, to)));
        let roles: IdMap<u32, u32> = words.collect();
        let mut known: IdMap<(u32, bool), u16> = IdMap::default();
        for entry in self.segment.grants.on.row(root.node()) {
            let Some(to) = roles.get(&entry.label.word()).copied() else { continue };
            let sort = (self.segment.kinds.of(entry.other), entry.label.unconfirmed());
            let kind = match known.get(&sort) {
                Some(kind) => *kind,
                None => {
                    let kind = self.kind(self.assigned(mapping, sort));
                    known.insert(sort, kind);
                    kind
                }
            };
            self.raw.push(RawRelationship { from: self.entity(entry.other), kind, to });
        }
    }

    /// That a role is assigned to holders of one type.
    fn assigned(&self, mapping: &RoleMapping, (holder, unconfirmed): (u32, bool)) -> RelationshipKind {
        let holder = self.segment.kinds.names.get(holder).replace('-', "_");
        let kind = mapping.assigned.replace("{}", &holder);
        self.described(Some(&kind), "ASSIGNED", ("", ""), BTreeMap::new(), unconfirmed)
    }
}

fn term(name: &str) -> Term {
    Term::from(name.to_owned())
}
