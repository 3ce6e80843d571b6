//! Statements that are signed with the key of the audit log and are no heads of it: each begins with a title of its own, so that
//! no signature of the one is one of the other.

use serde::{Deserialize, Serialize};

use super::hash::encoded;
use super::key::{AuditKey, AuditPublicKey};
use crate::hex::{hex, unhex};

/// A signature over a statement, with the public half of the key that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditSignature {
    /// The title of the statement.
    format: String,
    /// The short name of the key.
    key_id: String,
    /// The key's public half.
    public_key: String,
    /// 128 small hexadecimal digits.
    signature: String,
}

impl AuditKey {
    /// Signs some fields under a title that no head of the log has. The public key is signed with them, as the last field.
    #[must_use]
    pub fn statement_sign(&self, title: &str, fields: &[&str]) -> AuditSignature {
        let public = self.public();
        let message = message(title, fields, &public);
        let (key_id, public_key) = (public.id(), public.to_string());
        AuditSignature { format: title.to_owned(), key_id, public_key, signature: hex(&self.sign(&message)) }
    }
}

impl AuditSignature {
    /// The key that signed these fields under this title.
    ///
    /// # Errors
    /// A sentence that says why it is no signature of them.
    pub fn signer(&self, title: &str, fields: &[&str]) -> Result<AuditPublicKey, String> {
        if self.format != title {
            return Err(format!("it has the form {:?}, and this program knows {title}", self.format));
        }
        let key: AuditPublicKey = self.public_key.parse()?;
        if self.key_id != key.id() {
            return Err("its key and the name of its key do not belong together".to_owned());
        }
        match unhex::<64>(&self.signature) {
            Some(signature) if key.is_signature(&message(title, fields, &key), &signature) => Ok(key),
            _ => Err("it is no signature of its key over this".to_owned()),
        }
    }
}

fn message(title: &str, fields: &[&str], key: &AuditPublicKey) -> Vec<u8> {
    let key = key.to_string();
    let fields: Vec<&str> = fields.iter().copied().chain([key.as_str()]).collect();
    encoded(title, &fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_bound_to_its_title_its_fields_and_its_key() {
        let directory = tempfile::tempdir().unwrap();
        let key = AuditKey::open_or_create(&directory.path().join("key")).unwrap();
        let other = AuditKey::open_or_create(&directory.path().join("other")).unwrap();
        let signature = key.statement_sign("title-1", &["a", "b"]);
        assert_eq!(signature.signer("title-1", &["a", "b"]), Ok(key.public()));
        for (title, fields) in [("title-2", &["a", "b"][..]), ("title-1", &["ab"]), ("title-1", &["a", "b", "c"])] {
            assert!(signature.signer(title, fields).is_err(), "{title} {fields:?}");
        }
        let theirs = other.statement_sign("title-1", &["a", "b"]);
        let mixed = AuditSignature { signature: theirs.signature.clone(), ..signature.clone() };
        assert!(mixed.signer("title-1", &["a", "b"]).is_err());
        let named = AuditSignature { key_id: theirs.key_id, ..signature };
        assert!(named.signer("title-1", &["a", "b"]).unwrap_err().contains("do not belong together"));
    }
}
