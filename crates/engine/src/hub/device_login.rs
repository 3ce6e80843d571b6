//! Log-ins of command lines, in the manner of RFC 8628: a command line begins one and shows a code; a person types it on a
//! page, where they are signed in, and allows it; and the command line, which has asked all along, gets an API token.
//!
//! **Architecture Invariant:** what a command line gets this way only reads, whatever its person may do: its token has the
//! role of auditors, and no token may do what its owner may not.

use rolecall_store::{
    AttemptKey, AttemptLimit, DeviceLogin, DeviceLoginPoll, DeviceToken, HubAct, NewDeviceLogin, TokenHash,
};
use secrecy::SecretString;

use super::api_token::secret_new;
use super::attempt::{HOUR, MINUTE, network};
use super::name::text_read;
use super::secret::{key_hash, random, token_hash, token_new};
use super::{Caller, Hub, HubError, Peer, Role, TOKEN_DAYS, TOKEN_DAYS_MOST, TokenMade, User};

/// Minutes that somebody has to allow a log-in.
pub const DEVICE_LOGIN_MINUTES: i64 = 10;

/// Seconds between two polls of a command line.
pub const DEVICE_LOGIN_EVERY: i64 = 2;

/// What a command line may do: read, as far as its person may.
pub const DEVICE_LOGIN_ROLE: Role = Role::Auditor;

/// How many log-ins may wait at once, and how many of one network.
const WAITING: i64 = 1000;
const WAITING_OF_NETWORK: i64 = 20;

/// How often log-ins may be begun from one network.
const BEGUN: AttemptLimit =
    AttemptLimit { failures: 40, window: 15 * MINUTE, lock: MINUTE, lock_most: HOUR, memory: 2 * HOUR };

/// How often somebody may type a code that is none: nobody is to find that of another.
const TYPED: AttemptLimit =
    AttemptLimit { failures: 10, window: 15 * MINUTE, lock: MINUTE, lock_most: HOUR, memory: 24 * HOUR };

/// The most letters of what a machine calls itself.
const MACHINE_MOST: usize = 100;

/// Letters of codes: none that make words, none that look like others.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// Letters of a code; some 34 bits.
const CODE: usize = 8;

/// A log-in that was just begun.
#[derive(Debug)]
pub struct DeviceLoginBegun {
    /// What the command line asks with, told once.
    pub device_code: SecretString,
    /// What the person types: `BCDF-GHJK`.
    pub user_code: String,
}

/// What became of a log-in.
#[derive(Debug)]
pub enum DeviceLoginState {
    /// Nobody has decided yet.
    Waiting,
    /// The command line asks too often.
    TooSoon,
    /// It was refused.
    Refused,
    /// There is no such log-in, or none any more: it was told of already, or took too long.
    Gone,
    /// It was allowed, by its account.
    Allowed(Box<(User, TokenMade)>),
}

impl Hub {
    /// Begins a log-in of a machine that calls itself so.
    ///
    /// # Errors
    /// [`HubError::TextInvalid`]; [`HubError::Locked`] and [`HubError::LoginsMany`] when there were too many.
    pub async fn device_login_begin(&self, machine: &str, peer: &Peer) -> Result<DeviceLoginBegun, HubError> {
        let machine: String = text_read("name of the machine", machine)?.chars().take(MACHINE_MOST).collect();
        let now = self.now();
        let network = peer.address.map(network).unwrap_or_default();
        let key = AttemptKey { hash: key_hash("device-login", &[&network]), limit: BEGUN };
        self.attempt_count(&[key]).await?;
        let (device_code, code) = (token_new()?, code_new()?);
        let caller = Caller::nobody(peer.clone());
        let login = NewDeviceLogin {
            device: token_hash(&device_code),
            code: code_hash(&code),
            machine: &machine,
            address: caller.address(),
            network: Some(key.hash),
            expires_at: now.plus_seconds(DEVICE_LOGIN_MINUTES * MINUTE),
            most: WAITING,
            most_of_network: WAITING_OF_NETWORK,
        };
        if !self.store.hub_device_login_begin(&login, now).await? {
            return Err(HubError::LoginsMany);
        }
        let user_code = code.split_at_checked(CODE / 2).map(|(left, right)| format!("{left}-{right}"));
        Ok(DeviceLoginBegun { device_code, user_code: user_code.unwrap_or(code) })
    }

    /// The log-in of a code that somebody typed, for them to look at. A code that is none is counted.
    ///
    /// # Errors
    /// [`HubError::NoAccount`] without a session; [`HubError::Conflict`] for a code that is none, or none any more;
    /// [`HubError::Locked`] after many of them.
    pub async fn device_login_show(&self, caller: &Caller, code: &str) -> Result<DeviceLogin, HubError> {
        let (user, _) = caller.signed_in()?;
        let key = AttemptKey { hash: key_hash("device-code", &[&user.uuid.to_string()]), limit: TYPED };
        self.attempt_count(&[key]).await?;
        let found = self.store.hub_device_login_find(&code_read(code), self.now()).await?;
        let found = found.ok_or(HubError::Conflict(rolecall_store::HubRefusal::Unknown("log-in")))?;
        self.store.hub_attempt_clear(&[key]).await?;
        Ok(found)
    }

    /// Allows a log-in: its command line gets a token of the caller's, for so many days. Needs to have confirmed lately
    /// that it is them.
    ///
    /// # Errors
    /// As of [`Hub::device_login_show`]; [`HubError::NotRecent`]; [`HubError::ExpiryInvalid`].
    pub async fn device_login_allow(
        &self,
        caller: &Caller,
        code: &str,
        days: Option<i64>,
    ) -> Result<DeviceLogin, HubError> {
        let days = days.unwrap_or(TOKEN_DAYS);
        if !(1..=TOKEN_DAYS_MOST).contains(&days) {
            return Err(HubError::ExpiryInvalid);
        }
        caller.signed_in()?;
        caller.needs_recent(self.now())?;
        self.decide(caller, code, Some(days)).await
    }

    /// Refuses a log-in.
    ///
    /// # Errors
    /// As of [`Hub::device_login_show`].
    pub async fn device_login_refuse(&self, caller: &Caller, code: &str) -> Result<DeviceLogin, HubError> {
        self.decide(caller, code, None).await
    }

    async fn decide(&self, caller: &Caller, code: &str, days: Option<i64>) -> Result<DeviceLogin, HubError> {
        // It counts codes that are none.
        self.device_login_show(caller, code).await?;
        let (user, _) = caller.signed_in()?;
        let act = caller.act(self.now());
        Ok(self.store.hub_device_login_decide(&code_read(code), user.uuid, days, &act).await?)
    }

    /// What became of a log-in, for its command line. What was decided is told once.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn device_login_poll(
        &self,
        device_code: &SecretString,
        peer: &Peer,
    ) -> Result<DeviceLoginState, HubError> {
        let secret = secret_new()?;
        let token = DeviceToken { hash: token_hash(&secret), role: DEVICE_LOGIN_ROLE, name: token_name };
        let (caller, device) = (Caller::nobody(peer.clone()), token_hash(device_code));
        let act = HubAct { how: "login", ..caller.act(self.now()) };
        let polled = self.store.hub_device_login_poll(&device, DEVICE_LOGIN_EVERY, &token, &act).await?;
        Ok(match polled {
            DeviceLoginPoll::Waiting => DeviceLoginState::Waiting,
            DeviceLoginPoll::TooSoon => DeviceLoginState::TooSoon,
            DeviceLoginPoll::Refused => DeviceLoginState::Refused,
            DeviceLoginPoll::Gone => DeviceLoginState::Gone,
            DeviceLoginPoll::Token(made) => {
                let (user, token) = *made;
                DeviceLoginState::Allowed(Box::new((user, TokenMade { secret, token })))
            }
        })
    }
}

/// What the token of a machine is called.
fn token_name(machine: &str) -> String {
    format!("rolecall login: {machine}")
}

/// A new code, each letter as likely as any other.
fn code_new() -> Result<String, HubError> {
    let mut code = String::with_capacity(CODE);
    while code.len() < CODE {
        let bytes = random::<16>()?;
        // Those above are left out, because they would make some letters likelier.
        let even = bytes.iter().filter(|byte| usize::from(**byte) < 256 / LETTERS.len() * LETTERS.len());
        let letters = even.filter_map(|byte| LETTERS.get(usize::from(*byte) % LETTERS.len()));
        code.extend(letters.take(CODE - code.len()).map(|letter| char::from(*letter)));
    }
    Ok(code)
}

fn code_hash(code: &str) -> TokenHash {
    key_hash("device-login-code", &[code])
}

/// The digest of a code as somebody typed it: with or without the hyphen, in large or small letters.
fn code_read(typed: &str) -> TokenHash {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).take(2 * CODE);
    code_hash(&letters.collect::<String>().to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = code_new().unwrap();
        assert!(code.len() == CODE && code.bytes().all(|letter| LETTERS.contains(&letter)), "{code}");
        let (left, right) = code.split_at(4);
        for typed in [code.clone(), format!("{left}-{right}"), format!(" {left} {right}\n"), code.to_lowercase()] {
            assert_eq!(code_read(&typed), code_hash(&code), "{typed}");
        }
        assert_ne!(code_read(""), code_hash(&code));
        assert_ne!(code_read(&"B".repeat(100_000)), code_hash(&"B".repeat(CODE)));
    }

    #[test]
    fn every_letter_occurs() {
        let all: BTreeSet<char> = (0..200).flat_map(|_| code_new().unwrap().chars().collect::<Vec<_>>()).collect();
        assert_eq!(all.len(), LETTERS.len());
    }
}
