//! What a directory holds, for the identity provider that fills it.

use rolecall_model::Timestamp;
use rolecall_store::{
    HubAct, ScimChange, ScimClient, ScimEnd, ScimFind, ScimHistory, ScimKind, ScimPage, ScimResource, ScimWrite, Store,
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::history::{attributes_changed, members_apart};
use crate::hub::{Hub, HubError, Peer};

/// A directory, opened by the token of whoever fills it: nothing of another one is reachable through it.
#[derive(Clone, Debug)]
pub struct Directory {
    store: Store,
    clock: fn() -> Timestamp,
    client: ScimClient,
    address: Option<String>,
}

/// A user or a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: ScimKind,
    /// 1 when it was made, and one more with each change.
    pub version: i64,
    /// What it says.
    pub document: Map<String, Json>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// Where it stands in a listing.
    pub place: i64,
}

/// What a resource is to be.
#[derive(Clone, Copy, Debug)]
pub struct ResourceDraft<'a> {
    /// A user's userName or a group's displayName.
    pub name: &'a str,
    /// The identity provider's id.
    pub external_id: Option<&'a str>,
    /// What it says.
    pub document: &'a Map<String, Json>,
}

impl Directory {
    pub(super) fn new(hub: &Hub, client: ScimClient, peer: &Peer) -> Self {
        let address = peer.address.map(|address| address.to_canonical().to_string());
        Self { store: hub.store().clone(), clock: hub.clock(), client, address }
    }

    /// The directory's title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.client.name
    }

    /// What is found by something: one at most, but for ids of the identity provider, which it may give twice.
    ///
    /// # Errors
    /// [`HubError::Store`].
    pub async fn find(&self, kind: ScimKind, by: ScimFind<'_>) -> Result<Vec<Resource>, HubError> {
        read_all(&self.store.scim_resource_find(&self.client, kind, by).await?)
    }

    /// A part of what is there, in the order in which it was made.
    ///
    /// # Errors
    /// [`HubError::Store`].
    pub async fn page(&self, kind: ScimKind, page: ScimPage) -> Result<Vec<Resource>, HubError> {
        read_all(&self.store.scim_resource_list(&self.client, kind, page).await?)
    }

    /// How many there are.
    ///
    /// # Errors
    /// [`HubError::Store`].
    pub async fn count(&self, kind: ScimKind) -> Result<i64, HubError> {
        Ok(self.store.scim_resource_count(&self.client, kind).await?)
    }

    /// Makes a resource, or changes the one that was seen. Where nothing becomes different, nothing is written.
    ///
    /// # Errors
    /// [`HubError::Directory`] when another has its name, it is gone, or was changed since it was seen.
    pub async fn put(
        &self,
        kind: ScimKind,
        seen: Option<&Resource>,
        draft: ResourceDraft<'_>,
    ) -> Result<Resource, HubError> {
        if let Some(seen) = seen.filter(|seen| seen.document == *draft.document) {
            return Ok(seen.clone());
        }
        let nothing = Map::new();
        let before = seen.map_or(&nothing, |seen| &seen.document);
        let (told_before, told_after) = members_apart(before, draft.document);
        let document = text_of(draft.document)?;
        let (told_before, told_after) = (text_of(&told_before)?, text_of(&told_after)?);
        let write = ScimWrite {
            kind,
            seen: seen.map(|seen| (seen.id, seen.version)),
            name: draft.name,
            external_id: draft.external_id,
            document: &document,
            history: ScimHistory { before: seen.map(|_| told_before.as_str()), after: &told_after },
            attributes: &attributes_changed(before, draft.document),
        };
        read(&self.store.scim_resource_put(&self.client, &write, &self.act()).await?)
    }

    /// Deletes a resource as it was seen.
    ///
    /// # Errors
    /// [`HubError::Directory`] when it is gone, or was changed since it was seen.
    pub async fn delete(&self, seen: &Resource, name: &str) -> Result<(), HubError> {
        let before = text_of(&seen.document)?;
        let end = ScimEnd { kind: seen.kind, seen: (seen.id, seen.version), name, before: &before };
        Ok(self.store.scim_resource_delete(&self.client, &end, &self.act()).await?)
    }

    /// What was changed after the change with this number, at most so many.
    ///
    /// # Errors
    /// [`HubError::Store`].
    pub async fn changes_since(&self, number: i64, most: i64) -> Result<Vec<ScimChange>, HubError> {
        Ok(self.store.scim_changes_since(&self.client, number, most).await?)
    }

    /// How writes are recorded: whoever fills the directory is named by its title.
    fn act(&self) -> HubAct<'_> {
        let (actor, address) = (Some(self.client.name.as_str()), self.address.as_deref());
        HubAct { actor, how: "directory", address, session: None, now: (self.clock)() }
    }
}

fn text_of(document: &Map<String, Json>) -> Result<String, HubError> {
    serde_json::to_string(document).map_err(|error| HubError::Machine(error.to_string()))
}

fn read_all(rows: &[ScimResource]) -> Result<Vec<Resource>, HubError> {
    rows.iter().map(read).collect()
}

fn read(row: &ScimResource) -> Result<Resource, HubError> {
    let document = serde_json::from_str(&row.document)
        .map_err(|error| HubError::Machine(format!("the resource {} cannot be read: {error}", row.uuid)))?;
    Ok(Resource {
        id: row.uuid,
        kind: row.kind,
        version: row.version,
        document,
        created_at: row.created_at,
        modified_at: row.modified_at,
        place: row.id,
    })
}
