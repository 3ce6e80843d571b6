//! What people say of who answers for something.

use rolecall_model::Timestamp;
use rolecall_model::owner::Owner;
use rolecall_store::{Decision, Store, StoreError};

use super::{OwnedAnswer, OwnerBook};
use crate::name::NameError;
use crate::people::{Identities, PersonNameError};
use crate::world_load;

/// Why it was not written down who answers for something.
#[derive(Debug, thiserror::Error)]
pub enum OwnerNameError {
    /// The resource's or a team's name means nothing or too much.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A person's does.
    #[error(transparent)]
    Person(#[from] PersonNameError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Says who answers for something, in place of whoever was said before: people by id, address or whole name, and teams.
/// Returns who answers for it now.
///
/// # Errors
/// When a name means nothing or too much; or when the database fails.
pub async fn owner_set(
    store: &Store,
    resource: &str,
    (people, teams): (&[String], &[String]),
    decision: &Decision,
    now: Timestamp,
) -> Result<OwnedAnswer, OwnerNameError> {
    let view = world_load(store, None, None).await?;
    let identities = Identities::load(store, &view).await?;
    let node = view.resolve("resource", resource, |node| view.is_owned(node))?;
    let mut owners = Vec::new();
    for person in people {
        owners.push(Owner::Person(identities.person_named(person)?));
    }
    for team in teams {
        owners.push(view.owner_team(view.resolve("team", team, |node| view.is_team(node))?));
    }
    owners.sort();
    owners.dedup();
    store.owner_set(&view.owned_resources(node), &owners, decision, now).await?;
    Ok(OwnerBook::load(store, &view, &identities).await?.named(resource)?)
}

/// Takes back what was said, so that other sources count again. Returns who answers for it now; `None` where nobody had said
/// anything.
///
/// # Errors
/// When the name means nothing or too much; or when the database fails.
pub async fn owner_unset(
    store: &Store,
    resource: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<Option<OwnedAnswer>, OwnerNameError> {
    let view = world_load(store, None, None).await?;
    let identities = Identities::load(store, &view).await?;
    let node = view.resolve("resource", resource, |node| view.is_owned(node))?;
    if store.owner_unset(&view.owned_resources(node), decision, now).await? == 0 {
        return Ok(None);
    }
    Ok(Some(OwnerBook::load(store, &view, &identities).await?.named(resource)?))
}
