//! Questions in J1QL, asked of the hub's graphs: the same for pages and for programs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rolecall_engine::query::{QueryScope, Shown, parameters_read};
use rolecall_query::{Asked as AskedQuery, Budget, Diagnostic, Needs, Prepared, prepare};
use serde_json::{Map, Value as Json};

use crate::error::WebError;
use crate::site::Site;
use crate::world::{Asked, known_check};

/// How long a query may take. What is found until then is told, and that it is not everything.
const LONGEST: Duration = Duration::from_secs(60);

/// What an answer may cost, where nobody says.
pub(crate) const USUAL: Budget = Budget { rows: 10_000, work: 1_000_000_000 };

/// What an answer may cost at most.
pub(crate) const MOST: Budget = Budget { rows: 100_000, work: 1_000_000_000 };

const MICROSECONDS: i64 = 1000;

/// A query, and how it is to be asked.
pub(crate) struct QueryAsked {
    pub(crate) text: String,
    /// The values of `${name}`.
    pub(crate) parameters: Map<String, Json>,
    /// Of when and what.
    pub(crate) scope: QueryScope,
    /// Whether what is gone is found, too.
    pub(crate) include_deleted: bool,
    pub(crate) budget: Budget,
}

/// Why there is no answer.
pub(crate) enum QueryRefusal {
    /// The query cannot be asked; at least one of these is an error.
    Query(Vec<Diagnostic>),
    /// Anything else.
    Other(WebError),
}

impl From<WebError> for QueryRefusal {
    fn from(error: WebError) -> Self {
        Self::Other(error)
    }
}

/// Stops a query whose answer nobody wants any more.
struct Cancel(Arc<AtomicBool>);

impl Drop for Cancel {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Asks, and has the answer told by `tell` while what it is made of is at hand. A query ends when its client is gone, and
/// after a minute.
///
/// # Errors
/// What is wrong with the query; when the connector or the moment is unknown; 503 when too many questions are asked at once.
pub(crate) async fn query_ask<T: Send + 'static>(
    site: &Site,
    asked: QueryAsked,
    tell: impl FnOnce(&Shown<'_>) -> T + Send + 'static,
) -> Result<T, QueryRefusal> {
    let parameters = parameters_read(&asked.parameters).map_err(|name| {
        let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
        WebError::bad_request("parameters", format!("The parameter {name:?} is no value that a query can have."))
    })?;
    let now = site.context().now();
    let question = Question {
        prepared: prepare(&asked.text).map_err(QueryRefusal::Query)?,
        parameters,
        now: asked.scope.as_of.unwrap_or(now).0.div_euclid(MICROSECONDS),
        include_deleted: asked.include_deleted,
        budget: asked.budget,
        cancelled: Arc::default(),
    };
    let cancel = Cancel(Arc::clone(&question.cancelled));
    let mut needs = question.prepared.needs(&question.asked()).map_err(QueryRefusal::Query)?;
    needs.deleted |= question.include_deleted;
    let loaded = needs.clone();
    let work = move |world: Asked| question.answer(&world, &needs, tell);
    let mut answered = Box::pin(site.graphs().ask(asked.scope, loaded, work));
    let in_time = tokio::time::timeout(LONGEST, &mut answered).await;
    let answer = match in_time {
        Ok(answer) => answer?,
        Err(_) => {
            drop(cancel);
            answered.await?
        }
    };
    answer.map_err(QueryRefusal::Query)
}

/// A query with all that it is asked with.
struct Question {
    prepared: Prepared,
    parameters: rolecall_engine::query::Parameters,
    now: i64,
    include_deleted: bool,
    budget: Budget,
    cancelled: Arc<AtomicBool>,
}

impl Question {
    fn asked(&self) -> AskedQuery<'_> {
        AskedQuery {
            parameters: self.parameters.clone(),
            now: self.now,
            include_deleted: self.include_deleted,
            budget: self.budget,
            cancelled: Some(&self.cancelled),
        }
    }

    fn answer<T>(
        &self,
        world: &Asked,
        needs: &Needs,
        tell: impl FnOnce(&Shown<'_>) -> T,
    ) -> Result<Result<T, Vec<Diagnostic>>, WebError> {
        world.worlds.views(needs).try_for_each(known_check)?;
        let worlds = world.worlds.worlds();
        let answer = match self.prepared.run(&worlds, &self.asked()) {
            Ok(answer) => answer,
            Err(why) => return Ok(Err(why)),
        };
        let reasons = world.worlds.reasons();
        Ok(Ok(tell(&Shown::new(&world.worlds, &reasons, (&self.prepared, needs), &answer))))
    }
}
