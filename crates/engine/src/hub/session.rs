//! Sessions: how they are opened by their token, and how they end.

use std::time::Duration;

use rolecall_model::Timestamp;
use rolecall_store::{NewSession, SessionRefusal, StoreError};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::name::is_unprintable;
use super::presented::is_same_program;
use super::secret::{token_hash, token_new};
use super::{Caller, How, Hub, HubError, Peer, Permission, Session, User};

/// Hours after which a session that is not used ends.
pub const SESSION_IDLE_HOURS: i64 = 8;

/// Days after which a session ends, however much it is used.
pub const SESSION_DAYS: i64 = 7;

/// Minutes for which somebody who proved that it is them need not do so again before dangerous actions.
pub const SESSION_RECENT_MINUTES: i64 = 15;

/// The same in seconds.
pub(super) const SESSION_RECENT: i64 = SESSION_RECENT_MINUTES * 60;

/// Seconds after which it is noted again that a session or a token is used.
pub(super) const TOUCH_EVERY: i64 = 60;

/// How long somebody waits for that to be noted, when the database is busy with something else.
const PATIENCE: Duration = Duration::from_secs(2);

/// The most characters that are kept of what a client calls itself.
const AGENT_MOST: usize = 200;

/// Somebody who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// What opens the session, shown once: it goes into a cookie.
    pub token: SecretString,
    /// The session.
    pub session: Session,
    /// Who they are, for whatever they ask next.
    pub caller: Caller,
}

/// What forms of a session carry, so that no other page can send them: worked out from the session's token, and kept
/// nowhere.
#[must_use]
pub fn csrf_token(session_token: &SecretString) -> SecretString {
    let key = blake3::derive_key("rolecall hub form token 1", session_token.expose_secret().as_bytes());
    SecretString::from(blake3::keyed_hash(&key, b"form").to_hex().as_str())
}

/// That a form belongs to the session. Takes the same time whatever is given.
///
/// # Errors
/// [`HubError::FormStale`].
pub fn csrf_check(session_token: &SecretString, given: &SecretString) -> Result<(), HubError> {
    let own = csrf_token(session_token);
    // Digests of both are compared, which takes the same time wherever they differ.
    let digest = |text: &SecretString| blake3::hash(text.expose_secret().as_bytes());
    if digest(&own) == digest(given) { Ok(()) } else { Err(HubError::FormStale) }
}

impl Hub {
    /// Who holds the session of this token. Notes that it is used, at most once a minute. That one is presented which has
    /// ended, or by another program than it was begun with, is recorded; the latter ends it.
    ///
    /// # Errors
    /// [`HubError::NotSignedIn`] when there is none, it has ended, its account is disabled, or another program presents it.
    pub async fn session_resume(&self, token: &SecretString, peer: &Peer) -> Result<Caller, HubError> {
        let now = self.now();
        let used_since = used_since(now);
        let Some((user, session)) = self.store.hub_session_find(&token_hash(token), used_since, now).await? else {
            return Err(self.session_refused(token, SessionRefusal::Over { used_since }, peer).await);
        };
        if !is_same_program(session.agent.as_deref(), peer.agent.as_deref()) {
            return Err(self.session_refused(token, SessionRefusal::OtherProgram, peer).await);
        }
        if session.seen_at.plus_seconds(TOUCH_EVERY).0 <= now.0 {
            noted(self.store.hub_session_touch(session.uuid, now)).await;
        }
        let how = How::Session { session: session.uuid, confirmed_at: session.confirmed_at };
        Ok(Caller::of(Some(user), how, peer.clone()))
    }

    /// Ends the caller's own session.
    ///
    /// # Errors
    /// [`HubError::NoAccount`] without a session.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), HubError> {
        let (user, session) = caller.signed_in()?;
        self.store.hub_session_end(user.uuid, Some(session), &caller.act(self.now())).await?;
        Ok(())
    }

    /// The sessions of an account, the last used first: one's own, or another's for whoever may administer.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Conflict`] for an unknown account.
    pub async fn sessions(&self, caller: &Caller, user: Uuid) -> Result<Vec<Session>, HubError> {
        caller.needs_own_or(user, &[Permission::Administer])?;
        let now = self.now();
        let user = self.store.hub_user(user).await?;
        Ok(self.store.hub_session_list(user.id, used_since(now), now).await?)
    }

    /// Ends a session: one's own, or another's for whoever may administer.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Conflict`] for an unknown account or session.
    pub async fn session_end(&self, caller: &Caller, user: Uuid, session: Uuid) -> Result<(), HubError> {
        caller.needs_own_or(user, &[Permission::Administer])?;
        self.store.hub_session_end(user, Some(session), &caller.act(self.now())).await?;
        Ok(())
    }

    /// Ends every session of an account but the caller's own, and says how many they were.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Conflict`] for an unknown account.
    pub async fn sessions_end(&self, caller: &Caller, user: Uuid) -> Result<u64, HubError> {
        caller.needs_own_or(user, &[Permission::Administer])?;
        Ok(self.store.hub_session_end(user, None, &caller.act(self.now())).await?)
    }
}

impl SignedIn {
    pub(super) fn of(token: SecretString, user: User, session: Session, peer: &Peer) -> Self {
        let how = How::Session { session: session.uuid, confirmed_at: session.confirmed_at };
        let caller = Caller::of(Some(user), how, peer.clone());
        Self { token, session, caller }
    }
}

impl Hub {
    /// A session for whoever asks, and what opens it.
    pub(super) fn session_new(&self, caller: &Caller) -> Result<(SecretString, NewSession), HubError> {
        let token = token_new()?;
        let session = NewSession {
            hash: token_hash(&token),
            expires_at: self.now().plus_seconds(SESSION_DAYS * 24 * 3600),
            address: caller.address().map(str::to_owned),
            agent: caller.peer.agent.as_deref().map(agent_short),
        };
        Ok((token, session))
    }
}

/// Sessions that were not used since this moment have ended.
fn used_since(now: Timestamp) -> Timestamp {
    now.plus_seconds(-SESSION_IDLE_HOURS * 3600)
}

pub(super) fn agent_short(agent: &str) -> String {
    agent.chars().filter(|letter| !is_unprintable(*letter)).take(AGENT_MOST).collect()
}

/// Whether it is time to note again that something is used.
pub(crate) fn is_touch_due(used_at: Option<Timestamp>, now: Timestamp) -> bool {
    used_at.is_none_or(|used| used.plus_seconds(TOUCH_EVERY).0 <= now.0)
}

/// Notes something that nobody has to wait for. If it fails it is noted the next time.
pub(crate) async fn noted(note: impl Future<Output = Result<(), StoreError>>) {
    match tokio::time::timeout(PATIENCE, note).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "what is used was not noted"),
        Err(_) => tracing::debug!("what is used was not noted: the database is busy"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_belongs_to_one_session() {
        let (one, other) = (token_new().unwrap(), token_new().unwrap());
        assert!(csrf_check(&one, &csrf_token(&one)).is_ok());
        for given in [csrf_token(&other), SecretString::from(""), one.clone()] {
            assert!(matches!(csrf_check(&one, &given), Err(HubError::FormStale)));
        }
    }

    #[test]
    fn what_a_client_calls_itself_is_kept_short_and_in_one_line() {
        assert_eq!(agent_short("Mozilla/5.0\r\nX: y"), "Mozilla/5.0X: y");
        assert_eq!(agent_short(&"ä".repeat(500)).chars().count(), 200);
    }
}
