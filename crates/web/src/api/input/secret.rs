//! Secrets: taken, and never told again.

use secrecy::SecretString;
use serde::Deserialize;

/// A secret of a body. It does not print.
#[derive(Deserialize)]
#[serde(from = "String")]
pub(crate) struct Secret(pub(crate) SecretString);

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}
