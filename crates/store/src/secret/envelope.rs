//! Sealing: a secret with a data key of its own, and that key with the master key, both by XChaCha20-Poly1305.
//!
//! What a row says beside its ciphertexts is bound to them as associated data, so that no column can be changed, and no
//! ciphertext be moved to another row, without being noticed.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::SecretError;
use super::key::{KEY, MasterKey, random};

/// Bytes of a nonce. They are random: there are far too many for two to be the same.
const NONCE: usize = 24;

/// What a secret's row says of it, but for what a rotation changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label<'a> {
    pub(super) id: i64,
    pub(super) uuid: &'a str,
    pub(super) purpose: &'a str,
    pub(super) connector: Option<i64>,
    pub(super) hub_user: Option<i64>,
    pub(super) endpoint: Option<i64>,
    pub(super) created_at: i64,
}

/// A secret under its data key.
pub(super) struct SealedValue {
    pub(super) nonce: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
}

/// A data key under a master key.
pub(super) struct WrappedKey {
    pub(super) nonce: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
}

/// The key that seals one secret.
pub(super) struct DataKey(Zeroizing<[u8; KEY]>);

impl DataKey {
    pub(super) fn generate() -> Result<Self, SecretError> {
        random().map(Self)
    }

    /// Seals a secret.
    pub(super) fn seal(&self, label: Label<'_>, secret: &SecretString) -> Result<SealedValue, SecretError> {
        let (nonce, ciphertext) = encrypt(&self.0, &label.of_value(), secret.expose_secret().as_bytes())?;
        Ok(SealedValue { nonce, ciphertext })
    }

    /// Opens a secret; nothing when it is not as it was sealed.
    pub(super) fn open(&self, label: Label<'_>, sealed: &SealedValue) -> Option<SecretString> {
        let plain = decrypt(&self.0, &label.of_value(), &sealed.nonce, &sealed.ciphertext)?;
        std::str::from_utf8(&plain).ok().map(SecretString::from)
    }

    /// Seals this key with a master key, at a moment that is written beside it.
    pub(super) fn wrap(&self, label: Label<'_>, master: &MasterKey, at: i64) -> Result<WrappedKey, SecretError> {
        let label = label.of_key(master.id().as_str(), at);
        let (nonce, ciphertext) = encrypt(master.bytes(), &label, self.0.as_slice())?;
        Ok(WrappedKey { nonce, ciphertext })
    }

    /// Opens a data key; nothing when it is not as it was sealed.
    pub(super) fn unwrap(label: Label<'_>, master: &MasterKey, at: i64, wrapped: &WrappedKey) -> Option<Self> {
        let label = label.of_key(master.id().as_str(), at);
        let plain = decrypt(master.bytes(), &label, &wrapped.nonce, &wrapped.ciphertext)?;
        <[u8; KEY]>::try_from(plain.as_slice()).ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }
}

impl Label<'_> {
    fn of_value(&self) -> Vec<u8> {
        match (self.hub_user.map(i64::to_be_bytes), self.endpoint.map(i64::to_be_bytes)) {
            (None, None) => self.bound(b"rolecall secret 1", &[]),
            (Some(user), _) => self.bound(b"rolecall secret of an account 1", &[&user]),
            (None, Some(endpoint)) => self.bound(b"rolecall secret of an endpoint 1", &[&endpoint]),
        }
    }

    fn of_key(&self, key_id: &str, at: i64) -> Vec<u8> {
        let (key_id, at) = (key_id.as_bytes(), at.to_be_bytes());
        match (self.hub_user.map(i64::to_be_bytes), self.endpoint.map(i64::to_be_bytes)) {
            (None, None) => self.bound(b"rolecall data key 1", &[key_id, &at]),
            (Some(user), _) => self.bound(b"rolecall data key of an account 1", &[&user, key_id, &at]),
            (None, Some(endpoint)) => self.bound(b"rolecall data key of an endpoint 1", &[&endpoint, key_id, &at]),
        }
    }

    /// Every part with its length before it, so that no two labels are the same bytes.
    fn bound(&self, kind: &[u8], more: &[&[u8]]) -> Vec<u8> {
        let connector = self.connector.map(i64::to_be_bytes);
        let connector = connector.as_ref().map_or(&[][..], |bytes| bytes.as_slice());
        let (id, created_at) = (self.id.to_be_bytes(), self.created_at.to_be_bytes());
        let own: [&[u8]; 6] = [kind, &id, self.uuid.as_bytes(), self.purpose.as_bytes(), connector, &created_at];
        let mut label = Vec::new();
        for part in own.iter().chain(more) {
            label.extend((part.len() as u64).to_be_bytes());
            label.extend(*part);
        }
        label
    }
}

fn encrypt(key: &[u8; KEY], label: &[u8], plain: &[u8]) -> Result<(Vec<u8>, Vec<u8>), SecretError> {
    let nonce = random::<NONCE>()?;
    let cipher = XChaCha20Poly1305::new(key.into());
    let sealed = cipher.encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: label });
    let ciphertext = sealed.map_err(|_| SecretError::Unsealable("it is longer than the cipher takes".to_owned()))?;
    Ok((nonce.to_vec(), ciphertext))
}

fn decrypt(key: &[u8; KEY], label: &[u8], nonce: &[u8], ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let nonce = XNonce::from(<[u8; NONCE]>::try_from(nonce).ok()?);
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.decrypt(&nonce, Payload { msg: ciphertext, aad: label }).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: Label<'_> =
        Label { id: 1, uuid: "u", purpose: "p", connector: Some(2), hub_user: None, endpoint: None, created_at: 3 };

    #[test]
    fn what_is_sealed_opens_with_the_same_label_alone() {
        let (master, key) = (MasterKey::generate().unwrap(), DataKey::generate().unwrap());
        let (sealed, wrapped) =
            (key.seal(LABEL, &SecretString::from("t0ken")).unwrap(), key.wrap(LABEL, &master, 9).unwrap());
        let opened = DataKey::unwrap(LABEL, &master, 9, &wrapped).and_then(|key| key.open(LABEL, &sealed)).unwrap();
        assert_eq!(opened.expose_secret(), "t0ken");

        let others = [
            Label { id: 2, ..LABEL },
            Label { uuid: "v", ..LABEL },
            Label { purpose: "q", ..LABEL },
            Label { connector: None, ..LABEL },
            Label { hub_user: Some(2), ..LABEL },
            Label { connector: None, hub_user: Some(2), ..LABEL },
            Label { connector: None, endpoint: Some(2), ..LABEL },
            Label { created_at: 4, ..LABEL },
            // The same letters, parted elsewhere.
            Label { uuid: "up", purpose: "", ..LABEL },
        ];
        for other in others {
            assert!(key.open(other, &sealed).is_none() && DataKey::unwrap(other, &master, 9, &wrapped).is_none());
        }
        assert!(DataKey::unwrap(LABEL, &master, 8, &wrapped).is_none());
        assert!(DataKey::unwrap(LABEL, &MasterKey::generate().unwrap(), 9, &wrapped).is_none());
    }

    #[test]
    fn the_same_secret_is_never_sealed_alike() {
        let key = DataKey::generate().unwrap();
        let secret = SecretString::from("t0ken");
        let (one, other) = (key.seal(LABEL, &secret).unwrap(), key.seal(LABEL, &secret).unwrap());
        assert!(one.nonce != other.nonce && one.ciphertext != other.ciphertext);
    }
}
