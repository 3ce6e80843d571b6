//! A fact as its columns: one shape for every kind.
//!
//! | kind | subject | object | term | value |
//! |---|---|---|---|---|
//! | resource | what exists | its parent | | |
//! | property | whose | | name | JSON |
//! | grant, evidence | granted on | principal | slug | |
//! | link | from | to | class | |

use std::hash::{Hash, Hasher};

use rolecall_model::{Fact, FactKind, ResourceRef, Term, Value};

use crate::db::Row;
use crate::error::Failure;

/// The columns that say what a fact states, in the order in which [`FactRow::read`] takes them.
macro_rules! fact_columns {
    () => {
        "f.kind, f.subject_id, f.object_id, f.term_id, f.value"
    };
}
pub(crate) use fact_columns;

/// What a fact states, as keys of interned resources and terms. Equal rows state the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FactRow {
    pub(crate) kind: i64,
    pub(crate) subject: i64,
    pub(crate) object: Option<i64>,
    pub(crate) term: Option<i64>,
    pub(crate) value: Option<String>,
}

/// Of the keys alone: a value is whatever a source says, and a property has one at a time.
impl Hash for FactRow {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.kind, self.subject, self.object, self.term).hash(state);
    }
}

impl FactRow {
    /// Reads [`fact_columns`], the first of which is column `at`.
    pub(crate) fn read(row: &Row, at: usize) -> Result<Self, sqlx::Error> {
        Ok(Self {
            kind: row.try_get(at)?,
            subject: row.try_get(at + 1)?,
            object: row.try_get(at + 2)?,
            term: row.try_get(at + 3)?,
            value: row.try_get(at + 4)?,
        })
    }

    /// The keys of the resources it names.
    pub(crate) fn resources(&self) -> impl Iterator<Item = i64> {
        std::iter::once(self.subject).chain(self.object)
    }

    pub(crate) fn is_existence(&self) -> bool {
        self.kind == FactKind::Resource.number()
    }
}

/// The resources that a fact names: its subject, then its object where it has one.
pub(crate) fn resources_of(fact: &Fact) -> (&ResourceRef, Option<&ResourceRef>) {
    let object = match fact {
        Fact::Resource { parent, .. } => parent.as_ref(),
        Fact::Property { .. } => None,
        Fact::Grant { principal, .. } | Fact::Evidence { principal, .. } => Some(principal),
        Fact::Link { to, .. } => Some(to),
    };
    (fact.subject(), object)
}

/// The word that a fact carries besides its resources.
pub(crate) fn term_of(fact: &Fact) -> Option<&Term> {
    match fact {
        Fact::Resource { .. } => None,
        Fact::Property { name, .. } => Some(name),
        Fact::Grant { entitlement, .. } | Fact::Evidence { entitlement, .. } => Some(&entitlement.slug),
        Fact::Link { class, .. } => Some(class),
    }
}

/// The value that a fact carries.
pub(crate) fn value_of(fact: &Fact) -> Option<&Value> {
    match fact {
        Fact::Property { value, .. } => Some(value),
        _ => None,
    }
}

/// Puts a fact together from its parts; `None` when a part is missing that the kind needs.
pub(crate) fn fact_of(
    kind: FactKind,
    subject: ResourceRef,
    object: Option<ResourceRef>,
    term: Option<Term>,
    value: Option<&str>,
) -> Option<Fact> {
    Some(match kind {
        FactKind::Resource => Fact::Resource { resource: subject, parent: object },
        FactKind::Property => Fact::Property { resource: subject, name: term?, value: Value::from_json_text(value?) },
        FactKind::Grant => Fact::Grant { principal: object?, entitlement: subject.entitlement(term?) },
        FactKind::Evidence => Fact::Evidence { principal: object?, entitlement: subject.entitlement(term?) },
        FactKind::Link => Fact::Link { from: subject, class: term?, to: object? },
    })
}

/// The error for a row that states nothing this program understands.
pub(crate) fn unreadable(row: &FactRow) -> Failure {
    Failure::Corrupt(format!("a fact is unreadable: {row:?}"))
}
