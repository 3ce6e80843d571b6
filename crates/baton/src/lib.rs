//! Baton's world: what connectors list, the files that hold it, and how connectors and hubs speak.
//!
//! | question | module |
//! |---|---|
//! | what does a connector list, in our words? | [`record`] |
//! | how is it written as protobuf and as JSON? | `message` |
//! | how is a `.c1z` file written and read? | [`c1z`] |
//! | what does a hub say to connectors that run elsewhere? | [`hub`] |
//! | what does a connector say of itself, and how does it answer calls? | [`connector`] |
//! | how does a connector serve a hub? | [`runner`] |
//!
//! Nothing here knows a registry or a database of ours. Facts about baton are those of `reference/baton.md`.

pub mod c1z;
pub mod connector;
pub mod hub;
mod message;
pub mod record;
pub mod runner;

pub use message::json::{entitlement_json, grant_json, resource_json, resource_type_json};
