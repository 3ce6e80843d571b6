//! Where the master key is kept: in a variable of the environment, or in a file that only its owner can read.

use std::fmt;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{KeyId, MasterKey, SecretError};
use crate::StoreError;
use crate::key_file::{folder_sync, is_exposed, key_file_create};
use crate::lock::beside;

/// Longer than any file of a key.
const FILE_LIMIT: u64 = 4096;

/// What follows the name of a key's file while a new key is about to take its place.
const NEXT: &str = ".new";

/// Where the master key is found.
#[derive(Clone, Debug)]
pub enum KeyPlace {
    /// In the environment: the variable's name, and what it holds.
    Variable(&'static str, SecretString),
    /// In a file that somebody else provides.
    File(PathBuf),
    /// In a file beside the database, which is made when the first secret is sealed.
    Own(PathBuf),
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name, _) => write!(f, "the environment variable {name}"),
            Self::File(path) | Self::Own(path) => write!(f, "the file {}", path.display()),
        }
    }
}

impl KeyPlace {
    /// The file beside a database.
    #[must_use]
    pub fn beside(database: &Path) -> Self {
        Self::Own(beside(database, ".key"))
    }

    /// Every key that is there: the one in use, and one that is about to take its place or has just done so.
    pub(super) fn keys(&self) -> Result<Vec<MasterKey>, StoreError> {
        match self {
            Self::Variable(name, text) => Ok(vec![MasterKey::read(text, name)?]),
            Self::File(path) | Self::Own(path) => {
                let found = [key_file_read(path)?, key_file_read(&next_path(path))?];
                Ok(found.into_iter().flatten().collect())
            }
        }
    }

    /// The key to begin with, in a database that has no sealed secret yet.
    pub(super) fn first(&self) -> Result<MasterKey, StoreError> {
        match (self.keys()?.into_iter().next(), self) {
            (Some(key), _) => Ok(key),
            (None, Self::Own(path)) => key_file_make(path),
            (None, _) => Err(self.missing().into()),
        }
    }

    /// The key that is to be used.
    pub(super) fn key(&self, wanted: &KeyId) -> Result<MasterKey, StoreError> {
        let keys = self.keys()?;
        if let Some(key) = keys.iter().find(|key| key.id() == wanted) {
            return Ok(key.clone());
        }
        let found = keys.first().ok_or_else(|| self.missing())?.id().clone();
        Err(SecretError::KeyWrong { place: self.to_string(), found, wanted: wanted.clone() }.into())
    }

    fn missing(&self) -> SecretError {
        SecretError::KeyMissing { place: self.to_string() }
    }

    /// The file that a new key waits in.
    pub(super) fn next_file(&self) -> Result<PathBuf, SecretError> {
        match self {
            Self::Variable(..) => Err(SecretError::KeyPlaceFixed { place: self.to_string() }),
            Self::File(path) | Self::Own(path) => Ok(next_path(path)),
        }
    }

    /// Puts the new key in the place of the old one, which is gone then. In one step, so that there is always a key.
    pub(super) fn next_adopt(&self) -> Result<(), StoreError> {
        let (Self::File(path) | Self::Own(path)) = self else { return Ok(()) };
        let next = next_path(path);
        match fs::rename(&next, path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(StoreError::of_file(path, &error)),
            _ => folder_sync(path).map_err(|error| StoreError::of_file(path, &error)),
        }
    }
}

fn next_path(path: &Path) -> PathBuf {
    beside(path, NEXT)
}

/// The key in a file; nothing when there is no file.
///
/// # Errors
/// [`SecretError::KeyExposed`] when others can read it, [`SecretError::KeyUnusable`] when it holds something else.
pub(super) fn key_file_read(path: &Path) -> Result<Option<MasterKey>, StoreError> {
    let place = format!("the file {}", path.display());
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::of_file(path, &error)),
    };
    if is_exposed(&file).map_err(|error| StoreError::of_file(path, &error))? {
        return Err(SecretError::KeyExposed { path: path.to_owned() }.into());
    }
    let mut text = Zeroizing::new(String::new());
    if let Err(error) = file.take(FILE_LIMIT).read_to_string(&mut text) {
        return Err(SecretError::KeyUnusable { place, why: error.to_string() }.into());
    }
    Ok(Some(MasterKey::read(&SecretString::from(text.as_str()), &place)?))
}

/// Makes a key in a new file that only its owner can read. Where two processes do so at once, both end with the same.
pub(super) fn key_file_make(path: &Path) -> Result<MasterKey, StoreError> {
    let key = MasterKey::generate()?;
    let text = Zeroizing::new(format!("{}\n", key.text().expose_secret()));
    match key_file_create(path, text.as_bytes()) {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let missing = || SecretError::KeyMissing { place: format!("the file {}", path.display()) }.into();
            key_file_read(path)?.ok_or_else(missing)
        }
        Err(error) => Err(StoreError::of_file(path, &error)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_file_is_made_once_and_is_its_owners_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rolecall.db.key");
        let place = KeyPlace::Own(path.clone());
        let key = place.first().unwrap();
        assert_eq!(place.first().unwrap().id(), key.id());
        assert_eq!(key_file_make(&path).unwrap().id(), key.id(), "the first of two counts");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        let key = key_file_make(&path).unwrap();
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = KeyPlace::File(path.clone()).key(key.id()).unwrap_err();
            assert!(matches!(&error, StoreError::Secret(SecretError::KeyExposed { .. })), "{error}");
            assert!(error.hint().unwrap().contains("chmod 600"));
        }
    }

    #[test]
    fn missing_wrong_and_unusable_keys_are_told_apart() {
        let directory = tempfile::tempdir().unwrap();
        let (path, other) = (directory.path().join("key"), MasterKey::generate().unwrap());
        let code = |place: &KeyPlace| place.key(other.id()).unwrap_err().code();
        let place = KeyPlace::File(path.clone());
        assert_eq!(code(&place), "secret-key-missing");
        assert_eq!(place.first().unwrap_err().code(), "secret-key-missing", "a file that was named is not made");
        let key = key_file_make(&path).unwrap();
        assert_eq!(code(&place), "secret-key-wrong");
        fs::write(&path, "0123456789").unwrap();
        assert_eq!(code(&place), "secret-key-unusable");
        assert_eq!(code(&KeyPlace::Variable("ROLECALL_SECRET_KEY", key.text())), "secret-key-wrong");
        let shown = format!("{:?}", KeyPlace::Variable("ROLECALL_SECRET_KEY", key.text()));
        assert!(!shown.contains(key.text().expose_secret()), "{shown}");
    }
}
