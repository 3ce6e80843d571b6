//! Files that people write, in YAML or in JSON, with the place of each value: whoever made a mistake is told where.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Spanned};

use crate::document::{DocumentError, MOST_BYTES, document_read, yaml_options};

/// Where something stands in a file, both counted from 1. Nothing where the reader does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) column: u64,
}

/// A value and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placed {
    pub(crate) place: Place,
    pub(crate) value: PlacedValue,
}

/// A value. Entries are in the order of the file, and a key may come twice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PlacedValue {
    Nothing,
    Flag(bool),
    /// As it is spelled, or nearly so: no number means anything where this is used.
    Number(String),
    Text(String),
    List(Vec<Placed>),
    Entries(Vec<(Placed, Placed)>),
}

impl PlacedValue {
    /// What it is, for people.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Entries(_) => "a mapping",
        }
    }
}

/// Reads a file of one document.
///
/// # Errors
/// When it is too large, or neither YAML nor JSON.
pub(crate) fn placed_read(text: &str) -> Result<Placed, DocumentError> {
    if text.len() > MOST_BYTES {
        return Err(DocumentError::TooLarge);
    }
    let unmarked = text.strip_prefix('\u{feff}').unwrap_or(text);
    // That a key comes twice is one mistake among others, and its reader tells it.
    let mut options = yaml_options();
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    match serde_saphyr::from_str_with_options::<Spanned<PlacedValue>>(unmarked, options) {
        Ok(read) => Ok(read.into()),
        // It says better what is wrong, and reads what is JSON and no YAML.
        Err(_) => document_read(text).map(Placed::from),
    }
}

impl From<Spanned<PlacedValue>> for Placed {
    fn from(read: Spanned<PlacedValue>) -> Self {
        let (line, column) = (read.referenced.line(), read.referenced.column());
        Self { place: Place { line, column }, value: read.value }
    }
}

impl From<serde_json::Value> for Placed {
    fn from(json: serde_json::Value) -> Self {
        use serde_json::Value as Json;
        let value = match json {
            Json::Null => PlacedValue::Nothing,
            Json::Bool(flag) => PlacedValue::Flag(flag),
            Json::Number(number) => PlacedValue::Number(number.to_string()),
            Json::String(text) => PlacedValue::Text(text),
            Json::Array(items) => PlacedValue::List(items.into_iter().map(Self::from).collect()),
            Json::Object(entries) => {
                PlacedValue::Entries(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
            }
        };
        Self { place: Place::default(), value }
    }
}

impl From<String> for Placed {
    fn from(text: String) -> Self {
        Self { place: Place::default(), value: PlacedValue::Text(text) }
    }
}

impl<'de> Deserialize<'de> for PlacedValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = PlacedValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<PlacedValue, E> {
        Ok(PlacedValue::Nothing)
    }

    fn visit_none<E>(self) -> Result<PlacedValue, E> {
        Ok(PlacedValue::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<PlacedValue, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<PlacedValue, E> {
        Ok(PlacedValue::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<PlacedValue, E> {
        Ok(PlacedValue::Number(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<PlacedValue, E> {
        Ok(PlacedValue::Number(number.to_string()))
    }

    fn visit_i128<E>(self, number: i128) -> Result<PlacedValue, E> {
        Ok(PlacedValue::Number(number.to_string()))
    }

    fn visit_u128<E>(self, number: u128) -> Result<PlacedValue, E> {
        Ok(PlacedValue::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<PlacedValue, E> {
        Ok(PlacedValue::Number(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<PlacedValue, E> {
        Ok(PlacedValue::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<PlacedValue, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element::<Spanned<PlacedValue>>()? {
            read.push(item.into());
        }
        Ok(PlacedValue::List(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<PlacedValue, A::Error> {
        let mut read = Vec::new();
        while let Some(key) = entries.next_key::<Spanned<PlacedValue>>()? {
            read.push((key.into(), entries.next_value::<Spanned<PlacedValue>>()?.into()));
        }
        Ok(PlacedValue::Entries(read))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every scalar with its place.
    fn scalars(placed: &Placed) -> Vec<String> {
        let Place { line, column } = placed.place;
        match &placed.value {
            PlacedValue::List(items) => items.iter().flat_map(scalars).collect(),
            PlacedValue::Entries(entries) => {
                entries.iter().flat_map(|(key, value)| [scalars(key), scalars(value)].concat()).collect()
            }
            PlacedValue::Text(text) => vec![format!("{line}:{column} {text}")],
            other => vec![format!("{line}:{column} {other:?}")],
        }
    }

    #[test]
    fn each_value_has_its_place() {
        let yaml = "a:\n  - x\n  - 007\n\"@b/c\": {d: no, d: ~}\ne:\n";
        let expected =
            ["1:1 a", "2:5 x", "3:5 Number(\"7\")", "4:1 @b/c", "4:10 d", "4:13 no", "4:17 d", "4:20 Nothing", "5:1 e"];
        let read = scalars(&placed_read(yaml).unwrap());
        assert_eq!(read[..9], expected, "a key that comes twice is there twice");
        let json = "{\n  \"a\": [\"x\", true]\n}";
        assert_eq!(scalars(&placed_read(json).unwrap()), ["2:3 a", "2:9 x", "2:14 Flag(true)"]);
    }

    #[test]
    fn json_with_tabs_has_places_too_and_rubbish_is_refused() {
        assert_eq!(scalars(&placed_read("{\n\t\"a\":\n\t\t\"x\"\n}").unwrap()), ["2:2 a", "3:3 x"]);
        assert!(placed_read("a: [").is_err() && placed_read(&" ".repeat(MOST_BYTES + 1)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in prop_oneof![any::<String>(), "[\\[\\]{}:,\\-&*!|>'\"#%@ \na-c0-2.~?<]{0,60}"]) {
            let _ = placed_read(&text);
        }
    }
}
