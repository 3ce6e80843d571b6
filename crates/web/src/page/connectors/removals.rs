//! *Confirm changes*: removals that wait for a person.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::connectors::{
    ConnectorRow, Decided, RemovalGroup, RemovalsAsked, RemovalsView, Ruling, connector_row, decision_withdraw,
    removals_decide, removals_view,
};
use rolecall_engine::hub::Permission;
use uuid::Uuid;

use super::{Head, frame, path};
use crate::address::Id;
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, led, moment, shown_as, told};
use crate::people::decider;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::count;

pub(super) fn routes() -> Vec<Route> {
    let (read, decide) = (Access::May(Permission::Read), Access::May(Permission::Decide));
    vec![
        Route::get("/connectors/{id}/removals", read, get(removals)),
        Route::post("/connectors/{id}/removals/confirm", decide, "removals.confirmed", post(confirm)),
        Route::post("/connectors/{id}/removals/discard", decide, "removals.discarded", post(discard)),
        Route::post("/connectors/{id}/removals/withdraw", decide, "decision.withdrawn", post(withdraw)),
    ]
}

#[derive(Template)]
#[template(path = "connectors/removals.html")]
struct RemovalsPage<'d> {
    frame: Frame,
    head: Head<'d>,
    view: RemovalsView,
    may_decide: bool,
    /// What was wrong with the decision that was just made.
    wrong: Option<&'static str>,
    reason: String,
}

/// Whether anything of a listing still waits for a decision.
fn waits(group: &RemovalGroup) -> bool {
    group.removals.iter().any(|removal| !removal.discarded)
}

async fn removals(State(site): State<Site>, signed: Signed, Id(connector): Id, Query(query): Query) -> Answer {
    let row = connector_row(site.context(), site.catalog(), connector).await?;
    page(&site, &signed, &row, query.given("said"), None).await
}

async fn page(
    site: &Site,
    signed: &Signed,
    row: &ConnectorRow,
    said: Option<&str>,
    wrong: Option<(&'static str, String)>,
) -> Answer {
    let view = removals_view(site.context(), row.uuid).await?;
    let frame = frame(signed, &row.name, said);
    let head = Head::new(&frame, row, "/removals");
    let may_decide = frame.may(Permission::Decide);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (wrong, reason) = wrong.map_or((None, String::new()), |(wrong, reason)| (Some(wrong), reason));
    shown_as(status, &RemovalsPage { frame, head, view, may_decide, wrong, reason })
}

async fn confirm(State(site): State<Site>, signed: Signed, Id(connector): Id, form: Form) -> Answer {
    decide(&site, &signed, connector, &form, Ruling::Confirm).await
}

async fn discard(State(site): State<Site>, signed: Signed, Id(connector): Id, form: Form) -> Answer {
    decide(&site, &signed, connector, &form, Ruling::Discard).await
}

async fn decide(site: &Site, signed: &Signed, connector: Uuid, form: &Form, ruling: Ruling) -> Answer {
    let Some(reason) = form.given("reason") else {
        let row = connector_row(site.context(), site.catalog(), connector).await?;
        let wrong = "Say why: whoever reads this in a year has nothing else to go by.";
        return page(site, signed, &row, None, Some((wrong, String::new()))).await;
    };
    let seen = form.text("seen").parse::<i64>();
    let seen = seen.map_err(|_| WebError::bad_request("seen", "The form does not say what was looked at."))?;
    let listing = form.given("listing").map(str::parse::<i64>).transpose();
    let listing = listing.map_err(|_| WebError::bad_request("listing", "The form names no listing."))?;
    let decider = decider(site, signed).await?;
    let asked = RemovalsAsked { connector, listing, seen, reason };
    let decided = removals_decide(site.context(), &decider, ruling, asked).await?;
    let said = match (decided, ruling) {
        (Decided::Done { facts: 0 }, _) => "decided-already",
        (Decided::Delayed(_), _) => "delayed",
        (Decided::Done { .. }, Ruling::Confirm) => "confirmed",
        (Decided::Done { .. }, Ruling::Discard) => "discarded",
    };
    led(&format!("{}/removals", path(connector)), said)
}

async fn withdraw(State(site): State<Site>, signed: Signed, Id(connector): Id, form: Form) -> Answer {
    let decision: Uuid = form.id("decision")?;
    decision_withdraw(site.context(), signed.actor(), decision).await?;
    led(&format!("{}/removals", path(connector)), "withdrawn")
}
