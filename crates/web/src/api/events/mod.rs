//! What happens, for programs that follow it: server-sent events.

mod follower;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::sse::KeepAlive;
use axum::response::{IntoResponse as _, Sse};
use axum::routing::get;
use rolecall_engine::feed::{FeedCursor, FeedError, feed_end, feed_place};
use rolecall_engine::hub::Permission;
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::IntoParams;

use self::follower::Follower;
use super::ApiAnswer;
use super::input::Parameters;
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::sentence;

/// How many follow at once: each asks the database once a second.
const LISTENERS: usize = 100;

/// After how many seconds to try again, where there are too many.
const RETRY_AFTER: u64 = 30;

/// Proxies end connections on which nothing is said.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

static PLACES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(LISTENERS)));

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/events", Access::May(Permission::Read), get(events))]
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EventsAsked {
    /// Behind this: the cursor of an event, or a moment; a date, RFC 3339, or how long ago. Left out, only what happens from
    /// now on. The header `Last-Event-ID` counts more.
    #[param(example = "7d")]
    since: Option<String>,
    /// Only of this connector: `npm:acme`.
    connector: Option<String>,
}

/// What happens
///
/// Server-sent events, in order, without gaps and without repeats: each has its cursor as `id`, and as data one JSON object as
/// `rolecall watch --format ndjson` prints it. Whoever connects again with the last `id` as `Last-Event-ID`, as browsers do, or
/// as `since`, goes on behind it. The stream ends after ten minutes, and when its session or token does.
#[utoipa::path(get, operation_id = "events", path = "/api/v1/events", tag = "Questions", params(EventsAsked), responses(
    (status = 200, description = "The events.", content_type = "text/event-stream", body = String),
    (status = 400, description = "The cursor is none of this database: `cursor`."),
    (status = 404, description = "There is no such connector."),
    (status = 503, description = "Too many are listening: `busy`."),
))]
pub(crate) async fn events(
    State(site): State<Site>,
    parts: Parts,
    Parameters(asked): Parameters<EventsAsked>,
) -> ApiAnswer {
    let last = parts.headers.get("last-event-id").map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
    let from = place(&site, last.filter(|last| !last.is_empty()).or(asked.since).as_deref()).await?;
    if let Some(name) = &asked.connector {
        crate::world::connector_known(&site.context().store, name, None).await?;
    }
    let turn = Arc::clone(&PLACES).try_acquire_owned().map_err(|_| {
        let why = "Too many are listening at the same time.";
        let error = WebError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", why).hint("Try again in a moment.");
        WebError { retry_after: Some(RETRY_AFTER), ..error }
    })?;
    let follower = Follower::new(site, parts, from, asked.connector, turn);
    Ok(Sse::new(follower.events()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

async fn place(site: &Site, since: Option<&str>) -> Result<FeedCursor, WebError> {
    let store = &site.context().store;
    let Some(since) = since else {
        return feed_end(store).await.map_err(|error| WebError::from_store(&error));
    };
    feed_place(store, Some(since), site.context().now()).await.map_err(|error| match error {
        FeedError::Store(error) => WebError::from_store(&error),
        other @ (FeedError::NoPlace(_) | FeedError::Beyond(_)) => {
            WebError::bad_request("cursor", sentence(other.to_string()))
                .hint("Give the id of an event of this hub, or a moment such as 7d.")
        }
    })
}
