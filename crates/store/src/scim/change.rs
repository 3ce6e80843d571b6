//! What each write into a directory did, in the order in which it was done.

use rolecall_model::Timestamp;
use uuid::Uuid;

use super::{ScimClient, ScimKind};
use crate::connector::uuid_read;
use crate::db::{self, Row};
use crate::error::Failure;
use crate::{Store, StoreError};

/// One write. Documents are whole, but for the members of a group: `before` tells those that went, `after` those that
/// came, and all of them when the group was made or deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimChange {
    /// Its number, which rises; some numbers may be missing.
    pub number: i64,
    /// Which resource.
    pub resource: Uuid,
    /// What it is.
    pub kind: ScimKind,
    /// The version that it had then.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// What it said before, as JSON; nothing when it was made.
    pub before: Option<String>,
    /// What it said then, as JSON; nothing when it was deleted.
    pub after: Option<String>,
}

impl Store {
    /// The changes of a directory after the one with this number, at most so many, in their order. `O(changes)`.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn scim_changes_since(
        &self,
        client: &ScimClient,
        number: i64,
        most: i64,
    ) -> Result<Vec<ScimChange>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = db::query(
                "select h.id, r.uuid, r.kind, h.version, h.at, h.document_before, h.document_after \
                 from scim_change h join scim_resource r on r.id = h.resource_id \
                 where h.client_id = $1 and h.id > $2 order by h.id limit $3",
            );
            let rows = query.bind(client.id).bind(number).bind(most).fetch_all(&mut db).await?;
            rows.iter().map(change_of).collect()
        })
        .await
    }
}

impl Store {
    /// When a directory last changed. `O(log changes)`.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn scim_changed_last(&self, client: &ScimClient) -> Result<Option<Timestamp>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = db::query("select at from scim_change where client_id = $1 order by id desc limit 1");
            let row = query.bind(client.id).fetch_optional(&mut db).await?;
            row.map(|row| Ok(Timestamp(row.try_get(0)?))).transpose()
        })
        .await
    }
}

fn change_of(row: &Row) -> Result<ScimChange, Failure> {
    Ok(ScimChange {
        number: row.try_get("id")?,
        resource: uuid_read(row.try_get("uuid")?)?,
        kind: ScimKind::read(row.try_get("kind")?)?,
        version: row.try_get("version")?,
        at: Timestamp(row.try_get("at")?),
        before: row.try_get("document_before")?,
        after: row.try_get("document_after")?,
    })
}
