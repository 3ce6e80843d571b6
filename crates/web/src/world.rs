//! What questions are asked of: the graph of what is recorded, kept between requests.
//!
//! Loading it takes seconds for a large organisation, and it is the same for everybody until a snapshot is made current.
//! So the present one is kept, and what it is made of is looked at before each question; past ones are loaded for whoever
//! asks. All of it happens off the threads that answer requests, a few questions at a time.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use rolecall_engine::connectors::{Store, StoreError};
use rolecall_engine::query::{QueryLoadError, QueryScope, QueryWorlds};
use rolecall_engine::{
    Context, GraphImages, NameError, WorldVersion, WorldView, connector_title, connectors_of, world_version,
};
use rolecall_query::Needs;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use crate::error::WebError;
use crate::kept::Kept;
use crate::text::sentence;

/// How long a question waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// After how many seconds to ask again.
const RETRY_AFTER: u64 = 5;

/// The graphs that questions are asked of. Clones share everything.
#[derive(Clone)]
pub(crate) struct Graphs {
    context: Context,
    images: GraphImages,
    present: Arc<Kept<WorldVersion, QueryWorlds>>,
    turns: Arc<Semaphore>,
}

/// What a question is asked of, on a thread of its own.
pub(crate) struct Asked {
    pub(crate) context: Context,
    pub(crate) worlds: Arc<QueryWorlds>,
    handle: Handle,
}

impl Graphs {
    pub(crate) fn new(context: &Context, images: GraphImages) -> Self {
        let turns = std::thread::available_parallelism().map_or(2, |number| number.get().clamp(2, 16));
        Self { context: context.clone(), images, present: Arc::default(), turns: Arc::new(Semaphore::new(turns)) }
    }

    /// Works on a question: `scope` says of when and what, `needs` what has to be loaded for it.
    ///
    /// # Errors
    /// What the work says; when the connector or the moment is unknown; 503 when too many questions are asked at once.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        scope: QueryScope,
        needs: Needs,
        work: impl FnOnce(Asked) -> Result<T, WebError> + Send + 'static,
    ) -> Result<T, WebError> {
        let turn = self.turn().await?;
        let worlds = self.worlds(scope, needs).await?;
        let asked = Asked { context: self.context.clone(), worlds, handle: Handle::current() };
        off_thread(move || {
            // Whoever asked may be gone; the turn is over when the work is.
            let _turn = turn;
            work(asked)
        })
        .await?
    }

    /// Other heavy work on what is recorded, of one connector or of all: it takes its turn like a question.
    ///
    /// # Errors
    /// What the work says; when the connector is unknown; 503 when too many questions are asked at once.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        connector: Option<String>,
        work: impl FnOnce(&Context, &Handle) -> Result<T, WebError> + Send + 'static,
    ) -> Result<T, WebError> {
        let turn = self.turn().await?;
        if let Some(name) = &connector {
            connector_known(&self.context.store, name, None).await?;
        }
        let (context, handle) = (self.context.clone(), Handle::current());
        off_thread(move || {
            let _turn = turn;
            work(&context, &handle)
        })
        .await?
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, WebError> {
        match tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) | Err(_) => {
                let why = "Too many questions are asked at the same time.";
                let error = WebError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", why).hint("Ask again in a moment.");
                Err(WebError { retry_after: Some(RETRY_AFTER), ..error })
            }
        }
    }

    async fn worlds(&self, scope: QueryScope, needs: Needs) -> Result<Arc<QueryWorlds>, WebError> {
        if let Some(name) = &scope.connector {
            connector_known(&self.context.store, name, scope.as_of).await?;
        }
        if scope.connector.is_some() || scope.as_of.is_some() {
            return self.load(scope, needs).await;
        }
        let present = self.present().await?;
        if present.has(&needs) { Ok(present) } else { self.load(scope, needs).await }
    }

    /// The graph of the present: the one that is kept, unless something became current since.
    async fn present(&self) -> Result<Arc<QueryWorlds>, WebError> {
        let version = || async {
            world_version(&self.context.store, self.context.now())
                .await
                .map_err(|error: StoreError| WebError::from_store(&error))
        };
        self.present.of(version, || self.load(QueryScope::default(), of_one_moment())).await
    }

    async fn load(&self, scope: QueryScope, needs: Needs) -> Result<Arc<QueryWorlds>, WebError> {
        let (context, images, handle) = (self.context.clone(), self.images.clone(), Handle::current());
        let loaded = off_thread(move || {
            let mut worlds = QueryWorlds::of(scope).with_images(images);
            handle.block_on(worlds.load(&context.store, &needs, context.now())).map(|()| worlds)
        });
        let worlds = loaded.await?.map_err(|error| match error {
            QueryLoadError::Store(error) => WebError::from_store(&error),
            future @ QueryLoadError::Future(_) => WebError::bad_request("moment", sentence(future.to_string())),
        })?;
        Ok(Arc::new(worlds))
    }
}

/// What a question needs that is of one moment.
pub(crate) fn of_one_moment() -> Needs {
    Needs { moments: [None].into(), ..Needs::default() }
}

impl Asked {
    /// What is recorded at the moment that is asked about.
    ///
    /// # Errors
    /// Where nothing was known then: an empty answer would look like *nobody*.
    pub(crate) fn view(&self) -> Result<&WorldView, WebError> {
        let view =
            self.worlds.views(&of_one_moment()).next().ok_or_else(|| WebError::unavailable("nothing is loaded."))?;
        known_check(view)?;
        Ok(view)
    }

    /// Waits for whatever comes of this.
    pub(crate) fn until<T>(&self, asked: impl Future<Output = T>) -> T {
        self.handle.block_on(asked)
    }

    /// Waits for something that the database is asked.
    pub(crate) fn wait<T>(&self, asked: impl Future<Output = Result<T, StoreError>>) -> Result<T, WebError> {
        self.handle.block_on(asked).map_err(|error| WebError::from_store(&error))
    }
}

/// That something was known at the past moment that a view is of.
pub(crate) fn known_check(view: &WorldView) -> Result<(), WebError> {
    let Some(as_of) = view.as_of().filter(|as_of| !as_of.is_known()) else { return Ok(()) };
    let unread = as_of.unread();
    let why = if unread.is_empty() { "no connector was configured yet".to_owned() } else { unread.join("; ") };
    Err(WebError::new(
        StatusCode::NOT_FOUND,
        "not-known-then",
        format!("Nothing was known at {}: {why}.", as_of.moment),
    )
    .hint("Ask about a later moment."))
}

/// That a name means a connector, now or at a past moment.
pub(crate) async fn connector_known(
    store: &Store,
    name: &str,
    at: Option<rolecall_model::Timestamp>,
) -> Result<(), WebError> {
    let unavailable = |error: StoreError| WebError::from_store(&error);
    if !connectors_of(store, Some(name), at).await.map_err(unavailable)?.is_empty() {
        return Ok(());
    }
    let known = connectors_of(store, None, at).await.map_err(unavailable)?.iter().map(connector_title).collect();
    Err(NameError::Connector { name: name.to_owned(), known }.into())
}

/// Does heavy work where it keeps no request waiting.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, WebError> {
    // What is measured there is part of the request that asked.
    let span = tracing::Span::current();
    spawn_blocking(move || span.in_scope(work)).await.map_err(|error| {
        tracing::error!(%error, "a question broke off");
        WebError::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", "The question broke off.")
    })
}
