//! Connectors: how each kind of source is read.
//!
//! A connector type is one module here. It declares its resource types, listings, access rules and graph view as
//! values ([`rolecall_model::ConnectorDeclaration`]) and knows how to read one listing at a time. It keeps no state
//! about syncs, decides nothing about removals and never writes: `engine` drives it.
//!
//! *Architecture Invariant* 6, reading cannot write: a connector reaches the network only through
//! [`rolecall_http::Client`], which sends nothing but the request templates the connector declares.

mod address;
pub mod attestation;
pub mod cloudsmith;
mod connector;
mod examination;
mod failure;
mod network;
pub mod npm;
pub mod owner_list;
mod person;
pub mod roster;
mod token;
mod token_place;
mod transcript;

pub use address::{AddressError, address_parse};
pub use connector::{Connector, ReadError, ReadRequest};
pub use examination::{Check, CheckState, Examination, ExaminationOptions, Examine, RequestNote, Trouble};
pub use network::Network;
pub use npm::source_repository;
pub use person::{Person, Wanted};
pub use token::{FoundToken, OwnToken, TokenDeclaration, TokenError, TokenShape, TokenSurroundings};
pub use token_place::{OwnPlace, TokenPlace};
pub use transcript::{Pseudonyms, Recorder, Transcript};

use rolecall_http::RequestTemplate;
use rolecall_model::ConnectorDeclaration;

/// A connector type: what it declares, and what it asks of the network and of the person who configures it.
#[derive(Debug)]
pub struct ConnectorType {
    /// Resource types, listings, access rules and graph view.
    pub declaration: &'static ConnectorDeclaration,
    /// The only requests that its connectors send.
    pub requests: &'static [RequestTemplate],
    /// Which of them are sent by what, and what for.
    pub request_list: fn() -> Vec<RequestNote>,
    /// The credential it needs, in words.
    pub credential: &'static str,
    /// Where its tokens are found, and what they look like.
    pub tokens: &'static TokenDeclaration,
}

/// Every connector type that is read over the network. A roster is brought, and read from nowhere.
pub static TYPES: &[&ConnectorType] = &[&npm::TYPE, &cloudsmith::TYPE];

/// What every connector type this build knows declares.
pub const DECLARATIONS: &[&ConnectorDeclaration] =
    &[&npm::DECLARATION, &cloudsmith::DECLARATION, &roster::DECLARATION, &roster::SCIM];

/// Whether what such a connector lists is brought to it, so that nothing can be asked of anybody.
#[must_use]
pub fn is_brought(name: &str) -> bool {
    declaration(name).is_some() && TYPES.iter().all(|known| known.declaration.name != name)
}

/// The declaration of the connector type `name`.
#[must_use]
pub fn declaration(name: &str) -> Option<&'static ConnectorDeclaration> {
    DECLARATIONS.iter().copied().find(|declaration| declaration.name == name)
}
