//! Posts to a program of somebody's own, by Standard Webhooks: an id that stays the same, the moment of the attempt, and a
//! signature of both and of the body.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use rolecall_http::{Outward, OutwardMethod, OutwardRequest, Reach};
use rolecall_model::Timestamp;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::endpoint::{Form, SecretField, SettingField, SettingProblem};
use crate::{Address, DeliveryError, Notice, Receipt};

/// How secrets begin.
const PREFIX: &str = "whsec_";
/// How many bytes a secret of ours has.
const BYTES: usize = 32;
/// The most secrets that sign at the same time: the present one and its successor.
const SECRETS: usize = 2;
/// The most of an answer that a receipt repeats, in characters.
const SAID: usize = 1_000;

/// What a webhook asks for.
pub(crate) const FIELDS: &[SettingField] = &[SettingField {
    name: "url",
    title: "Address",
    help: "Where to post. It is reached by https; inside your own network by http too, where whoever operates Rolecall allows \
           that.",
    required: true,
    example: "https://alerts.example.test/rolecall",
}];

/// What a webhook is signed with.
pub(crate) const SECRET: SecretField = SecretField {
    title: "signing secret",
    help: "What the receiver checks signatures with: whsec_ and 24 to 64 bytes in base64. One is made where none is given. \
           While it is being replaced, the former and the new one with a space between them.",
    required: true,
    generated: true,
    example: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
};

/// A program of somebody's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookSettings {
    /// Where to post.
    pub url: Address,
}

impl WebhookSettings {
    pub(crate) fn read(mut form: Form<'_>) -> Result<Self, Vec<SettingProblem>> {
        let url = form.address("url");
        form.finish(url.map(|url| Self { url }))
    }
}

pub(crate) fn check_secret(secret: &str) -> Result<(), &'static str> {
    keys(secret).map(|_| ())
}

pub(crate) fn generate_secret() -> io::Result<SecretString> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    SystemRandom::new().fill(bytes.as_mut_slice()).map_err(|_| io::Error::other("the system has no random numbers"))?;
    let text = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
    Ok(format!("{PREFIX}{}", *text).into())
}

/// The body is the notice's JSON as it is.
pub(crate) async fn deliver(
    settings: &WebhookSettings,
    secret: &SecretString,
    notice: &Notice,
    reach: Reach,
    now: Timestamp,
) -> Result<Receipt, DeliveryError> {
    let url = settings.url.url();
    let hidden = settings.url.secrets();
    let given = secret.expose_secret().split_whitespace().map(SecretString::from);
    let hidden: Vec<SecretString> = hidden.into_iter().chain(given).collect();
    let outward = Outward::new(url.clone(), reach)?.hiding(&hidden.iter().collect::<Vec<_>>());
    let (id, seconds) = (notice.wire_id(), now.0.div_euclid(1_000_000));
    let signature = signature(secret, &id, seconds, &notice.json)?;
    let request = OutwardRequest::new(OutwardMethod::Post, url.clone())
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds.to_string())
        .header("webhook-signature", signature)
        .json(notice.json.clone());
    let answer = outward.send(request).await?;
    if !answer.is_success() {
        return Err(DeliveryError::refused(outward.host(), &answer));
    }
    Ok(Receipt::new(&[answer.status_line(), answer.said(SAID).unwrap_or_default()], None))
}

/// `v1,…` of each secret, with spaces between them.
fn signature(secret: &SecretString, id: &str, seconds: i64, body: &str) -> Result<String, DeliveryError> {
    let keys = keys(secret.expose_secret()).map_err(DeliveryError::secret)?;
    let signed = format!("{id}.{seconds}.{body}");
    let signatures = keys.iter().map(|key| {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), signed.as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    });
    Ok(signatures.collect::<Vec<_>>().join(" "))
}

/// The bytes of one secret or two.
fn keys(secret: &str) -> Result<Vec<Zeroizing<Vec<u8>>>, &'static str> {
    let given: Vec<&str> = secret.split_whitespace().collect();
    if given.is_empty() || given.len() > SECRETS {
        return Err("it is one secret, or two with a space between them");
    }
    given.into_iter().map(key).collect()
}

fn key(text: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let text = text.strip_prefix(PREFIX).ok_or("it does not begin with whsec_")?;
    let bytes = STANDARD.decode(text).map_err(|_| "what is behind whsec_ is not base64")?;
    if !(24..=64).contains(&bytes.len()) {
        return Err("it does not have 24 to 64 bytes");
    }
    Ok(Zeroizing::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that implementations of Standard Webhooks are tested with.
    #[test]
    fn the_published_example_is_signed_as_published() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into();
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn two_secrets_sign_side_by_side() {
        let (first, second) = (generate_secret().unwrap(), generate_secret().unwrap());
        assert_ne!(first.expose_secret(), second.expose_secret());
        let both: SecretString = format!("{} {}", first.expose_secret(), second.expose_secret()).into();
        let of = |secret| signature(secret, "a", 1, "{}").unwrap();
        assert_eq!(of(&both), format!("{} {}", of(&first), of(&second)));
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        check_secret(SECRET.example).unwrap();
        let three = [SECRET.example; 3].join(" ");
        for text in
            ["", "s3cret", "whsec_", "whsec_!!!!", "whsec_AAAA", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", &three]
        {
            assert!(check_secret(text).is_err(), "{text}");
        }
    }
}
