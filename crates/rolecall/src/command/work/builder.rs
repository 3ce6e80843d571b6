//! How workers come by a connector: as it is configured, with the token from where it is configured to be.

use async_trait::async_trait;
use rolecall_connect::Connector;
use rolecall_engine::SyncOptions;
use rolecall_engine::work::{BuildError, ConnectorBuilder};
use rolecall_store::{Connector as ConnectorRecord, Store};

use crate::command::sync::options;
use crate::connectors::{connector_build, settings_of, token_contested};
use crate::exit::Failure;

pub(super) struct ConfiguredBuilder {
    /// Where sealed tokens are.
    pub(super) store: Store,
}

#[async_trait]
impl ConnectorBuilder for ConfiguredBuilder {
    async fn build(
        &self,
        record: &ConnectorRecord,
        all: &[ConnectorRecord],
    ) -> Result<(Box<dyn Connector>, SyncOptions), BuildError> {
        let contested = token_contested(all).into_iter().find(|(id, _)| *id == record.id);
        if let Some((_, failure)) = contested {
            return Err(build_error(failure));
        }
        let built = connector_build(&record.config, &self.store).await.map_err(build_error)?;
        Ok((built.connector, options(&settings_of(&record.config), false)))
    }
}

fn build_error(failure: Failure) -> BuildError {
    BuildError { message: failure.message, hint: failure.hint }
}
