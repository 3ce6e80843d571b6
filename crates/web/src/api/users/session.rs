//! Where somebody is signed in.

use axum::extract::State;
use axum::http::Method;
use axum::routing::{delete, get};
use rolecall_engine::hub::Permission;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::ApiAnswer;
use crate::api::input::{Id, Ids, Nothing, Parameters};
use crate::api::list::Listed;
use crate::api::reply::{done, json};
use crate::api::shape::{Moment, Told, shape};
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let administer = Access::May(Permission::Administer);
    vec![
        Route::get("/api/v1/users/{id}/sessions", administer, get(sessions)),
        Route::write(
            Method::DELETE,
            "/api/v1/users/{id}/sessions",
            administer,
            "hub.session-ended",
            delete(sessions_end),
        ),
        Route::write(
            Method::DELETE,
            "/api/v1/users/{id}/sessions/{session}",
            administer,
            "hub.session-ended",
            delete(session_end),
        ),
    ]
}

shape! {
    /// A session: somebody is signed in.
    Session of rolecall_engine::hub::Session {
        #[serde(rename = "id")]
        uuid: Uuid,
        created_at: Moment,
        /// When it was last used, to the minute.
        seen_at: Moment,
        /// When they last showed that it is them.
        confirmed_at: Moment,
        /// When it ends, however much it is used.
        expires_at: Moment,
        /// Where it was begun from.
        address: Option<String>,
        /// What it was begun with, as that calls itself.
        agent: Option<String>,
    }
}

/// Where somebody is signed in
#[utoipa::path(get, operation_id = "sessions", path = "/api/v1/users/{id}/sessions", tag = "People", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Listed<Session>),
))]
pub(crate) async fn sessions(
    State(site): State<Site>,
    signed: Signed,
    Id(user): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    let sessions = site.hub().sessions(signed.caller(), user).await?;
    json(&Listed::<Session> { items: sessions.told(), next: None })
}

/// How many sessions were ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionsEnded {
    ended: u64,
}

/// Sign somebody out everywhere
///
/// But for the session that asks.
#[utoipa::path(delete, operation_id = "sessionsEnd", path = "/api/v1/users/{id}/sessions", tag = "People", params(("id" = Uuid, Path)), responses(
    (status = 200, body = SessionsEnded),
))]
pub(crate) async fn sessions_end(
    State(site): State<Site>,
    signed: Signed,
    Id(user): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    json(&SessionsEnded { ended: site.hub().sessions_end(signed.caller(), user).await? })
}

/// End a session of somebody
#[utoipa::path(delete, operation_id = "sessionEnd", path = "/api/v1/users/{id}/sessions/{session}", tag = "People",
    params(("id" = Uuid, Path), ("session" = Uuid, Path)),
    responses((status = 204, description = "It has ended."))
)]
pub(crate) async fn session_end(
    State(site): State<Site>,
    signed: Signed,
    Ids([user, session]): Ids<2>,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    site.hub().session_end(signed.caller(), user, session).await?;
    done()
}
