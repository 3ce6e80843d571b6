//! Configured connectors.

use rolecall_model::Timestamp;
use sqlx::Row as _;
use uuid::Uuid;

use crate::error::Failure;
use crate::sqlite::{Connection, Row};
use crate::{ConnectorId, Store, StoreError};

/// What a person configures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConnector {
    /// Its type, such as `npm`.
    pub connector_type: String,
    /// Its name, unique among connectors of the type.
    pub name: String,
    /// Wire id of the one resource it reads, such as an organisation's name.
    pub root: String,
    /// The only host its secret may go to.
    pub base_url: String,
    /// Whatever else the type asks for.
    pub settings: serde_json::Value,
    /// Where its secret is found, such as `env REGISTRY_TOKEN`. Never the secret.
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
}

impl Store {
    /// Adds a connector, or changes the address, settings and secret source of the one with this type and name.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when that one reads another root: its history would mix two organisations.
    pub async fn connector_put(&self, config: &NewConnector, now: Timestamp) -> Result<Connector, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let known = by_name(&mut tx, &config.connector_type, &config.name).await?;
            if let Some(known) = known.filter(|known| known.config.root != config.root) {
                return Err(root_conflict(&known));
            }
            let connector = put(&mut tx, config, now).await?;
            tx.commit().await?;
            Ok(connector)
        })
        .await
    }

    /// Every connector, by type and name.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_list(&self) -> Result<Vec<Connector>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            all(&mut db).await
        })
        .await
    }

    /// The connector with this key.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_get(&self, connector: ConnectorId) -> Result<Option<Connector>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = sqlx::query("select * from connector where id = $1").bind(connector.0);
            query.fetch_optional(&mut *db).await?.as_ref().map(connector_of).transpose()
        })
        .await
    }

    /// The connector of this type with this name.
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

/// Every connector, by type and name.
pub(crate) async fn all(db: &mut Connection) -> Result<Vec<Connector>, Failure> {
    let rows = sqlx::query("select * from connector order by connector_type, name").fetch_all(db).await?;
    rows.iter().map(connector_of).collect()
}

async fn by_name(db: &mut Connection, connector_type: &str, name: &str) -> Result<Option<Connector>, Failure> {
    let row = sqlx::query("select * from connector where connector_type = $1 and name = $2")
        .bind(connector_type)
        .bind(name)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(connector_of).transpose()
}

async fn put(db: &mut Connection, config: &NewConnector, now: Timestamp) -> Result<Connector, Failure> {
    let row = sqlx::query(
        "insert into connector (uuid, connector_type, name, root, base_url, settings, secret_source, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) \
         on conflict (connector_type, name) do update set base_url = excluded.base_url, settings = excluded.settings, \
         secret_source = excluded.secret_source returning *",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(&config.connector_type)
    .bind(&config.name)
    .bind(&config.root)
    .bind(&config.base_url)
    .bind(config.settings.to_string())
    .bind(&config.secret_source)
    .bind(now.0)
    .fetch_one(db)
    .await?;
    connector_of(&row)
}

fn root_conflict(known: &Connector) -> Failure {
    let NewConnector { connector_type, name, root, .. } = &known.config;
    Failure::Conflict(format!("the {connector_type} connector {name} already reads {root}: choose another name"))
}

fn connector_of(row: &Row) -> Result<Connector, Failure> {
    Ok(Connector {
        id: ConnectorId(row.try_get("id")?),
        uuid: uuid_of(row)?,
        config: NewConnector {
            connector_type: row.try_get("connector_type")?,
            name: row.try_get("name")?,
            root: row.try_get("root")?,
            base_url: row.try_get("base_url")?,
            settings: json_of(row, "settings")?,
            secret_source: row.try_get("secret_source")?,
        },
        created_at: Timestamp(row.try_get("created_at")?),
    })
}

/// The row's `uuid`.
pub(crate) fn uuid_of(row: &Row) -> Result<Uuid, Failure> {
    let text: &str = row.try_get("uuid")?;
    Uuid::try_parse(text).map_err(|error| Failure::Corrupt(format!("a uuid is unreadable: {error}")))
}

/// What a column of JSON holds.
pub(crate) fn json_of<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<T, Failure> {
    let text: &str = row.try_get(column)?;
    serde_json::from_str(text).map_err(|error| Failure::Corrupt(format!("{column} is unreadable: {error}")))
}
