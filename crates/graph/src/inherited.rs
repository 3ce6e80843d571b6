//! Rights that a registry's rules give to those who hold something on the parent.
//!
//! What an *Inherited* rule gives becomes an edge from the parent to the resource when the segment is built, marked with
//! the rule, so that traversals cross it like a grant that the parent holds and pass it on to the rule's own holders.
//! It is no observation: it makes nothing exist and is never counted as a grant.

use rolecall_model::{AccessRule, EntitlementDeclaration, Given};

use crate::csr::Csr;
use crate::edge::{Inherited, Label};
use crate::segment::{Both, Segment, Statement};

/// An edge that a rule makes, before it is put in rows.
struct Raw {
    parent: u32,
    resource: u32,
    label: Label,
    rule: u32,
}

impl Segment {
    /// The same segment with what its *Inherited* rules give. `O(resources · rules)`.
    pub(crate) fn with_inherited(mut self) -> Self {
        let rules = self.declaration.rules.iter().zip(0..);
        let mut edges: Vec<Raw> = rules.flat_map(|(rule, place)| self.given_by(rule, place)).collect();
        if edges.is_empty() {
            return self;
        }
        edges.sort_unstable_by_key(|edge| (edge.parent, edge.resource, edge.rule));
        let rows = self.ids.len();
        let end = |other, edge: &Raw| Inherited { other, label: edge.label, rule: edge.rule };
        self.has_unconfirmed |= edges.iter().any(|edge| edge.label.unconfirmed());
        self.inherited = Both {
            on: Csr::build(rows, &edges, |edge| edge.resource, |edge| end(edge.parent, edge)),
            by: Csr::build(rows, &edges, |edge| edge.parent, |edge| end(edge.resource, edge)),
        };
        self
    }

    /// What one rule gives on all resources.
    fn given_by(&self, rule: &AccessRule, place: u32) -> Vec<Raw> {
        let AccessRule::Inherited { resource_type, gives, .. } = *rule else { return Vec::new() };
        let resources = self.kind(resource_type).map(|kind| self.kinds.range(kind)).unwrap_or_default();
        let edge = |resource| {
            let parent = self.parent(resource).filter(|parent| self.rules.is_group(self.kinds.of(*parent)))?;
            let (slug, unconfirmed) = self.given(resource, resource_type, gives)?;
            Some(Raw { parent, resource, label: Label::new(self.word(slug)?, unconfirmed), rule: place })
        };
        resources.filter_map(edge).collect()
    }

    /// Which entitlement a rule gives on a resource, and whether that rests on something whose removal is unconfirmed:
    /// the parent, that the resource belongs to it, or the property that names the entitlement.
    pub(crate) fn given(&self, resource: u32, resource_type: &str, gives: Given) -> Option<(&'static str, bool)> {
        let parent = self.parent(resource)?;
        let unsure = self.unconfirmed_parents.binary_search(&resource).is_ok()
            || self.statements.get(parent as usize) == Some(&Statement::Unconfirmed);
        match gives {
            Given::Slug(slug) => Some((slug, unsure)),
            Given::OfGroups(group_type) => self.strongest_of(resource, group_type, resource_type, unsure),
            Given::Property(property) => self.named(resource, property, resource_type, unsure),
            Given::ParentProperty(property) => self.named(parent, property, resource_type, unsure),
        }
    }

    /// The strongest entitlement that a group of a type holds on a resource.
    fn strongest_of(
        &self,
        resource: u32,
        group_type: &str,
        of_type: &str,
        unsure: bool,
    ) -> Option<(&'static str, bool)> {
        let group = self.kind(group_type)?;
        let held = self.grants.on.row(resource).iter().filter(|grant| self.kinds.of(grant.other) == group);
        let declared = held.filter_map(|grant| {
            let declared = self.declaration.entitlement(of_type, self.words.get(grant.label.word()))?;
            Some((declared.exclusive_order, !grant.label.unconfirmed(), declared.slug))
        });
        declared.max().map(|(_, confirmed, slug)| (slug, unsure || !confirmed))
    }

    /// The entitlement of a type that a property names.
    fn named(&self, node: u32, property: &str, of_type: &str, unsure: bool) -> Option<(&'static str, bool)> {
        let entry = self.property_entry(node, self.word(property)?)?;
        let text = self.values.get(entry.other).strip_prefix('"')?.strip_suffix('"')?;
        let declared: &EntitlementDeclaration = self.declaration.entitlement(of_type, text)?;
        Some((declared.slug, unsure || entry.label.unconfirmed()))
    }
}
