//! Taking a connector away.

use axum::extract::State;
use axum::http::Method;
use axum::routing::{delete, post};
use rolecall_engine::connectors::{Removal, Removed as Known, connector_remove};
use rolecall_engine::hub::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::ApiAnswer;
use crate::api::input::{Body, Id, Nothing, Parameters};
use crate::api::problem::of_connectors;
use crate::api::purges::PurgeRequest;
use crate::api::reply::json;
use crate::api::shape::Told;
use crate::error::WebError;
use crate::guard::Signed;
use crate::people::has_other_administrator;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let (connect, administer) = (Access::May(Permission::Connect), Access::May(Permission::Administer));
    vec![
        Route::write(Method::DELETE, "/api/v1/connectors/{id}", connect, "connector.removed", delete(remove)),
        Route::post("/api/v1/connectors/{id}/purge", administer, "purge.requested", post(purge)),
    ]
}

/// What became of a connector.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub(crate) enum Removed {
    /// It is in no answer any more, its secret is destroyed, and its history is kept.
    #[serde(rename_all = "camelCase")]
    Kept {
        /// Jobs that were cancelled.
        jobs_cancelled: u64,
        /// Whether there was a secret, which is destroyed now.
        is_secret_gone: bool,
    },
    /// The same, and its history goes once another administrator agrees.
    Asked { request: PurgeRequest },
    /// Everything that was recorded of it is gone.
    Purged {
        /// How many rows.
        rows: u64,
    },
}

/// What is told of it.
pub(crate) fn removed(removed: Known) -> Removed {
    match removed {
        Known::Kept { jobs_cancelled, is_secret_gone } => {
            Removed::Kept { jobs_cancelled: jobs_cancelled.told(), is_secret_gone }
        }
        Known::Asked(request) => Removed::Asked { request: request.told() },
        Known::Purged { rows } => Removed::Purged { rows },
    }
}

/// Remove a connector
///
/// It is in no answer any more, and its secret is destroyed at once. Its history is kept, and goes on where a connector of
/// the same organisation and name is added.
#[utoipa::path(delete, operation_id = "connectorRemove", path = "/api/v1/connectors/{id}", tag = "Removing connectors", params(("id" = Uuid, Path)),
    responses((status = 200, body = Removed), (status = 409, description = "Somebody else is changing it."))
)]
pub(crate) async fn remove(
    State(site): State<Site>,
    signed: Signed,
    Id(connector): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    gone(&site, &signed, connector, &Removal::KeepHistory).await
}

/// Why a history is to be deleted.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "the organisation belongs to another customer" }))]
pub(crate) struct PurgeWish {
    /// For whoever reads of it in a year.
    #[schema(min_length = 1)]
    reason: String,
}

/// Remove a connector, and delete its history
///
/// Where there is another administrator, they have to agree first, and until then the history is kept.
#[utoipa::path(post, operation_id = "connectorPurge", path = "/api/v1/connectors/{id}/purge", tag = "Removing connectors", params(("id" = Uuid, Path)),
    request_body = PurgeWish, responses(
        (status = 200, body = Removed),
        (status = 409, description = "Somebody wants it already, or is changing it."),
        (status = 422, description = "There is no reason."),
    )
)]
pub(crate) async fn purge(
    State(site): State<Site>,
    signed: Signed,
    Id(connector): Id,
    _: Parameters<Nothing>,
    Body(wish): Body<PurgeWish>,
) -> ApiAnswer {
    let reason = super::removals::reason(&wish.reason)?;
    let has_other_administrator = has_other_administrator(&site, signed.id()).await?;
    gone(&site, &signed, connector, &Removal::DeleteHistory { reason, has_other_administrator }).await
}

async fn gone(
    site: &Site,
    signed: &Signed,
    connector: Uuid,
    removal: &Removal,
) -> Result<axum::response::Response, WebError> {
    let done = connector_remove(site.context(), site.catalog(), signed.actor(), connector, removal).await;
    json(&removed(done.map_err(of_connectors)?))
}
