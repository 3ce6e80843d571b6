//! Credentials, and keeping them out of every text.

use std::fmt;

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::text;

/// Tokens shorter than this show no tail: four characters of a short secret would be too much of it.
const TAIL_FROM: usize = 16;

/// How many last characters a tail shows.
const TAIL: usize = 4;

/// Secrets shorter than this are not searched for in texts: they would match ordinary words.
const REDACT_FROM: usize = 6;

/// As above for the secrets of one call, in whose few texts a one-time password of four digits is no ordinary word.
const CALL_REDACT_FROM: usize = 4;

/// A secret that proves who is asking, and the header it travels in.
///
/// It has no `Display`, and its `Debug` is blank.
///
/// ```
/// use rolecall_http::Credential;
///
/// let credential = Credential::bearer("a-token-that-ends-in-7890");
/// assert_eq!(credential.masked_tail(), "…7890");
/// assert!(!format!("{credential:?}").contains("7890"));
/// ```
#[derive(Clone)]
pub struct Credential {
    secret: SecretString,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    Bearer,
    Header(&'static str),
}

impl Credential {
    /// A token sent as `authorization: Bearer …`.
    pub fn bearer(secret: impl Into<SecretString>) -> Self {
        Self { secret: secret.into(), place: Place::Bearer }
    }

    /// A key sent alone in a header of its own, such as `x-api-key`.
    pub fn header(name: &'static str, secret: impl Into<SecretString>) -> Self {
        Self { secret: secret.into(), place: Place::Header(name) }
    }

    /// The last four characters behind an ellipsis, to tell tokens apart; only the ellipsis for a token of fewer than
    /// 16 characters.
    #[must_use]
    pub fn masked_tail(&self) -> String {
        let characters: Vec<char> = self.secret.expose_secret().chars().collect();
        let shown = if characters.len() >= TAIL_FROM { characters.len() - TAIL } else { characters.len() };
        std::iter::once('…').chain(characters.into_iter().skip(shown)).collect()
    }

    /// Whether this is the token that a list of tokens shows shortened, as `npm_aBcD...7890`. Both ends must be shown
    /// and fit; a text that shows fewer than six characters in all fits no token.
    #[must_use]
    pub fn is_shortened_as(&self, shortened: &str) -> bool {
        let secret = self.secret.expose_secret();
        let ends = shortened.split_once("...").or_else(|| shortened.split_once('…'));
        ends.is_some_and(|(start, end)| {
            let shown = start.len() + end.len();
            !start.is_empty()
                && !end.is_empty()
                && (REDACT_FROM..secret.len()).contains(&shown)
                && secret.starts_with(start)
                && secret.ends_with(end)
        })
    }

    /// The header to send, marked sensitive so that no layer below logs it or indexes it in a compression table.
    pub(crate) fn to_header(&self) -> Result<(HeaderName, HeaderValue), &'static str> {
        let secret = self.secret.expose_secret();
        if secret.is_empty() {
            return Err("it is empty");
        }
        let (name, text) = match self.place {
            Place::Bearer => (AUTHORIZATION, SecretString::from(format!("Bearer {secret}"))),
            Place::Header(name) => {
                let name = HeaderName::try_from(name).map_err(|_| "its header name is not valid")?;
                (name, self.secret.clone())
            }
        };
        let mut value = HeaderValue::from_str(text.expose_secret())
            .map_err(|_| "it contains characters that cannot be sent, such as a line break")?;
        value.set_sensitive(true);
        Ok((name, value))
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential([redacted])")
    }
}

/// Removes known secrets from texts that came from outside: a server may repeat a token in its error message.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    secrets: Vec<SecretString>,
}

impl Redactor {
    pub(crate) fn new(credential: Option<&Credential>, proxy_password: Option<&str>) -> Self {
        let proxy = proxy_password.map(SecretString::from);
        let secrets = credential.map(|credential| credential.secret.clone()).into_iter().chain(proxy);
        Self { secrets: secrets.filter(|secret| secret.expose_secret().len() >= REDACT_FROM).collect() }
    }

    /// The same, that knows the secrets of one call too.
    pub(crate) fn with(&self, more: &[&SecretString]) -> Self {
        let more = more.iter().copied().filter(|secret| secret.expose_secret().len() >= CALL_REDACT_FROM);
        Self { secrets: self.secrets.iter().chain(more).cloned().collect() }
    }

    pub(crate) fn clean(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose_secret(), "[redacted]"))
    }

    /// One short, clean line, or nothing when the text has no visible character.
    pub(crate) fn line(&self, text: &str) -> Option<String> {
        text::short(&self.clean(text))
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tokens_show_nothing() {
        assert_eq!(Credential::bearer("123456789012345").masked_tail(), "…");
        assert_eq!(Credential::bearer("1234567890123456").masked_tail(), "…3456");
        assert_eq!(Credential::bearer("").masked_tail(), "…");
        assert_eq!(Credential::bearer("ααααααααααααβγδε").masked_tail(), "…βγδε");
    }

    #[test]
    fn the_header_is_sensitive_in_either_place() {
        let (name, value) = Credential::bearer("t0ken").to_header().unwrap();
        assert_eq!((name.as_str(), value.is_sensitive()), ("authorization", true));
        let (name, value) = Credential::header("X-Api-Key", "t0ken").to_header().unwrap();
        assert_eq!((name.as_str(), value.to_str().unwrap(), value.is_sensitive()), ("x-api-key", "t0ken", true));
    }

    #[test]
    fn a_token_knows_itself_shortened() {
        let token = Credential::bearer("npm_aBcDefgh7890");
        assert!(token.is_shortened_as("npm_aBcD...7890") && token.is_shortened_as("npm_aB…90"));
        for other in
            ["npm_aBcD...7891", "npm_xBcD...7890", "...", "npm_aBcD...", "...7890", "n...0", "", "npm_aBcDefgh7890"]
        {
            assert!(!token.is_shortened_as(other), "{other}");
        }
    }

    #[test]
    fn unsendable_tokens_are_refused() {
        assert!(Credential::bearer("").to_header().is_err());
        assert!(Credential::bearer("t0ken\n").to_header().is_err());
        assert!(Credential::header("x api key", "t0ken").to_header().is_err());
    }

    #[test]
    fn repeated_secrets_are_removed() {
        let redactor = Redactor::new(Some(&Credential::bearer("t0ken-t0ken")), Some("pr0xy-pass"));
        assert_eq!(redactor.clean("t0ken-t0ken via pr0xy-pass"), "[redacted] via [redacted]");
    }
}
