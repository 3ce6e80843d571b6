//! Values of properties, in types.

use serde_json::Value as Json;

/// What a property can be. There is no value for *undefined*: a property without a value is not there.
#[derive(Clone, Debug, PartialEq)]
pub enum PropertyValue {
    /// True or false.
    Flag(bool),
    /// A finite number; a moment is one too, in milliseconds since 1970.
    Number(f64),
    /// A string.
    Text(Box<str>),
    /// Several values.
    List(Box<[PropertyValue]>),
}

/// A value in a graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ValueRef<'g> {
    /// True or false.
    Flag(bool),
    /// A finite number.
    Number(f64),
    /// A string.
    Text(&'g str),
    /// Several values.
    List(&'g [PropertyValue]),
}

impl PropertyValue {
    /// Of a JSON value. `None` of null; an object is its text, for the graph view has no objects.
    #[must_use]
    pub fn of_json(json: &Json) -> Option<Self> {
        Some(match json {
            Json::Null => return None,
            Json::Bool(flag) => Self::Flag(*flag),
            Json::Number(number) => Self::Number(number.as_f64().filter(|number| number.is_finite())?),
            Json::String(text) => Self::Text(text.as_str().into()),
            Json::Array(items) => Self::List(items.iter().filter_map(Self::of_json).collect()),
            Json::Object(_) => Self::Text(json.to_string().into()),
        })
    }

    /// Of a JSON text as [`rolecall_model::Value`] keeps it.
    pub(crate) fn of_json_text(text: &str) -> Option<Self> {
        match text {
            "true" => Some(Self::Flag(true)),
            "false" => Some(Self::Flag(false)),
            _ => Self::of_json(&serde_json::from_str(text).ok()?),
        }
    }

    /// A list of strings.
    #[must_use]
    pub fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::List(texts.into_iter().map(|text| Self::Text(text.into())).collect())
    }

    /// The value without its owner.
    #[must_use]
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Flag(flag) => ValueRef::Flag(*flag),
            Self::Number(number) => ValueRef::Number(*number),
            Self::Text(text) => ValueRef::Text(text),
            Self::List(items) => ValueRef::List(items),
        }
    }
}

impl ValueRef<'_> {
    /// The value with an owner of its own.
    #[must_use]
    pub fn to_owned(self) -> PropertyValue {
        match self {
            Self::Flag(flag) => PropertyValue::Flag(flag),
            Self::Number(number) => PropertyValue::Number(number),
            Self::Text(text) => PropertyValue::Text(text.into()),
            Self::List(items) => PropertyValue::List(items.into()),
        }
    }

    /// As JSON. Whole numbers are written without a point.
    #[must_use]
    pub fn to_json(self) -> Json {
        match self {
            Self::Flag(flag) => Json::from(flag),
            Self::Number(number) => number_to_json(number),
            Self::Text(text) => Json::from(text),
            Self::List(items) => items.iter().map(|item| item.as_ref().to_json()).collect(),
        }
    }
}

/// Numbers up to 2⁵³ are exact as whole ones.
#[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
fn number_to_json(number: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT { Json::from(number as i64) } else { Json::from(number) }
}
