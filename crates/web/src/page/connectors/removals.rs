//! *Confirm changes*: removals that wait for a person.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::connectors::{
    ConnectorDetail, Decided, RemovalGroup, RemovalsView, connector_detail, decision_withdraw, removals_confirm,
    removals_discard, removals_view,
};
use rolecall_engine::hub::Permission;
use uuid::Uuid;

use super::{Head, frame, id, path};
use crate::error::WebError;
use crate::form::Form;
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

async fn removals(
    State(site): State<Site>,
    signed: Signed,
    Path(connector): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes())?;
    let detail = connector_detail(site.context(), site.catalog(), id(&connector)?).await?;
    page(&site, &signed, &detail, query.given("said"), None).await
}

async fn page(
    site: &Site,
    signed: &Signed,
    detail: &ConnectorDetail,
    said: Option<&str>,
    wrong: Option<(&'static str, String)>,
) -> Answer {
    let view = removals_view(site.context(), detail.row.uuid).await?;
    let frame = frame(signed, &detail.row.name, said);
    let head = Head::new(&frame, &detail.row, "/removals");
    let may_decide = frame.may(Permission::Decide);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (wrong, reason) = wrong.map_or((None, String::new()), |(wrong, reason)| (Some(wrong), reason));
    shown_as(status, &RemovalsPage { frame, head, view, may_decide, wrong, reason })
}

#[derive(Clone, Copy)]
enum Word {
    Confirm,
    Discard,
}

async fn confirm(State(site): State<Site>, signed: Signed, Path(connector): Path<String>, form: Form) -> Answer {
    decide(&site, &signed, &connector, &form, Word::Confirm).await
}

async fn discard(State(site): State<Site>, signed: Signed, Path(connector): Path<String>, form: Form) -> Answer {
    decide(&site, &signed, &connector, &form, Word::Discard).await
}

async fn decide(site: &Site, signed: &Signed, connector: &str, form: &Form, word: Word) -> Answer {
    let connector = id(connector)?;
    let Some(reason) = form.given("reason") else {
        let detail = connector_detail(site.context(), site.catalog(), connector).await?;
        let wrong = "Say why: whoever reads this in a year has nothing else to go by.";
        return page(site, signed, &detail, None, Some((wrong, String::new()))).await;
    };
    let seen = form.text("seen").parse::<i64>();
    let seen = seen.map_err(|_| WebError::bad_request("seen", "The form does not say what was looked at."))?;
    let listing = form.given("listing").map(str::parse::<i64>).transpose();
    let listing = listing.map_err(|_| WebError::bad_request("listing", "The form names no listing."))?;
    let decider = decider(site, signed).await?;
    let context = site.context();
    let decided = match word {
        Word::Confirm => removals_confirm(context, &decider, connector, listing, seen, reason).await?,
        Word::Discard => removals_discard(context, &decider, connector, listing, seen, reason).await?,
    };
    let said = match (decided, word) {
        (Decided::Done { facts: 0 }, _) => "decided-already",
        (Decided::Delayed(_), _) => "delayed",
        (Decided::Done { .. }, Word::Confirm) => "confirmed",
        (Decided::Done { .. }, Word::Discard) => "discarded",
    };
    led(&format!("{}/removals", path(connector)), said)
}

async fn withdraw(State(site): State<Site>, signed: Signed, Path(connector): Path<String>, form: Form) -> Answer {
    let connector = id(&connector)?;
    let decision: Uuid = id(form.text("decision"))?;
    decision_withdraw(site.context(), signed.actor(), decision).await?;
    led(&format!("{}/removals", path(connector)), "withdrawn")
}
