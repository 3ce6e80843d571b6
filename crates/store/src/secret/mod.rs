//! Secrets sealed at rest: what a connector's token becomes when it is to be kept here.
//!
//! *Architecture Invariant*: no secret is ever written in the clear, and none is shown. Whoever has the database has
//! nothing without the master key, which is not in it; a secret leaves this module only to be sent to its registry.

mod check;
mod endpoint;
mod envelope;
mod error;
mod hub_user;
mod key;
mod list;
mod place;
mod rotate;
mod row;
mod vault;

pub use check::SecretCheck;
pub use error::SecretError;
pub use key::{KeyId, MasterKey};
pub use list::Secret;
pub use place::KeyPlace;
pub use rotate::Rotation;
pub use vault::Vault;

pub(crate) use row::{connector_secret_delete, endpoint_secret_delete, hub_user_secret_delete};

/// The purpose of a connector's token.
pub const CONNECTOR_TOKEN: &str = "connector.token";

/// The purpose of the secret that an account's one-time codes are made from.
pub const SECOND_FACTOR: &str = "hub.second-factor";

/// The same while no code has confirmed it.
pub(crate) const SECOND_FACTOR_BEGUN: &str = "hub.second-factor.begun";

/// The purpose of what an endpoint is used with: a password, a token, a signing key.
pub const ENDPOINT_SECRET: &str = "endpoint.secret";
