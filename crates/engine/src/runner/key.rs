//! The key of a runner: made by whoever may connect sources, shown once, replaced and revoked by them.

use rolecall_baton::hub::{ClientId, RunnerCredential};
use rolecall_store::{Connector, NewRunnerKey, RunnerClient, RunnerRefusal, StoreError};
use secrecy::SecretString;
use uuid::Uuid;

use crate::hub::{Caller, Hub, HubError, Permission};

/// Where runners reach the hub: `hub.example:8443`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunnerAddress(pub String);

/// A key that was just made.
#[derive(Debug)]
pub struct RunnerKeyMade {
    /// The connector that it is for.
    pub connector: Connector,
    /// What is kept of it.
    pub runner: RunnerClient,
    /// What the runner is configured with, shown once.
    pub secret: SecretString,
}

impl Hub {
    /// Makes a key for the runner of a connector, in the place of any that it had, which is void from then on.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Runner`] where no runner reads the connector.
    pub async fn runner_key_make(
        &self,
        caller: &Caller,
        connector: Uuid,
        address: &RunnerAddress,
    ) -> Result<RunnerKeyMade, HubError> {
        caller.needs(Permission::Connect)?;
        let connector = self.read_elsewhere(connector).await?;
        let machine = |error: rolecall_baton::hub::CredentialError| HubError::Machine(error.to_string());
        let made = RunnerCredential::new().map_err(machine)?;
        let client_id = ClientId::new(&address.0, &connector.uuid.to_string()).map_err(machine)?;
        let key = NewRunnerKey { client_id: client_id.as_str(), public_key: &made.public_key.0 };
        let runner = self.store().runner_key_put(connector.id, &key, &caller.act(self.now())).await?;
        Ok(RunnerKeyMade { connector, runner, secret: made.secret })
    }

    /// Revokes the key of a connector's runner: it is refused from its next call on, and what it does is cancelled.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Runner`] where there is no key that could be revoked.
    pub async fn runner_key_revoke(&self, caller: &Caller, connector: Uuid) -> Result<RunnerClient, HubError> {
        caller.needs(Permission::Connect)?;
        let connector = self.read_elsewhere(connector).await?;
        Ok(self.store().runner_key_revoke(connector.id, &caller.act(self.now())).await?)
    }

    /// The connector, if a runner reads it.
    async fn read_elsewhere(&self, connector: Uuid) -> Result<Connector, HubError> {
        let found = self.store().connector_of_uuid(connector).await?;
        let found = found.filter(|found| found.removed_at.is_none() && found.config.is_by_runner());
        Ok(found.ok_or(StoreError::Runner(RunnerRefusal::ClientUnknown))?)
    }
}
