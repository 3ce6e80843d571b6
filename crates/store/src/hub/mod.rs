//! The people who use the hub: accounts, how they sign in, their sessions, tokens and notices.
//!
//! Only rows and what must hold of them whoever asks: there is always an enabled administrator once there was one, a link
//! and a code work once, nothing outlives the account it belongs to. Passwords arrive hashed and tokens as digests; who
//! may do what is asked by `engine`.

mod act;
mod attempt;
mod change;
mod code;
mod device_login;
mod erase;
mod identity;
mod join;
mod link;
mod login;
mod notice;
mod presented;
mod refusal;
mod role;
mod session;
mod sign_in;
mod token;
mod user;

pub use act::HubAct;
pub use attempt::{AttemptKey, AttemptLimit, Attempted, FailedAttempt};
pub use change::UserChange;
pub use device_login::{DeviceLogin, DeviceLoginPoll, DeviceToken, NewDeviceLogin};
pub use identity::Identity;
pub use join::{Entry, NewUser};
pub use link::{Link, LinkKind, NewLink};
pub use login::StoredLogin;
pub use notice::{Audience, NewNotice, Notice};
pub use presented::{SessionRefusal, UnknownCredential};
pub use refusal::HubRefusal;
pub use role::{Permission, Role};
pub use session::{NewSession, Session};
pub use sign_in::{Credentials, Proof, SignInWrite};
pub use token::{ApiToken, NewApiToken};
pub use user::{User, name_key};

pub(crate) use act::turn_take;
pub(crate) use code::{code_use, recovery_codes_put};
pub(crate) use erase::people_erase;
pub(crate) use session::sessions_end;
pub(crate) use user::user_by_id;

/// A SHA-256 digest of what opens something.
pub type TokenHash = [u8; 32];
