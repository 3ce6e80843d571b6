//! Serving a hub until it is stopped.

use std::sync::Arc;

use async_trait::async_trait;
use rolecall_baton::connector::ConnectorCard;
use rolecall_baton::runner::{
    ClientId, ClientSecret, HubPlace, Runner, RunnerError, RunnerHandler, SyncWish, SyncedFile, TaskError,
};
use tokio::sync::watch;

use super::card::card;
use super::fields::{CLIENT_ID, CLIENT_SECRET};
use super::health::health_begin;
use super::host::host;
use super::said::{Said, Surroundings};
use super::source::Source;
use super::status;
use super::wire::Way;
use crate::connectors::Kind;
use crate::exit::{Exit, Failure};
use crate::stop;

/// What a hub's tasks are done with.
struct Handler {
    kind: &'static dyn Kind,
    source: Source,
    /// What holds whatever the hub wishes.
    own: SyncWish,
    is_skipped: bool,
}

#[async_trait]
impl RunnerHandler for Handler {
    fn card(&self) -> ConnectorCard {
        card(self.kind.connector_type())
    }

    async fn sync_full(&self, wish: &SyncWish, stop: watch::Receiver<bool>) -> Result<SyncedFile, TaskError> {
        if self.is_skipped {
            let message = "this connector was started with --skip-full-sync".to_owned();
            return Err(TaskError { code: FAILED_PRECONDITION, message, is_retryable: false });
        }
        self.source.read(&narrowed(wish, &self.own), stop).await.map_err(|failure| task_error(&failure))
    }
}

const FAILED_PRECONDITION: i32 = 9;

/// What both want.
fn narrowed(wish: &SyncWish, own: &SyncWish) -> SyncWish {
    let types = if own.resource_types.is_empty() { &wish.resource_types } else { &own.resource_types };
    SyncWish {
        resource_types: types.clone(),
        skip_entitlements_and_grants: wish.skip_entitlements_and_grants || own.skip_entitlements_and_grants,
        skip_grants: wish.skip_grants || own.skip_grants,
        skip_expansion: wish.skip_expansion,
    }
}

/// A failure as the hub is told of it. What needs a person is no better the next time.
fn task_error(failure: &Failure) -> TaskError {
    let is_retryable =
        matches!(failure.exit, Exit::Source | Exit::Stopped | Exit::Busy | Exit::Failure | Exit::Database);
    TaskError { code: status::code(failure.exit).into(), message: failure.message.clone(), is_retryable }
}

/// Serves.
pub(super) async fn serve(
    kind: &'static dyn Kind,
    said: &Said,
    around: &Surroundings<'_>,
    own: SyncWish,
) -> Result<Exit, Failure> {
    let id = ClientId::read(said.text(CLIENT_ID).unwrap_or_default()).map_err(usage)?;
    let secret = said.secret(CLIENT_SECRET, around)?.ok_or_else(|| {
        Failure::new(Exit::Credential, "there is a client id, and no client secret")
            .hint("set BATON_CLIENT_SECRET, or name a file that holds it with --client-secret-file")
    })?;
    let secret = ClientSecret::read(&secret).map_err(|error| {
        Failure::new(Exit::Credential, error.to_string()).hint("take it as the hub gave it, in one piece")
    })?;
    let place = HubPlace::new(&id, said.text("c1-api-host")).map_err(usage)?;
    let concurrency = usize::try_from(said.count("task-concurrency", 100)?).unwrap_or(1);
    let source = Source::new(kind, said)?;
    source.token_check().await?;
    let stop = stop::watch_with_terminate();
    let _health = health_begin(said).await?;
    let wire = Arc::new(Way::new(&place)?);
    tracing::info!(hub = place.origin(), client = id.as_str(), "serving a hub");
    let host = host(said.text("host-id"));
    let runner = Runner { id, secret, place, wire, host, concurrency };
    let handler = Handler { kind, source, own, is_skipped: said.switch("skip-full-sync")? };
    runner.run(Arc::new(handler), stop).await.map_err(refused)?;
    tracing::info!("stopped");
    Ok(Exit::Done)
}

fn usage(error: impl std::error::Error) -> Failure {
    Failure::new(Exit::Usage, error.to_string())
}

fn refused(error: RunnerError) -> Failure {
    let exit = Exit::Status(u8::try_from(error.code).unwrap_or(2));
    Failure::new(exit, error.message).hint("check client id and secret, and that the hub still knows this connector")
}
