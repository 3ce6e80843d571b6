//! Property values: JSON in one canonical spelling, so that equal values are equal bytes.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A property's value: a JSON scalar or an array of scalars, kept as its canonical text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(Arc<str>);

impl Value {
    /// A string value.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::from(serde_json::Value::from(text))
    }

    /// A boolean value.
    #[must_use]
    pub fn flag(flag: bool) -> Self {
        Self::from(serde_json::Value::from(flag))
    }

    /// A whole number.
    #[must_use]
    pub fn number(number: i64) -> Self {
        Self::from(serde_json::Value::from(number))
    }

    /// A list of strings, in the order given.
    #[must_use]
    pub fn list<'a>(items: impl IntoIterator<Item = &'a str>) -> Self {
        Self::from(items.into_iter().map(serde_json::Value::from).collect::<serde_json::Value>())
    }

    /// Reads a value back from the text that [`Value::as_json`] gave; text that is not JSON becomes a string.
    #[must_use]
    pub fn from_json_text(text: &str) -> Self {
        serde_json::from_str::<serde_json::Value>(text).map_or_else(|_| Self::text(text), Self::from)
    }

    /// The canonical JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// The value as a JSON tree, for output.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::from_str(&self.0).unwrap_or(serde_json::Value::Null)
    }

    /// The string, if this is one.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        self.to_json().as_str().map(str::to_owned)
    }

    /// The strings of a list, or the one string that this is.
    #[must_use]
    pub fn to_texts(&self) -> Vec<String> {
        match self.to_json() {
            serde_json::Value::String(text) => vec![text],
            serde_json::Value::Array(items) => {
                items.iter().filter_map(|item| Some(item.as_str()?.to_owned())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether this is exactly `true`. Unknown is not false: absence of a property is a different answer.
    #[must_use]
    pub fn is_true(&self) -> bool {
        &*self.0 == "true"
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        Self(value.to_string().into())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer).map(Self::from)
    }
}
