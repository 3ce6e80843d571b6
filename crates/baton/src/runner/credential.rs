//! What a connector proves itself with: the client's id, which names the hub, and its secret, which holds a private key.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use http::uri::Authority;
use ring::signature::Ed25519KeyPair;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer};
use thiserror::Error;
use zeroize::Zeroizing;

/// The version of secrets that is known.
const VERSION: &str = "v1";

/// Who asks, and of which hub: `NAME@HOST[:PORT]/ANYTHING`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientId {
    text: String,
    hub: Authority,
}

/// Why an id or a secret is none. Nothing of a secret is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CredentialError {
    /// The id has another form.
    #[error("the client id is not of the form NAME@HOST/REST")]
    Id,
    /// The secret has another form.
    #[error("the client secret is not of the form A:B:{VERSION}:KEY")]
    Secret,
    /// The secret has a version that is not known.
    #[error("the client secret has a version that is not known here, where {VERSION} is")]
    Version,
    /// What is in the secret is no private Ed25519 key.
    #[error("the client secret holds no private Ed25519 key")]
    Key,
}

impl ClientId {
    /// Reads an id.
    ///
    /// # Errors
    /// [`CredentialError::Id`] for anything of another form.
    pub fn read(text: &str) -> Result<Self, CredentialError> {
        let text = text.trim();
        let (before, rest) = text.split_once('/').ok_or(CredentialError::Id)?;
        let (name, hub) = before.rsplit_once('@').ok_or(CredentialError::Id)?;
        let hub: Authority = hub.parse().map_err(|_| CredentialError::Id)?;
        let is_whole = !name.is_empty() && !rest.is_empty() && !hub.host().is_empty() && has_port_or_none(&hub);
        if is_whole { Ok(Self { text: text.to_owned(), hub }) } else { Err(CredentialError::Id) }
    }

    /// The whole of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The hub that it names, with the port, if it says one.
    #[must_use]
    pub const fn hub(&self) -> &Authority {
        &self.hub
    }
}

/// Something after the host that is no port would be left out in silence otherwise.
pub(super) fn has_port_or_none(authority: &Authority) -> bool {
    authority.port_u16().is_some() || authority.as_str() == authority.host()
}

/// A client's secret: the key that assertions are signed with.
pub struct ClientSecret(Ed25519KeyPair);

/// Of a private key as JSON has it, what is used.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    #[serde(deserialize_with = "secret_read")]
    d: SecretString,
}

/// A secret that is part of some JSON.
pub(super) fn secret_read<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}

impl ClientSecret {
    /// Reads a secret. Its first two parts are for people, and not looked at.
    ///
    /// # Errors
    /// [`CredentialError`] for anything of another form, or without a key in it.
    pub fn read(secret: &SecretString) -> Result<Self, CredentialError> {
        let parts: Vec<&str> = secret.expose_secret().trim().split(':').collect();
        let [_, _, version, key] = parts[..] else { return Err(CredentialError::Secret) };
        if version != VERSION {
            return Err(CredentialError::Version);
        }
        let json = Zeroizing::new(decoded(key).ok_or(CredentialError::Secret)?);
        let jwk: Jwk = serde_json::from_slice(&json).map_err(|_| CredentialError::Key)?;
        if jwk.kty != "OKP" || jwk.crv != "Ed25519" {
            return Err(CredentialError::Key);
        }
        let seed = Zeroizing::new(decoded(jwk.d.expose_secret()).ok_or(CredentialError::Key)?);
        let public = decoded(&jwk.x).ok_or(CredentialError::Key)?;
        let pair = Ed25519KeyPair::from_seed_and_public_key(&seed, &public);
        pair.map(Self).map_err(|_| CredentialError::Key)
    }

    pub(super) fn sign(&self, text: &[u8]) -> Vec<u8> {
        self.0.sign(text).as_ref().to_vec()
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret")
    }
}

/// Padding is optional where such text is written.
fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use ring::signature::KeyPair as _;

    use super::*;

    /// A secret as a hub gives it, and the key that proves what it signs.
    pub(in crate::runner) fn secret_made() -> (SecretString, Vec<u8>) {
        let seed = [7_u8; 32];
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let public = pair.public_key().as_ref().to_vec();
        let (x, d) = (URL_SAFE_NO_PAD.encode(&public), URL_SAFE_NO_PAD.encode(seed));
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","d":"{d}","kid":"ignored"}}"#);
        (format!("conductor:client:v1:{}", URL_SAFE_NO_PAD.encode(jwk)).into(), public)
    }

    #[test]
    fn an_id_names_a_hub_and_perhaps_its_port() {
        let id = ClientId::read(" quiet-otter@hub.example.com/spe ").unwrap();
        assert_eq!((id.as_str(), id.hub().as_str()), ("quiet-otter@hub.example.com/spe", "hub.example.com"));
        let id = ClientId::read("a@b@localhost:8443/x/y").unwrap();
        assert_eq!((id.hub().host(), id.hub().port_u16()), ("localhost", Some(8443)));
        for wrong in ["", "name@host", "host/x", "@host/x", "name@/x", "name@host/", "name@ho st/x", "name@host:x/y"] {
            assert_eq!(ClientId::read(wrong), Err(CredentialError::Id), "{wrong:?}");
        }
    }

    #[test]
    fn a_secret_holds_a_key_and_does_not_print() {
        let (text, _) = secret_made();
        let secret = ClientSecret::read(&text).unwrap();
        assert_eq!(format!("{secret:?}"), "ClientSecret");
        let padded = format!("{}==", text.expose_secret());
        assert!(ClientSecret::read(&padded.into()).is_ok() || text.expose_secret().len() % 4 != 2);
    }

    #[test]
    fn what_is_no_secret_is_told_apart_without_telling_it() {
        let (text, _) = secret_made();
        let text = text.expose_secret();
        let key = text.rsplit(':').next().unwrap();
        let jwk = |json: &str| format!("a:b:v1:{}", URL_SAFE_NO_PAD.encode(json));
        let public = r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#;
        let short = r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA","d":"AAAA"}"#;
        let other = r#"{"kty":"EC","crv":"P-256","x":"AAAA","d":"AAAA"}"#;
        for (wrong, why) in [
            (String::new(), CredentialError::Secret),
            (key.to_owned(), CredentialError::Secret),
            (format!("a:b:v2:{key}"), CredentialError::Version),
            ("a:b:v1:%%%".to_owned(), CredentialError::Secret),
            (jwk("[]"), CredentialError::Key),
            (jwk(public), CredentialError::Key),
            (jwk(short), CredentialError::Key),
            (jwk(other), CredentialError::Key),
        ] {
            assert_eq!(ClientSecret::read(&wrong.clone().into()).unwrap_err(), why, "{wrong}");
        }
    }
}
