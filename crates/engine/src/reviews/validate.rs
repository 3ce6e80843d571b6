//! Whether everybody and everything that a campaign names is there.

use rolecall_model::review::ReviewerSource;
use rolecall_store::Store;

use super::scope::Scoped;
use super::{ReviewDefinition, ReviewError, ReviewPeople, ScopeCount};
use crate::Context;
use crate::world::WorldView;

/// Says what a campaign would be about, without staging it.
///
/// # Errors
/// When it names what or who is not there, or the database cannot be read.
pub async fn review_validate(
    context: &Context,
    view: &WorldView,
    people: &ReviewPeople,
    definition: &ReviewDefinition,
) -> Result<ScopeCount, ReviewError> {
    people_check(people, definition)?;
    endpoint_check(&context.store, &definition.endpoint).await?;
    let scoped = Scoped::of(context, view, &definition.scope).await?;
    Ok(scoped.count(view))
}

/// Where nobody is called like a reviewer, all of theirs would fall to somebody else without a word.
fn people_check(people: &ReviewPeople, definition: &ReviewDefinition) -> Result<(), ReviewError> {
    let named = definition.sources().into_iter().filter_map(|source| match source {
        ReviewerSource::Named(who) => Some(("reviewers", who)),
        _ => None,
    });
    let last = [("fallback", definition.fallback.clone()), ("owner", definition.owner.clone())];
    let mut written = named.chain(last).filter(|(_, who)| !who.trim().is_empty());
    match written.find(|(_, who)| people.named(who).is_none()) {
        Some((field, who)) => {
            Err(ReviewError::wrong(field, format!("nobody, or more than one person, is called {who:?}")))
        }
        None => Ok(()),
    }
}

async fn endpoint_check(store: &Store, name: &str) -> Result<(), ReviewError> {
    if name.is_empty() || store.endpoint_list().await?.iter().any(|endpoint| endpoint.name == name) {
        return Ok(());
    }
    Err(ReviewError::wrong("endpoint", format!("no endpoint is called {name:?}")))
}
