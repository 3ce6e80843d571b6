//! Delivery: how one message of a line reaches a place outside, and what is said when it does not.
//!
//! *Architecture Invariant*: an address may hold a secret, as those of many webhooks do, so that a [`Destination`] prints
//! its host at most.

mod destination;
mod error;
mod file;
mod message;
mod syslog;

pub use destination::Destination;
pub use error::DeliveryError;
pub use message::Message;
pub use rolecall_http::Reach;
