//! The connector that a use-case is about, and where its secrets are.

use rolecall_store::{Connector, NewConnector, StoreError, Vault};
use uuid::Uuid;

use super::{ConnectorCatalog, ConnectorsError, FieldError, Taken, field};
use crate::{Context, connector_title};

/// The connector with this id, which is not removed.
pub(super) async fn connector_known(context: &Context, uuid: Uuid) -> Result<Connector, ConnectorsError> {
    let found = connector_any(context, uuid).await?;
    if found.removed_at.is_some() { Err(ConnectorsError::Unknown { what: "connector" }) } else { Ok(found) }
}

/// The connector with this id, removed or not.
pub(super) async fn connector_any(context: &Context, uuid: Uuid) -> Result<Connector, ConnectorsError> {
    context.store.connector_of_uuid(uuid).await?.ok_or(ConnectorsError::Unknown { what: "connector" })
}

/// The secrets of the database.
pub(super) fn vault(context: &Context, catalog: &dyn ConnectorCatalog) -> Result<Vault, ConnectorsError> {
    let place = catalog.key_place(context.store.address());
    let place = place.map_err(|why| ConnectorsError::refused("key-place", why, None))?;
    Ok(context.store.vault(place))
}

/// Whether another active connector than `own` reads what this configuration reads.
pub(super) async fn taken_check(
    context: &Context,
    config: &NewConnector,
    own: Option<&Connector>,
) -> Result<(), ConnectorsError> {
    let all = context.store.connector_list().await?;
    let is_other = |other: &&Connector| {
        other.is_active() && other.reads_same_as(config) && own.is_none_or(|own| own.id != other.id)
    };
    match all.iter().find(is_other) {
        None => Ok(()),
        Some(other) => {
            Err(Taken { other: other.uuid, other_title: connector_title(other), organization: config.root.clone() }
                .into())
        }
    }
}

/// A credential belongs to the host it was given for: one that is known already is never taken to another, or whoever may
/// change an address could have it sent to their own.
pub(super) fn secret_stays(known: &Connector, config: &NewConnector, is_new: bool) -> Result<(), ConnectorsError> {
    if is_new || known.reads_same_as(config) {
        return Ok(());
    }
    let error =
        FieldError::new(field::SECRET, "has to be given again: it is not sent to another host than it was given for");
    Err(ConnectorsError::Fields(vec![error]))
}

/// Whether a change was refused because something did not hold any more.
pub(super) const fn is_conflict(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict(_))
}
