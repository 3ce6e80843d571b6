//! Every endpoint, and how each is.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::alerting::{EndpointKind, EndpointRow, endpoint_list};
use rolecall_engine::hub::Permission;

use super::{HERE, frame, is_local, kind_title, kinds, path, state};
use crate::error::WebError;
use crate::form::Query;
use crate::guard::Signed;
use crate::page::rules::TABS;
use crate::page::{Answer, Frame, shown, told};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Access::May(Permission::Read), get(page)),
        Route::get("/endpoints/add", Access::May(Permission::Administer), get(choose)),
    ]
}

#[derive(Template)]
#[template(path = "endpoints/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<EndpointRow>,
    may_administer: bool,
}

/// Whether a page changes it.
fn is_of_pages(row: &EndpointRow) -> bool {
    EndpointKind::read(&row.kind).is_some_and(|kind| !is_local(kind))
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let rows = endpoint_list(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    let frame = frame(&signed, "Endpoints", query.given("said"));
    let may_administer = frame.may(Permission::Administer);
    shown(&ListPage { frame, rows, may_administer })
}

#[derive(Template)]
#[template(path = "endpoints/choose.html")]
struct ChoosePage {
    frame: Frame,
}

async fn choose(signed: Signed) -> Answer {
    shown(&ChoosePage { frame: frame(&signed, "Add endpoint", None) })
}
