//! What endpoints are used with, sealed.

use rolecall_model::Timestamp;
use secrecy::SecretString;
use serde_json::Value as Json;

use super::row::{Owner, secret_write};
use super::{ENDPOINT_SECRET, Vault};
use crate::endpoint::{endpoint_record, endpoint_write};
use crate::{Decision, Endpoint, EndpointId, StoreError};

impl Vault {
    /// Opens the secret of an endpoint; nothing when it has none.
    ///
    /// # Errors
    /// As of [`Vault::connector_token`].
    pub async fn endpoint_secret(&self, endpoint: EndpointId) -> Result<Option<SecretString>, StoreError> {
        self.open(ENDPOINT_SECRET, Owner::Endpoint(endpoint)).await
    }

    /// Adds or changes an endpoint as [`Store::endpoint_put`](crate::Store::endpoint_put) does, and seals its secret in the
    /// same transaction.
    ///
    /// # Errors
    /// As of [`Store::endpoint_put`](crate::Store::endpoint_put), and [`StoreError::Secret`] when there is no usable master
    /// key.
    pub async fn endpoint_put_sealing(
        &self,
        (name, kind, settings): (&str, &str, &Json),
        secret: &SecretString,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Endpoint, StoreError> {
        let master = self.master().await?;
        let store = self.store();
        store
            .answer(async {
                let mut tx = store.writing().await?;
                self.key_hold(&mut tx, &master, now).await?;
                let (endpoint, action) = endpoint_write(&mut tx, (name, kind, settings), now).await?;
                let owner = (ENDPOINT_SECRET, Owner::Endpoint(endpoint.id));
                secret_write(&mut tx, &master, owner, secret, now).await?;
                endpoint_record(&mut tx, action, &endpoint, decision, now).await?;
                tx.commit().await?;
                Ok(Endpoint { has_secret: true, ..endpoint })
            })
            .await
    }
}
