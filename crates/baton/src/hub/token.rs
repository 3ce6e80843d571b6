//! How a connector proves who it is: a short text signed with its key, traded for what it shows with each call (RFC 7523).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ED25519, UnparsedPublicKey};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::{ClientId, PublicKey};

/// Where a proof is sent to.
pub const TOKEN_PATH: &str = "/auth/v1/token";

const GRANT: &str = "client_credentials";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The longest proof that is looked at, in bytes.
const MOST: usize = 8 << 10;
/// By how much the connector's clock may be wrong beyond what it allows for itself, in seconds.
const LEEWAY: i64 = 60;
/// For how long a proof may be valid from now on, in seconds.
const LONGEST: i64 = 10 * 60;

/// What is asked for.
#[derive(Debug)]
pub struct TokenRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// The proof.
    pub assertion: SecretString,
}

/// Why a request for a token cannot be read, in the words of OAuth 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRequestFlaw {
    /// Something is missing, twice there, or of another shape.
    #[error("the request cannot be read")]
    Invalid,
    /// Another kind of grant is asked for.
    #[error("the grant type has to be client_credentials")]
    Grant,
}

impl TokenRequestFlaw {
    /// OAuth's word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Invalid => "invalid_request",
            Self::Grant => "unsupported_grant_type",
        }
    }
}

impl TokenRequest {
    /// Reads the fields of a form.
    ///
    /// # Errors
    /// [`TokenRequestFlaw`].
    pub fn read(fields: impl IntoIterator<Item = (String, String)>) -> Result<Self, TokenRequestFlaw> {
        let (mut client, mut grant, mut kind, mut assertion) = (None, None, None, None);
        for (name, value) in fields {
            let place = match name.as_str() {
                "client_id" => &mut client,
                "grant_type" => &mut grant,
                "client_assertion_type" => &mut kind,
                "client_assertion" => &mut assertion,
                _ => continue,
            };
            if place.replace(value).is_some() {
                return Err(TokenRequestFlaw::Invalid);
            }
        }
        match grant.as_deref() {
            Some(GRANT) => {}
            Some(_) => return Err(TokenRequestFlaw::Grant),
            None => return Err(TokenRequestFlaw::Invalid),
        }
        if kind.as_deref() != Some(ASSERTION) {
            return Err(TokenRequestFlaw::Invalid);
        }
        let client_id = client.as_deref().and_then(ClientId::read).ok_or(TokenRequestFlaw::Invalid)?;
        let assertion = assertion.filter(|text| text.len() <= MOST).ok_or(TokenRequestFlaw::Invalid)?;
        Ok(Self { client_id, assertion: assertion.into() })
    }
}

/// What is answered.
#[derive(Debug)]
pub struct TokenReply {
    /// What to show with each call.
    pub token: SecretString,
    /// For how many seconds.
    pub expires_in: i64,
}

impl TokenReply {
    /// The body of the answer. It holds the token.
    #[must_use]
    pub fn body(&self) -> String {
        let (access_token, expires_in) = (self.token.expose_secret(), self.expires_in);
        serde_json::json!({ "access_token": access_token, "token_type": "Bearer", "expires_in": expires_in })
            .to_string()
    }
}

/// Why a proof proves nothing. It is logged, and not told to whoever sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum AssertionFlaw {
    /// It is of no shape that is known.
    #[error("it cannot be read")]
    Shape,
    /// It is signed in another way than Ed25519.
    #[error("it is not signed with Ed25519")]
    Algorithm,
    /// It is not signed with the key.
    #[error("it is not signed with the key that is known")]
    Signature,
    /// It is of another client.
    #[error("it is another client's")]
    Client,
    /// It is for another hub.
    #[error("it is for another hub")]
    Audience,
    /// It is over, not valid yet, or valid for too long.
    #[error("its time is over or has not come: check the clock")]
    Time,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    iat: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Whether a proof is of this client, signed with its key, for this hub, and valid now. `now` is in seconds.
///
/// # Errors
/// [`AssertionFlaw`].
pub fn assertion_check(
    assertion: &SecretString,
    client: &ClientId,
    key: &PublicKey,
    now: i64,
) -> Result<(), AssertionFlaw> {
    let text = assertion.expose_secret();
    let (signed, signature) = text.rsplit_once('.').ok_or(AssertionFlaw::Shape)?;
    let (header, claims) = signed.split_once('.').ok_or(AssertionFlaw::Shape)?;
    let header: Header = part(header)?;
    if header.alg != "EdDSA" {
        return Err(AssertionFlaw::Algorithm);
    }
    if header.crit.is_some() {
        return Err(AssertionFlaw::Shape);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| AssertionFlaw::Shape)?;
    let is_signed = UnparsedPublicKey::new(&ED25519, key.0).verify(signed.as_bytes(), &signature);
    is_signed.map_err(|_| AssertionFlaw::Signature)?;
    claims_check(&part(claims)?, client, now)
}

fn claims_check(claims: &Claims, client: &ClientId, now: i64) -> Result<(), AssertionFlaw> {
    let Claims { iss, sub, aud, exp, nbf, iat } = claims;
    if iss != client.as_str() || sub != client.as_str() {
        return Err(AssertionFlaw::Client);
    }
    let is_for = |host: &String| host.eq_ignore_ascii_case(client.host());
    let is_ours = match aud {
        Audience::One(host) => is_for(host),
        Audience::Several(hosts) => hosts.iter().any(is_for),
    };
    if !is_ours {
        return Err(AssertionFlaw::Audience);
    }
    // Whole seconds of this century are exact in floating point, and some write them with a fraction.
    #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
    let (now, leeway, longest) = (now as f64, LEEWAY as f64, LONGEST as f64);
    let is_begun = |moment: &Option<f64>| moment.is_none_or(|moment| moment <= now + leeway);
    let is_now = *exp > now - leeway && *exp <= now + longest && is_begun(nbf) && is_begun(iat);
    if is_now { Ok(()) } else { Err(AssertionFlaw::Time) }
}

fn part<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, AssertionFlaw> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| AssertionFlaw::Shape)?;
    serde_json::from_slice(&bytes).map_err(|_| AssertionFlaw::Shape)
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair as _};
    use rstest::rstest;
    use serde_json::{Value as Json, json};

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn pair(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    fn client() -> ClientId {
        ClientId::read("me@hub.example:8443/x").unwrap()
    }

    fn signed(header: &Json, claims: &Json, pair: &Ed25519KeyPair) -> SecretString {
        let encode = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
        let text = format!("{}.{}", encode(header), encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(text.as_bytes()));
        format!("{text}.{signature}").into()
    }

    fn claims() -> Json {
        let id = client();
        json!({ "iss": id.as_str(), "sub": id.as_str(), "aud": ["hub.example"],
                "exp": NOW + 120, "nbf": NOW - 120, "iat": NOW })
    }

    fn checked(header: &Json, claims: &Json, signer: &Ed25519KeyPair) -> Result<(), AssertionFlaw> {
        let key = PublicKey(pair(1).public_key().as_ref().try_into().unwrap());
        assertion_check(&signed(header, claims, signer), &client(), &key, NOW)
    }

    #[test]
    fn what_a_connector_signs_is_its_proof() {
        let header = json!({ "alg": "EdDSA", "nonce": "abc" });
        assert_eq!(checked(&header, &claims(), &pair(1)), Ok(()));
        let mut other = claims();
        other["aud"] = "HUB.example".into();
        other["exp"] = json!(1_800_000_100.5);
        assert_eq!(checked(&header, &other, &pair(1)), Ok(()), "one audience, and a fraction of a second");
        assert_eq!(checked(&header, &claims(), &pair(2)), Err(AssertionFlaw::Signature));
    }

    #[rstest]
    #[case("iss", json!("you@hub.example/x"), AssertionFlaw::Client)]
    #[case("sub", json!("you@hub.example/x"), AssertionFlaw::Client)]
    #[case("aud", json!(["other.example"]), AssertionFlaw::Audience)]
    #[case("aud", json!("hub.example:8443"), AssertionFlaw::Audience)]
    #[case("aud", json!([]), AssertionFlaw::Audience)]
    #[case("aud", json!(7), AssertionFlaw::Shape)]
    #[case("exp", json!(NOW - 61), AssertionFlaw::Time)]
    #[case("exp", json!(NOW + 3600), AssertionFlaw::Time)]
    #[case("exp", json!(null), AssertionFlaw::Shape)]
    #[case("nbf", json!(NOW + 61), AssertionFlaw::Time)]
    #[case("iat", json!(NOW + 61), AssertionFlaw::Time)]
    fn what_is_wrong_is_refused(#[case] name: &str, #[case] value: Json, #[case] flaw: AssertionFlaw) {
        let mut claims = claims();
        claims[name] = value;
        assert_eq!(checked(&json!({ "alg": "EdDSA" }), &claims, &pair(1)), Err(flaw));
    }

    #[test]
    fn nothing_but_its_signature_is_believed() {
        for (header, flaw) in [
            (json!({ "alg": "none" }), AssertionFlaw::Algorithm),
            (json!({ "alg": "HS256" }), AssertionFlaw::Algorithm),
            (json!({ "alg": "EdDSA", "crit": ["exp"] }), AssertionFlaw::Shape),
            (json!({}), AssertionFlaw::Shape),
            (json!([]), AssertionFlaw::Shape),
        ] {
            assert_eq!(checked(&header, &claims(), &pair(1)), Err(flaw), "{header}");
        }
        let key = PublicKey(pair(1).public_key().as_ref().try_into().unwrap());
        for text in ["", ".", "..", "a.b", "a.b.c", "....", "é.é.é"] {
            let flaw = assertion_check(&text.to_owned().into(), &client(), &key, NOW);
            assert_eq!(flaw, Err(AssertionFlaw::Shape), "{text}");
        }
    }

    #[test]
    fn a_request_says_what_it_wants_once() {
        let fields = |changed: &[(&str, &str)]| {
            let mut fields = vec![
                ("client_id".to_owned(), "me@hub.example/x".to_owned()),
                ("grant_type".to_owned(), GRANT.to_owned()),
                ("client_assertion_type".to_owned(), ASSERTION.to_owned()),
                ("client_assertion".to_owned(), "a.b.c".to_owned()),
            ];
            for (name, value) in changed {
                fields.retain(|(known, _)| known != name);
                fields.push(((*name).to_owned(), (*value).to_owned()));
            }
            fields
        };
        let read = |fields| TokenRequest::read(fields).map(|request| request.client_id.to_string());
        assert_eq!(read(fields(&[("scope", "anything")])).as_deref(), Ok("me@hub.example/x"));
        assert_eq!(read(fields(&[("grant_type", "password")])), Err(TokenRequestFlaw::Grant));
        let long = "x".repeat(MOST + 1);
        for changed in [("client_assertion_type", "x"), ("client_id", "nobody"), ("client_assertion", long.as_str())] {
            assert_eq!(read(fields(&[changed])), Err(TokenRequestFlaw::Invalid), "{}", changed.0);
        }
        assert_eq!(read([fields(&[]), fields(&[])].concat()), Err(TokenRequestFlaw::Invalid));
        assert_eq!(read(Vec::new()), Err(TokenRequestFlaw::Invalid));
    }
}
