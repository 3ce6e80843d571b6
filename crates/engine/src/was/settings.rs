//! Properties by which rights are held or lost, when nobody knows which value they had.
//!
//! Grants only ever give, so that leaving out the unsure ones gives the least and taking them in gives the most. A
//! property has one value, and some values take away: of all that it may have had, one world is given the value that
//! gives the least, the other the one that gives the most.

use std::collections::HashMap;

use rolecall_model::{ConnectorDeclaration, Fact, ResourceRef, Term, Value};
use rolecall_store::Certainty;

/// The values that each decisive property may have had.
pub(super) struct Settings {
    declaration: &'static ConnectorDeclaration,
    alternatives: HashMap<(ResourceRef, Term), Alternatives>,
}

struct Alternatives {
    values: Vec<Value>,
    listing_kind: Term,
    /// Whether it had one of them for certain; it may have had none otherwise.
    had_one: bool,
}

/// A property as one of the worlds has it.
pub(super) struct Setting {
    pub(super) fact: Fact,
    pub(super) listing_kind: Term,
}

impl Settings {
    pub(super) fn new(declaration: &'static ConnectorDeclaration) -> Self {
        Self { declaration, alternatives: HashMap::new() }
    }

    /// Takes a fact, if it is such a property.
    pub(super) fn take(&mut self, fact: &Fact, listing_kind: &Term, certainty: Certainty) -> bool {
        let Fact::Property { resource, name, value } = fact else { return false };
        if !self.declaration.is_decisive(resource.kind.as_str(), name.as_str()) {
            return false;
        }
        let known = self.alternatives.entry((resource.clone(), name.clone()));
        let known = known.or_insert_with(|| Alternatives {
            values: Vec::new(),
            listing_kind: listing_kind.clone(),
            had_one: false,
        });
        known.had_one |= certainty == Certainty::Certain;
        if !known.values.contains(value) {
            known.values.push(value.clone());
        }
        true
    }

    /// The values that give the least.
    pub(super) fn least(&self) -> impl Iterator<Item = Setting> {
        self.settings(|this, resource, name, known| {
            if this.suspends(resource, name) {
                // A value that is not sure may have been any other, one that nobody recorded too.
                let is_suspended = !known.had_one || known.values.iter().any(is_false);
                return if is_suspended { Some(Value::flag(false)) } else { known.values.first().cloned() };
            }
            let weaker = |one, other| if this.is_lowered(resource, name, one, other) { other } else { one };
            known.values.iter().reduce(weaker).filter(|_| known.had_one).cloned()
        })
    }

    /// The values that give the most.
    pub(super) fn most(&self) -> impl Iterator<Item = Setting> {
        self.settings(|this, resource, name, known| {
            if this.suspends(resource, name) {
                // Without the property an account is not suspended.
                let other = known.values.iter().find(|value| !is_false(value));
                return other.or_else(|| known.values.first().filter(|_| known.had_one)).cloned();
            }
            let stronger = |one, other| if this.is_lowered(resource, name, other, one) { other } else { one };
            known.values.iter().reduce(stronger).cloned()
        })
    }

    fn settings<'s>(
        &'s self,
        choose: impl Fn(&'s Self, &ResourceRef, &Term, &'s Alternatives) -> Option<Value> + 's,
    ) -> impl Iterator<Item = Setting> + 's {
        self.alternatives.iter().filter_map(move |((resource, name), known)| {
            let value = choose(self, resource, name, known)?;
            Some(Setting {
                fact: Fact::property(resource, name.clone(), value),
                listing_kind: known.listing_kind.clone(),
            })
        })
    }

    fn suspends(&self, resource: &ResourceRef, name: &Term) -> bool {
        self.declaration.suspended_by(resource.kind.as_str()) == Some(name.as_str())
    }

    fn is_lowered(&self, resource: &ResourceRef, name: &Term, old: &Value, new: &Value) -> bool {
        self.declaration.is_lowered(resource.kind.as_str(), name.as_str(), old, new)
    }
}

fn is_false(value: &Value) -> bool {
    value.as_json() == "false"
}
