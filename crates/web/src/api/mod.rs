//! The interface for programs: JSON below `/api/v1`, described by an OpenAPI document.
//!
//! | question | module |
//! |---|---|
//! | what is asked? | `input` |
//! | what is told, and in which form? | `shape`, `list`, `reply` |
//! | what is said when it is not done? | `problem` |
//! | which addresses are there? | `me`, `notices`, `connector_types`, `connectors`, `purges`, `jobs`, `audit`, `users`, `ask`, `findings`, `rules`, `reviews`, `endpoints`, `deliveries`, `events`, `commands`, `logins` |
//! | how is all of it described? | `document` |

mod ask;
mod audit;
mod commands;
mod connector_types;
mod connectors;
mod deliveries;
pub(crate) mod document;
mod endpoints;
mod events;
mod findings;
mod input;
mod jobs;
mod list;
mod logins;
mod me;
mod notices;
mod problem;
mod purges;
mod reply;
mod reviews;
mod role;
mod rules;
mod shape;
mod users;

use axum::response::Response;

use crate::error::WebError;
use crate::route::Route;
pub(crate) use ask::changes::{After, MOST as CHANGES_MOST, about_of, kind_of};
pub(crate) use ask::diff::of as diff_of;
pub(crate) use ask::findings::of as findings_of;
pub(crate) use ask::query::told as query_told;
pub(crate) use ask::scope as query_scope;
pub(crate) use commands::Commands;
pub(crate) use input::moment_of;

pub(crate) type ApiAnswer = Result<Response, WebError>;

/// Every address for programs.
pub(crate) fn routes() -> Vec<Route> {
    [
        ask::routes(),
        audit::routes(),
        commands::routes(),
        connector_types::routes(),
        connectors::routes(),
        deliveries::routes(),
        document::routes(),
        endpoints::routes(),
        events::routes(),
        findings::routes(),
        jobs::routes(),
        logins::routes(),
        me::routes(),
        notices::routes(),
        purges::routes(),
        reviews::routes(),
        rules::routes(),
        users::routes(),
    ]
    .concat()
}
