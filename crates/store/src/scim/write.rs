//! Writing into a directory: of the version that the writer saw, with the change and the record of it.

use serde_json::json;
use uuid::Uuid;

use super::resource::found;
use super::{ScimClient, ScimFind, ScimKind, ScimRefusal, ScimResource};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::hub::turn_take;
use crate::{HubAct, Store, StoreError, name_key};

/// What a resource is to be.
#[derive(Clone, Copy, Debug)]
pub struct ScimWrite<'a> {
    /// What it is.
    pub kind: ScimKind,
    /// The resource, and the version of it that the writer saw; nothing for a new one.
    pub seen: Option<(Uuid, i64)>,
    /// A user's userName or a group's displayName.
    pub name: &'a str,
    /// The identity provider's id.
    pub external_id: Option<&'a str>,
    /// What it says now, as JSON.
    pub document: &'a str,
    /// What is told of the change.
    pub history: ScimHistory<'a>,
    /// The names of attributes that changed, none of which a client made up.
    pub attributes: &'a [&'static str],
}

/// A resource that is to be deleted.
#[derive(Clone, Copy, Debug)]
pub struct ScimEnd<'a> {
    /// What it is.
    pub kind: ScimKind,
    /// Which, and the version that the writer saw.
    pub seen: (Uuid, i64),
    /// Its name, for the record.
    pub name: &'a str,
    /// What it said, as JSON.
    pub before: &'a str,
}

/// What a change is told as: whole documents, but for members of a group, of which only those that came and went.
#[derive(Clone, Copy, Debug)]
pub struct ScimHistory<'a> {
    /// What it said before; nothing for a new one.
    pub before: Option<&'a str>,
    /// What it says now.
    pub after: &'a str,
}

impl Store {
    /// Makes or changes a resource.
    ///
    /// # Errors
    /// [`StoreError::Scim`] when another has its name, it is gone, or it has another version by now.
    pub async fn scim_resource_put(
        &self,
        client: &ScimClient,
        write: &ScimWrite<'_>,
        act: &HubAct<'_>,
    ) -> Result<ScimResource, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let before = match write.seen {
                Some((uuid, version)) => Some(seen(&mut tx, client, write.kind, uuid, version).await?),
                None => None,
            };
            let namesakes = found(&mut tx, client, write.kind, ScimFind::Name(write.name)).await?;
            if namesakes.iter().any(|other| Some(other.id) != before.as_ref().map(|before| before.id)) {
                return Err(ScimRefusal::NameTaken.into());
            }
            let uuid = match &before {
                Some(before) => resource_update(&mut tx, before, write, act).await?,
                None => resource_insert(&mut tx, client, write, act).await?,
            };
            let after = found(&mut tx, client, write.kind, ScimFind::Id(uuid)).await?.pop();
            let after = after.ok_or(ScimRefusal::ResourceUnknown)?;
            let ScimHistory { before: told, after: now } = write.history;
            change_insert(&mut tx, client, &after, (told, Some(now)), act).await?;
            let action = if before.is_some() { "scim.resource-changed" } else { "scim.resource-added" };
            let details = json!({
                "attributes": write.attributes,
                "directory": client.uuid.to_string(),
                "kind": write.kind.word(),
                "version": after.version,
            });
            act.record_of(&mut tx, action, uuid.to_string(), details, &[("name", write.name)]).await?;
            tx.commit().await?;
            Ok(after)
        })
        .await
    }

    /// Deletes a resource. Its row stays, and its name is free.
    ///
    /// # Errors
    /// [`StoreError::Scim`] when it is gone, or has another version by now.
    pub async fn scim_resource_delete(
        &self,
        client: &ScimClient,
        end: &ScimEnd<'_>,
        act: &HubAct<'_>,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let (uuid, version) = end.seen;
            let before = seen(&mut tx, client, end.kind, uuid, version).await?;
            let gone = ScimResource { version: before.version + 1, ..before };
            db::query("update scim_resource set deleted_at = $1, modified_at = $1, version = $2 where id = $3")
                .bind(act.now.0)
                .bind(gone.version)
                .bind(gone.id)
                .execute(&mut tx)
                .await?;
            change_insert(&mut tx, client, &gone, (Some(end.before), None), act).await?;
            let details = json!({
                "directory": client.uuid.to_string(),
                "kind": end.kind.word(),
                "version": gone.version,
            });
            act.record_of(&mut tx, "scim.resource-deleted", uuid.to_string(), details, &[("name", end.name)]).await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}

/// The resource, if it is as the writer saw it.
async fn seen(
    db: &mut Connection,
    client: &ScimClient,
    kind: ScimKind,
    uuid: Uuid,
    version: i64,
) -> Result<ScimResource, Failure> {
    let now = found(db, client, kind, ScimFind::Id(uuid)).await?.pop().ok_or(ScimRefusal::ResourceUnknown)?;
    if now.version == version { Ok(now) } else { Err(ScimRefusal::VersionStale { now: now.version }.into()) }
}

async fn resource_insert(
    db: &mut Connection,
    client: &ScimClient,
    write: &ScimWrite<'_>,
    act: &HubAct<'_>,
) -> Result<Uuid, Failure> {
    let uuid = Uuid::now_v7();
    db::query(
        "insert into scim_resource (client_id, uuid, kind, version, external_id, name_key, document, created_at, \
         modified_at) values ($1, $2, $3, 1, $4, $5, $6, $7, $7)",
    )
    .bind(client.id)
    .bind(uuid.to_string())
    .bind(write.kind.word())
    .bind(write.external_id)
    .bind(name_key(write.name))
    .bind(write.document)
    .bind(act.now.0)
    .execute(db)
    .await?;
    Ok(uuid)
}

async fn resource_update(
    db: &mut Connection,
    before: &ScimResource,
    write: &ScimWrite<'_>,
    act: &HubAct<'_>,
) -> Result<Uuid, Failure> {
    db::query(
        "update scim_resource set version = version + 1, external_id = $1, name_key = $2, document = $3, \
         modified_at = $4 where id = $5",
    )
    .bind(write.external_id)
    .bind(name_key(write.name))
    .bind(write.document)
    .bind(act.now.0)
    .bind(before.id)
    .execute(db)
    .await?;
    Ok(before.uuid)
}

async fn change_insert(
    db: &mut Connection,
    client: &ScimClient,
    resource: &ScimResource,
    (before, after): (Option<&str>, Option<&str>),
    act: &HubAct<'_>,
) -> Result<(), Failure> {
    db::query(
        "insert into scim_change (client_id, resource_id, version, at, document_before, document_after) \
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(client.id)
    .bind(resource.id)
    .bind(resource.version)
    .bind(act.now.0)
    .bind(before)
    .bind(after)
    .execute(db)
    .await?;
    Ok(())
}
