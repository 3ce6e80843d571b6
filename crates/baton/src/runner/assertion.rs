//! What is signed to get a token: who asks, whom it is for, and until when it holds.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::json;

use super::credential::{ClientId, ClientSecret};

/// Seconds that it holds before and after the moment at which it is made: two machines seldom agree what time it is.
const LEEWAY: u64 = 120;

/// An assertion, made at `now` (seconds since 1970). Each is another one.
pub(super) fn assertion(id: &ClientId, secret: &ClientSecret, now: u64) -> Option<String> {
    let mut nonce = [0_u8; 16];
    SystemRandom::new().fill(&mut nonce).ok()?;
    let header = json!({ "alg": "EdDSA", "nonce": URL_SAFE_NO_PAD.encode(nonce) });
    let claims = json!({
        "iss": id.as_str(),
        "sub": id.as_str(),
        "aud": [id.hub().host()],
        "iat": now,
        "nbf": now.saturating_sub(LEEWAY),
        "exp": now + LEEWAY,
    });
    let encoded = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", encoded(header), encoded(claims));
    let signature = URL_SAFE_NO_PAD.encode(secret.sign(signed.as_bytes()));
    Some(format!("{signed}.{signature}"))
}

#[cfg(test)]
mod tests {
    use ring::signature::{ED25519, UnparsedPublicKey};
    use serde_json::Value as Json;

    use super::*;
    use crate::runner::credential::tests::secret_made;

    #[test]
    fn it_is_signed_says_who_and_for_whom_and_is_never_the_same() {
        let (secret, public) = secret_made();
        let (id, secret) =
            (ClientId::read("otter@hub.example.com:8443/spe").unwrap(), ClientSecret::read(&secret).unwrap());
        let made = assertion(&id, &secret, 1_000_000).unwrap();
        let (signed, signature) = made.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        UnparsedPublicKey::new(&ED25519, public).verify(signed.as_bytes(), &signature).unwrap();
        let part = |text: &str| -> Json { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap() };
        let (header, claims) = signed.split_once('.').unwrap();
        let header = part(header);
        assert_eq!((header.as_object().unwrap().len(), &header["alg"]), (2, &json!("EdDSA")));
        let expected = json!({
            "iss": "otter@hub.example.com:8443/spe", "sub": "otter@hub.example.com:8443/spe",
            "aud": ["hub.example.com"], "iat": 1_000_000, "nbf": 999_880, "exp": 1_000_120,
        });
        assert_eq!(part(claims), expected);
        assert_ne!(assertion(&id, &secret, 1_000_000).unwrap(), made);
    }
}
