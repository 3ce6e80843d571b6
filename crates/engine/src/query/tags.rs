//! Tags that rules give to entities, as properties of theirs: `tag.Watched`.

use std::borrow::Cow;

use rolecall_graph::{PropertyValue, Stated};
use rolecall_store::EntityTag;
use serde_json::Value as Json;

/// Each tag as a property. One with a value that a property cannot have is none.
pub(super) fn tagged(tags: &[EntityTag]) -> impl Iterator<Item = Stated> {
    tags.iter().filter_map(|tag| {
        let name: Cow<'static, str> = format!("tag.{}", tag.name).into();
        Some(Stated { resource: tag.resource.clone(), properties: vec![(name, value_of(&tag.value)?)] })
    })
}

fn value_of(value: &Json) -> Option<PropertyValue> {
    match value {
        Json::Bool(flag) => Some(PropertyValue::Flag(*flag)),
        Json::Number(number) => number.as_f64().map(PropertyValue::Number),
        Json::String(text) => Some(PropertyValue::Text(text.as_str().into())),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}
