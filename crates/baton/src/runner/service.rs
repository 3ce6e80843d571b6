//! From hello to the end: tasks are asked for, and several may be worked on at a time.

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tonic::{Code, Status};

use super::RunnerHandler;
use super::backoff::Backoff;
use super::credential::{ClientId, ClientSecret};
use super::heartbeat::pace;
use super::host::RunnerHost;
use super::hub::{Hub, is_for_good};
use super::hub_place::HubPlace;
use super::sync::sync;
use super::task::{Task, TaskError, Work, ending};
use super::token::Tokens;
use super::wire::Wire;

/// The longest until a hub that has nothing to do is asked again, and the shortest, whatever it says: asking without a pause
/// helps nobody.
const LONGEST: Duration = Duration::from_secs(300);
const SHORTEST: Duration = Duration::from_millis(50);

/// Everything that serving a hub needs.
pub struct Runner {
    /// Who asks.
    pub id: ClientId,
    /// The key that proves it.
    pub secret: ClientSecret,
    /// Where the hub is.
    pub place: HubPlace,
    /// The way there.
    pub wire: Arc<dyn Wire>,
    /// What is told of machine and program.
    pub host: RunnerHost,
    /// How many tasks are worked on at a time.
    pub concurrency: usize,
}

/// Why a connector stopped serving.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct RunnerError {
    /// The code, as calls have them: 16 is *unauthenticated*.
    pub code: i32,
    /// Why, in words.
    pub message: String,
}

impl From<Status> for RunnerError {
    fn from(status: Status) -> Self {
        let message = match status.message() {
            "" => status.code().description(),
            said => said,
        };
        Self { code: status.code().into(), message: format!("the hub refuses this connector: {message}") }
    }
}

/// Returns when it is to stop.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // Nobody is left who could ask to stop.
        std::future::pending::<()>().await;
    }
}

/// What every task is worked on with.
struct Service {
    hub: Hub,
    handler: Arc<dyn RunnerHandler>,
}

impl Runner {
    /// Serves the hub until it is stopped.
    ///
    /// # Errors
    /// When the hub refuses this connector for good. One that does not answer is asked again and again.
    pub async fn run(self, handler: Arc<dyn RunnerHandler>, stop: watch::Receiver<bool>) -> Result<(), RunnerError> {
        let origin = self.place.origin().parse().map_err(|_| Status::invalid_argument("it has no address"))?;
        let tokens = Tokens::new(Arc::clone(&self.wire), self.place, self.id, self.secret);
        let service = Arc::new(Service { hub: Hub::new(self.wire, origin, tokens, self.host), handler });
        if !service.greet(stop.clone()).await? {
            return Ok(());
        }
        tracing::info!("the hub knows this connector; waiting for tasks");
        service.serve(self.concurrency.max(1), stop).await;
        Ok(())
    }
}

impl Service {
    /// Says hello until it is heard. False when it was stopped before.
    async fn greet(&self, mut stop: watch::Receiver<bool>) -> Result<bool, RunnerError> {
        let (card, mut backoff) = (self.handler.card(), Backoff::new());
        loop {
            let said = tokio::select! {
                () = stopped(&mut stop) => return Ok(false),
                said = self.hub.hello("", &card) => said,
            };
            let Err(status) = said else { return Ok(true) };
            if status.code() == Code::Unauthenticated || is_for_good(status.code()) {
                return Err(status.into());
            }
            let wait = backoff.next();
            let (code, why) = (status.code(), status.message());
            tracing::warn!(?code, why, again_in = ?wait, "the hub did not hear hello");
            tokio::select! {
                () = stopped(&mut stop) => return Ok(false),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Asks for tasks and works on them, until it is stopped and all of them have ended.
    async fn serve(self: Arc<Self>, concurrency: usize, mut stop: watch::Receiver<bool>) {
        let (mut tasks, mut next, mut backoff) = (JoinSet::new(), Instant::now(), Backoff::new());
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut stop) => break,
                Some(_) = tasks.join_next(), if !tasks.is_empty() => continue,
                () = sleep_until(next), if tasks.len() < concurrency => {}
            }
            let asked = tokio::select! {
                () = stopped(&mut stop) => break,
                asked = self.hub.task_get() => asked,
            };
            next = Instant::now();
            match asked {
                Ok(answer) => {
                    backoff = Backoff::new();
                    let heartbeat = pace(answer.next_heartbeat.as_ref());
                    let said = answer.next_poll.and_then(|said| Duration::try_from(said).ok());
                    match answer.task.and_then(Task::read) {
                        Some(task) => {
                            next += said.unwrap_or_default().min(LONGEST);
                            let (service, stop) = (Arc::clone(&self), stop.clone());
                            tasks.spawn(async move { service.work(task, heartbeat, stop).await });
                        }
                        None => next += said.unwrap_or_default().clamp(SHORTEST, LONGEST),
                    }
                }
                Err(status) => {
                    let wait = backoff.next();
                    next += wait;
                    let (code, why) = (status.code(), status.message());
                    tracing::warn!(?code, why, again_in = ?wait, "the hub could not be asked for tasks");
                }
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Works on one task, and says how it ended.
    async fn work(&self, task: Task, heartbeat: Duration, stop: watch::Receiver<bool>) {
        let Task { id, work } = task;
        tracing::info!(task = id, ?work, "a task begins");
        let outcome = match work {
            Work::Hello => {
                // Hearing it is all that the hub waits for.
                if let Err(status) = self.hub.hello(&id, &self.handler.card()).await {
                    tracing::warn!(task = id, code = ?status.code(), why = status.message(), "hello was not heard");
                }
                return;
            }
            Work::Sync(wish) => sync((&self.hub, self.handler.as_ref()), (&id, &wish), heartbeat, stop.clone()).await,
            Work::Refused(error) => Err(error),
        };
        match &outcome {
            Ok(()) => tracing::info!(task = id, "a task is done"),
            Err(error) => tracing::warn!(task = id, code = error.code, why = error.message, "a task failed"),
        }
        self.finish(&id, &outcome, stop).await;
    }

    /// Says how a task ended; whoever stops the program does not wait long for that.
    async fn finish(&self, id: &str, outcome: &Result<(), TaskError>, mut stop: watch::Receiver<bool>) {
        let told = tokio::select! {
            told = self.hub.task_finish(id, ending(outcome)) => told,
            () = async { stopped(&mut stop).await; tokio::time::sleep(LAST_WORDS).await } => return,
        };
        if let Err(status) = told {
            tracing::warn!(task = id, code = ?status.code(), why = status.message(), "the hub was not told of its end");
        }
    }
}

/// How long a hub that does not answer keeps a program from ending.
const LAST_WORDS: Duration = Duration::from_secs(5);
