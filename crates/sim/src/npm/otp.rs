//! One-time passwords and sign-in on the web.
//!
//! Facts: `npm-api.md` §2. A challenge is a 401 with `www-authenticate: OTP`; clients that say
//! `npm-auth-type: web` get two addresses instead of a text: one to open, one to poll.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::quirks::{OtpForm, WebApproval};
use super::world::{AccountId, World, later};
use crate::wire::{Answer, Request};

/// How long a password from the web is good for ("skip 2FA for 5 minutes").
const GOOD_FOR: Duration = Duration::from_secs(5 * 60);

/// What somebody has to approve on the web.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Password(AccountId),
    SignIn,
}

#[derive(Debug, Clone)]
struct Challenge {
    purpose: Purpose,
    polls: u32,
    approved_by: Option<AccountId>,
}

/// Open challenges and the passwords that are good at the moment.
#[derive(Debug, Clone)]
pub(crate) struct Challenges {
    code: String,
    signs_in: Option<AccountId>,
    open: BTreeMap<String, Challenge>,
    passwords: BTreeMap<String, (AccountId, Timestamp)>,
}

impl Default for Challenges {
    fn default() -> Self {
        Self { code: "123456".to_owned(), signs_in: None, open: BTreeMap::new(), passwords: BTreeMap::new() }
    }
}

impl World {
    /// The code that every account's authenticator shows; `123456` unless it was changed.
    #[must_use]
    pub fn otp_code(&self) -> &str {
        &self.challenges.code
    }

    /// Changes the code that every account's authenticator shows.
    pub fn set_otp_code(&mut self, code: &str) -> &mut Self {
        code.clone_into(&mut self.challenges.code);
        self
    }

    /// Says who signs in when a web sign-in is approved without saying who.
    pub fn signs_in(&mut self, account: &str) -> &mut Self {
        self.challenges.signs_in = Some(self.ensure_account(account));
        self
    }

    /// Approves a web challenge or sign-in by its id, in the name of an account or of the one
    /// that was asked; false when there is no such challenge.
    pub fn approve(&mut self, id: &str, account: Option<&str>) -> bool {
        let account = account.and_then(|name| self.account_id(name));
        let default = self.challenges.signs_in;
        let first = (!self.accounts.is_empty()).then_some(AccountId(0));
        let Some(challenge) = self.challenges.open.get_mut(id) else {
            return false;
        };
        challenge.approved_by = match challenge.purpose {
            Purpose::Password(asked) => Some(asked),
            Purpose::SignIn => account.or(default).or(first),
        };
        challenge.approved_by.is_some()
    }

    /// Whether the request carries a password that is good for this account now.
    pub(crate) fn second_factor(&mut self, request: &Request, account: AccountId) -> Result<(), Answer> {
        let Some(given) = request.header("npm-otp") else {
            return Err(self.challenge(request, account));
        };
        let by_web = self.challenges.passwords.get(given);
        let by_web = by_web.is_some_and(|(owner, end)| *owner == account && self.now < *end);
        if by_web || given == self.challenges.code {
            return Ok(());
        }
        Err(Answer::error(StatusCode::UNAUTHORIZED, "invalid OTP").with("www-authenticate", "OTP"))
    }

    fn challenge(&mut self, request: &Request, account: AccountId) -> Answer {
        let web = match self.quirks.otp_form {
            OtpForm::Text => false,
            OtpForm::Web => true,
            OtpForm::ByHeader => request.header("npm-auth-type") == Some("web"),
        };
        if !web {
            let text = "You must provide a one-time pass. Upgrade your client to npm@latest in \
                        order to use 2FA.";
            let id = self.open(Purpose::Password(account));
            let notice = format!("Open {}/login/{id} to use your security key for authentication", request.base);
            return Answer::error(StatusCode::UNAUTHORIZED, text)
                .with("www-authenticate", "OTP")
                .with("npm-notice", &notice);
        }
        let id = self.open(Purpose::Password(account));
        let base = &request.base;
        let page = format!("{base}/auth/cli/{id}");
        let addresses = json!({
            "authUrl": page,
            "doneUrl": format!("{base}/-/v1/done?authId={id}"),
        });
        Answer::json(StatusCode::UNAUTHORIZED, &addresses)
            .with("www-authenticate", "OTP")
            .with("npm-notice", &format!("Open {page} to use your security key"))
    }

    /// Starts a web sign-in.
    pub(crate) fn start_sign_in(&mut self, base: &str) -> Answer {
        let id = self.open(Purpose::SignIn);
        Answer::ok(&json!({
            "loginUrl": format!("{base}/login/{id}"),
            "doneUrl": format!("{base}/-/v1/done?authId={id}"),
        }))
    }

    /// Answers a poll: 202 until it was approved, then the password or token.
    pub(crate) fn poll(&mut self, id: &str) -> Answer {
        let Some(challenge) = self.challenges.open.get_mut(id) else {
            return Answer::error(StatusCode::NOT_FOUND, "Not found");
        };
        challenge.polls += 1;
        let polls = challenge.polls;
        let waited = matches!(self.quirks.web_approval, WebApproval::AfterPolls(n) if polls > n);
        if waited && challenge.approved_by.is_none() {
            self.approve(id, None);
        }
        match self.challenges.open.get(id).cloned() {
            Some(Challenge { purpose, approved_by: Some(account), .. }) => {
                self.challenges.open.remove(id);
                self.hand_out(purpose, account)
            }
            _ => Answer::json(StatusCode::ACCEPTED, &json!({})).with("retry-after", "1"),
        }
        .with("cache-control", "no-store")
    }

    fn hand_out(&mut self, purpose: Purpose, account: AccountId) -> Answer {
        let token = match purpose {
            Purpose::Password(_) => {
                let password = self.dice.uuid();
                let end = later(self.now, GOOD_FOR);
                self.challenges.passwords.insert(password.clone(), (account, end));
                password
            }
            Purpose::SignIn => {
                let name = self.name_of(account).to_owned();
                self.session(&name)
            }
        };
        Answer::ok(&json!({ "token": token }))
    }

    fn open(&mut self, purpose: Purpose) -> String {
        let id = self.dice.uuid();
        let challenge = Challenge { purpose, polls: 0, approved_by: None };
        self.challenges.open.insert(id.clone(), challenge);
        id
    }
}
