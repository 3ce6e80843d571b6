//! *Endpoints*: where rules tell what they find.
//!
//! Everybody may see which there are and whether they work. Adding and changing them is for administrators: endpoints hold
//! secrets, and decide where what is found goes.
//!
//! | question | file |
//! |---|---|
//! | which are there, and how are they? | `list.rs` |
//! | how is one added and changed? | `edit.rs` |
//! | what is done about one? | `act.rs` |

mod act;
mod edit;
mod list;

use rolecall_engine::alerting::{EndpointError, EndpointKind, EndpointRow};

use crate::error::WebError;
use crate::guard::Signed;
use crate::page::Frame;
use crate::route::Route;
use crate::text::sentence;

const HERE: &str = "/endpoints";

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), edit::routes(), act::routes()].concat()
}

fn path(id: impl std::fmt::Display) -> String {
    format!("{HERE}/{id}")
}

/// A part of *Rules*, which the navigation shows.
fn frame(signed: &Signed, title: &str, said: Option<&str>) -> Frame {
    Frame::new(signed, title, super::rules::HERE).said(said)
}

/// What people call a kind.
fn kind_title(word: impl AsRef<str>) -> &'static str {
    EndpointKind::read(word.as_ref()).map_or("another kind", EndpointKind::title)
}

/// Kinds that a page sets up: those that do not write on the hub's machine.
fn kinds() -> impl Iterator<Item = EndpointKind> {
    EndpointKind::ALL.into_iter().filter(|kind| !is_local(*kind))
}

const fn is_local(kind: EndpointKind) -> bool {
    matches!(kind, EndpointKind::File | EndpointKind::Syslog)
}

/// How an endpoint is: in a word, and its colour.
fn state(row: &EndpointRow) -> (&'static str, &'static str) {
    match (&row.disabled, &row.failing_since) {
        (Some(_), _) => ("Disabled", "still"),
        (None, Some(_)) => ("Failing", "bad"),
        (None, None) => ("Ready", "good"),
    }
}

/// Why something was not done with an endpoint.
fn refused(error: EndpointError) -> WebError {
    let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    match error {
        EndpointError::Unknown(_) => WebError::not_found("endpoint"),
        EndpointError::Store(error) => WebError::from_store(&error),
        other => WebError::new(status, "endpoint", sentence(other.to_string())),
    }
}
