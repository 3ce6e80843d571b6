//! The rows of secrets, and which master key is current.

use rolecall_model::Timestamp;
use secrecy::SecretString;
use uuid::Uuid;

use super::envelope::{DataKey, Label, SealedValue, WrappedKey};
use super::{KeyId, MasterKey, SecretError};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{ConnectorId, EndpointId, HubUserId};

/// Whose a secret is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner {
    Connector(ConnectorId),
    HubUser(HubUserId),
    Endpoint(EndpointId),
}

impl Owner {
    /// The column that says so.
    const fn column(self) -> &'static str {
        match self {
            Self::Connector(_) => "connector_id",
            Self::HubUser(_) => "hub_user_id",
            Self::Endpoint(_) => "endpoint_id",
        }
    }

    const fn id(self) -> i64 {
        match self {
            Self::Connector(connector) => connector.0,
            Self::HubUser(user) => user.0,
            Self::Endpoint(endpoint) => endpoint.0,
        }
    }

    /// The row's columns: connector, account, endpoint.
    const fn ids(self) -> [Option<i64>; 3] {
        match self {
            Self::Connector(connector) => [Some(connector.0), None, None],
            Self::HubUser(user) => [None, Some(user.0), None],
            Self::Endpoint(endpoint) => [None, None, Some(endpoint.0)],
        }
    }
}

/// A secret's row.
pub(super) struct SecretRow {
    pub(super) id: i64,
    pub(super) uuid: String,
    pub(super) purpose: String,
    pub(super) connector: Option<i64>,
    /// Its connector as people call it: `npm:acme`.
    pub(super) connector_title: Option<String>,
    pub(super) hub_user: Option<i64>,
    /// The sign-in name of its account.
    pub(super) account: Option<String>,
    pub(super) endpoint: Option<i64>,
    /// What its endpoint is called.
    pub(super) endpoint_name: Option<String>,
    pub(super) key_id: KeyId,
    pub(super) wrapped: WrappedKey,
    pub(super) sealed: SealedValue,
    pub(super) created_at: i64,
    pub(super) updated_at: i64,
}

const SELECT: &str = "select s.id, s.uuid, s.purpose, s.connector_id, s.key_id, s.wrapped_key, s.wrap_nonce, s.nonce, \
                      s.ciphertext, s.created_at, s.updated_at, s.hub_user_id, c.connector_type, c.name, \
                      u.name as account, s.endpoint_id, e.name as endpoint_name from secret s \
                      left join connector c on c.id = s.connector_id left join hub_user u on u.id = s.hub_user_id \
                      left join endpoint e on e.id = s.endpoint_id";

impl SecretRow {
    fn of(row: &Row) -> Result<Self, Failure> {
        let (kind, name): (Option<String>, Option<String>) = (row.try_get("connector_type")?, row.try_get("name")?);
        Ok(Self {
            id: row.try_get("id")?,
            uuid: row.try_get("uuid")?,
            purpose: row.try_get("purpose")?,
            connector: row.try_get("connector_id")?,
            connector_title: kind.zip(name).map(|(kind, name)| format!("{kind}:{name}")),
            hub_user: row.try_get("hub_user_id")?,
            account: row.try_get("account")?,
            endpoint: row.try_get("endpoint_id")?,
            endpoint_name: row.try_get("endpoint_name")?,
            key_id: KeyId::stored(row.try_get("key_id")?),
            wrapped: WrappedKey { nonce: row.try_get("wrap_nonce")?, ciphertext: row.try_get("wrapped_key")? },
            sealed: SealedValue { nonce: row.try_get("nonce")?, ciphertext: row.try_get("ciphertext")? },
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }

    pub(super) fn label(&self) -> Label<'_> {
        let Self { id, connector, hub_user, endpoint, created_at, .. } = *self;
        Label { id, uuid: &self.uuid, purpose: &self.purpose, connector, hub_user, endpoint, created_at }
    }

    /// What people call it.
    pub(super) fn title(&self) -> String {
        match (&self.connector_title, self.connector, &self.account) {
            (Some(connector), ..) => format!("{} of {connector}", self.purpose),
            (None, Some(connector), _) => format!("{} of the unknown connector {connector}", self.purpose),
            (None, None, Some(account)) => format!("{} of the account {account}", self.purpose),
            (None, None, None) => match &self.endpoint_name {
                Some(endpoint) => format!("{} of the endpoint {endpoint}", self.purpose),
                None => self.purpose.clone(),
            },
        }
    }

    /// Its data key.
    pub(super) fn data_key(&self, master: &MasterKey) -> Result<DataKey, SecretError> {
        if self.key_id != *master.id() {
            return Err(self.tampered("the id of its master key"));
        }
        DataKey::unwrap(self.label(), master, self.updated_at, &self.wrapped)
            .ok_or_else(|| self.tampered("its data key, or what is written beside it,"))
    }

    /// The secret itself.
    pub(super) fn open(&self, master: &MasterKey) -> Result<SecretString, SecretError> {
        let key = self.data_key(master)?;
        key.open(self.label(), &self.sealed).ok_or_else(|| self.tampered("its ciphertext"))
    }

    fn tampered(&self, part: &'static str) -> SecretError {
        SecretError::Tampered { secret: self.title(), part }
    }
}

/// Every secret, oldest first.
pub(super) async fn secret_rows(db: &mut Connection) -> Result<Vec<SecretRow>, Failure> {
    let query = format!("{SELECT} order by s.id");
    db::query(query).fetch_all(db).await?.iter().map(SecretRow::of).collect()
}

/// The secret of a connector or an account for this purpose.
pub(super) async fn secret_row(db: &mut Connection, purpose: &str, owner: Owner) -> Result<Option<SecretRow>, Failure> {
    let query = format!("{SELECT} where s.purpose = $1 and s.{} = $2", owner.column());
    let row = db::query(query).bind(purpose).bind(owner.id()).fetch_optional(db).await?;
    row.as_ref().map(SecretRow::of).transpose()
}

/// Seals a secret of a connector or an account, in the place of one that it had. Returns the new one's id for the outside
/// world.
pub(super) async fn secret_write(
    db: &mut Connection,
    master: &MasterKey,
    (purpose, owner): (&str, Owner),
    secret: &SecretString,
    now: Timestamp,
) -> Result<Uuid, Failure> {
    secret_delete(db, purpose, owner).await?;
    let uuid = Uuid::now_v7();
    let [connector, hub_user, endpoint] = owner.ids();
    // The row comes first, because what it is sealed with is bound to its id.
    let row = db::query(
        "insert into secret (uuid, purpose, connector_id, key_id, wrapped_key, wrap_nonce, nonce, ciphertext, \
         created_at, updated_at, hub_user_id, endpoint_id) values ($1, $2, $3, $4, $5, $5, $5, $5, $6, $6, $7, $8) \
         returning id",
    )
    .bind(uuid.to_string())
    .bind(purpose)
    .bind(connector)
    .bind(master.id().as_str())
    .bind(Vec::<u8>::new())
    .bind(now.0)
    .bind(hub_user)
    .bind(endpoint)
    .fetch_one(&mut *db)
    .await?;
    let text = uuid.to_string();
    let label =
        Label { id: row.try_get("id")?, uuid: &text, purpose, connector, hub_user, endpoint, created_at: now.0 };
    let key = DataKey::generate()?;
    let SealedValue { nonce, ciphertext } = key.seal(label, secret)?;
    db::query("update secret set nonce = $1, ciphertext = $2 where id = $3")
        .bind(nonce)
        .bind(ciphertext)
        .bind(label.id)
        .execute(&mut *db)
        .await?;
    wrapped_write(db, label.id, master, &key.wrap(label, master, now.0)?, now).await?;
    Ok(uuid)
}

/// Writes a data key as a master key has sealed it.
pub(super) async fn wrapped_write(
    db: &mut Connection,
    secret: i64,
    master: &MasterKey,
    wrapped: &WrappedKey,
    now: Timestamp,
) -> Result<(), Failure> {
    db::query("update secret set key_id = $1, wrapped_key = $2, wrap_nonce = $3, updated_at = $4 where id = $5")
        .bind(master.id().as_str())
        .bind(&wrapped.ciphertext)
        .bind(&wrapped.nonce)
        .bind(now.0)
        .bind(secret)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes every secret of a connector that is removed, or that finds its token elsewhere from now on.
pub(crate) async fn connector_secret_delete(db: &mut Connection, connector: ConnectorId) -> Result<(), Failure> {
    secret_delete(db, super::CONNECTOR_TOKEN, Owner::Connector(connector)).await
}

/// Deletes the second factor of an account, and one that was begun.
pub(crate) async fn hub_user_secret_delete(db: &mut Connection, user: HubUserId) -> Result<(), Failure> {
    for purpose in [super::SECOND_FACTOR, super::SECOND_FACTOR_BEGUN] {
        secret_delete(db, purpose, Owner::HubUser(user)).await?;
    }
    Ok(())
}

/// Deletes the secret of an endpoint that is removed, or that needs none any more.
pub(crate) async fn endpoint_secret_delete(db: &mut Connection, endpoint: EndpointId) -> Result<(), Failure> {
    secret_delete(db, super::ENDPOINT_SECRET, Owner::Endpoint(endpoint)).await
}

async fn secret_delete(db: &mut Connection, purpose: &str, owner: Owner) -> Result<(), Failure> {
    db::query(format!("delete from secret where purpose = $1 and {} = $2", owner.column()))
        .bind(purpose)
        .bind(owner.id())
        .execute(db)
        .await?;
    Ok(())
}

/// The master key in use, if any secret was ever sealed.
pub(super) async fn key_current(db: &mut Connection) -> Result<Option<KeyId>, Failure> {
    let row = db::query("select key_id from secret_key where retired_at is null").fetch_optional(db).await?;
    row.map(|row| Ok(KeyId::stored(row.try_get("key_id")?))).transpose()
}

/// Makes a key the one in use.
pub(super) async fn key_adopt(db: &mut Connection, key: &KeyId, now: Timestamp) -> Result<(), Failure> {
    let used: i64 = db::query_scalar("select count(*) from secret_key where key_id = $1")
        .bind(key.as_str())
        .fetch_one(&mut *db)
        .await?;
    if used > 0 {
        return Err(SecretError::KeyRetired(key.clone()).into());
    }
    db::query("update secret_key set retired_at = $1 where retired_at is null").bind(now.0).execute(&mut *db).await?;
    db::query("insert into secret_key (key_id, created_at) values ($1, $2)")
        .bind(key.as_str())
        .bind(now.0)
        .execute(db)
        .await?;
    Ok(())
}
