//! The hub while it runs: what it serves, and the workers beside it.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use rolecall_engine::Context;
use rolecall_engine::hub::Hub;
use rolecall_engine::work::{Crew, SharedLock, UpkeepHandler, UpkeepSchedule, WorkOptions, work_run};
use rolecall_web::{Site, serve};
use rustls::ServerConfig;

use super::notices::HubNotices;
use crate::command::work::{crew, say};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::telemetry::Voice;

/// How often to look for something to do.
const POLL: Duration = Duration::from_secs(1);

/// Who does what is due, beside a hub.
pub(crate) struct Workers {
    /// How many jobs at the same time; none at all leaves them to other processes.
    pub(crate) number: u16,
    /// The command that runs them: `rolecall serve`.
    pub(crate) command: &'static str,
    /// How it is said what happens.
    pub(crate) voice: Voice,
    /// What keeps other processes from writing while they sync.
    pub(crate) lock: SharedLock,
}

/// Serves a hub, with its workers, until its context is asked to stop.
pub(crate) async fn serve_with(
    workers: Workers,
    (context, hub, site): (&Context, Hub, &Site),
    (listener, tls): (TcpListener, Option<ServerConfig>),
) -> Result<(), Failure> {
    let upkeep = UpkeepHandler { notices: Some(Arc::new(HubNotices { hub })) };
    let crew = crew(&context.store, Some(site.base_url().to_string()), workers.lock.clone())?
        .handler(upkeep)
        .schedule(UpkeepSchedule);
    let worked = tokio::spawn(work(context.clone(), crew, workers));
    serve(site, listener, tls).await?;
    // Whoever stops the hub waits for jobs to be given back.
    worked.await.map_err(|error| Failure::new(Exit::Failure, format!("the workers broke off: {error}")))?
}

async fn work(context: Context, crew: Crew, workers: Workers) -> Result<(), Failure> {
    let Workers { number, command, voice, .. } = workers;
    if number > 0 {
        let owner = environment::process(command);
        let options = WorkOptions { owner, workers: usize::from(number), once: false, poll: POLL };
        work_run(&context, &crew, &options, &move |event| say(event, voice)).await?;
    }
    Ok(())
}
