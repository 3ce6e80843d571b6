//! A property graph to ask.

use std::collections::BTreeMap;

/// A value (13). That there is none is `Option::None` wherever it can happen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// `true`, `false`.
    Flag(bool),
    /// A number, also a date: milliseconds since 1970.
    Number(f64),
    /// A string.
    Text(String),
    /// Several of these.
    List(Vec<Value>),
}

/// Properties by name; a name may have dots.
pub(crate) type Properties = BTreeMap<String, Value>;

/// Everything that is known, now and at earlier moments.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fixture {
    /// By type, connector and key (9): an index is also a place in the order.
    pub(crate) entities: Vec<Entity>,
    /// Stored relationships, and one for each triple of effective access, in one order of their own.
    pub(crate) relationships: Vec<Relationship>,
    /// In the order of time.
    pub(crate) changes: Vec<Change>,
    /// What the saved questions of `#Name` find, as indexes of entities (25).
    pub(crate) saved: BTreeMap<String, Vec<usize>>,
    /// What was known earlier, each until a moment, oldest first (33).
    pub(crate) past: Vec<(f64, Fixture)>,
}

/// One entity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entity {
    /// `_type`.
    pub(crate) kind: String,
    /// `_class`.
    pub(crate) classes: Vec<String>,
    /// `_key`.
    pub(crate) key: String,
    /// Which connector found it; two may find the same key.
    pub(crate) connector: u32,
    /// `_deleted`.
    pub(crate) deleted: bool,
    /// All properties, with those that begin with `_`.
    pub(crate) properties: Properties,
}

/// One relationship, or what somebody can do (31).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Relationship {
    /// `_class`.
    pub(crate) class: String,
    /// `_type`.
    pub(crate) kind: String,
    /// `_key`, or nothing.
    pub(crate) key: String,
    /// From which entity.
    pub(crate) from: usize,
    /// To which entity.
    pub(crate) to: usize,
    /// The action, when it is effective access and no stored relationship.
    pub(crate) action: Option<String>,
    /// All properties, with those that begin with `_`.
    pub(crate) properties: Properties,
}

/// One change of one entity (34).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    /// Of which entity.
    pub(crate) entity: usize,
    /// When, in milliseconds.
    pub(crate) at: f64,
    /// `kind`, `property`, `old`, `new`, `notBefore`, `notAfter`, `actor`.
    pub(crate) properties: Properties,
}

impl Fixture {
    /// What was known at a moment (33).
    pub(crate) fn at(&self, moment: f64) -> &Self {
        self.past.iter().find(|(until, _)| moment < *until).map_or(self, |(_, earlier)| earlier)
    }

    /// The entity with a key, the first one where connectors share it.
    pub(crate) fn find(&self, key: &str) -> Option<usize> {
        self.entities.iter().position(|entity| entity.key == key)
    }
}
