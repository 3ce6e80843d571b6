//! The list of connectors.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::connectors::{ConnectorRow, ConnectorState as Known, connectors_overview};
use rolecall_engine::hub::Permission;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::ApiAnswer;
use crate::api::input::Parameters;
use crate::api::list::{Listed, limit_of, part};
use crate::api::problem::of_connectors;
use crate::api::reply::json;
use crate::api::shape::{Moment, Told, shape};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/connectors", Access::May(Permission::Read), get(connectors))]
}

/// Where a connector stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ConnectorState {
    /// It was never read.
    NotConnected,
    /// It is being read.
    Syncing,
    /// It was read.
    Connected,
    /// It was read, and removals wait for a person.
    ConfirmChanges,
    /// It could not be read the last time.
    Error,
    /// Nobody reads it, for now.
    Paused,
}

impl Told<ConnectorState> for Known {
    fn told(self) -> ConnectorState {
        match self {
            Self::NotConnected => ConnectorState::NotConnected,
            Self::Syncing => ConnectorState::Syncing,
            Self::Connected => ConnectorState::Connected,
            Self::ConfirmChanges => ConnectorState::ConfirmChanges,
            Self::Error => ConnectorState::Error,
            Self::Paused => ConnectorState::Paused,
        }
    }
}

shape! {
    /// A connector.
    Connector of ConnectorRow {
        #[serde(rename = "id")]
        uuid: Uuid,
        /// What people call it.
        #[schema(examples("npm:acme"))]
        title: String,
        #[schema(examples("acme"))]
        name: String,
        #[serde(rename = "type")]
        #[schema(examples("npm"))]
        connector_type: String,
        /// What it reads.
        organization: String,
        description: String,
        /// Who answers for it.
        owners: Vec<String>,
        state: ConnectorState,
        /// Why it stands there, in a sentence.
        why: String,
        last_sync: Option<LastSync>,
        /// When it is read next; null where nobody set that, or it is paused.
        next_sync: Option<Moment>,
        /// How far the present sync is.
        progress: Option<SyncProgress>,
        /// How much is recorded; null before the first sync.
        counts: Option<Counts>,
        token_expires: Option<TokenExpiry>,
        /// Removals that wait for a person.
        waiting_removals: u64,
        listings: Option<ListingCounts>,
        /// What a change of it names as `If-Match`.
        version: i64,
    }
}

shape! {
    /// The last sync of a connector.
    LastSync of rolecall_engine::connectors::LastSync {
        started_at: Moment,
        finished_at: Option<Moment>,
        /// `running`, `finished`, `interrupted` or `failed`.
        status: String,
        /// What went wrong.
        error: Option<String>,
    }
}

shape! {
    /// How far a sync is.
    SyncProgress of rolecall_engine::connectors::SyncProgress {
        sync: Uuid,
        job: Option<Uuid>,
        /// `membership` or `detail`.
        stage: String,
        /// Listings of the stage that were read.
        done: u64,
        /// Listings of the stage that are known so far.
        known: u64,
        /// The last listing, in words.
        listing: String,
        at: Moment,
    }
}

shape! {
    /// How much is recorded of a connector.
    Counts of rolecall_engine::connectors::ConnectorCounts {
        /// Of people and of services.
        accounts: u64,
        /// And teams.
        groups: u64,
        /// Everything else.
        resources: u64,
        /// Rights that somebody holds.
        grants: u64,
    }
}

shape! {
    /// How many listings were read in full.
    ListingCounts of rolecall_engine::connectors::ListingCounts {
        /// Those that were not.
        incomplete: u64,
        all: u64,
    }
}

shape! {
    /// When a token expires, as somebody said.
    TokenExpiry of rolecall_engine::connectors::TokenExpiry {
        #[schema(examples("2027-01-31"))]
        date: String,
        /// Negative once it is past.
        days_left: i64,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ConnectorsAsked {
    /// Only of this type.
    #[param(example = "npm")]
    r#type: Option<String>,
    /// Only in this state.
    #[param(inline)]
    state: Option<ConnectorState>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// Connectors
///
/// By type and name; removed ones are not among them.
#[utoipa::path(get, operation_id = "connectors", path = "/api/v1/connectors", tag = "Connectors", params(ConnectorsAsked), responses(
    (status = 200, body = Listed<Connector>),
))]
pub(crate) async fn connectors(State(site): State<Site>, Parameters(asked): Parameters<ConnectorsAsked>) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    let mut rows = connectors_overview(site.context(), site.catalog()).await.map_err(of_connectors)?;
    rows.retain(|row| {
        asked.r#type.as_ref().is_none_or(|wanted| row.connector_type == *wanted)
            && asked.state.is_none_or(|wanted| row.state.told() == wanted)
    });
    json(&part::<_, Connector>(rows, limit, asked.after.as_deref(), |row| row.uuid.to_string())?)
}
