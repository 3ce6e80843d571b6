//! Which types and classes a query mentions: whether its answer is complete depends on the listings of those.

use std::collections::HashSet;

use rolecall_model::TypeDeclaration;
use rolecall_query::ast::{Condition, EntityName, EntityPattern, EntitySet, Operand, Query, Step};

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
    mentions.add_query(query);
    mentions
}

impl<'q> Mentions<'q> {
    fn add_query(&mut self, query: &'q Query) {
        self.add_entity(&query.find);
        self.add_steps(&query.steps);
        query.filter.iter().chain(&query.having).for_each(|condition| self.add_condition(condition));
    }

    fn add_steps(&mut self, steps: &'q [Step]) {
        for step in steps {
            match step {
                Step::Hop(hop) => self.add_entity(&hop.entity),
                Step::Optional(optional) => self.add_steps(&optional.steps),
            }
        }
    }

    fn add_entity(&mut self, entity: &'q EntityPattern) {
        match &entity.set {
            EntitySet::Text(_) => self.all = true,
            EntitySet::Names { smart, names } => {
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
        entity.with.iter().for_each(|condition| self.add_condition(condition));
    }

    fn add_condition(&mut self, condition: &'q Condition) {
        match condition {
            Condition::Or(all) | Condition::And(all) => all.iter().for_each(|one| self.add_condition(one)),
            Condition::Compare(comparison) => self.add_operand(&comparison.right),
        }
    }

    fn add_operand(&mut self, operand: &'q Operand) {
        match operand {
            Operand::Query(query) => self.add_query(query),
            Operand::Group(group) => group.values.iter().for_each(|value| self.add_operand(value)),
            Operand::Expression(_) | Operand::Regex(_) => {}
        }
    }
}
