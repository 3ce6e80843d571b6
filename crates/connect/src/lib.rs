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
pub mod baton;
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
    &[&npm::DECLARATION, &cloudsmith::DECLARATION, &roster::DECLARATION, &roster::SCIM, &baton::DECLARATION];

/// Whether what such a connector lists is brought to it, so that nothing can be asked of anybody.
#[must_use]
pub fn is_brought(name: &str) -> bool {
    declaration(name).is_some() && TYPES.iter().all(|known| known.declaration.name != name)
}

/// Whether such a connector lists people, and nothing that anybody can do.
#[must_use]
pub fn is_directory(name: &str) -> bool {
    [roster::DECLARATION.name, roster::SCIM.name].contains(&name)
}

/// What every connector of the type `name` declares. See [`declaration_of`].
#[must_use]
pub fn declaration(name: &str) -> Option<&'static ConnectorDeclaration> {
    DECLARATIONS.iter().copied().find(|declaration| declaration.name == name)
}

/// Among the settings of a connector of baton's world: what its source consists of.
pub const SHAPE: &str = "shape";

/// The declaration of one connector, whose settings may say what its source consists of.
#[must_use]
pub fn declaration_of(
    (connector_type, name): (&str, &str),
    settings: &serde_json::Value,
) -> Option<&'static ConnectorDeclaration> {
    let shape = settings.get(SHAPE).filter(|_| connector_type == baton::TYPE);
    match shape.and_then(|shape| serde_json::from_value(shape.clone()).ok()) {
        Some(shape) => Some(baton::declared(name, &shape)),
        None => declaration(connector_type),
    }
}
