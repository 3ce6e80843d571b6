//! Questions: who can do what, what may an account do, who is in a group, what changed, how is everything, and whatever
//! else is asked in J1QL.

pub(super) mod access;
pub(super) mod answer;
pub(super) mod changes;
pub(super) mod diff;
pub(super) mod findings;
pub(super) mod group;
pub(super) mod query;
pub(super) mod questions;
pub(super) mod status;
pub(super) mod who_can;

use rolecall_engine::query::QueryScope;

use super::input::past_of;
use crate::error::WebError;
use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    [
        access::routes(),
        changes::routes(),
        diff::routes(),
        findings::routes(),
        group::routes(),
        query::routes(),
        questions::routes(),
        status::routes(),
        who_can::routes(),
    ]
    .concat()
}

/// Of when and what a question is.
pub(crate) fn scope(as_of: Option<&str>, connector: Option<String>) -> Result<QueryScope, WebError> {
    Ok(QueryScope { connector, as_of: past_of(as_of)?, ..QueryScope::default() })
}
