//! What somebody may have meant who found nothing.

use rolecall_graph::{EntityGraph, EntityId, ValueRef};

use super::search::Engine;
use crate::bind::Slots;
use crate::compile::{Check, wanted_texts};
use crate::diagnostic::Diagnostic;

/// Properties by which people know things.
const NAMES: [&str; 3] = ["displayName", "id", "_key"];

/// Texts that nothing has as the property that the query names, and something has as another: `name = '@acme/core'`.
/// `O(entities)` of the shapes meant.
pub(super) fn other_names(slots: &Slots<'_>, engine: Engine<'_, '_>) -> Vec<Diagnostic> {
    let mut hints = Vec::new();
    for (pattern, slot) in engine.compiled.patterns.iter().zip(&slots.entities) {
        let is_meant = |shape: u32| pattern.shapes.get(shape as usize).copied().unwrap_or(false);
        for check in pattern.checks.iter().filter(|_| !slot.negated) {
            hints.extend(other_name(engine.graph, check, &is_meant));
        }
    }
    hints
}

fn other_name(graph: &EntityGraph, check: &Check, is_meant: &impl Fn(u32) -> bool) -> Option<Diagnostic> {
    let (asked, texts) = wanted_texts(check)?;
    let [text] = texts.as_slice() else { return None };
    let found = |name: u32| has(graph, name, text, is_meant);
    if found(asked) {
        return None;
    }
    let known_as = NAMES.into_iter().find(|name| graph.name(name).is_some_and(|name| name != asked && found(name)))?;
    let Check::Compare(comparison) = check else { return None };
    let diagnostic =
        Diagnostic::warning("other-property", comparison.span, format!("nothing has `{text}` as this property"));
    Some(diagnostic.with_help(format!("something has it as {known_as}: write {known_as} = '{text}'")))
}

fn has(graph: &EntityGraph, name: u32, text: &str, is_meant: &impl Fn(u32) -> bool) -> bool {
    let is_text = |shape: u32, entity: u32| {
        graph.property_of_shape(shape, EntityId::new(entity), name) == Some(ValueRef::Text(text))
    };
    let mut shapes = (0..graph.shapes()).filter(|shape| is_meant(*shape));
    shapes.any(|shape| graph.shape_entities(shape).any(|entity| is_text(shape, entity)))
}
