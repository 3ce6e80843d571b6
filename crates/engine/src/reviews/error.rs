//! Why a use-case about reviews led to nothing.

use rolecall_store::StoreError;

/// Why nothing was done. What was there before still is.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// There is no such thing.
    #[error("there is no {what} called {name:?}")]
    Unknown {
        /// What was looked for: `review`, `plan`, `step`.
        what: &'static str,
        /// What was named.
        name: String,
    },
    /// What was written cannot be used.
    #[error("{message}")]
    Wrong {
        /// The field, as JSON and options call it.
        field: &'static str,
        /// Why not.
        message: String,
    },
    /// Nobody is meant by a name, or several are.
    #[error("nobody, or more than one person, is called {who:?}")]
    Nobody {
        /// The field, as JSON and options call it.
        field: &'static str,
        /// The name.
        who: String,
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
    /// The database failed, or somebody else was faster.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReviewError {
    pub(crate) fn unknown(what: &'static str, name: &str) -> Self {
        Self::Unknown { what, name: name.to_owned() }
    }

    pub(crate) fn wrong(field: &'static str, message: impl Into<String>) -> Self {
        Self::Wrong { field, message: message.into() }
    }

    pub(crate) fn refused(code: &'static str, message: impl Into<String>, hint: Option<&str>) -> Self {
        Self::Refused { code, message: message.into(), hint: hint.map(str::to_owned) }
    }

    pub(crate) fn nobody(field: &'static str, who: &str) -> Self {
        Self::Nobody { field, who: who.to_owned() }
    }

    /// A stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "review-unknown",
            Self::Wrong { .. } => "review-wrong",
            Self::Nobody { .. } => "reviewer-unknown",
            Self::Refused { code, .. } => code,
            Self::Store(error) => error.code(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { what, .. } => {
                let command = match *what {
                    "review" => "reviews list",
                    "plan" => "reviews plans",
                    "step" => "reviews plan",
                    "delegation" => "reviews delegates",
                    _ => return None,
                };
                Some(format!("see which there are: rolecall {command}"))
            }
            Self::Nobody { .. } => Some("write a mail address, or an id of the directories".to_owned()),
            Self::Wrong { .. } => None,
            Self::Refused { hint, .. } => hint.clone(),
            Self::Store(error) => error.hint(),
        }
    }
}
