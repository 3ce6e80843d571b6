//! The SCIM 2.0 server (RFC 7643, RFC 7644): identity providers push users and groups below `/scim/v2`.
//!
//! | question | module |
//! |---|---|
//! | which attributes are there, and of which kind? | `attribute` |
//! | what does the server say of itself? | `discovery` |
//! | which attribute does a text name? | `path` |
//! | which resources does a filter mean? | `filter` |
//! | what of a body is kept? | `document` |
//! | what does a PATCH make of a document? | `patch` |
//! | what is told of a resource? | `view`, and how much of it: `projection` |
//! | what is listed, and in which order? | `wish`, `listing` |
//! | which version is meant? | `etag` |
//! | how does a body come and go? | `body`, and an error: `error` |
//! | which addresses are there? | `resources`, `discovery`, `search` |
//!
//! **Architecture Invariant:** a client reaches nothing but its own directory, and nothing that it sends is trusted to be
//! of any shape: what is not understood is kept, ignored or refused in SCIM's own words, and never a failure of the hub.

mod attribute;
mod body;
mod discovery;
mod document;
mod error;
mod etag;
mod filter;
mod listing;
mod patch;
mod path;
mod projection;
mod resources;
mod search;
mod view;
mod wish;

pub(crate) use body::{MEDIA_TYPE, too_large};
pub(crate) use error::{refused, render};

use crate::route::Route;

/// Where everything of it is.
pub(crate) const BASE: &str = "/scim/v2";

/// The largest body that is taken, in bytes: a group of some ten thousand members.
pub(crate) const BODY_LIMIT: usize = 4 << 20;

/// Every address for identity providers.
pub(crate) fn routes() -> Vec<Route> {
    [discovery::routes(), resources::routes(), search::routes()].concat()
}
