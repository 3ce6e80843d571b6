//! One connector: how it is, what it reads, and what is recorded of it.

use askama::Template;
use axum::extract::State;
use axum::routing::{get, post};
use rolecall_engine::connectors::{
    ConnectorDetail, ConnectorRow, LastSync, Page, ResourceRow, SyncAsked, SyncProgress, connector_detail,
    connector_pause, connector_resources, connector_resume, connector_sync_now,
};
use rolecall_engine::hub::Permission;
use rolecall_engine::query::QueryScope;
use rolecall_engine::search::Places;

use super::{Head, frame, path};
use crate::address::Id;
use crate::form::Query;
use crate::guard::Signed;
use crate::page::explore::When;
use crate::page::moment::duration;
use crate::page::{Answer, Frame, encoded, led, moment, shown, told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::{count, grouped};
use crate::world::of_one_moment;

/// How many resources a page shows.
const RESOURCES: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    let (read, connect) = (Access::May(Permission::Read), Access::May(Permission::Connect));
    vec![
        Route::get("/connectors/{id}", read, get(show)),
        Route::get("/connectors/{id}/data", read, get(data)),
        Route::get("/connectors/{id}/configuration", read, get(configuration)),
        Route::post("/connectors/{id}/sync", connect, "job.asked", post(sync)),
        Route::post("/connectors/{id}/pause", connect, "connector.paused", post(pause)),
        Route::post("/connectors/{id}/resume", connect, "connector.resumed", post(resume)),
    ]
}

#[derive(Template)]
#[template(path = "connectors/show.html")]
struct ShowPage<'d> {
    frame: Frame,
    head: Head<'d>,
    detail: &'d ConnectorDetail,
}

impl ShowPage<'_> {
    fn row(&self) -> &ConnectorRow {
        &self.detail.row
    }
}

/// Whether anything was recorded: before the first reading, there is nothing of any type.
fn is_recorded(detail: &ConnectorDetail) -> bool {
    detail.types.iter().any(|kind| kind.count > 0)
}

async fn show(State(site): State<Site>, signed: Signed, Id(connector): Id, Query(query): Query) -> Answer {
    let detail = connector_detail(site.context(), site.catalog(), connector).await?;
    let frame = frame(&signed, &detail.row.name, query.given("said"));
    let head = Head::new(&frame, &detail.row, "");
    shown(&ShowPage { frame, head, detail: &detail })
}

#[derive(Template)]
#[template(path = "connectors/configuration.html")]
struct ConfigurationPage<'d> {
    frame: Frame,
    head: Head<'d>,
    detail: &'d ConnectorDetail,
}

async fn configuration(State(site): State<Site>, signed: Signed, Id(connector): Id) -> Answer {
    let detail = connector_detail(site.context(), site.catalog(), connector).await?;
    let frame = frame(&signed, &detail.row.name, None);
    let head = Head::new(&frame, &detail.row, "/configuration");
    shown(&ConfigurationPage { frame, head, detail: &detail })
}

#[derive(Template)]
#[template(path = "connectors/data.html")]
struct DataPage<'d> {
    frame: Frame,
    head: Head<'d>,
    detail: &'d ConnectorDetail,
    /// The type that is looked at.
    kind: String,
    text: String,
    resources: Page<ResourceRow>,
    places: Places,
}

impl DataPage<'_> {
    /// Whether any of them has a name beside its id.
    fn has_names(&self) -> bool {
        self.resources.rows.iter().any(|resource| resource.name.is_some())
    }

    /// Where one of them is shown, if there is a page of it.
    fn link(&self, resource: &ResourceRow) -> Option<String> {
        let connector = &self.detail.row.title;
        let place = self.places.of(connector, &resource.resource_type)?;
        Some(When::default().place(place, connector, &resource.id))
    }

    /// The address of the next page.
    fn next(&self) -> Option<String> {
        let next = self.resources.next.as_ref()?;
        Some(format!("?type={}&q={}&after={}", encoded(&self.kind), encoded(&self.text), encoded(next)))
    }
}

async fn data(State(site): State<Site>, signed: Signed, Id(connector): Id, Query(query): Query) -> Answer {
    let detail = connector_detail(site.context(), site.catalog(), connector).await?;
    let known = |name: &str| detail.types.iter().any(|known| known.name == name);
    let first = detail.types.first().map(|first| first.name.clone()).unwrap_or_default();
    let kind = query.given("type").filter(|name| known(name)).map_or(first, str::to_owned);
    let text = query.text("q").to_owned();
    let resources = if kind.is_empty() {
        Page { rows: Vec::new(), next: None }
    } else {
        connector_resources(site.context(), connector, &kind, &text, query.given("after"), RESOURCES).await?
    };
    let frame = frame(&signed, &detail.row.name, None);
    let head = Head::new(&frame, &detail.row, "/data");
    let places = places(&site).await;
    shown(&DataPage { frame, head, detail: &detail, kind, text, resources, places })
}

/// Which page shows what. Where the graph cannot be asked just now, the list is shown without links.
async fn places(site: &Site) -> Places {
    let places = site.graphs().ask(QueryScope::default(), of_one_moment(), |world| Ok(world.view()?.places())).await;
    places.unwrap_or_default()
}

async fn sync(State(site): State<Site>, signed: Signed, Id(connector): Id) -> Answer {
    let said = match connector_sync_now(site.context(), signed.actor(), connector).await? {
        SyncAsked::Queued(_) => "syncing",
        SyncAsked::Waiting(_) | SyncAsked::Running(_) => "syncing-already",
    };
    led(&path(connector), said)
}

async fn pause(State(site): State<Site>, signed: Signed, Id(connector): Id) -> Answer {
    connector_pause(site.context(), signed.actor(), connector).await?;
    led(&path(connector), "paused")
}

async fn resume(State(site): State<Site>, signed: Signed, Id(connector): Id) -> Answer {
    connector_resume(site.context(), signed.actor(), connector).await?;
    led(&path(connector), "resumed")
}

/// How a sync went, and how long it took.
fn ended(sync: &LastSync) -> String {
    let took = sync.finished_at.map(|finished| duration(sync.started_at, finished));
    match (sync.status, took) {
        ("finished", Some(took)) => format!("read in {took}"),
        (status, Some(took)) => format!("{status} after {took}"),
        (status, None) => status.to_owned(),
    }
}

/// How many listings a progress is of: never fewer than were read, and never none.
fn most(progress: &SyncProgress) -> u64 {
    progress.known.max(progress.done).max(1)
}
