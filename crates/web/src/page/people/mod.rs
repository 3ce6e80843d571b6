//! *People*: who is in the directories, which accounts are theirs, and what they can do with them.
//!
//! | question | file |
//! |---|---|
//! | who is there? | `list.rs` |
//! | what can one person do, with all their accounts? | `person.rs` |
//! | whose is each account, and why? | `accounts.rs` |
//! | whose is this one? | `case.rs` |
//! | which rows of a list does somebody want? | `wish.rs` |
//! | what did people state of two-factor authentication? | `attestations.rs` |

mod accounts;
mod attestations;
mod case;
mod list;
mod person;
mod wish;

use rolecall_engine::people::Identities;
use rolecall_engine::query::QueryScope;
use rolecall_model::person::{Employment, PersonKey};

use super::encoded;
use crate::error::WebError;
use crate::route::Route;
use crate::site::Site;
use crate::world::{Asked, of_one_moment};

const HERE: &str = "/people";

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), person::routes(), accounts::routes(), case::routes(), attestations::routes()].concat()
}

/// Whose accounts are, now.
fn identities(world: &Asked) -> Result<Identities, WebError> {
    world.wait(Identities::load(&world.context.store, world.view()?))
}

/// What is asked of that.
async fn asked<T: Send + 'static>(
    site: &Site,
    work: impl FnOnce(&Identities) -> T + Send + 'static,
) -> Result<T, WebError> {
    let work = |world: Asked| Ok(work(&identities(&world)?));
    site.graphs().ask(QueryScope::default(), of_one_moment(), work).await
}

/// Where somebody is shown.
pub(in crate::page) fn person_path(key: &PersonKey) -> String {
    format!("{HERE}/person?key={}", encoded(key.as_str()))
}

/// What people call an employment, and its colour.
fn employment(employment: impl std::borrow::Borrow<Employment>) -> (&'static str, &'static str) {
    match employment.borrow() {
        Employment::Active => ("works here", "good"),
        Employment::OnLeave => ("on leave", "still"),
        Employment::Departed => ("left", "bad"),
        Employment::Unknown => ("not known", "still"),
    }
}
