//! Where rules tell what they find, without what is secret.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::alerting::{EndpointRow, endpoint_list};
use rolecall_engine::hub::Permission;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ApiAnswer;
use super::input::Parameters;
use super::list::{Listed, limit_of, part};
use super::reply::json;
use super::shape::{Moment, Told};
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/endpoints", Access::May(Permission::Read), get(endpoints))]
}

/// Where something is told.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Endpoint {
    id: String,
    name: String,
    /// `email`, `slack`, `webhook`, `jira`, `github`, `file` or `syslog`.
    kind: String,
    /// Where it leads, without what may be a secret.
    leads_to: String,
    has_secret: bool,
    /// Since when nothing could be told there.
    failing_since: Option<Moment>,
    /// Since when it is not tried any more, and why.
    disabled: Option<EndpointDisabled>,
    updated_at: Moment,
}

/// Since when an endpoint is not tried any more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EndpointDisabled {
    since: Moment,
    why: String,
}

impl Told<Endpoint> for EndpointRow {
    fn told(self) -> Endpoint {
        Endpoint {
            id: self.id,
            name: self.name,
            kind: self.kind,
            leads_to: self.leads_to,
            has_secret: self.has_secret,
            failing_since: self.failing_since.told(),
            disabled: self.disabled.map(|(since, why)| EndpointDisabled { since: since.told(), why }),
            updated_at: self.updated_at.told(),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EndpointsAsked {
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// Endpoints
///
/// Where rules tell what they find. Secrets are never told.
#[utoipa::path(get, operation_id = "endpoints", path = "/api/v1/endpoints", tag = "Rules", params(EndpointsAsked), responses(
    (status = 200, body = Listed<Endpoint>),
))]
pub(crate) async fn endpoints(State(site): State<Site>, Parameters(asked): Parameters<EndpointsAsked>) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    let all = endpoint_list(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    json(&part::<_, Endpoint>(all, limit, asked.after.as_deref(), |endpoint| endpoint.id.clone())?)
}
