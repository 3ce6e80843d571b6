//! One full sync for the hub: read, written, sent; with heartbeats all the while.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use tonic::Code;

use super::RunnerHandler;
use super::heartbeat::heartbeats;
use super::hub::Hub;
use super::service::stopped;
use super::task::{SyncWish, TaskError};
use super::upload::Upload;

/// How long reading may take to notice that it is to end.
const NOTICE: Duration = Duration::from_secs(20);

/// Does it. It ends early when the hub cancels it, hears nothing of it, or `stop` becomes true.
pub(super) async fn sync(
    (hub, handler): (&Hub, &dyn RunnerHandler),
    (task, wish): (&str, &SyncWish),
    first_heartbeat: Duration,
    mut stop: watch::Receiver<bool>,
) -> Result<(), TaskError> {
    let (halt, halted) = watch::channel(false);
    let mut work = std::pin::pin!(work((hub, handler), (task, wish), halted));
    let reason = tokio::select! {
        outcome = &mut work => return outcome,
        reason = heartbeats(hub, task, first_heartbeat) => reason,
        () = stopped(&mut stop) => TaskError::passing(Code::Unavailable, "the connector is being stopped"),
    };
    let _ = halt.send(true);
    // What it says now is only that it was halted; that it was done is the one thing that counts.
    match timeout(NOTICE, work).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(reason),
    }
}

async fn work(
    (hub, handler): (&Hub, &dyn RunnerHandler),
    (task, wish): (&str, &SyncWish),
    mut halted: watch::Receiver<bool>,
) -> Result<(), TaskError> {
    let file = handler.sync_full(wish, halted.clone()).await?;
    let upload = Upload::new(task, &file.path);
    tokio::select! {
        sent = hub.upload(&upload) => Ok(sent?),
        () = stopped(&mut halted) => Err(TaskError::passing(Code::Cancelled, "the file was not sent to its end")),
    }
}
