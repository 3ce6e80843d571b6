//! Entities by the text of a property, for properties that are asked about more than once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::view::graph::{EntityGraph, EntityId};
use crate::view::value::ValueRef;

/// Indexes by shape and number of the property's name. A question alone is answered sooner by looking at every entity, so
/// an index is made when the same is asked again.
#[derive(Debug, Default)]
pub(crate) struct TextIndexes(Mutex<HashMap<(u32, u32), State>>);

#[derive(Clone, Debug)]
enum State {
    AskedOnce,
    /// The entities that have a text, by that text.
    Sorted(Arc<[u32]>),
    /// Some have several values.
    Unusable,
}

impl EntityGraph {
    /// The entities of a shape whose property is this text. `None` without an index. `O(log entities)`, and
    /// `O(n log n)` the second time that a property is asked about.
    pub(crate) fn find_by_index(&self, shape: u32, name: u32, text: &str) -> Option<Vec<EntityId>> {
        let sorted = self.text_index(shape, name)?;
        let value = |entity: u32| self.text_of(shape, entity, name).unwrap_or_default();
        let first = sorted.partition_point(|entity| value(*entity) < text);
        let rest = sorted.get(first..).unwrap_or_default();
        Some(rest.iter().take_while(|entity| value(**entity) == text).map(|entity| EntityId::new(*entity)).collect())
    }

    fn text_index(&self, shape: u32, name: u32) -> Option<Arc<[u32]>> {
        let mut states = self.indexes.0.lock().unwrap_or_else(PoisonError::into_inner);
        match states.get(&(shape, name)) {
            None => {
                states.insert((shape, name), State::AskedOnce);
                None
            }
            Some(State::Sorted(sorted)) => Some(Arc::clone(sorted)),
            Some(State::Unusable) => None,
            Some(State::AskedOnce) => {
                let made = self.sorted_by_text(shape, name);
                let state = made.clone().map_or(State::Unusable, State::Sorted);
                states.insert((shape, name), state);
                made
            }
        }
    }

    fn sorted_by_text(&self, shape: u32, name: u32) -> Option<Arc<[u32]>> {
        let mut with_text: Vec<(&str, u32)> = Vec::new();
        for entity in self.shape_entities(shape) {
            match self.property_of_shape(shape, EntityId::new(entity), name) {
                Some(ValueRef::List(_)) => return None,
                Some(ValueRef::Text(text)) => with_text.push((text, entity)),
                Some(ValueRef::Flag(_) | ValueRef::Number(_)) | None => {}
            }
        }
        with_text.sort_unstable();
        Some(with_text.into_iter().map(|(_, entity)| entity).collect())
    }

    fn text_of(&self, shape: u32, entity: u32, name: u32) -> Option<&str> {
        match self.property_of_shape(shape, EntityId::new(entity), name) {
            Some(ValueRef::Text(text)) => Some(text),
            _ => None,
        }
    }
}
