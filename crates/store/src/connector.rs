//! Configured connectors, as they are.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{ConnectorId, Store, StoreError};

/// What [`NewConnector::secret_source`] says of a connector whose secret is sealed in this database.
pub const SEALED: &str = "sealed";

/// What it says of a connector that is read elsewhere, by a runner that has the secret and tells nobody.
pub const RUNNER: &str = "runner";

/// What a person configures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewConnector {
    /// Its type, such as `npm`.
    pub connector_type: String,
    /// Its name, unique among connectors of the type.
    pub name: String,
    /// What it is for, in a person's words.
    pub description: String,
    /// Who answers for it: addresses or names.
    pub owners: Vec<String>,
    /// Wire id of the one resource it reads, such as an organisation's name.
    pub root: String,
    /// The only host its secret may go to.
    pub base_url: String,
    /// Whatever else the type asks for.
    pub settings: serde_json::Value,
    /// Where its secret is found, such as `env:REGISTRY_TOKEN`, or the usual places of its type when absent; [`SEALED`]
    /// when it is kept here; [`RUNNER`] when a runner has it. Never the secret.
    pub secret_source: Option<String>,
}

/// A configured connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connector {
    /// Key.
    pub id: ConnectorId,
    /// The id for the outside world.
    pub uuid: Uuid,
    /// What was configured.
    pub config: NewConnector,
    /// When it was first configured.
    pub created_at: Timestamp,
    /// Since when nobody reads it.
    pub paused_at: Option<Timestamp>,
    /// Since when it is removed. Its history is kept, and it is in no current view.
    pub removed_at: Option<Timestamp>,
    /// How often it was changed, and one: every recorded change raises it by one.
    pub version: i64,
}

impl NewConnector {
    /// Whether it is read elsewhere, by a runner.
    #[must_use]
    pub fn is_by_runner(&self) -> bool {
        self.secret_source.as_deref() == Some(RUNNER)
    }
}

impl Connector {
    /// The connector as the record of its changes shows it. There is no secret in it, because a connector has none.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let NewConnector { connector_type, name, description, owners, root, base_url, settings, secret_source } =
            &self.config;
        json!({
            "type": connector_type,
            "name": name,
            "description": description,
            "owners": owners,
            "root": root,
            "baseUrl": base_url,
            "settings": settings,
            "secretSource": secret_source,
            "paused": self.paused_at.is_some(),
            "removed": self.removed_at.is_some(),
        })
    }
}

impl Store {
    /// Every connector that is not removed, by type and name.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_list(&self) -> Result<Vec<Connector>, StoreError> {
        self.answer(async { all(&mut *self.reading().await?).await }).await
    }

    /// Every connector that is removed and has kept its history, by type and name.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_list_removed(&self) -> Result<Vec<Connector>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query("select * from connector where removed_at is not null order by connector_type, name")
                .fetch_all(&mut db)
                .await?;
            rows.iter().map(connector_of).collect()
        })
        .await
    }

    /// The connector of this type with this name, removed or not.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_find(&self, connector_type: &str, name: &str) -> Result<Option<Connector>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            by_name(&mut db, connector_type, name).await
        })
        .await
    }
}

impl Store {
    /// The connector with this id for the outside world, removed or not.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_of_uuid(&self, uuid: Uuid) -> Result<Option<Connector>, StoreError> {
        self.answer(async { by_uuid(&mut *self.reading().await?, uuid).await }).await
    }

    /// The connector with this key, removed or not.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_by_id(&self, id: ConnectorId) -> Result<Option<Connector>, StoreError> {
        self.answer(async { by_id(&mut *self.reading().await?, id).await }).await
    }
}

pub(crate) async fn by_uuid(db: &mut Connection, uuid: Uuid) -> Result<Option<Connector>, Failure> {
    let row = db::query("select * from connector where uuid = $1").bind(uuid.to_string()).fetch_optional(db).await?;
    row.as_ref().map(connector_of).transpose()
}

/// Every connector that is not removed, by type and name.
pub(crate) async fn all(db: &mut Connection) -> Result<Vec<Connector>, Failure> {
    let rows = db::query("select * from connector where removed_at is null order by connector_type, name")
        .fetch_all(db)
        .await?;
    rows.iter().map(connector_of).collect()
}

pub(crate) async fn by_id(db: &mut Connection, connector: ConnectorId) -> Result<Option<Connector>, Failure> {
    let row = db::query("select * from connector where id = $1").bind(connector.0).fetch_optional(db).await?;
    row.as_ref().map(connector_of).transpose()
}

pub(crate) async fn by_name(
    db: &mut Connection,
    connector_type: &str,
    name: &str,
) -> Result<Option<Connector>, Failure> {
    let row = db::query("select * from connector where connector_type = $1 and name = $2")
        .bind(connector_type)
        .bind(name)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(connector_of).transpose()
}

pub(crate) fn connector_of(row: &Row) -> Result<Connector, Failure> {
    Ok(Connector {
        id: ConnectorId(row.try_get("id")?),
        uuid: uuid_of(row)?,
        config: NewConnector {
            connector_type: row.try_get("connector_type")?,
            name: row.try_get("name")?,
            description: row.try_get("description")?,
            owners: json_of(row, "owners")?,
            root: row.try_get("root")?,
            base_url: row.try_get("base_url")?,
            settings: json_of(row, "settings")?,
            secret_source: row.try_get("secret_source")?,
        },
        created_at: Timestamp(row.try_get("created_at")?),
        paused_at: row.try_get::<Option<i64>, _>("paused_at")?.map(Timestamp),
        removed_at: row.try_get::<Option<i64>, _>("removed_at")?.map(Timestamp),
        version: row.try_get("version")?,
    })
}

/// The row's `uuid`.
pub(crate) fn uuid_of(row: &Row) -> Result<Uuid, Failure> {
    uuid_read(row.try_get("uuid")?)
}

/// A uuid that a column holds.
pub(crate) fn uuid_read(text: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(text).map_err(|error| Failure::Corrupt(format!("a uuid is unreadable: {error}")))
}

/// What a column of JSON holds.
pub(crate) fn json_of<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<T, Failure> {
    let text: &str = row.try_get(column)?;
    serde_json::from_str(text).map_err(|error| Failure::Corrupt(format!("{column} is unreadable: {error}")))
}
