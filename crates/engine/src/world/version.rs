//! What a loaded world is of, so that it is loaded anew only when that is another.

use rolecall_model::Timestamp;
use rolecall_store::{AttestationVersion, Connector, EntityTag, GraphVersion, Store, StoreError};

/// What the view of everything at the present, `now`, is made of. While it is the same, [`world_load`] hands out the same view.
///
/// # Errors
/// When the database cannot be read.
pub async fn world_version(store: &Store, now: Timestamp) -> Result<WorldVersion, StoreError> {
    let (links, attested) = (store.identity_link_noted_at().await?, store.attestation_version(now).await?);
    let (owners, tags) = (store.owner_version().await?, store.entity_tag_list().await?);
    let mut version = WorldVersion { connectors: Vec::new(), links, attested, owners, tags };
    for record in store.connector_list().await? {
        let graph = store.graph_version(record.id).await?;
        version.connectors.push((record, graph));
    }
    Ok(version)
}

/// See [`world_version`].
#[derive(Clone, Debug, PartialEq)]
pub struct WorldVersion {
    connectors: Vec<(Connector, Option<GraphVersion>)>,
    /// When it was last written down whose accounts are.
    links: Option<Timestamp>,
    /// What people state is another by their word, and when it has held long enough.
    attested: AttestationVersion,
    /// What is said of who answers for what.
    owners: (i64, i64, i64),
    /// What rules say of entities.
    tags: Vec<EntityTag>,
}
