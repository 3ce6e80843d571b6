//! How everything is.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::hub::Permission;
use rolecall_engine::status::{ConnectorStatus as Known, status as engine_status};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{AsOf, Completeness};
use super::scope;
use crate::api::ApiAnswer;
use crate::api::input::Parameters;
use crate::api::reply::json;
use crate::api::shape::{Moment, Told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::world::{Asked, of_one_moment};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/status", Access::May(Permission::Read), get(status))]
}

/// How everything is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    /// The past moment that the answer is of; null for the present.
    as_of: Option<AsOf>,
    connectors: Vec<ConnectorStatus>,
    /// Whether everything is complete that is recorded of any of them.
    complete: bool,
}

/// How a connector is, and how complete what is recorded of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectorStatus {
    #[schema(examples("npm:acme"))]
    connector: String,
    /// *Connected*, *Syncing*, *Confirm changes*, *Error*, *Not connected*, *Paused* or *Removed*.
    state: &'static str,
    /// When the last sync began.
    last_sync: Option<Moment>,
    /// How it ended.
    last_sync_status: Option<String>,
    /// What went wrong in it.
    error: Option<String>,
    paused_since: Option<Moment>,
    removals_waiting: u64,
    description: String,
    /// Who answers for it.
    owners: Vec<String>,
    /// Where it reads.
    source: String,
    /// When something last became current.
    current_since: Option<Moment>,
    /// How much there is of each type.
    counts: Vec<Counted>,
    /// Null of a past moment.
    requests_this_month: Option<u64>,
    /// When the token expires, as somebody said.
    token_expires: Option<String>,
    completeness: Completeness,
}

/// How much there is of a type.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Counted {
    /// What people call several of them.
    #[schema(examples("teams"))]
    plural: String,
    count: u64,
}

impl Told<ConnectorStatus> for Known {
    fn told(self) -> ConnectorStatus {
        let counted = |(plural, count): (String, usize)| Counted { plural, count: count.told() };
        ConnectorStatus {
            connector: self.connector,
            state: self.state.state,
            last_sync: self.state.last_sync.told(),
            last_sync_status: self.state.last_sync_status,
            error: self.state.error,
            paused_since: self.state.paused_since.told(),
            removals_waiting: self.state.removals_waiting.told(),
            description: self.description,
            owners: self.owners,
            source: self.source,
            current_since: self.current_since.told(),
            counts: self.counts.into_iter().map(counted).collect(),
            requests_this_month: self.requests_this_month,
            token_expires: self.token_expires,
            completeness: self.completeness.told(),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct StatusAsked {
    /// About a past moment: a date, RFC 3339, or how long ago, such as `7d`.
    as_of: Option<String>,
    /// Only of this connector: `npm:acme`.
    connector: Option<String>,
}

/// How is everything?
///
/// Every connector, with how complete everything is that is recorded of it.
#[utoipa::path(get, operation_id = "status", path = "/api/v1/status", tag = "Questions", params(StatusAsked), responses(
    (status = 200, body = Status),
    (status = 404, description = "There is no such connector, or nothing was known then."),
))]
pub(crate) async fn status(State(site): State<Site>, Parameters(asked): Parameters<StatusAsked>) -> ApiAnswer {
    let scope = scope(asked.as_of.as_deref(), asked.connector)?;
    let work = |world: Asked| {
        let view = world.view()?;
        let all = world.wait(engine_status(&world.context.store, view, world.context.now()))?;
        let complete = all.iter().all(|one| one.completeness.complete);
        Ok(Status { as_of: view.as_of().cloned().told(), connectors: all.told(), complete })
    };
    json(&site.graphs().ask(scope, of_one_moment(), work).await?)
}
