//! The syncs of a connector, and how each listing was read.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::routing::get;
use rolecall_engine::connectors::{
    ConnectorDetail, ListingRow, Page, SyncRow, connector_detail, connector_sync_listings, connector_syncs,
};
use rolecall_engine::hub::Permission;

use super::{Head, frame, id};
use crate::form::Form;
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

async fn syncs(
    State(site): State<Site>,
    signed: Signed,
    Path(connector): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes())?;
    let connector = id(&connector)?;
    let detail = connector_detail(site.context(), site.catalog(), connector).await?;
    let syncs = connector_syncs(site.context(), connector, query.given("after"), SYNCS).await?;
    let frame = frame(&signed, &detail.row.name, None);
    let head = Head::new(&frame, &detail.row, "/syncs");
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
    Path((connector, sync)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes())?;
    let (connector, sync) = (id(&connector)?, id(&sync)?);
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
