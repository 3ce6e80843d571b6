//! What was changed of a connector's configuration.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::connectors::{connector_detail, connector_events};
use rolecall_engine::hub::Permission;

use super::syncs::PageAsked;
use crate::api::ApiAnswer;
use crate::api::input::{Id, Parameters};
use crate::api::list::{Listed, after_number, limit_of, page};
use crate::api::problem::of_connectors;
use crate::api::shape::{Moment, shape};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/connectors/{id}/events", Access::May(Permission::Read), get(events))]
}

shape! {
    /// A change of a connector's configuration.
    ConfigurationEvent of rolecall_engine::connectors::ConfigurationEvent {
        at: Moment,
        /// Who.
        actor: String,
        /// `added`, `changed`, `renamed`, `paused`, `resumed`, `removed`, `restored` or `purged`.
        action: String,
        /// What is different, in words: `rate: 2 → 1`.
        changes: Vec<String>,
    }
}

/// What was changed of a connector's configuration
///
/// Newest first.
#[utoipa::path(get, operation_id = "connectorEvents", path = "/api/v1/connectors/{id}/events", tag = "Connectors", params(("id" = Uuid, Path), PageAsked),
    responses((status = 200, body = Listed<ConfigurationEvent>))
)]
pub(crate) async fn events(
    State(site): State<Site>,
    Id(connector): Id,
    Parameters(asked): Parameters<PageAsked>,
) -> ApiAnswer {
    let (limit, after) = (limit_of(asked.limit)?, asked.after.as_deref());
    after_number(after)?;
    // No events look the same as those of a connector that is not there.
    connector_detail(site.context(), site.catalog(), connector).await.map_err(of_connectors)?;
    let events = connector_events(site.context(), site.catalog(), connector, after, limit).await;
    page::<_, ConfigurationEvent>(events.map_err(of_connectors)?)
}
