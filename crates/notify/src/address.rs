//! An address of the web, of which only the host is shown.

use std::fmt;

use secrecy::SecretString;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

/// The shortest part of a path that is taken for a secret.
const SECRET_FROM: usize = 12;

/// An address by http or https. It may hold a secret, as those of many webhooks do: its `Debug` and `Display` show the host.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it, without any part of it.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let url: Url = text.trim().parse().map_err(|_| "it is no address that begins with https://")?;
        if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
            return Err("it is no address that begins with https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it contains a user name or password");
        }
        Ok(Self(url))
    }

    /// The whole address.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }

    /// The address with these parts behind its path, each one encoded.
    pub(crate) fn below(&self, parts: &[&str]) -> Url {
        let mut url = self.0.clone();
        url.set_query(None);
        url.set_fragment(None);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        url
    }

    /// What of it may be a secret: long parts of the path, and everything behind the question mark.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let path = self.0.path_segments().into_iter().flatten().filter(|part| part.len() >= SECRET_FROM);
        let whole = [self.0.path(), self.0.query().unwrap_or_default()];
        let whole = whole.into_iter().filter(|part| part.len() >= SECRET_FROM);
        let values = self.0.query_pairs().map(|(_, value)| value.into_owned());
        whole.chain(path).map(str::to_owned).chain(values).map(SecretString::from).collect()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}/…", self.0.scheme(), self.0.host_str().unwrap_or_default())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_encoded_and_cannot_move_the_path() {
        let address = Address::read("https://tracker.test/base/?a=b").unwrap();
        assert_eq!(address.below(&["a/b", "c d"]).as_str(), "https://tracker.test/base/a%2Fb/c%20d");
        assert_eq!(Address::read("https://tracker.test").unwrap().below(&["a"]).as_str(), "https://tracker.test/a");
        assert_eq!(address.below(&["..", "a"]).as_str(), "https://tracker.test/base/a", "dots are left out");
    }

    #[test]
    fn only_the_host_is_shown() {
        let address = Address::read("https://hooks.test/s3cret?key=s3cret").unwrap();
        assert_eq!(format!("{address} {address:?}"), "https://hooks.test/… https://hooks.test/…");
        for text in ["", "s3cret", "ftp://s3cret.test", "https://me:s3cret@x.test/", "mailto:s3cret@x.test"] {
            assert!(!Address::read(text).unwrap_err().contains("s3cret"), "{text}");
        }
    }
}
