//! One-time passwords, for the one thing that npm shows only to a person who is there (`npm-api.md` §2).
//!
//! A password that npm gives out on its web page is good for a while ("skip 2FA for 5 minutes"), so it is used until it
//! is refused, and only then is the person asked again.
//!
//! *Architecture Invariant* 6: the addresses in a challenge come from the server and are never called. The one that is
//! polled must be the registry's own, and then only its id is put into a request that is declared like every other.

use std::time::Duration;

use rolecall_http::{Answer, Call, Challenge, ErrorKind, RequestError};
use rolecall_model::Reason;
use secrecy::SecretString;
use serde::Deserialize;
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

use super::{NpmConnector, failure, is_public, requests};
use crate::{Person, ReadError, Wanted};

/// npm asks for this between two calls about trusted publishers (`npm-api.md` §7).
const SPACING: Duration = Duration::from_secs(2);

/// How long an approval on the web is waited for.
const APPROVAL_TIME: Duration = Duration::from_secs(5 * 60);

/// Between two polls, whatever the server says.
const POLL: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(30);

/// After so many passwords in a row that npm did not accept nobody is asked again: more would lock the account.
const MOST_REFUSALS: u32 = 3;

/// What is known of the second factor between calls.
#[derive(Debug, Default)]
pub(super) struct SecondFactor {
    password: Option<SecretString>,
    /// Whether npm accepted the password before.
    worked: bool,
    /// When the next call may leave.
    next: Option<Instant>,
}

/// Why a call that needs a person brought nothing.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The call itself failed.
    Request(RequestError),
    /// Nobody proved to be there, so that asking for more is pointless.
    Person(ReadError),
}

/// The pages of a challenge.
#[derive(Debug, Deserialize)]
struct Pages {
    #[serde(rename = "authUrl")]
    approve: String,
    #[serde(rename = "doneUrl")]
    done: String,
}

impl NpmConnector {
    /// Sends the declared trust request about `package`, asking the person for a one-time password where npm does.
    pub(super) async fn trust_answer(&self, package: &str) -> Result<Answer, Refusal> {
        let person = self.person.as_deref().ok_or_else(|| Refusal::Person(nobody()))?;
        let what = format!("the trusted publishers of {package}");
        // One call at a time: a second one would ask the person a second question.
        let mut factor = self.second_factor.lock().await;
        let (mut refusals, mut wanted) = (0, Wanted::First);
        loop {
            self.spacing_wait(&mut factor).await;
            let error = match self.client.get(&requests::TRUST, trust_call(package, person, &factor)).await {
                Ok(answer) => {
                    factor.worked = factor.password.is_some();
                    return Ok(answer);
                }
                Err(error) if is_challenge(&error) => error,
                Err(error) => return Err(Refusal::Request(error)),
            };
            let was_refused = factor.password.take().is_some();
            if was_refused {
                wanted = if factor.worked { Wanted::Expired } else { Wanted::Refused };
                refusals += u32::from(!factor.worked);
                factor.worked = false;
            }
            if refusals >= MOST_REFUSALS {
                return Err(Refusal::Person(refused()));
            }
            factor.password = match pages(&error) {
                Some(pages) => Some(self.approved(&pages, person, &what).await.map_err(Refusal::Person)?),
                // A refused password is answered without pages; asking without one gives them.
                None if was_refused && person.prefers_page() => None,
                None => {
                    let given = person.password(&what, wanted).await;
                    Some(given.ok_or_else(|| Refusal::Person(given_up()))?)
                }
            };
        }
    }

    async fn spacing_wait(&self, factor: &mut SecondFactor) {
        if let Some(next) = factor.next {
            sleep_until(next).await;
        }
        factor.next = is_public(&self.registry).then(|| Instant::now() + SPACING);
    }

    /// Shows the page, and polls until the person approved on it.
    async fn approved(&self, pages: &Pages, person: &dyn Person, what: &str) -> Result<SecretString, ReadError> {
        let id = approval_id(&pages.done, &self.registry).ok_or_else(foreign_page)?;
        if !person.page_show(&pages.approve, what) {
            return Err(given_up());
        }
        let end = Instant::now() + APPROVAL_TIME;
        while Instant::now() < end {
            let wait = match self.client.get(&requests::DONE, Call::new().secret_query(requests::AUTH_ID, &id)).await {
                Ok(Answer::Fresh(body)) => return password_in(&body),
                Ok(Answer::NotModified) => None,
                Err(error) if error.kind.status() == Some(202) => error.kind.retry_after(),
                Err(error) => return Err(failure::read_error(&error)),
            };
            sleep(wait.unwrap_or_default().clamp(*POLL.start(), *POLL.end())).await;
        }
        Err(stopped("not-approved", "nobody approved on the web page within five minutes"))
    }
}

fn trust_call<'a>(package: &'a str, person: &dyn Person, factor: &'a SecondFactor) -> Call<'a> {
    let form = if person.prefers_page() { "web" } else { "legacy" };
    let call = Call::new().path("package", package).header("npm-auth-type", form).header("npm-command", "trust");
    match &factor.password {
        Some(password) => call.secret_header("npm-otp", password),
        None => call,
    }
}

fn is_challenge(error: &RequestError) -> bool {
    matches!(error.kind, ErrorKind::Unauthorised { challenge: Challenge::Otp, .. })
}

fn pages(error: &RequestError) -> Option<Pages> {
    match &error.kind {
        ErrorKind::Unauthorised { body, .. } => body.json(),
        _ => None,
    }
}

fn password_in(body: &rolecall_http::Body) -> Result<SecretString, ReadError> {
    #[derive(Deserialize)]
    struct Approved {
        token: String,
    }
    let approved: Approved = body.json().map_err(|error| failure::read_error(&error))?;
    Ok(approved.token.into())
}

/// The id in the address that is to be polled, if that address is the registry's own and nothing more than it should be.
fn approval_id(done: &str, registry: &Url) -> Option<SecretString> {
    let done = Url::parse(done).ok()?;
    let path = format!("{}{}", registry.path().trim_end_matches('/'), requests::DONE.path);
    let is_own = done.origin() == registry.origin() && done.path() == path;
    let is_bare = done.username().is_empty() && done.password().is_none() && done.fragment().is_none();
    let mut query = done.query_pairs();
    let (name, id) = query.next()?;
    let is_plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let fits = is_own && is_bare && is_plain && name == requests::AUTH_ID && query.next().is_none();
    fits.then(|| id.into_owned().into())
}

fn nobody() -> ReadError {
    stopped(
        "no-person",
        "npm shows trusted publishers only to a person with a one-time password, and none can be asked",
    )
}

fn given_up() -> ReadError {
    stopped("no-one-time-password", "no one-time password was given")
}

fn refused() -> ReadError {
    stopped("one-time-password-refused", "npm did not accept the one-time password three times in a row")
}

fn foreign_page() -> ReadError {
    ReadError {
        reason: Reason::new(
            "foreign-approval",
            "npm named an address for the approval that is not this registry's own; nothing was sent there",
        ),
        hint: Some("check --registry; give the password yourself with --otp typed or --otp stdin".to_owned()),
    }
}

fn stopped(code: &'static str, text: &str) -> ReadError {
    let hint = "run the same command again when you have one; what was read so far is kept";
    ReadError { reason: Reason::new(code, text), hint: Some(hint.to_owned()) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use secrecy::ExposeSecret;

    use super::*;

    #[rstest]
    #[case("https://npm.example.test/base/-/v1/done?authId=a1-b2", Some("a1-b2"))]
    #[case("https://npm.example.test:443/base/-/v1/done?authId=a1", Some("a1"))]
    #[case("https://evil.example.test/base/-/v1/done?authId=a1", None)]
    #[case("https://npm.example.test.evil.test/base/-/v1/done?authId=a1", None)]
    #[case("http://npm.example.test/base/-/v1/done?authId=a1", None)]
    #[case("https://npm.example.test:8443/base/-/v1/done?authId=a1", None)]
    #[case("https://npm.example.test/-/v1/done?authId=a1", None)]
    #[case("https://npm.example.test/base/-/v1/done/../../whoami?authId=a1", None)]
    #[case("https://user@npm.example.test/base/-/v1/done?authId=a1", None)]
    #[case("https://npm.example.test/base/-/v1/done?authId=a1&x=y", None)]
    #[case("https://npm.example.test/base/-/v1/done?authId=a%2Fb", None)]
    #[case("https://npm.example.test/base/-/v1/done?authId=", None)]
    #[case("https://npm.example.test/base/-/v1/done", None)]
    #[case("javascript:alert(1)", None)]
    fn only_the_registrys_own_address_is_polled(#[case] done: &str, #[case] id: Option<&str>) {
        let registry = Url::parse("https://npm.example.test/base/").unwrap();
        let found = approval_id(done, &registry);
        assert_eq!(found.as_ref().map(|id| id.expose_secret()), id, "{done}");
    }
}
