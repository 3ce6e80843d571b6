//! What is recorded of a connector.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::connectors::connector_resources;
use rolecall_engine::hub::Permission;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::ApiAnswer;
use crate::api::input::{Id, Parameters};
use crate::api::list::{Listed, limit_of, page};
use crate::api::problem::of_connectors;
use crate::api::shape::{Moment, shape};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/connectors/{id}/resources", Access::May(Permission::Read), get(resources))]
}

shape! {
    /// A resource that is recorded.
    Resource of rolecall_engine::connectors::ResourceRow {
        #[serde(rename = "type")]
        resource_type: String,
        /// Its id in the source.
        id: String,
        /// What it is called, where it is called something else.
        name: Option<String>,
        /// Since when it is known.
        since: Moment,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ResourcesAsked {
    /// Of this type: one of the connector's `types`.
    #[param(example = "team")]
    r#type: String,
    /// Only those whose id contains this.
    text: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// What is recorded of a connector
///
/// The resources of one type, by id.
#[utoipa::path(get, operation_id = "connectorResources", path = "/api/v1/connectors/{id}/resources", tag = "Connectors",
    params(("id" = Uuid, Path), ResourcesAsked), responses((status = 200, body = Listed<Resource>))
)]
pub(crate) async fn resources(
    State(site): State<Site>,
    Id(connector): Id,
    Parameters(asked): Parameters<ResourcesAsked>,
) -> ApiAnswer {
    let ResourcesAsked { r#type, text, limit, after } = asked;
    let (limit, text) = (limit_of(limit)?, text.unwrap_or_default());
    let found = connector_resources(site.context(), connector, &r#type, &text, after.as_deref(), limit).await;
    page::<_, Resource>(found.map_err(of_connectors)?)
}
