//! Tokens: got with an assertion, kept until shortly before they end.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::{Code, Status};

use super::assertion::assertion;
use super::credential::{ClientId, ClientSecret, secret_read};
use super::hub_place::HubPlace;
use super::wire::Wire;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// A token is asked for anew so long before it ends, because a call takes a while to arrive.
const EARLY: Duration = Duration::from_secs(30);
/// How long a token holds that does not say so.
const UNSAID: u64 = 300;

/// The tokens of one client.
pub(super) struct Tokens {
    wire: Arc<dyn Wire>,
    place: HubPlace,
    id: ClientId,
    secret: ClientSecret,
    current: Mutex<Option<Token>>,
}

struct Token {
    value: MetadataValue<Ascii>,
    until: Instant,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(deserialize_with = "secret_read")]
    access_token: SecretString,
    #[serde(default)]
    token_type: String,
    expires_in: Option<u64>,
}

impl Tokens {
    pub(super) fn new(wire: Arc<dyn Wire>, place: HubPlace, id: ClientId, secret: ClientSecret) -> Self {
        Self { wire, place, id, secret, current: Mutex::new(None) }
    }

    /// What proves a call: a token that holds a while longer.
    pub(super) async fn proof(&self) -> Result<MetadataValue<Ascii>, Status> {
        let mut current = self.current.lock().await;
        if let Some(token) = current.as_ref().filter(|token| Instant::now() < token.until) {
            return Ok(token.value.clone());
        }
        let token = self.ask().await?;
        let value = token.value.clone();
        *current = Some(token);
        Ok(value)
    }

    /// Forgets a token that was refused. Another call may have got a new one meanwhile, which is kept.
    pub(super) async fn forget(&self, refused: &MetadataValue<Ascii>) {
        self.current.lock().await.take_if(|token| token.value == *refused);
    }

    async fn ask(&self) -> Result<Token, Status> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let assertion = assertion(&self.id, &self.secret, now)
            .ok_or_else(|| Status::internal("the system gives no random numbers to sign with"))?;
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", self.id.as_str())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_assertion_type", ASSERTION_TYPE)
            .append_pair("client_assertion", &assertion)
            .finish();
        let sent = self.wire.form_post(&self.place.token_url(), form).await;
        let (status, body) = sent.map_err(|error| Status::unavailable(format!("no token could be had: {error}")))?;
        if status != 200 {
            return Err(refused(status));
        }
        read(&body).ok_or_else(|| Status::unavailable("the hub answered with something that is no token"))
    }
}

fn refused(status: u16) -> Status {
    let code = match status {
        400 | 401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::NotFound,
        408 | 429 | 500.. => Code::Unavailable,
        _ => Code::InvalidArgument,
    };
    Status::new(code, format!("the hub gives no token for this client id and secret (it answered {status})"))
}

fn read(body: &[u8]) -> Option<Token> {
    let answer: Answer = serde_json::from_slice(body).ok()?;
    let kind = if answer.token_type.is_empty() { "Bearer" } else { &answer.token_type };
    let text = format!("{kind} {}", answer.access_token.expose_secret());
    let mut value: MetadataValue<Ascii> = text.parse().ok()?;
    value.set_sensitive(true);
    let seconds = Duration::from_secs(answer.expires_in.unwrap_or(UNSAID).min(86_400));
    // One that holds for less than a minute is used for half of that.
    let early = EARLY.min(seconds / 2);
    Some(Token { value, until: Instant::now() + seconds - early })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_answered_is_a_token_or_nothing() {
        let token = read(br#"{"access_token":"abc","token_type":"DPoP","expires_in":60}"#).unwrap();
        assert_eq!(token.value.to_str().unwrap(), "DPoP abc");
        assert!(token.value.is_sensitive() && token.until > Instant::now());
        assert_eq!(read(br#"{"access_token":"abc"}"#).unwrap().value.to_str().unwrap(), "Bearer abc");
        for wrong in ["", "{}", "[]", r#"{"access_token":7}"#, "{\"access_token\":\"a\\nb\"}", "<html>"] {
            assert!(read(wrong.as_bytes()).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_refusal_is_told_from_a_hub_that_is_busy() {
        assert_eq!(refused(401).code(), Code::Unauthenticated);
        assert_eq!(refused(503).code(), Code::Unavailable);
        assert_eq!(refused(302).code(), Code::InvalidArgument);
    }
}
