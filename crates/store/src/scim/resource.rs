//! What a directory holds, as it is found and listed.

use rolecall_model::Timestamp;
use uuid::Uuid;

use super::ScimClient;
use crate::connector::uuid_read;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{Store, StoreError, name_key};

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScimKind {
    /// A person.
    User,
    /// A group of them.
    Group,
}

impl ScimKind {
    /// As the protocol spells it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    pub(super) fn read(word: &str) -> Result<Self, Failure> {
        match word {
            "User" => Ok(Self::User),
            "Group" => Ok(Self::Group),
            other => Err(Failure::Corrupt(format!("there is no kind {other} of resources"))),
        }
    }
}

/// A user or a group of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimResource {
    /// The key of the row, in the order in which they were made.
    pub id: i64,
    /// The id for the outside world.
    pub uuid: Uuid,
    /// What it is.
    pub kind: ScimKind,
    /// 1 when it was made, and one more with each write.
    pub version: i64,
    /// What the identity provider wrote, as JSON.
    pub document: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
}

/// By what one resource is found.
#[derive(Clone, Copy, Debug)]
pub enum ScimFind<'a> {
    /// Its own id.
    Id(Uuid),
    /// A user's userName or a group's displayName, whatever its case.
    Name(&'a str),
    /// The identity provider's id.
    ExternalId(&'a str),
}

/// Which part of a listing.
#[derive(Clone, Copy, Debug)]
pub struct ScimPage {
    /// Those that were made after the one with this key.
    pub after: i64,
    /// Leaving out so many.
    pub skip: i64,
    /// At most so many.
    pub most: i64,
}

/// The columns of [`resource_of`], from `scim_resource r`.
const RESOURCE: &str = "r.id, r.uuid, r.kind, r.version, r.document, r.created_at, r.modified_at";

impl Store {
    /// The resources of a kind that are found by something, deleted ones left out.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn scim_resource_find(
        &self,
        client: &ScimClient,
        kind: ScimKind,
        by: ScimFind<'_>,
    ) -> Result<Vec<ScimResource>, StoreError> {
        self.answer(async { found(&mut *self.reading().await?, client, kind, by).await }).await
    }

    /// A part of the resources of a kind, deleted ones left out, in the order in which they were made.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn scim_resource_list(
        &self,
        client: &ScimClient,
        kind: ScimKind,
        page: ScimPage,
    ) -> Result<Vec<ScimResource>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!(
                "select {RESOURCE} from scim_resource r where r.client_id = $1 and r.kind = $2 and r.id > $3 \
                 and r.deleted_at is null order by r.id limit $4 offset $5"
            );
            let query = db::query(query).bind(client.id).bind(kind.word()).bind(page.after);
            query.bind(page.most).bind(page.skip).fetch_all(&mut db).await?.iter().map(resource_of).collect()
        })
        .await
    }

    /// How many resources of a kind there are, deleted ones left out.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn scim_resource_count(&self, client: &ScimClient, kind: ScimKind) -> Result<i64, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = "select count(*) from scim_resource where client_id = $1 and kind = $2 and deleted_at is null";
            Ok(db::query_scalar(query).bind(client.id).bind(kind.word()).fetch_one(&mut db).await?)
        })
        .await
    }
}

/// What is found by something.
pub(super) async fn found(
    db: &mut Connection,
    client: &ScimClient,
    kind: ScimKind,
    by: ScimFind<'_>,
) -> Result<Vec<ScimResource>, Failure> {
    let (column, value) = match by {
        ScimFind::Id(uuid) => ("uuid", uuid.to_string()),
        ScimFind::Name(name) => ("name_key", name_key(name)),
        ScimFind::ExternalId(id) => ("external_id", id.to_owned()),
    };
    let query = format!(
        "select {RESOURCE} from scim_resource r where r.client_id = $1 and r.kind = $2 and r.{column} = $3 \
         and r.deleted_at is null order by r.id"
    );
    let query = db::query(query).bind(client.id).bind(kind.word()).bind(value);
    query.fetch_all(db).await?.iter().map(resource_of).collect()
}

fn resource_of(row: &Row) -> Result<ScimResource, Failure> {
    Ok(ScimResource {
        id: row.try_get("id")?,
        uuid: uuid_read(row.try_get("uuid")?)?,
        kind: ScimKind::read(row.try_get("kind")?)?,
        version: row.try_get("version")?,
        document: row.try_get("document")?,
        created_at: Timestamp(row.try_get("created_at")?),
        modified_at: Timestamp(row.try_get("modified_at")?),
    })
}
