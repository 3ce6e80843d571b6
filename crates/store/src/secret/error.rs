//! What can go wrong with sealed secrets and their keys. Nothing here repeats a secret or a key.

use std::path::PathBuf;

use super::KeyId;

/// An error of a sealed secret, or of the master key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// What should hold the master key cannot be used as one.
    #[error("{place} holds no usable master key: {why}")]
    KeyUnusable {
        /// Where it was looked for, in words.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// Secrets are sealed, and the key is not where it is expected.
    #[error("the master key is missing: {place} does not exist")]
    KeyMissing {
        /// Where it was looked for, in words.
        place: String,
    },
    /// Others than its owner may read the key's file.
    #[error("the master key {} can be read by others than its owner", path.display())]
    KeyExposed {
        /// Which file.
        path: PathBuf,
    },
    /// The key is a good one, and not the one that the secrets are sealed with.
    #[error("{place} holds the master key {found}, and the secrets are sealed with {wanted}")]
    KeyWrong {
        /// Where it was found, in words.
        place: String,
        /// Which one it is.
        found: KeyId,
        /// Which one is needed.
        wanted: KeyId,
    },
    /// A rotation cannot put the new key where the old one is.
    #[error("the master key is in {place}, which Rolecall cannot change")]
    KeyPlaceFixed {
        /// Where it is, in words.
        place: String,
    },
    /// The new key was in use before.
    #[error("the key {0} was in use before: a rotation is to a new one")]
    KeyRetired(KeyId),
    /// A row of a secret is not as it was sealed: damaged, edited, or moved from another row.
    #[error("the sealed {secret} cannot be opened: {part} is not as it was sealed")]
    Tampered {
        /// Which secret: `connector.token of npm:acme`.
        secret: String,
        /// What of it does not fit.
        part: &'static str,
    },
    /// Nothing was sealed.
    #[error("nothing can be sealed: {0}")]
    Unsealable(String),
}

impl SecretError {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KeyUnusable { .. } => "secret-key-unusable",
            Self::KeyMissing { .. } => "secret-key-missing",
            Self::KeyExposed { .. } => "secret-key-exposed",
            Self::KeyWrong { .. } => "secret-key-wrong",
            Self::KeyPlaceFixed { .. } => "secret-key-place",
            Self::KeyRetired(_) => "secret-key-retired",
            Self::Tampered { .. } => "secret-tampered",
            Self::Unsealable(_) => "secret-unsealable",
        }
    }

    /// What to do next, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::KeyUnusable { .. } => "it must be 32 random bytes in base64: 44 characters, and nothing else".into(),
            Self::KeyMissing { .. } => {
                "put the key back from its backup, or say where it is with ROLECALL_SECRET_KEY_FILE \
                 or ROLECALL_SECRET_KEY; without it the secrets cannot be opened, and have to be sealed anew"
                    .into()
            }
            Self::KeyExposed { path } => format!("take it from them: chmod 600 {}", path.display()),
            Self::KeyWrong { wanted, .. } => {
                format!("look for the key {wanted}: a backup of this database needs the key of its time")
            }
            Self::KeyPlaceFixed { .. } => "say where the new key is to be kept with --new-key-file FILE, and set \
                 ROLECALL_SECRET_KEY_FILE to that file afterwards"
                .into(),
            Self::KeyRetired(_) => "name another file with --new-key-file, which is made if it does not exist".into(),
            Self::Tampered { .. } => "seal that secret anew; and find out who can write to the database".into(),
            Self::Unsealable(_) => return None,
        })
    }
}
