//! Who asks, from where, and what they may do.

use std::net::IpAddr;

use rolecall_model::Timestamp;
use rolecall_store::HubAct;
use uuid::Uuid;

use super::session::SESSION_RECENT;
use super::{HubError, Permission, Role, User};

/// Where somebody asks from. Nothing of it is proof of anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// The client's address, as far as a trusted proxy or the connection tells.
    pub address: Option<IpAddr>,
    /// What the client calls itself; kept shortened.
    pub agent: Option<String>,
}

/// How somebody showed who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// Not at all.
    Nobody,
    /// By signing in.
    Session {
        /// Which session.
        session: Uuid,
        /// When they last gave a password, a second factor or a provider's word.
        confirmed_at: Timestamp,
    },
    /// By an API token.
    Token {
        /// Which token.
        token: Uuid,
        /// What the token may do at most.
        role: Role,
    },
    /// By having the database: at a terminal of the machine, under this name.
    Terminal(String),
    /// It is the program itself.
    Program,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub(super) user: Option<User>,
    pub(super) how: How,
    pub(super) peer: Peer,
    address: Option<String>,
}

impl Caller {
    /// Somebody who has not signed in.
    #[must_use]
    pub fn nobody(peer: Peer) -> Self {
        Self::of(None, How::Nobody, peer)
    }

    pub(super) fn of(user: Option<User>, how: How, peer: Peer) -> Self {
        let address = peer.address.map(|address| address.to_canonical().to_string());
        Self { user, how, peer, address }
    }

    /// Whoever has the database itself, and so may do everything: `actor` is their name on the machine.
    #[must_use]
    pub fn terminal(actor: &str) -> Self {
        Self::of(None, How::Terminal(actor.to_owned()), Peer::default())
    }

    /// The program, by itself.
    #[must_use]
    pub fn program() -> Self {
        Self::of(None, How::Program, Peer::default())
    }

    /// The account, if there is one.
    #[must_use]
    pub const fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// How they showed who they are.
    #[must_use]
    pub const fn how(&self) -> &How {
        &self.how
    }

    /// Where they ask from.
    #[must_use]
    pub const fn peer(&self) -> &Peer {
        &self.peer
    }

    /// The session, if they are signed in by one.
    #[must_use]
    pub const fn session(&self) -> Option<Uuid> {
        match &self.how {
            How::Session { session, .. } => Some(*session),
            _ => None,
        }
    }

    /// What records and decisions name them as; nothing for the program and for nobody.
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        match (&self.user, &self.how) {
            (Some(user), _) => Some(&user.name),
            (None, How::Terminal(actor)) => Some(actor),
            (None, _) => None,
        }
    }

    /// Whether they may do that. A token may do what both it and its owner may.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        let user = self.user.as_ref().is_some_and(|user| user.is_enabled() && user.role.may(permission));
        match &self.how {
            How::Nobody => false,
            How::Session { .. } => user,
            How::Token { role, .. } => user && role.may(permission),
            How::Terminal(_) | How::Program => true,
        }
    }

    /// That they may do that.
    ///
    /// # Errors
    /// [`HubError::NotSignedIn`] for nobody, [`HubError::Forbidden`] for others.
    pub fn needs(&self, permission: Permission) -> Result<(), HubError> {
        match self.how {
            _ if self.may(permission) => Ok(()),
            How::Nobody => Err(HubError::NotSignedIn),
            _ => Err(HubError::Forbidden { needs: permission }),
        }
    }

    /// Whether they proved lately that it is them: by a password or second factor in the last quarter of an hour. A token
    /// never did; whoever has the database need not.
    #[must_use]
    pub fn is_recent(&self, now: Timestamp) -> bool {
        match &self.how {
            How::Session { confirmed_at, .. } => now.0 < confirmed_at.plus_seconds(SESSION_RECENT).0,
            How::Terminal(_) | How::Program => true,
            How::Nobody | How::Token { .. } => false,
        }
    }

    /// That they proved lately that it is them, and are a person.
    pub(crate) fn needs_recent(&self, now: Timestamp) -> Result<(), HubError> {
        if self.is_recent(now) { Ok(()) } else { Err(HubError::NotRecent) }
    }

    /// The account and session of somebody who is signed in to one.
    pub(super) fn signed_in(&self) -> Result<(&User, Uuid), HubError> {
        match (&self.user, &self.how) {
            (Some(user), How::Session { session, .. }) => Ok((user, *session)),
            (_, How::Nobody) => Err(HubError::NotSignedIn),
            _ => Err(HubError::NoAccount),
        }
    }

    /// The account of somebody who has one, by a session or a token.
    pub(super) fn account(&self) -> Result<&User, HubError> {
        match (&self.user, &self.how) {
            (Some(user), _) => Ok(user),
            (None, How::Nobody) => Err(HubError::NotSignedIn),
            (None, _) => Err(HubError::NoAccount),
        }
    }

    /// That an account is the caller's own, or that they may do this with anybody's.
    pub(super) fn needs_own_or(&self, user: Uuid, others: &[Permission]) -> Result<(), HubError> {
        let is_own = self.user.as_ref().is_some_and(|own| own.uuid == user);
        if is_own || others.iter().any(|permission| self.may(*permission)) {
            return Ok(());
        }
        self.needs(others.first().copied().unwrap_or(Permission::Administer))
    }

    /// How this is written down.
    pub(crate) fn act(&self, now: Timestamp) -> HubAct<'_> {
        let how = match self.how {
            How::Nobody => "nobody",
            How::Session { .. } => "session",
            How::Token { .. } => "token",
            How::Terminal(_) => "terminal",
            How::Program => "program",
        };
        HubAct { actor: self.actor(), how, address: self.address.as_deref(), session: self.session(), now }
    }

    /// The address, as it is written down.
    pub(super) fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }
}
