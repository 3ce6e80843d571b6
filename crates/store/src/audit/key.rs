//! The key that signs heads: a file that only its owner reads.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use secrecy::zeroize::Zeroizing;

use super::hash::AuditHash;
use crate::hex::{hex, unhex};
use crate::key_file::{is_exposed, key_file_create};
use crate::lock::beside;

/// What the file begins with, before 64 hexadecimal digits.
const TITLE: &str = "rolecall-audit-key-1 ";

/// The Ed25519 key with which this machine signs heads of the audit log. It does not print.
pub struct AuditKey {
    pair: Ed25519KeyPair,
}

/// The public half, to be kept by whoever verifies; printed as 64 small hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditPublicKey(pub(super) [u8; 32]);

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum AuditKeyError {
    /// The file cannot be read or made.
    #[error("the audit log's key {} cannot be read or made: {why}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// Others than its owner may read it.
    #[error("the audit log's key {} can be read by others than its owner", path.display())]
    Exposed {
        /// Which file.
        path: PathBuf,
    },
    /// It is something else.
    #[error("{} holds no key of the audit log", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
    },
    /// The system gives no random numbers.
    #[error("the system gave no random numbers for the audit log's key")]
    Random,
}

impl AuditKeyError {
    /// What to do next, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File { path, .. } => {
                Some(format!("check the owner and the permissions of {} and of its directory", path.display()))
            }
            Self::Exposed { path } => Some(format!("chmod 600 {}", path.display())),
            Self::Unreadable { .. } => Some(
                "restore it, or move it away: a new key is made then, and has to be told to whoever verifies".into(),
            ),
            Self::Random => None,
        }
    }
}

impl AuditKey {
    /// The file of the key of a database in a file, beside which it is.
    #[must_use]
    pub fn beside(database: &Path) -> PathBuf {
        beside(database, ".audit-key")
    }

    /// The key in a file, which is made when it is missing (0600).
    ///
    /// # Errors
    /// [`AuditKeyError`]; a file that is no key, or that others may read, is left as it is.
    pub fn open_or_create(path: &Path) -> Result<Self, AuditKeyError> {
        match Self::open(path) {
            Err(AuditKeyError::File { why, .. }) if why.kind() == io::ErrorKind::NotFound => {
                create(path)?;
                Self::open(path)
            }
            decided => decided,
        }
    }

    /// The key in a file.
    ///
    /// # Errors
    /// [`AuditKeyError`].
    pub fn open(path: &Path) -> Result<Self, AuditKeyError> {
        let failed = |why| AuditKeyError::File { path: path.to_owned(), why };
        let file = File::open(path).map_err(failed)?;
        if is_exposed(&file).map_err(failed)? {
            return Err(AuditKeyError::Exposed { path: path.to_owned() });
        }
        let text = Zeroizing::new(io::read_to_string(file).map_err(failed)?);
        let seed = text.trim_end().strip_prefix(TITLE).and_then(unhex::<32>).map(Zeroizing::new);
        let pair = seed.and_then(|seed| Ed25519KeyPair::from_seed_unchecked(&*seed).ok());
        pair.map(|pair| Self { pair }).ok_or_else(|| AuditKeyError::Unreadable { path: path.to_owned() })
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> AuditPublicKey {
        let mut public = [0; 32];
        public.copy_from_slice(self.pair.public_key().as_ref());
        AuditPublicKey(public)
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

/// Makes the file. Where another process makes one at the same time, the first one counts.
fn create(path: &Path) -> Result<(), AuditKeyError> {
    let mut seed = Zeroizing::new([0; 32]);
    SystemRandom::new().fill(&mut *seed).map_err(|_| AuditKeyError::Random)?;
    let text = Zeroizing::new(format!("{TITLE}{}\n", *Zeroizing::new(hex(&*seed))));
    match key_file_create(path, text.as_bytes()) {
        Err(why) if why.kind() != io::ErrorKind::AlreadyExists => {
            Err(AuditKeyError::File { path: path.to_owned(), why })
        }
        _ => Ok(()),
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditKey").field("public", &self.public()).finish_non_exhaustive()
    }
}

impl AuditPublicKey {
    /// A short name for the key: the first 16 digits of its hash.
    #[must_use]
    pub fn id(&self) -> String {
        let mut id = AuditHash::of(&self.0).to_string();
        id.truncate(16);
        id
    }

    pub(super) fn is_signature(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, signature).is_ok()
    }
}

impl FromStr for AuditPublicKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        unhex(text).map(Self).ok_or("a public key is 64 small hexadecimal digits, as `rolecall audit key` prints them")
    }
}

impl fmt::Display for AuditPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for AuditPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_does_not_print() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rolecall.db.audit-key");
        let made = AuditKey::open_or_create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing unfinished is left");
        let again = AuditKey::open_or_create(&path).unwrap();
        assert_eq!(made.public(), again.public());
        assert_eq!(made.public().to_string().parse(), Ok(made.public()));
        let text = fs::read_to_string(&path).unwrap();
        let seed = text.trim_end().strip_prefix(TITLE).unwrap();
        assert!(!format!("{made:?}").contains(seed));
        assert!(made.public().is_signature(b"text", &again.sign(b"text")));
        assert!(!made.public().is_signature(b"tex", &again.sign(b"text")));
    }

    #[test]
    fn a_key_that_others_read_or_that_is_none_is_refused_and_left() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        AuditKey::open_or_create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let exposed = AuditKey::open_or_create(&path).unwrap_err();
        assert!(matches!(exposed, AuditKeyError::Exposed { .. }) && exposed.hint().unwrap().contains("chmod 600"));

        fs::write(&path, "rolecall-audit-key-1 00ff").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let error = AuditKey::open_or_create(&path).unwrap_err();
        assert!(matches!(error, AuditKeyError::Unreadable { .. }), "{error}");
        assert!(!format!("{error} {error:?}").contains("00ff"));
        let nowhere = AuditKey::open_or_create(&directory.path().join("no/key")).unwrap_err();
        assert!(nowhere.to_string().contains("no/key") && nowhere.hint().is_some(), "{nowhere}");
    }
}
