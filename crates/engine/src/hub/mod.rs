//! The people who use the hub: how they come, sign in, prove it again, and what they may do.
//!
//! Every use-case is a method of [`Hub`] and is told who asks ([`Caller`]); it checks itself whether they may, whatever the
//! caller's caller checked before, and leaves a record with their name. Tokens and passwords are given once, as secrets that
//! do not print; only digests of them are kept.
//!
//! | question | module |
//! |---|---|
//! | who asks, and what may they do? | `caller` |
//! | how do the first administrator and everyone else come? | `link` |
//! | how does somebody sign in, and how often may they try? | `sign_in`, `attempt` |
//! | how long is somebody signed in? | `session` |
//! | what is presented and opens nothing? | `presented` |
//! | what is an account, and who changes it? | `account`, `name`, `password` |
//! | what is the second factor? | `second_factor`, `recovery` |
//! | how does a program sign in? | `api_token` |
//! | how does a command line sign in? | `device_login` |
//! | how does an identity provider's word become an account? | `identity`, `login` |
//! | what are people told without asking? | `notice` |

mod account;
mod api_token;
mod attempt;
mod caller;
mod common;
mod device_login;
mod error;
mod identity;
mod link;
mod login;
mod name;
mod notice;
mod password;
mod presented;
mod recovery;
mod second_factor;
mod secret;
mod session;
mod sign_in;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rolecall_model::Timestamp;
use rolecall_store::{KeyPlace, Store, Vault};
use tokio::sync::Semaphore;

use crate::Context;

pub use account::{ResetScope, UserDetails};
pub use api_token::{NewToken, TOKEN_DAYS, TOKEN_DAYS_MOST, TokenMade};
pub use caller::{Caller, How, Peer};
pub use device_login::{
    DEVICE_LOGIN_EVERY, DEVICE_LOGIN_MINUTES, DEVICE_LOGIN_ROLE, DeviceLoginBegun, DeviceLoginState,
};
pub use error::HubError;
pub use identity::{Claims, ExternalIdentity, GroupRole, IdentityPolicy};
pub use link::{INVITATION_DAYS, LinkMade, NewAccount, NewInvitation};
pub use login::{LOGIN_MINUTES, NewLogin, PendingLogin};
pub use password::{PASSWORD_LEAST, PASSWORD_MOST, PasswordCost, PasswordFlaw};
pub use second_factor::{Enrolment, RecoveryCodes};
pub use session::{SESSION_DAYS, SESSION_IDLE_HOURS, SESSION_RECENT_MINUTES, SignedIn, csrf_check, csrf_token};
pub use sign_in::SignIn;

pub(crate) use api_token::{directory_token_hash, directory_token_new, runner_token_hash, runner_token_new};
pub(crate) use name::text_read;
pub(crate) use secret::token_hash as secret_hash;
pub(crate) use session::{is_touch_due, noted};

pub use rolecall_store::{
    ApiToken, Audience, DeviceLogin, Identity, KeyPlace as SecretKeyPlace, Link, LinkKind, NewNotice, Notice,
    Permission, Role, Session, User,
};

/// The use-cases about people, over one database. Clones share everything.
#[derive(Clone, Debug)]
pub struct Hub {
    store: Store,
    vault: Vault,
    clock: fn() -> Timestamp,
    cost: PasswordCost,
    /// How many passwords are worked on at a time: each takes much memory.
    hashers: Arc<Semaphore>,
    /// What was presented lately and opened nothing.
    flood: Arc<presented::Flood>,
}

/// Passwords that are worked on at a time.
const HASHERS: usize = 4;

impl Hub {
    /// Over the database and the clock of a context; `key` is where the master key of sealed secrets is, which second
    /// factors are sealed with.
    #[must_use]
    pub fn new(context: &Context, key: KeyPlace) -> Self {
        Self {
            store: context.store.clone(),
            vault: context.store.vault(key),
            clock: context.clock,
            cost: PasswordCost::DEFAULT,
            hashers: Arc::new(Semaphore::new(HASHERS)),
            flood: Arc::default(),
        }
    }

    /// The same with another cost of passwords, as tests have that try thousands.
    #[must_use]
    pub fn with_password_cost(self, cost: PasswordCost) -> Self {
        Self { cost, ..self }
    }

    /// The database.
    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// What tells the time.
    pub(crate) const fn clock(&self) -> fn() -> Timestamp {
        self.clock
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }
}
