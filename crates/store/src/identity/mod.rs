//! Whose accounts are: what people decided, what was known since when, and how accounts are matched.
//!
//! Nothing is worked out here: `rolecall_model::person` says what follows, and this is where it is kept.

mod erase;
mod link;
mod pin;
mod seen;
mod setting;

pub use erase::PersonErasure;
pub use link::{IdentityLinkRow, LinkWrite};
pub use pin::{AccountNamed, IdentityPin, IdentityRefusal};

pub(crate) use erase::identities_erase;
