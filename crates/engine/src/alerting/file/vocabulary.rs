//! Which entities there can be, whatever is connected.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use rolecall_graph::{Besides, EntityGraph, Vocabulary, World};
use rolecall_query::ast::{EntityName, EntitySet, Query};
use rolecall_query::{did_you_mean, entity_sets, nearest};

/// What all connector types declare.
static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let besides = Besides { labels: &[], known: rolecall_connect::DECLARATIONS, across: &[] };
    EntityGraph::of_world(Arc::new(World::new(Vec::new())), &besides).vocabulary().clone()
});

/// The classes and types that a query asks of and that no connector has, and what may be meant.
pub(super) fn unknown(query: &Query) -> Option<String> {
    let known = || VOCABULARY.classes.iter().chain(&VOCABULARY.types).map(|word| &**word);
    let named = entity_sets(query).into_iter().flat_map(|set| match set {
        EntitySet::Names { names, .. } => names.as_slice(),
        EntitySet::Text(_) => &[],
    });
    let words: BTreeSet<&str> = named
        .filter_map(|name| match name {
            EntityName::Named(name) => Some(&*name.text),
            EntityName::Any(_) | EntityName::Smart(_) => None,
        })
        .filter(|word| !VOCABULARY.classes.contains(*word) && !VOCABULARY.types.contains(*word))
        .collect();
    let first = words.first()?;
    let help = if words.len() == 1 { did_you_mean(&nearest(first, known())) } else { None };
    let words = words.into_iter().collect::<Vec<_>>().join(", ");
    Some(format!("nothing here is called {words}{}", help.map(|help| format!("; {help}")).unwrap_or_default()))
}
