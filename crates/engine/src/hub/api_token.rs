//! API tokens, for the command line and for programs.

use rolecall_store::{NewApiToken, TokenHash};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::account::LOOK;
use super::name::text_read;
use super::secret::{base62, token_hash, token_new};
use super::session::{TOUCH_EVERY, noted};
use super::{ApiToken, Caller, How, Hub, HubError, Peer, Permission, Role};

/// What tokens begin with, so that people and scanners know them.
const PREFIX: &str = "rolecall_";

/// What tokens of directories begin with. None of them is an API token, and no API token is one of them.
const DIRECTORY_PREFIX: &str = "rolecall_scim_";

/// What tokens begin with that runners show with their calls. They open nothing else, and nothing else opens what they do.
const RUNNER_PREFIX: &str = "rolecall_runner_";

/// Letters at the end of a token that follow from the others, so that a mistyped one is known without the database.
const CHECK: usize = 6;

/// Days that a token lasts unless somebody says otherwise.
pub const TOKEN_DAYS: i64 = 90;

/// Days that a token lasts at most.
pub const TOKEN_DAYS_MOST: i64 = 366;

/// A token to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// What it may do: no more than its owner.
    pub role: Role,
    /// How many days it lasts: [`TOKEN_DAYS`] where nothing is said, [`TOKEN_DAYS_MOST`] at most.
    pub days: Option<i64>,
}

/// A token that was just made.
#[derive(Debug)]
pub struct TokenMade {
    /// What programs send, shown once.
    pub secret: SecretString,
    /// What is kept of it.
    pub token: ApiToken,
}

impl Hub {
    /// Makes a token of one's own. Needs to have confirmed lately that it is them.
    ///
    /// # Errors
    /// [`HubError::NoAccount`], [`HubError::NotRecent`], [`HubError::RoleTooHigh`], [`HubError::ExpiryInvalid`],
    /// [`HubError::TextInvalid`].
    pub async fn token_add(&self, caller: &Caller, token: &NewToken) -> Result<TokenMade, HubError> {
        let (user, _) = caller.signed_in()?;
        let now = self.now();
        caller.needs_recent(now)?;
        let name = text_read("name of a token", &token.name)?;
        if !user.role.covers(token.role) {
            return Err(HubError::RoleTooHigh);
        }
        let days = token.days.unwrap_or(TOKEN_DAYS);
        if !(1..=TOKEN_DAYS_MOST).contains(&days) {
            return Err(HubError::ExpiryInvalid);
        }
        let secret = secret_new()?;
        let new = NewApiToken {
            name,
            role: token.role,
            hash: token_hash(&secret),
            expires_at: Some(now.plus_seconds(days * 24 * 3600)),
        };
        let token = self.store.hub_token_add(user.uuid, &new, &caller.act(now)).await?;
        Ok(TokenMade { secret, token })
    }

    /// The tokens of an account, newest first, revoked and expired ones too: one's own, or another's for whoever may
    /// administer or audit.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Conflict`] for an unknown account.
    pub async fn tokens(&self, caller: &Caller, user: Uuid) -> Result<Vec<ApiToken>, HubError> {
        caller.needs_own_or(user, LOOK)?;
        let user = self.store.hub_user(user).await?;
        Ok(self.store.hub_token_list(user.id).await?)
    }

    /// Revokes a token: one's own, or another's for whoever may administer.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Conflict`] for an unknown account or token, or one that is revoked.
    pub async fn token_revoke(&self, caller: &Caller, user: Uuid, token: Uuid) -> Result<(), HubError> {
        caller.needs_own_or(user, &[Permission::Administer])?;
        Ok(self.store.hub_token_revoke(user, token, &caller.act(self.now())).await?)
    }

    /// Who holds this token. Notes that it is used, at most once a minute, and records that what
    /// opens nothing is sent.
    ///
    /// # Errors
    /// [`HubError::NotSignedIn`] when it is none, was revoked, has expired, or its account is disabled.
    pub async fn token_resume(&self, secret: &SecretString, peer: &Peer) -> Result<Caller, HubError> {
        let now = self.now();
        let found = if is_token(secret.expose_secret()) {
            self.store.hub_token_find(&token_hash(secret), now).await?
        } else {
            None
        };
        let Some((user, token)) = found else { return Err(self.token_refused(secret, peer).await) };
        if token.used_at.is_none_or(|used| used.plus_seconds(TOUCH_EVERY).0 <= now.0) {
            noted(self.store.hub_token_touch(token.uuid, now)).await;
        }
        Ok(Caller::of(Some(user), How::Token { token: token.uuid, role: token.role }, peer.clone()))
    }
}

/// A new token: the prefix, 256 random bits, and the letters that check them.
pub(super) fn secret_new() -> Result<SecretString, HubError> {
    prefixed_new(PREFIX)
}

/// A new token with which an identity provider fills a directory, and the digest that is kept of it.
pub(crate) fn directory_token_new() -> Result<(SecretString, TokenHash), HubError> {
    let secret = prefixed_new(DIRECTORY_PREFIX)?;
    let hash = token_hash(&secret);
    Ok((secret, hash))
}

/// The digest of what can be the token of a directory.
pub(crate) fn directory_token_hash(secret: &SecretString) -> Option<TokenHash> {
    is_prefixed(secret.expose_secret(), DIRECTORY_PREFIX).then(|| token_hash(secret))
}

/// A new token for a runner, and the digest that is kept of it.
pub(crate) fn runner_token_new() -> Result<(SecretString, TokenHash), HubError> {
    let secret = prefixed_new(RUNNER_PREFIX)?;
    let hash = token_hash(&secret);
    Ok((secret, hash))
}

/// The digest of what can be the token of a runner.
pub(crate) fn runner_token_hash(secret: &SecretString) -> Option<TokenHash> {
    is_prefixed(secret.expose_secret(), RUNNER_PREFIX).then(|| token_hash(secret))
}

fn prefixed_new(prefix: &str) -> Result<SecretString, HubError> {
    let body = token_new()?;
    let text = Zeroizing::new(format!("{prefix}{}{}", body.expose_secret(), *check_of(body.expose_secret())));
    Ok(SecretString::from(text.as_str()))
}

/// Whether a text can be a token.
fn is_token(text: &str) -> bool {
    is_prefixed(text, PREFIX)
}

fn is_prefixed(text: &str, prefix: &str) -> bool {
    let Some(rest) = text.strip_prefix(prefix) else { return false };
    let split = rest.len().checked_sub(CHECK).and_then(|at| rest.split_at_checked(at));
    split.is_some_and(|(body, check)| *check_of(body) == check)
}

fn check_of(body: &str) -> Zeroizing<String> {
    let digest = Sha256::digest(body.as_bytes());
    base62(digest.get(..4).unwrap_or_default(), CHECK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_knows_itself_and_a_mistyped_one_is_none() {
        let token = secret_new().unwrap();
        let text = token.expose_secret();
        assert!(text.starts_with("rolecall_") && text.len() == 9 + 43 + 6 && is_token(text), "{text}");
        for at in 9..text.len() {
            let mut typed = text.to_owned().into_bytes();
            typed[at] = if typed[at] == b'a' { b'b' } else { b'a' };
            assert!(!is_token(std::str::from_utf8(&typed).unwrap()));
        }
        let (directory, hash) = directory_token_new().unwrap();
        assert!(!is_token(directory.expose_secret()) && directory_token_hash(&token).is_none());
        assert_eq!(directory_token_hash(&directory), Some(hash));
        for none in ["", "rolecall_", "rolecall_abc", "ghp_0123", "rolecall_ääää"] {
            assert!(!is_token(none), "{none}");
        }
    }
}
