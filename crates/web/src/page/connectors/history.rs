//! The syncs of a connector, and how each listing was read.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::connectors::{
    ConnectorDetail, ListingRow, Page, SyncRow, connector_detail, connector_row, connector_sync_listings,
    connector_syncs,
};
use rolecall_engine::hub::Permission;

use super::{Head, frame};
use crate::address::{Id, Ids};
use crate::form::Query;
use crate::guard::Signed;
use crate::page::moment::duration;
use crate::page::{Answer, Frame, encoded, moment, shown};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::grouped;

const SYNCS: usize = 50;
const LISTINGS: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![
        Route::get("/connectors/{id}/syncs", read, get(syncs)),
        Route::get("/connectors/{id}/syncs/{sync}", read, get(listings)),
    ]
}

#[derive(Template)]
#[template(path = "connectors/syncs.html")]
struct SyncsPage<'d> {
    frame: Frame,
    head: Head<'d>,
    syncs: Page<SyncRow>,
}

async fn syncs(State(site): State<Site>, signed: Signed, Id(connector): Id, Query(query): Query) -> Answer {
    let row = connector_row(site.context(), site.catalog(), connector).await?;
    let syncs = connector_syncs(site.context(), connector, query.given("after"), SYNCS).await?;
    let frame = frame(&signed, &row.name, None);
    let head = Head::new(&frame, &row, "/syncs");
    shown(&SyncsPage { frame, head, syncs })
}

#[derive(Template)]
#[template(path = "connectors/listings.html")]
struct ListingsPage<'d> {
    frame: Frame,
    head: Head<'d>,
    sync: Option<&'d SyncRow>,
    listings: Page<ListingRow>,
}

async fn listings(
    State(site): State<Site>,
    signed: Signed,
    Ids([connector, sync]): Ids<2>,
    Query(query): Query,
) -> Answer {
    let detail: ConnectorDetail = connector_detail(site.context(), site.catalog(), connector).await?;
    let listings = connector_sync_listings(site.context(), sync, query.given("after"), LISTINGS).await?;
    let frame = frame(&signed, &detail.row.name, None);
    let head = Head::new(&frame, &detail.row, "/syncs");
    let sync = detail.syncs.rows.iter().find(|row| row.uuid == sync);
    shown(&ListingsPage { frame, head, sync, listings })
}

/// The class of a verdict's chip.
fn verdict_chip(verdict: &str) -> &'static str {
    match verdict {
        "proven" | "attested" => "good",
        "unproven" | "partial" => "warn",
        _ => "bad",
    }
}

/// What a verdict means.
fn verdict_title(verdict: &str) -> &str {
    match verdict {
        "proven" => "Complete",
        "attested" => "Complete, as attested",
        "unproven" => "Not proven complete",
        "partial" => "Partly read",
        "unavailable" => "Not readable",
        other => other,
    }
}
