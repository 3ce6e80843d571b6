//! Keys, which cannot be printed and are wiped when they are dropped.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::SecretError;
use crate::hex::hex;

/// Bytes of a key.
pub(super) const KEY: usize = 32;

/// Bytes of the digest that a key is recognised by.
const ID: usize = 6;

/// A short digest of a master key, which tells keys apart and tells nothing of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(String);

impl KeyId {
    /// As the database keeps it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key that seals the data keys of all secrets. It has no `Display`, and its `Debug` shows which one it is.
#[derive(Clone)]
pub struct MasterKey {
    bytes: Zeroizing<[u8; KEY]>,
    id: KeyId,
}

impl MasterKey {
    /// A new key.
    ///
    /// # Errors
    /// [`SecretError::Unsealable`] when the system gives no random numbers.
    pub fn generate() -> Result<Self, SecretError> {
        Ok(Self::new(random()?))
    }

    /// Reads a key as it is written in files and variables; `place` says where it was found, for errors.
    ///
    /// # Errors
    /// [`SecretError::KeyUnusable`].
    pub fn read(text: &SecretString, place: &str) -> Result<Self, SecretError> {
        let unusable = |why: String| SecretError::KeyUnusable { place: place.to_owned(), why };
        let text = text.expose_secret().trim();
        if text.is_empty() {
            return Err(unusable("it is empty".to_owned()));
        }
        let decoded = STANDARD.decode(text).map(Zeroizing::new).map_err(|_| unusable("it is no base64".to_owned()))?;
        let bytes = <[u8; KEY]>::try_from(decoded.as_slice()).map(Zeroizing::new);
        let bytes = bytes.map_err(|_| unusable(format!("it has {} bytes, not {KEY}", decoded.len())))?;
        Ok(Self::new(bytes))
    }

    fn new(bytes: Zeroizing<[u8; KEY]>) -> Self {
        let digest = Sha256::new().chain_update(b"rolecall master key\0").chain_update(bytes.as_slice()).finalize();
        let id = hex(&digest[..ID]);
        Self { bytes, id: KeyId(id) }
    }

    /// Which one it is.
    #[must_use]
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    pub(super) fn bytes(&self) -> &[u8; KEY] {
        &self.bytes
    }

    /// As files and variables hold it.
    pub(super) fn text(&self) -> SecretString {
        let text = Zeroizing::new(STANDARD.encode(self.bytes.as_slice()));
        SecretString::from(text.as_str())
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id)
    }
}

/// Random bytes that nobody can foresee.
pub(super) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, SecretError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|error| no_randomness(&error))?;
    Ok(bytes)
}

fn no_randomness(error: &getrandom::Error) -> SecretError {
    SecretError::Unsealable(format!("the system gives no random numbers: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_and_read_and_never_shown() {
        let key = MasterKey::generate().unwrap();
        let again = MasterKey::read(&key.text(), "a test").unwrap();
        assert_eq!((key.bytes(), key.id()), (again.bytes(), again.id()));
        assert_ne!(key.id(), MasterKey::generate().unwrap().id());
        let shown = format!("{key:?}");
        assert_eq!(shown, format!("MasterKey({})", key.id()));
        assert!(!shown.contains(&key.text().expose_secret()[..8]));
    }

    #[test]
    fn what_is_no_key_is_refused_without_repeating_it() {
        let short = STANDARD.encode([7_u8; 16]);
        for (text, why) in [("", "empty"), ("not a key!", "no base64"), (short.as_str(), "16 bytes, not 32")] {
            let error = MasterKey::read(&SecretString::from(text), "ROLECALL_SECRET_KEY").unwrap_err();
            let said = format!("{error} {:?} {:?}", error.hint(), error);
            assert!(said.contains(why) && said.contains("ROLECALL_SECRET_KEY"), "{said}");
            assert!(text.is_empty() || !said.contains(text), "{said}");
        }
    }
}
