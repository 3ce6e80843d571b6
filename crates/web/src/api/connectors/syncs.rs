//! The syncs of a connector, and how each listing was read.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::connectors::{connector_sync_listings, connector_syncs};
use rolecall_engine::hub::Permission;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::api::ApiAnswer;
use crate::api::input::{Id, Parameters};
use crate::api::list::{Listed, after_number, limit_of, page};
use crate::api::problem::of_connectors;
use crate::api::shape::{Moment, shape};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let reading = Access::May(Permission::Read);
    vec![
        Route::get("/api/v1/connectors/{id}/syncs", reading, get(syncs)),
        Route::get("/api/v1/syncs/{id}/listings", reading, get(listings)),
    ]
}

shape! {
    /// A sync.
    Sync of rolecall_engine::connectors::SyncRow {
        #[serde(rename = "id")]
        uuid: Uuid,
        started_at: Moment,
        finished_at: Option<Moment>,
        /// `running`, `finished`, `interrupted` or `failed`.
        status: String,
        /// What went wrong.
        error: Option<String>,
        /// Facts that appeared or took the place of others.
        appeared: u64,
        /// Facts that went.
        removed: u64,
        /// Facts whose removal began to wait for a person.
        held: u64,
        /// Requests it sent.
        requests: u64,
    }
}

shape! {
    /// How a listing was read by a sync.
    Listing of rolecall_engine::connectors::ListingRow {
        /// In words.
        title: String,
        #[schema(examples("team-members"))]
        kind: String,
        /// `proven`, `attested`, `unproven`, `partial` or `unavailable`.
        verdict: String,
        /// Why it was not read in full.
        reason: Option<String>,
        read_at: Moment,
        /// Whether it said something else than before.
        is_changed: bool,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PageAsked {
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub(super) limit: Option<u32>,
    /// What the part before said as `next`.
    pub(super) after: Option<String>,
}

/// The syncs of a connector
///
/// Newest first.
#[utoipa::path(get, operation_id = "connectorSyncs", path = "/api/v1/connectors/{id}/syncs", tag = "Connectors", params(("id" = Uuid, Path), PageAsked),
    responses((status = 200, body = Listed<Sync>))
)]
pub(crate) async fn syncs(
    State(site): State<Site>,
    Id(connector): Id,
    Parameters(asked): Parameters<PageAsked>,
) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    after_number(asked.after.as_deref())?;
    let syncs = connector_syncs(site.context(), connector, asked.after.as_deref(), limit).await;
    page::<_, Sync>(syncs.map_err(of_connectors)?)
}

/// How a sync read each listing
///
/// By kind and subject.
#[utoipa::path(get, operation_id = "syncListings", path = "/api/v1/syncs/{id}/listings", tag = "Connectors", params(("id" = Uuid, Path), PageAsked),
    responses((status = 200, body = Listed<Listing>))
)]
pub(crate) async fn listings(
    State(site): State<Site>,
    Id(sync): Id,
    Parameters(asked): Parameters<PageAsked>,
) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    after_number(asked.after.as_deref())?;
    let listings = connector_sync_listings(site.context(), sync, asked.after.as_deref(), limit).await;
    page::<_, Listing>(listings.map_err(of_connectors)?)
}
