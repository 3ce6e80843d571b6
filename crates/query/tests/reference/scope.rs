//! What the aliases of a query name (10), and where a path has it.

use std::collections::BTreeMap;

use rolecall_query::ast::{EntityName, EntityPattern, EntitySet, Hop, Name, Query, Step};

/// What an alias names. The number is the place's: 0 is the beginning, and each hop that can be bound has the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The entity at a place.
    Entity(usize),
    /// The relationship that leads to a place.
    Relationship(usize),
    /// The change of the entity at a place.
    Change(usize),
    /// Whichever entity the path is at after an optional.
    Junction,
}

/// The aliases of a query that can be used.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// By name.
    pub(crate) names: BTreeMap<String, Bound>,
}

/// The aliases of a query.
pub(crate) fn scope(query: &Query) -> Scope {
    let mut patterns = vec![&query.find];
    let mut scope = Scope::default();
    scope.entity(&query.find, 0);
    scope.steps(&query.steps, 1);
    bindable(&query.steps, &mut patterns);
    scope.types(&patterns);
    scope
}

/// How many places the steps have: what follows a negated hop is never bound (6).
pub(crate) fn places(steps: &[Step]) -> usize {
    let mut patterns = Vec::new();
    bindable(steps, &mut patterns);
    patterns.len()
}

/// The patterns that can be bound, in the order of the query.
fn bindable<'a>(steps: &'a [Step], patterns: &mut Vec<&'a EntityPattern>) {
    for step in steps {
        match step {
            Step::Hop(hop) if hop.negated => return,
            Step::Hop(hop) => patterns.push(&hop.entity),
            Step::Optional(optional) => bindable(&optional.steps, patterns),
        }
    }
}

/// The name of a pattern whose class or type stands alone.
fn alone(pattern: &EntityPattern) -> Option<&str> {
    match &pattern.set {
        EntitySet::Names { names, .. } => match names.as_slice() {
            [EntityName::Named(name)] => Some(&name.text),
            _ => None,
        },
        EntitySet::Text(_) => None,
    }
}

impl Scope {
    fn name(&mut self, alias: Option<&Name>, bound: Bound) {
        if let Some(alias) = alias {
            self.names.entry(alias.text.clone()).or_insert(bound);
        }
    }

    fn entity(&mut self, pattern: &EntityPattern, place: usize) {
        self.name(pattern.alias.as_ref(), Bound::Entity(place));
        self.name(pattern.changed.as_ref().and_then(|changed| changed.alias.as_ref()), Bound::Change(place));
    }

    fn steps(&mut self, steps: &[Step], mut place: usize) {
        for step in steps {
            match step {
                Step::Hop(hop) if hop.negated => return,
                Step::Hop(hop) => self.hop(hop, place),
                Step::Optional(optional) => {
                    self.steps(&optional.steps, place);
                    self.name(optional.alias.as_ref(), Bound::Junction);
                }
            }
            place += places(std::slice::from_ref(step));
        }
    }

    fn hop(&mut self, hop: &Hop, place: usize) {
        self.name(hop.alias.as_ref(), Bound::Relationship(place));
        self.entity(&hop.entity, place);
    }

    /// A class or type that stands alone names its entity if the query has it there once (10).
    fn types(&mut self, patterns: &[&EntityPattern]) {
        for (place, pattern) in patterns.iter().enumerate() {
            let Some(name) = alone(pattern) else { continue };
            let times = patterns.iter().filter(|other| alone(other) == Some(name)).count();
            if pattern.alias.is_none() && times == 1 {
                self.names.entry(name.to_owned()).or_insert(Bound::Entity(place));
            }
        }
    }
}

/// Every alias that is given anywhere, also where it cannot be used.
pub(crate) fn given(query: &Query) -> Vec<&str> {
    let mut given = Vec::new();
    given_by_entity(&query.find, &mut given);
    given_by_steps(&query.steps, &mut given);
    given
}

fn given_by_entity<'a>(pattern: &'a EntityPattern, given: &mut Vec<&'a str>) {
    given.extend(pattern.alias.as_ref().map(|alias| alias.text.as_str()));
    let change = pattern.changed.as_ref().and_then(|changed| changed.alias.as_ref());
    given.extend(change.map(|alias| alias.text.as_str()));
}

fn given_by_steps<'a>(steps: &'a [Step], given: &mut Vec<&'a str>) {
    for step in steps {
        match step {
            Step::Hop(hop) => {
                given.extend(hop.alias.as_ref().map(|alias| alias.text.as_str()));
                given_by_entity(&hop.entity, given);
            }
            Step::Optional(optional) => {
                given_by_steps(&optional.steps, given);
                given.extend(optional.alias.as_ref().map(|alias| alias.text.as_str()));
            }
        }
    }
}
