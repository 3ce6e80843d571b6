//! What changed in a window of time, as the caller knows it.

use std::collections::HashMap;

use rolecall_graph::{EntityId, PropertyValue};

/// One change of an entity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// `appeared`, `disappeared`, `changed`, `gained` or `lost`.
    pub kind: &'static str,
    /// Which property, or which right or relationship in words.
    pub property: Option<String>,
    /// What it was.
    pub old: Option<PropertyValue>,
    /// What it became.
    pub new: Option<PropertyValue>,
    /// It was not so yet, in milliseconds since 1970; `None` when nobody knows.
    pub not_before: Option<i64>,
    /// It was so by then, in milliseconds since 1970.
    pub not_after: Option<i64>,
    /// Who did it, if that is known.
    pub actor: Option<String>,
}

/// A window of time, in milliseconds since 1970, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// Its beginning.
    pub since: i64,
    /// Its end.
    pub until: i64,
}

/// The changes of entities of one graph in one window, each entity's in their order.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// By entity.
    pub of: HashMap<EntityId, Vec<Change>>,
}
