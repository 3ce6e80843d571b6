//! One JSON object of a list, in which nothing can be relied on: every field may be missing, null or of another type
//! (`cloudsmith-api.md` §3). The specification's defaults are never applied: a missing role is unknown, not *Owner*.

use rolecall_model::{Fact, ResourceRef, Value};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// An object as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct Row(Map<String, Json>);

impl Row {
    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// A boolean. Unknown is not false.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }

    /// A list of objects; `None` when there is no list, which is not an empty one.
    pub(super) fn rows(&self, name: &str) -> Option<Vec<Self>> {
        let items = self.0.get(name)?.as_array()?;
        items.iter().map(|item| item.as_object().cloned().map(Self)).collect()
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<&str>> {
        self.0.get(name)?.as_array()?.iter().map(Json::as_str).collect()
    }

    /// The members of an object that are scalars, as text, in the order of their names.
    pub(super) fn object(&self, name: &str) -> Option<impl Iterator<Item = (&str, String)>> {
        let members = self.0.get(name)?.as_object()?.iter().filter(|(_, value)| is_kept(value));
        Some(
            members
                .map(|(name, value)| (name.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))),
        )
    }

    /// Whether the field is there and not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// The facts that a resource has these properties: pairs of the wire's name and ours. What is null, empty or no
    /// scalar is left out.
    pub(super) fn properties(&self, resource: &ResourceRef, kept: &[(&str, &'static str)]) -> Vec<Fact> {
        let property = |(wire, name): &(&str, &'static str)| {
            let value = self.0.get(*wire).filter(|value| is_kept(value))?;
            Some(Fact::property(resource, *name, Value::from(value.clone())))
        };
        kept.iter().filter_map(property).collect()
    }
}

fn is_kept(value: &Json) -> bool {
    match value {
        Json::String(text) => !text.is_empty(),
        Json::Bool(_) | Json::Number(_) => true,
        Json::Null | Json::Array(_) | Json::Object(_) => false,
    }
}

/// A word of the API, `Open-Source`, as we spell it: `open-source`. Words we do not know are kept.
pub(super) fn word(text: &str) -> String {
    text.trim().to_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_null_missing_or_of_another_type_is_unknown() {
        let text = r#"{"role":null,"is_active":1,"user":"","teams":null,"name":"Ada","has_two_factor":false}"#;
        let row: Row = serde_json::from_str(text).unwrap();
        assert_eq!((row.text("role"), row.flag("is_active"), row.text("user")), (None, None, None));
        assert_eq!((row.text("name"), row.flag("has_two_factor"), row.rows("teams")), (Some("Ada"), Some(false), None));
        assert!(!row.has("role") && !row.has("missing") && row.has("is_active"));
    }
}
