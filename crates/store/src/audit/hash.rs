//! The hashes of the audit log, and the one encoding of what is hashed and signed.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use ring::digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value as Json;

use crate::hex::{hex, unhex};

/// A SHA-256 hash; printed as 64 small hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuditHash([u8; 32]);

impl AuditHash {
    /// What the first record has for its previous one.
    pub(crate) const NOTHING: Self = Self([0; 32]);

    /// The hash of some fields, see [`encoded`].
    pub(crate) fn of_fields(title: &str, fields: &[&str]) -> Self {
        Self::of(&encoded(title, fields))
    }

    /// A commitment to a value. A salt has a fixed length, so that it is clear where the value begins.
    pub(crate) fn of_salted(salt: &[u8; 32], value: &str) -> Self {
        Self::of(&[salt, value.as_bytes()].concat())
    }

    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
        Self(hash)
    }

    /// The hash that a column holds.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) fn to_vec(self) -> Vec<u8> {
        self.0.to_vec()
    }
}

impl fmt::Display for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for AuditHash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        unhex(text).map(Self).ok_or("it is not written as 64 small hexadecimal digits")
    }
}

impl Serialize for AuditHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AuditHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Fields as the bytes that are hashed or signed: the title on a line, then each field after its length in bytes, as in
/// `5:alice`, on lines of their own. No two lists of fields give the same bytes.
pub(crate) fn encoded(title: &str, fields: &[&str]) -> Vec<u8> {
    let mut text = format!("{title}\n");
    for field in fields {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}:{field}", field.len());
    }
    text.into_bytes()
}

/// JSON in the one spelling that is hashed: sorted keys and no white space.
pub(crate) fn canonical(value: &Json) -> String {
    match value {
        Json::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            let entries =
                entries.into_iter().map(|(key, value)| format!("{}:{}", Json::from(key.as_str()), canonical(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_that_run_into_each_other_are_told_apart() {
        assert_eq!(encoded("title", &["a", "ü"]), b"title\n1:a\n2:\xc3\xbc\n");
        let lists: [&[&str]; 5] = [&["ab", ""], &["a", "b"], &["ab"], &["a\n1:b"], &["", "ab"]];
        for (index, one) in lists.iter().enumerate() {
            for other in &lists[index + 1..] {
                assert_ne!(encoded("t", one), encoded("t", other));
            }
        }
    }

    #[test]
    fn json_has_one_spelling() {
        let value = json!({ "b": [1, { "z": null, "a": "\"ü\n" }], "a": true });
        assert_eq!(canonical(&value), r#"{"a":true,"b":[1,{"a":"\"ü\n","z":null}]}"#);
    }

    #[test]
    fn a_hash_has_one_spelling_and_is_sha_256() {
        let hash = AuditHash::of(b"abc");
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((hash.to_string().as_str(), text.parse()), (text, Ok(hash)));
        for other in [text.to_uppercase(), text[1..].to_owned(), format!("{text}0"), format!("+{}", &text[1..])] {
            assert!(other.parse::<AuditHash>().is_err(), "{other}");
        }
    }
}
