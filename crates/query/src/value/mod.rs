//! Values as comparisons and arithmetic see them.

mod compare;
mod moment;

use std::borrow::Cow;

use rolecall_graph::{PropertyValue, ValueRef};

pub(crate) use compare::{Mismatch, compare};
pub(crate) use moment::{length, moment_of_text, of_milliseconds, shifted};

/// A value, or that there is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar<'v> {
    Undefined,
    Flag(bool),
    Number(f64),
    /// A number of milliseconds since 1970 that the query says is a moment.
    Moment(f64),
    Text(Cow<'v, str>),
    List(Cow<'v, [PropertyValue]>),
}

impl<'v> Scalar<'v> {
    pub(crate) const fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }

    /// As a number of its own or of milliseconds.
    pub(crate) const fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) | Self::Moment(number) => Some(*number),
            _ => None,
        }
    }

    /// The value to keep; `None` where there is none.
    pub(crate) fn into_property(self) -> Option<PropertyValue> {
        Some(match self {
            Self::Undefined => return None,
            Self::Flag(flag) => PropertyValue::Flag(flag),
            Self::Number(number) | Self::Moment(number) => PropertyValue::Number(number),
            Self::Text(text) => PropertyValue::Text(text.into()),
            Self::List(items) => PropertyValue::List(items.as_ref().into()),
        })
    }

    /// The value; `None` where there is none.
    pub(crate) fn as_ref(&self) -> Option<ValueRef<'_>> {
        Some(match self {
            Self::Undefined => return None,
            Self::Flag(flag) => ValueRef::Flag(*flag),
            Self::Number(number) | Self::Moment(number) => ValueRef::Number(*number),
            Self::Text(text) => ValueRef::Text(text),
            Self::List(items) => ValueRef::List(items),
        })
    }

    /// What it is, for people.
    pub(crate) const fn sort(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Moment(_) => "a date",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
        }
    }
}

impl<'v> From<Option<ValueRef<'v>>> for Scalar<'v> {
    fn from(value: Option<ValueRef<'v>>) -> Self {
        match value {
            None => Self::Undefined,
            Some(ValueRef::Flag(flag)) => Self::Flag(flag),
            Some(ValueRef::Number(number)) => Self::Number(number),
            Some(ValueRef::Text(text)) => Self::Text(Cow::Borrowed(text)),
            Some(ValueRef::List(items)) => Self::List(Cow::Borrowed(items)),
        }
    }
}

impl<'v> From<&'v PropertyValue> for Scalar<'v> {
    fn from(value: &'v PropertyValue) -> Self {
        Self::from(Some(value.as_ref()))
    }
}

/// The text of a value where texts are joined: lists by commas.
pub(crate) fn text_of(value: &PropertyValue) -> String {
    match value {
        PropertyValue::Text(text) => text.to_string(),
        PropertyValue::Flag(flag) => flag.to_string(),
        PropertyValue::Number(_) => value.as_ref().to_json().to_string(),
        PropertyValue::List(items) => items.iter().map(text_of).collect::<Vec<_>>().join(","),
    }
}
