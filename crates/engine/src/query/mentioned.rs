//! Which types and classes a query mentions: whether its answer is complete depends on the listings of those.

use std::collections::HashSet;

use rolecall_model::TypeDeclaration;
use rolecall_query::ast::{EntityName, EntitySet, Query};
use rolecall_query::entity_sets;

/// Names of types and classes.
#[derive(Debug, Default)]
pub(super) struct Mentions<'q> {
    /// Whether everything is meant.
    all: bool,
    names: HashSet<&'q str>,
}

impl Mentions<'_> {
    /// Whether resources of this type are among what is mentioned.
    pub(super) fn has(&self, declared: &TypeDeclaration) -> bool {
        let entity = &declared.entity;
        self.all || self.names.contains(entity.type_) || entity.class.iter().any(|class| self.names.contains(class))
    }
}

/// What a query mentions, the queries in it included.
pub(super) fn names_of(query: &Query) -> Mentions<'_> {
    let mut mentions = Mentions::default();
    entity_sets(query).into_iter().for_each(|set| mentions.add(set));
    mentions
}

impl<'q> Mentions<'q> {
    fn add(&mut self, set: &'q EntitySet) {
        let EntitySet::Names { smart, names } = set else {
            self.all = true;
            return;
        };
        self.all |= smart.is_some() && names.is_empty();
        for name in names {
            match name {
                EntityName::Named(name) => {
                    self.names.insert(&name.text);
                }
                EntityName::Any(_) | EntityName::Smart(_) => self.all = true,
            }
        }
    }
}
