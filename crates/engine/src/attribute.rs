//! What is recorded of something besides rights, as people read it.

use rolecall_graph::NodeId;
use rolecall_model::Value;
use serde::Serialize;
use serde_json::Value as Json;

use crate::moment::{moment_text, source_moment_text};
use crate::name::Candidate;
use crate::world::WorldView;

/// How many entries of a list are written out.
const ENTRIES: usize = 20;

/// A recorded property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributeAnswer {
    /// The connector that reads it.
    pub connector: String,
    /// Its name: `lastPublished`.
    pub name: String,
    /// The same in words: `Last published`.
    pub title: String,
    /// What it is.
    pub value: Json,
    /// The same in words.
    pub text: String,
    /// Since when it is that, where that is known: of what rights depend on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Whether it may be older: nobody saw it become so.
    pub or_earlier: bool,
}

impl WorldView {
    /// What is recorded of something that an answer names.
    #[must_use]
    pub fn attributes(&self, thing: &Candidate) -> Vec<AttributeAnswer> {
        self.node_of(thing).map(|node| self.attributes_of(node)).unwrap_or_default()
    }

    /// What is recorded of something, in every connector that sees it.
    pub(crate) fn attributes_of(&self, node: NodeId) -> Vec<AttributeAnswer> {
        let twins = self.world.same_account(node);
        let of_twin = |twin| self.world.properties(twin).map(move |(name, text)| self.attribute(twin, name, text));
        twins.flat_map(of_twin).collect()
    }

    fn attribute(&self, node: NodeId, name: &str, text: &str) -> AttributeAnswer {
        let value = Value::from_json_text(text).to_json();
        // Of other properties nothing is kept; of these not whether they were so when they were first read.
        let decisive = self.connector(node).filter(|it| it.declaration.is_decisive(self.world.kind(node), name));
        let since = decisive.map(|connector| {
            let later = connector.since.property(&self.world.reference(node), name);
            moment_text(later.unwrap_or_else(|| connector.since.first()))
        });
        AttributeAnswer {
            connector: self.title(node),
            name: name.to_owned(),
            title: title(name),
            text: words(&value),
            value,
            or_earlier: since.is_some(),
            since,
        }
    }
}

/// `lastPublished` as people write it: `Last published`.
fn title(name: &str) -> String {
    let mut title = String::with_capacity(name.len() + 4);
    let mut was_small = false;
    for letter in name.chars() {
        match letter {
            '_' | '-' | '.' => title.push(' '),
            _ if letter.is_uppercase() && was_small => {
                title.push(' ');
                title.extend(letter.to_lowercase());
            }
            _ if title.is_empty() => title.extend(letter.to_uppercase()),
            _ => title.push(letter),
        }
        was_small = letter.is_lowercase() || letter.is_numeric();
    }
    title
}

/// A value as people write it: `yes`, `a, b`, `ada: 2026-11-01T00:00:00Z`.
fn words(value: &Json) -> String {
    match value {
        Json::Null => "none".to_owned(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => source_moment_text(text).unwrap_or_else(|| text.clone()),
        Json::Array(all) => listed(all.len(), all.iter().map(words)),
        Json::Object(all) => listed(all.len(), all.iter().map(|(name, value)| format!("{name}: {}", words(value)))),
    }
}

/// The first of many, and how many more there are.
fn listed(count: usize, all: impl Iterator<Item = String>) -> String {
    if count == 0 {
        return "none".to_owned();
    }
    let mut shown: Vec<String> = all.take(ENTRIES).collect();
    if count > ENTRIES {
        shown.push(format!("and {} more", count - ENTRIES));
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{title, words};

    #[test]
    fn names_of_properties_are_words() {
        let names = ["lastPublished", "public", "bypass2fa", "userId", "default_privilege", "URL", ""];
        let titles = ["Last published", "Public", "Bypass2fa", "User id", "Default privilege", "URL", ""];
        assert_eq!(names.map(title), titles);
    }

    #[test]
    fn values_are_words() {
        assert_eq!(words(&json!(true)), "yes");
        assert_eq!(words(&json!({ "ada": "2026-11-01", "bob": ["x", 2] })), "ada: 2026-11-01, bob: x, 2");
        assert_eq!(words(&json!("2026-10-14T12:00:00.000Z")), "2026-10-14T12:00:00Z");
        assert_eq!((words(&json!([])).as_str(), words(&json!(null)).as_str()), ("none", "none"));
        assert!(words(&json!((0..5000).collect::<Vec<_>>())).ends_with("19, and 4980 more"));
    }
}
