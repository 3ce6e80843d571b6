//! Which secrets there are: everything but what they are.

use rolecall_model::Timestamp;
use uuid::Uuid;

use super::row::{Owner, SecretRow, secret_row, secret_rows};
use super::{CONNECTOR_TOKEN, KeyId};
use crate::connector::uuid_read;
use crate::error::Failure;
use crate::{ConnectorId, Store, StoreError};

/// A sealed secret, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The id for the outside world.
    pub uuid: Uuid,
    /// What it is for, such as [`CONNECTOR_TOKEN`].
    pub purpose: String,
    /// Whose it is, as people call it: `npm:acme`.
    pub connector: Option<String>,
    /// The sign-in name of the account whose it is.
    pub account: Option<String>,
    /// The endpoint whose it is.
    pub endpoint: Option<String>,
    /// The master key that its data key is sealed with.
    pub key: KeyId,
    /// Since when it is sealed.
    pub created_at: Timestamp,
    /// When its data key was last sealed.
    pub updated_at: Timestamp,
}

impl Secret {
    fn of(row: SecretRow) -> Result<Self, Failure> {
        Ok(Self {
            uuid: uuid_read(&row.uuid)?,
            purpose: row.purpose,
            connector: row.connector_title,
            account: row.account,
            endpoint: row.endpoint_name,
            key: row.key_id,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        })
    }
}

impl Store {
    /// Every sealed secret, oldest first. Needs no key.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn secret_list(&self) -> Result<Vec<Secret>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            secret_rows(&mut db).await?.into_iter().map(Secret::of).collect()
        })
        .await
    }

    /// The sealed token of a connector, if it has one. Needs no key.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_secret(&self, connector: ConnectorId) -> Result<Option<Secret>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            secret_row(&mut db, CONNECTOR_TOKEN, Owner::Connector(connector)).await?.map(Secret::of).transpose()
        })
        .await
    }
}
