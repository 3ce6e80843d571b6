//! Wishes to delete the history of a connector, which another administrator has to agree to.

use axum::extract::State;
use axum::routing::{get, post};
use rolecall_engine::connectors::{purge_approve, purge_requests, purge_withdraw};
use rolecall_engine::hub::Permission;
use uuid::Uuid;

use super::ApiAnswer;
use super::connectors::remove::removed;
use super::input::{Id, Nothing, Parameters};
use super::list::Listed;
use super::problem::of_connectors;
use super::reply::json;
use super::shape::{Moment, Told, shape};
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let (reading, connect) = (Access::May(Permission::Read), Access::May(Permission::Connect));
    let administer = Access::May(Permission::Administer);
    vec![
        Route::get("/api/v1/purge-requests", reading, get(requests)),
        Route::post("/api/v1/purge-requests/{id}/approve", administer, "purge.approved", post(approve)),
        Route::post("/api/v1/purge-requests/{id}/withdraw", connect, "purge.withdrawn", post(withdraw)),
    ]
}

shape! {
    /// The wish to delete a connector's history.
    PurgeRequest of rolecall_engine::connectors::PurgeRequest {
        id: Uuid,
        /// The connector.
        connector: Uuid,
        /// What people call it.
        #[schema(examples("npm:acme"))]
        title: String,
        /// Who wants it.
        actor: String,
        /// Why.
        reason: String,
        asked_at: Moment,
    }
}

/// Wishes that nobody has answered
///
/// Oldest first.
#[utoipa::path(get, operation_id = "purgeRequests", path = "/api/v1/purge-requests", tag = "Removing connectors", responses(
    (status = 200, body = Listed<PurgeRequest>),
))]
pub(crate) async fn requests(State(site): State<Site>, _: Parameters<Nothing>) -> ApiAnswer {
    let requests = purge_requests(site.context()).await.map_err(of_connectors)?;
    json(&Listed::<PurgeRequest> { items: requests.told(), next: None })
}

/// Agree, and delete the history
///
/// Everything that was recorded of the connector is gone then. Nobody agrees to what they asked for themselves.
#[utoipa::path(post, operation_id = "purgeApprove", path = "/api/v1/purge-requests/{id}/approve", tag = "Removing connectors",
    params(("id" = Uuid, Path)), responses(
        (status = 200, body = super::connectors::remove::Removed),
        (status = 409, description = "It is your own wish."),
    )
)]
pub(crate) async fn approve(
    State(site): State<Site>,
    signed: Signed,
    Id(request): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    let done = purge_approve(site.context(), site.catalog(), signed.actor(), request).await.map_err(of_connectors)?;
    json(&removed(done))
}

/// Withdraw or decline a wish
#[utoipa::path(post, operation_id = "purgeWithdraw", path = "/api/v1/purge-requests/{id}/withdraw", tag = "Removing connectors",
    params(("id" = Uuid, Path)), responses((status = 200, body = PurgeRequest))
)]
pub(crate) async fn withdraw(
    State(site): State<Site>,
    signed: Signed,
    Id(request): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    let request = purge_withdraw(site.context(), signed.actor(), request).await.map_err(of_connectors)?;
    let request: PurgeRequest = request.told();
    json(&request)
}
