//! What is wrong with an expression, or with what it was asked of.

use std::fmt;

use serde::Serialize;

/// What is wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
pub struct ExpressionError {
    /// Which character of the text it is, counted from 1; nothing where it is no one place.
    pub character: Option<usize>,
    /// What was expected and what is there, without a full stop.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(character) = self.character {
            write!(out, "character {character}: ")?;
        }
        out.write_str(&self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(out, "; {hint}"))
    }
}

impl ExpressionError {
    /// At the character with this index.
    pub(super) fn at(index: usize, message: impl Into<String>) -> Self {
        Self { character: Some(index + 1), message: message.into(), hint: None }
    }

    /// Of no one place.
    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self { character: None, message: message.into(), hint: None }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same of something that stands within something else.
    pub(super) fn within(self, what: &str) -> Self {
        let place = self.character.map(|character| format!(", character {character}")).unwrap_or_default();
        Self { character: None, message: format!("in {what}{place}: {}", self.message), hint: self.hint }
    }
}
