//! Where runners sign in and ask what to do: a page of the protocol that connectors of baton's world speak.
//!
//! | question | module |
//! |---|---|
//! | how does a runner prove who it is? | `token` |
//! | who may call the methods, and how is it told that somebody may not? | `calls` |
//!
//! What the protocol says and what that means is `engine`'s: here are its addresses, behind the same guard as all others.

mod calls;
mod token;

use rolecall_engine::runner::{SERVICE, TOKEN_PATH};

pub(crate) use calls::{opened, render};

use crate::route::Route;

/// Every address for runners.
pub(crate) fn routes() -> Vec<Route> {
    [token::routes(), calls::routes()].concat()
}

/// Whether a path is one of theirs. What they show is no cookie that a strange page could use, and they may know the hub
/// by another name than people do.
pub(crate) fn is_of_runners(path: &str) -> bool {
    path == TOKEN_PATH || is_call(path)
}

/// Whether it is a method of the service, also one that there is not.
pub(crate) fn is_call(path: &str) -> bool {
    path.strip_prefix('/').and_then(|path| path.strip_prefix(SERVICE)).is_some_and(|rest| rest.starts_with('/'))
}
