//! What is wrong with a package.

use std::fmt;

use serde::Serialize;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceFault {
    /// With which file of it; the package as a whole where there is none.
    pub file: Option<String>,
    /// What.
    pub why: String,
}

impl EvidenceFault {
    pub(super) fn of_package(why: impl Into<String>) -> Self {
        Self { file: None, why: why.into() }
    }
}

impl fmt::Display for EvidenceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{file} {}", self.why),
            None => write!(f, "the package {}", self.why),
        }
    }
}
