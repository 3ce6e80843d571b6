//! Reading a connector now, or not for now.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use rolecall_engine::connectors::{SyncAsked as Known, connector_pause, connector_resume, connector_sync_now};
use rolecall_engine::hub::Permission;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::one::{ConnectorDetail, shown};
use crate::api::ApiAnswer;
use crate::api::input::{Id, Nothing, Parameters};
use crate::api::problem::of_connectors;
use crate::api::reply::json_as;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let connect = Access::May(Permission::Connect);
    vec![
        Route::post("/api/v1/connectors/{id}/sync", connect, "job.asked", post(sync)),
        Route::post("/api/v1/connectors/{id}/pause", connect, "connector.paused", post(pause)),
        Route::post("/api/v1/connectors/{id}/resume", connect, "connector.resumed", post(resume)),
    ]
}

/// What became of the wish to read a connector now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncAsked {
    outcome: Outcome,
    /// The job that reads it.
    job: Uuid,
}

/// What becomes of a wish to sync.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// A job was queued.
    Queued,
    /// One waited already, and is begun at once.
    Waiting,
    /// One runs already.
    Running,
}

/// What is told of it.
pub(super) fn asked(asked: Known) -> SyncAsked {
    let (outcome, job) = match asked {
        Known::Queued(job) => (Outcome::Queued, job),
        Known::Waiting(job) => (Outcome::Waiting, job),
        Known::Running(job) => (Outcome::Running, job),
    };
    SyncAsked { outcome, job: job.uuid }
}

/// Read a connector now
#[utoipa::path(post, operation_id = "connectorSync", path = "/api/v1/connectors/{id}/sync", tag = "Connectors", params(("id" = Uuid, Path)), responses(
    (status = 202, body = SyncAsked),
    (status = 409, description = "It is paused."),
))]
pub(crate) async fn sync(
    State(site): State<Site>,
    signed: Signed,
    Id(connector): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    let done = connector_sync_now(site.context(), signed.actor(), connector).await.map_err(of_connectors)?;
    json_as(StatusCode::ACCEPTED, &asked(done))
}

/// Do not read a connector, for now
///
/// What is known of it stays.
#[utoipa::path(post, operation_id = "connectorPause", path = "/api/v1/connectors/{id}/pause", tag = "Connectors", params(("id" = Uuid, Path)), responses(
    (status = 200, body = ConnectorDetail, headers(("ETag" = String, description = "The connector's version."))),
    (status = 409, description = "Somebody else is changing it."),
))]
pub(crate) async fn pause(
    State(site): State<Site>,
    signed: Signed,
    Id(connector): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    connector_pause(site.context(), signed.actor(), connector).await.map_err(of_connectors)?;
    shown(&site, connector).await
}

/// Read a connector again that was paused
#[utoipa::path(post, operation_id = "connectorResume", path = "/api/v1/connectors/{id}/resume", tag = "Connectors", params(("id" = Uuid, Path)), responses(
    (status = 200, body = ConnectorDetail, headers(("ETag" = String, description = "The connector's version."))),
    (status = 409, description = "Another connector reads the organisation by now."),
))]
pub(crate) async fn resume(
    State(site): State<Site>,
    signed: Signed,
    Id(connector): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    connector_resume(site.context(), signed.actor(), connector).await.map_err(of_connectors)?;
    shown(&site, connector).await
}
