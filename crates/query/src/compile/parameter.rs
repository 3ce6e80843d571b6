//! Values of parameters.

use rolecall_graph::PropertyValue;

use super::Compiler;
use crate::ast::{Name, Text};
use crate::value::text_of;

impl Compiler<'_, '_> {
    /// The value of `${name}`; `None` while a query is prepared, and where it is missing, which is an error.
    pub(crate) fn parameter(&mut self, name: &Name) -> Option<PropertyValue> {
        let run = self.run?;
        let value = run.asked.parameters.get(&name.text).cloned();
        if value.is_none() {
            self.error("parameter-missing", name.span, format!("the parameter `{}` has no value", name.text));
        }
        value.flatten()
    }

    /// A string with its `{{name}}` replaced.
    pub(crate) fn text(&mut self, text: &Text) -> String {
        let mut filled = String::new();
        let mut rest = text.value.as_str();
        while let Some((before, name, after)) = placeholder(rest) {
            filled.push_str(before);
            let name = Name { text: name.to_owned(), span: text.span };
            filled.push_str(&self.parameter(&name).map_or_else(String::new, |value| text_of(&value)));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// The first `{{name}}` of a text, with what stands around it.
pub(crate) fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    let name = name.trim();
    let name = name.strip_prefix("param.").unwrap_or(name);
    let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    is_name.then_some((before, name, after))
}
