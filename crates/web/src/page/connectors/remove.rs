//! *Remove*: with its history kept, or deleted.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::connectors::{
    ConnectorDetail, Removal, Removed, connector_detail, connector_remove, purge_approve, purge_withdraw,
};
use rolecall_engine::hub::Permission;

use super::{HERE, frame, path};
use crate::address::Id;
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, led, shown, shown_as};
use crate::people::has_other_administrator;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::grouped;

pub(super) fn routes() -> Vec<Route> {
    let (connect, administer) = (Access::May(Permission::Connect), Access::May(Permission::Administer));
    vec![
        Route::get("/connectors/{id}/remove", connect, get(ask)),
        Route::post("/connectors/{id}/remove", connect, "connector.removed", post(remove)),
        Route::post("/connectors/{id}/purge/approve", administer, "connector.purged", post(approve)),
        Route::post("/connectors/{id}/purge/withdraw", connect, "purge.withdrawn", post(withdraw)),
    ]
}

#[derive(Template)]
#[template(path = "connectors/remove.html")]
struct RemovePage<'d> {
    frame: Frame,
    detail: &'d ConnectorDetail,
    path: String,
    may_purge: bool,
    /// Nobody agrees to what they asked for themselves.
    may_approve: bool,
    wrong: Option<&'static str>,
}

async fn ask(State(site): State<Site>, signed: Signed, Id(connector): Id, Query(query): Query) -> Answer {
    let detail = connector_detail(site.context(), site.catalog(), connector).await?;
    page(&signed, &detail, query.given("said"), None)
}

fn page(signed: &Signed, detail: &ConnectorDetail, said: Option<&str>, wrong: Option<&'static str>) -> Answer {
    let frame = frame(signed, &format!("Remove {}", detail.row.name), said);
    let may_purge = frame.may(Permission::Administer);
    let is_own = detail.purge.as_ref().is_some_and(|purge| purge.actor == signed.actor());
    let may_approve = may_purge && !is_own;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shown_as(status, &RemovePage { frame, detail, path: path(detail.row.uuid), may_purge, may_approve, wrong })
}

#[derive(Template)]
#[template(path = "connectors/removed.html")]
struct RemovedPage {
    frame: Frame,
    title: String,
    type_title: String,
    removed: Removed,
}

async fn remove(State(site): State<Site>, signed: Signed, Id(connector): Id, form: Form) -> Answer {
    let detail = connector_detail(site.context(), site.catalog(), connector).await?;
    if form.text("typed") != detail.row.name {
        return page(&signed, &detail, None, Some("What you typed is not the connector's name. Nothing was removed."));
    }
    let removal = match form.text("history") {
        "delete" if !signed.may(Permission::Administer) => return Err(WebError::forbidden("the role Administrator")),
        "delete" => {
            let Some(reason) = form.given("reason") else {
                return page(&signed, &detail, None, Some("Deleting the history needs a reason. Nothing was removed."));
            };
            let has_other_administrator = has_other_administrator(&site, signed.id()).await?;
            Removal::DeleteHistory { reason: reason.to_owned(), has_other_administrator }
        }
        _ => Removal::KeepHistory,
    };
    let uuid = detail.row.uuid;
    let removed = connector_remove(site.context(), site.catalog(), signed.actor(), uuid, &removal).await?;
    gone(&signed, &detail, removed)
}

fn gone(signed: &Signed, detail: &ConnectorDetail, removed: Removed) -> Answer {
    let frame = frame(signed, &format!("{} is removed", detail.row.name), None);
    let (title, type_title) = (detail.row.title.clone(), detail.row.type_title.clone());
    shown(&RemovedPage { frame, title, type_title, removed })
}

async fn approve(State(site): State<Site>, signed: Signed, Id(connector): Id, form: Form) -> Answer {
    let detail = connector_detail(site.context(), site.catalog(), connector).await?;
    let request = form.id("request")?;
    let removed = purge_approve(site.context(), site.catalog(), signed.actor(), request).await?;
    gone(&signed, &detail, removed)
}

async fn withdraw(State(site): State<Site>, signed: Signed, Id(connector): Id, form: Form) -> Answer {
    purge_withdraw(site.context(), signed.actor(), form.id("request")?).await?;
    led(&format!("{}/remove", path(connector)), "withdrawn")
}
