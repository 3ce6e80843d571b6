//! Why a use-case about connectors led to nothing.

use rolecall_store::StoreError;
use serde::Serialize;
use uuid::Uuid;

use super::{CheckFailure, FieldError};

/// Why nothing was done. What was there before still is.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorsError {
    /// The form is wrong.
    #[error("{} of the form cannot be used", fields_text(.0))]
    Fields(Vec<FieldError>),
    /// Another active connector reads the same organisation.
    #[error(transparent)]
    Taken(#[from] Taken),
    /// Somebody else has changed the connector meanwhile.
    #[error(transparent)]
    Stale(#[from] Stale),
    /// There is no such thing, or none any more.
    #[error("there is no such {what}, or it was removed meanwhile")]
    Unknown {
        /// What was looked for: `connector`, `decision`, `request`.
        what: &'static str,
    },
    /// It cannot be done as things stand.
    #[error("{message}")]
    Refused {
        /// Stable.
        code: &'static str,
        /// Why not.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The source could not be read.
    #[error(transparent)]
    Check(#[from] CheckFailure),
    /// The database failed, or somebody else is writing.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Two connectors that read one organisation would tell everything twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error(
    "{other_title} reads {organization} already, and two connectors of one organisation would tell everything twice"
)]
pub struct Taken {
    /// The connector that reads it.
    pub other: Uuid,
    /// What people call it: `npm:acme`.
    pub other_title: String,
    /// What it reads.
    pub organization: String,
}

impl Taken {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        format!("change {0} instead, or pause or remove {0} first", self.other_title)
    }
}

/// A form was loaded before somebody else changed the connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{by} changed {title} at {at}, after this form was loaded")]
pub struct Stale {
    /// What people call the connector.
    pub title: String,
    /// Who changed it last.
    pub by: String,
    /// When, as text.
    pub at: String,
    /// What was changed since the form was loaded, oldest first.
    pub changes: Vec<super::ConfigurationEvent>,
    /// The version it has now.
    pub version: i64,
}

impl ConnectorsError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Fields(_) => "fields",
            Self::Taken(_) => "taken",
            Self::Stale(_) => "stale",
            Self::Unknown { .. } => "unknown",
            Self::Refused { code, .. } => code,
            Self::Check(failure) => &failure.code,
            Self::Store(error) => error.code(),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Fields(_) => None,
            Self::Taken(taken) => Some(taken.hint()),
            Self::Stale(_) => Some("look at what was changed, and make your change again".to_owned()),
            Self::Unknown { .. } => Some("load the list again".to_owned()),
            Self::Refused { hint, .. } => hint.clone(),
            Self::Check(failure) => failure.hint.clone(),
            Self::Store(error) => error.hint(),
        }
    }

    pub(super) fn refused(code: &'static str, message: impl Into<String>, hint: Option<&str>) -> Self {
        Self::Refused { code, message: message.into(), hint: hint.map(str::to_owned) }
    }
}

fn fields_text(errors: &[FieldError]) -> String {
    match errors {
        [one] => format!("the field {}", one.field),
        several => format!("{} fields", several.len()),
    }
}
