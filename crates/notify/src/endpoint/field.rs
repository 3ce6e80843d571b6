//! What a kind of endpoint asks for, so that forms, help and documentation are made of one list.

use std::fmt;

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingField {
    /// What it is called where it is written down: `issue_type`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it is for: a sentence.
    pub help: &'static str,
    /// Whether nothing can be sent without it.
    pub required: bool,
    /// A value that it may have.
    pub example: &'static str,
}

/// The secret of a kind of endpoint that has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretField {
    /// What people call it.
    pub title: &'static str,
    /// Where it comes from and what it must look like: a sentence.
    pub help: &'static str,
    /// Whether nothing can be sent without it.
    pub required: bool,
    /// Whether one is made where none is given: [`super::EndpointKind::generate_secret`].
    pub generated: bool,
    /// What one looks like. It opens nothing.
    pub example: &'static str,
}

/// What is wrong with a setting, or with the secret. The value is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SettingProblem {
    /// The setting's name; `secret` of the secret and `kind` of the kind of endpoint.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
}

impl SettingProblem {
    pub(crate) fn new(field: &str, reason: impl Into<String>) -> Self {
        Self { field: field.to_owned(), reason: reason.into() }
    }

    /// Of the secret.
    pub(crate) fn secret(reason: impl Into<String>) -> Self {
        Self::new("secret", reason)
    }
}

impl fmt::Display for SettingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.field, self.reason)
    }
}

impl std::error::Error for SettingProblem {}
