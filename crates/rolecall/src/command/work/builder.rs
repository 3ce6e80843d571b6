//! How workers come by a connector: as it is configured, with the token from where it is configured to be.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use rolecall_connect::Connector;
use rolecall_engine::SyncOptions;
use rolecall_engine::work::{BuildError, ConnectorBuilder, RequestWatch};
use rolecall_http::{Answered, Observer};
use rolecall_store::{Connector as ConnectorRecord, Store};

use crate::command::sync::options;
use crate::connectors::{connector_build_watched, settings_of, token_contested};
use crate::exit::Failure;

pub(crate) struct ConfiguredBuilder {
    /// Where sealed tokens are.
    pub(crate) store: Store,
}

#[async_trait]
impl ConnectorBuilder for ConfiguredBuilder {
    async fn build(
        &self,
        record: &ConnectorRecord,
        all: &[ConnectorRecord],
    ) -> Result<(Box<dyn Connector>, SyncOptions), BuildError> {
        configured(record, all, &self.store, None).await
    }

    async fn build_watched(
        &self,
        record: &ConnectorRecord,
        all: &[ConnectorRecord],
        watch: Arc<dyn RequestWatch>,
    ) -> Result<(Box<dyn Connector>, SyncOptions), BuildError> {
        configured(record, all, &self.store, Some(Arc::new(FailedRequests(watch)))).await
    }
}

async fn configured(
    record: &ConnectorRecord,
    all: &[ConnectorRecord],
    store: &Store,
    observer: Option<Arc<dyn Observer>>,
) -> Result<(Box<dyn Connector>, SyncOptions), BuildError> {
    let contested = token_contested(all).into_iter().find(|(id, _)| *id == record.id);
    if let Some((_, failure)) = contested {
        return Err(build_error(failure));
    }
    let built = connector_build_watched(&record.config, store, observer).await.map_err(build_error)?;
    Ok((built.connector, options(&settings_of(&record.config), false)))
}

/// Tells of answers that are no success, by the request's name and the status alone.
struct FailedRequests(Arc<dyn RequestWatch>);

impl Observer for FailedRequests {
    fn answered(&self, answered: &Answered<'_>) {
        if answered.status >= 400 {
            self.0.request_failed(answered.template.name, answered.status);
        }
    }
}

impl fmt::Debug for FailedRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FailedRequests")
    }
}

fn build_error(failure: Failure) -> BuildError {
    BuildError { message: failure.message, hint: failure.hint }
}
