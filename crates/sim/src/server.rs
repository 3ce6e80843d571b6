//! The server around a simulated registry: loopback only, with a log, faults, scripted changes
//! and rate limits. It knows nothing about any particular registry.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::connection::{Breakable, Peer};
use crate::fault::{self, Faults};
use crate::handle;
use crate::limit::{Budget, Spending};
use crate::log::{Log, Logged};
use crate::pattern::Pattern;
use crate::script::Script;
use crate::wire::{Answer, Request};

/// What a simulated registry has to do: answer a request, with its state at hand.
pub trait Registry: Send + 'static {
    /// Decides and carries out one request.
    fn answer(&mut self, request: &Request) -> Answer;

    /// Cuts a path the registry's way, so that for example a package name is one piece.
    fn cut(pieces: Vec<String>) -> Vec<String> {
        pieces
    }

    /// Whether healthy answers carry an entity tag.
    const ENTITY_TAGS: bool = true;

    /// The budgets that a request is charged to.
    fn budgets(&self, request: &Request) -> Vec<(&'static str, Budget)>;

    /// The refusal of a request whose budget is used up.
    fn throttled(&self, budget: Budget) -> Answer {
        fault::too_many(budget.retry_after)
    }
}

/// Why a server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A simulator is for this machine only.
    #[error("{0} is not a loopback address; a simulator serves this machine only")]
    NotLoopback(SocketAddr),
    /// The address could not be bound.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
}

/// What a request handler shares with the [`Server`].
#[derive(Debug)]
pub(crate) struct Shared<R> {
    pub(crate) registry: Mutex<R>,
    pub(crate) script: Mutex<Script<R>>,
    pub(crate) spending: Mutex<Spending>,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    pub(crate) base: String,
    pub(crate) stopping: watch::Receiver<bool>,
}

/// A running simulated registry. It stops when it is dropped.
#[derive(Debug)]
pub struct Server<R> {
    shared: Arc<Shared<R>>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<io::Result<()>>>,
}

impl<R: Registry> Server<R> {
    /// Serves a registry on the current tokio runtime; port 0 takes a free port.
    ///
    /// # Errors
    /// When the address is not a loopback address or cannot be bound.
    pub async fn start(registry: R, address: SocketAddr) -> Result<Self, StartError> {
        if !address.ip().is_loopback() {
            return Err(StartError::NotLoopback(address));
        }
        let failed = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (stop, stopping) = watch::channel(false);
        let shared = Arc::new(Shared {
            registry: Mutex::new(registry),
            script: Mutex::default(),
            spending: Mutex::default(),
            faults: Faults::default(),
            log: Log::default(),
            base: format!("http://{address}"),
            stopping,
        });
        let task = tokio::spawn(run(Arc::clone(&shared), listener));
        Ok(Self { shared, address, stop, task: Some(task) })
    }

    /// The base URL, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.shared.base
    }

    /// The address that is served.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The registry's state, to be read or changed; requests wait until the guard is gone.
    /// Do not hold it across an `await`.
    pub fn world(&self) -> MutexGuard<'_, R> {
        lock(&self.shared.registry)
    }

    /// The faults that can be set.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// Changes the state right after the `nth` request (from 1) that the pattern names was
    /// answered, so that a client meets the change in the middle of its reading.
    pub fn after(&self, pattern: impl Into<Pattern>, nth: usize, change: impl FnOnce(&mut R) + Send + 'static) {
        lock(&self.shared.script).add(pattern.into(), nth, Box::new(change));
    }

    /// Every request since the start or the last [`Self::requests_clear`], oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Logged> {
        self.shared.log.all()
    }

    /// Empties the request log.
    pub fn requests_clear(&self) {
        self.shared.log.clear();
    }

    /// Gives back every spent rate-limit budget, as if the window had passed.
    pub fn budgets_reset(&self) {
        lock(&self.shared.spending).clear();
    }

    /// Stops serving and waits until the last answer is out.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
    }
}

impl<R> Drop for Server<R> {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

/// A lock that outlives a panicking test thread.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn run<R: Registry>(shared: Arc<Shared<R>>, listener: TcpListener) -> io::Result<()> {
    let mut stopping = shared.stopping.clone();
    let router = Router::new().fallback(handle::handle::<R>).with_state(shared);
    let service = router.into_make_service_with_connect_info::<Peer>();
    axum::serve(Breakable(listener), service)
        .with_graceful_shutdown(async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        })
        .await
}
