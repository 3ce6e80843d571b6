//! The name and the key by which a connector shows who it is. The key is made here, given once, and only its public part is
//! kept.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use secrecy::SecretString;
use serde_json::json;
use zeroize::Zeroizing;

/// What the secret begins with. Readers only count the parts before its version.
const SECRET_PREFIX: &str = "secret-token:rolecall:v1:";

/// Letters of a name that are drawn at random.
const NAME_LETTERS: usize = 12;
/// Letters that cannot be mistaken for each other when they are read aloud. As many as divide a byte.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The longest name of a client that is looked at.
const MOST: usize = 300;

/// The name that a connector signs in with: `NAME@HOST[:PORT]/ANYTHING`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientId(String);

/// Why no key could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no key could be made: {0}")]
pub struct CredentialError(String);

impl ClientId {
    /// A new one for a hub that is reached there, such as `hub.example:8443`. `connector` is what follows the address, for
    /// people who see it somewhere.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new(authority: &str, connector: &str) -> Result<Self, CredentialError> {
        let mut bytes = [0; NAME_LETTERS];
        random(&mut bytes)?;
        let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).copied().map_or('a', char::from);
        let name: String = bytes.iter().map(letter).collect();
        Ok(Self(format!("rolecall-{name}@{authority}/{connector}")))
    }

    /// Reads one; nothing of what is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('@')?;
        let (authority, _) = rest.split_once('/')?;
        let is_one =
            text.len() <= MOST && !name.is_empty() && !authority.is_empty() && !text.contains(char::is_whitespace);
        is_one.then(|| Self(text.to_owned()))
    }

    /// It as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host that it names, without a port: whom a proof is for.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.0.split_once('@').map_or("", |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or_default();
        match authority.rsplit_once(':') {
            // In `[::1]` the last colon is no port's.
            Some((host, port)) if !port.contains(']') => host,
            _ => authority,
        }
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The public part of a connector's Ed25519 key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

/// A name and a key that were just made.
#[derive(Debug)]
pub struct RunnerCredential {
    /// What the connector is configured with, shown once.
    pub secret: SecretString,
    /// What is kept of it.
    pub public_key: PublicKey,
}

impl RunnerCredential {
    /// Makes a key.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new() -> Result<Self, CredentialError> {
        let mut seed = Zeroizing::new([0; 32]);
        random(seed.as_mut_slice())?;
        let pair =
            Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|error| CredentialError(error.to_string()))?;
        let public: [u8; 32] = pair
            .public_key()
            .as_ref()
            .try_into()
            .map_err(|_| CredentialError("its public part has another length than 32 bytes".to_owned()))?;
        Ok(Self { secret: secret_of(&seed, &public), public_key: PublicKey(public) })
    }
}

/// The secret as connectors take it: with the private key as a JSON Web Key (RFC 8037).
fn secret_of(seed: &[u8; 32], public: &[u8; 32]) -> SecretString {
    let private = Zeroizing::new(URL_SAFE_NO_PAD.encode(seed));
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(public), "d": *private });
    let mut text = Zeroizing::new(key.to_string());
    // Of so many bytes, the encoding with padding and the one without are the same.
    while !text.len().is_multiple_of(3) {
        text.push(' ');
    }
    let encoded = Zeroizing::new(URL_SAFE_NO_PAD.encode(text.as_bytes()));
    SecretString::from(format!("{SECRET_PREFIX}{}", *encoded))
}

fn random(bytes: &mut [u8]) -> Result<(), CredentialError> {
    getrandom::fill(bytes).map_err(|error| CredentialError(format!("the system gives no random numbers: {error}")))
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE;
    use secrecy::ExposeSecret as _;
    use serde_json::Value as Json;

    use super::*;

    #[test]
    fn a_client_id_says_for_whom_a_proof_is() {
        for (text, host) in [
            ("a@hub.example/x", "hub.example"),
            ("a@hub.example:8443/x/y", "hub.example"),
            ("a@[::1]:8443/x", "[::1]"),
            ("a@[::1]/x", "[::1]"),
        ] {
            assert_eq!(ClientId::read(text).unwrap().host(), host);
        }
        for bad in ["", "a", "a@b", "@b/c", "a@/c", "a b@c/d", &format!("{}@b/c", "a".repeat(400))] {
            assert_eq!(ClientId::read(bad), None, "{bad}");
        }
        let (one, other) = (ClientId::new("hub:1", "c").unwrap(), ClientId::new("hub:1", "c").unwrap());
        assert!(one != other && ClientId::read(one.as_str()) == Some(one.clone()) && one.host() == "hub");
    }

    #[test]
    fn a_secret_holds_the_key_however_it_is_decoded() {
        let made = RunnerCredential::new().unwrap();
        let parts: Vec<&str> = made.secret.expose_secret().splitn(4, ':').collect();
        assert_eq!(parts[2], "v1");
        for decoded in [URL_SAFE_NO_PAD.decode(parts[3]), URL_SAFE.decode(parts[3])] {
            let key: Json = serde_json::from_slice(&decoded.unwrap()).unwrap();
            assert_eq!((&key["kty"], &key["crv"]), (&"OKP".into(), &"Ed25519".into()));
            assert_eq!(URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap(), made.public_key.0);
            let seed = URL_SAFE_NO_PAD.decode(key["d"].as_str().unwrap()).unwrap();
            let pair = Ed25519KeyPair::from_seed_and_public_key(&seed, &made.public_key.0).unwrap();
            assert_eq!(pair.public_key().as_ref(), made.public_key.0);
        }
        let private = parts[3];
        assert!(!format!("{made:?}").contains(private), "it does not print");
    }
}
