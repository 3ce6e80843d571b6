//! Writing a campaign down, as long as nobody was asked.

use rolecall_store::{Decision, ReviewWrite, Store, StoredReview};

use super::{ReviewDefinition, ReviewError};
use crate::Context;

/// Of a campaign that a person writes.
pub(super) const BY_PERSON: &str = "person";

/// Writes a campaign as a draft.
///
/// # Errors
/// When it cannot be what is written, another is called so, or the database cannot be written.
pub async fn review_create(
    context: &Context,
    name: &str,
    definition: &ReviewDefinition,
    actor: &str,
) -> Result<StoredReview, ReviewError> {
    definition.check(name)?;
    taken_check(&context.store, name).await?;
    let definition = with_owner(definition, actor);
    let write = ReviewWrite { name: name.to_owned(), definition: definition.json(), origin: BY_PERSON.to_owned() };
    Ok(context.store.review_create(&write, actor, context.now()).await?)
}

/// Changes a campaign that nobody was asked about yet, and its name. What was staged of it is taken back.
///
/// # Errors
/// When it cannot be what is written, it runs already, or the database cannot be written.
pub async fn review_revise(
    context: &Context,
    review: &str,
    version: Option<i64>,
    (name, definition): (&str, &ReviewDefinition),
    decision: &Decision,
) -> Result<StoredReview, ReviewError> {
    let known = review_known(&context.store, review).await?;
    definition.check(name)?;
    if known.name != name {
        taken_check(&context.store, name).await?;
    }
    let write = ReviewWrite { name: name.to_owned(), definition: definition.json(), origin: known.origin.clone() };
    let version = version.unwrap_or(known.version);
    Ok(context.store.review_change(known.uuid, version, &write, decision, context.now()).await?)
}

/// Whoever writes a campaign runs it, unless they name somebody else.
fn with_owner(definition: &ReviewDefinition, actor: &str) -> ReviewDefinition {
    let mut definition = definition.clone();
    if definition.owner.trim().is_empty() {
        // As a key: a name at a terminal is nobody's in any directory.
        definition.owner = rolecall_model::review::ReviewerKey::user(actor).to_string();
    }
    definition
}

async fn taken_check(store: &Store, name: &str) -> Result<(), ReviewError> {
    match store.review_named(name).await? {
        Some(known) if known.name == name => {
            Err(ReviewError::wrong("name", format!("there is a review called {name:?} already")))
        }
        _ => Ok(()),
    }
}

/// The campaign with this name or id.
pub(crate) async fn review_known(store: &Store, name: &str) -> Result<StoredReview, ReviewError> {
    store.review_named(name).await?.ok_or_else(|| ReviewError::unknown("review", name))
}
