//! *Deliveries*: what was told where, and what was answered.

use askama::Template;
use axum::extract::State;
use axum::routing::{get, post};
use rolecall_engine::alerting::{
    DeliveryAnswer, DeliveryAttempt, DeliveryRow, DeliveryState, EndpointRow, delivery_list_named, delivery_retry,
    delivery_show, endpoint_list,
};
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;

use super::rules::TABS;
use super::{Answer, Frame, led, moment, shown, told};
use crate::address::Id;
use crate::error::WebError;
use crate::form::Query;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::capital;

const HERE: &str = "/deliveries";
/// How many are shown, the latest first.
const ROWS: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    let (read, decide) = (Access::May(Permission::Read), Access::May(Permission::Decide));
    vec![
        Route::get(HERE, read, get(list)),
        Route::get("/deliveries/{id}", read, get(show)),
        Route::post("/deliveries/{id}/retry", decide, "delivery.retried", post(retry)),
    ]
}

/// The colour of a state.
fn chip(state: &str) -> &'static str {
    match DeliveryState::read(state) {
        Some(DeliveryState::Delivered) => "good",
        Some(DeliveryState::Failed) => "bad",
        Some(DeliveryState::Pending) => "busy",
        Some(DeliveryState::Cancelled) | None => "still",
    }
}

/// What people call a state.
fn state_title(state: &str) -> String {
    if DeliveryState::read(state) == Some(DeliveryState::Pending) { "Waiting".to_owned() } else { capital(state) }
}

/// What was answered, in a line.
fn line(answer: &str) -> &str {
    answer.lines().next().unwrap_or_default()
}

fn frame(signed: &Signed, title: &str, said: Option<&str>) -> Frame {
    Frame::new(signed, title, super::rules::HERE).said(said)
}

#[derive(Template)]
#[template(path = "deliveries/list.html")]
struct ListPage {
    frame: Frame,
    state: String,
    endpoint: String,
    rule: String,
    endpoints: Vec<EndpointRow>,
    rows: Vec<DeliveryRow>,
    is_more: bool,
}

async fn list(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let store = &site.context().store;
    let unavailable = |error| WebError::from_store(&error);
    let text = |name| query.text(name).to_owned();
    let (state, endpoint, rule) = (text("state"), text("endpoint"), text("rule"));
    let endpoints = endpoint_list(store).await.map_err(unavailable)?;
    let rows = delivery_list_named(store, DeliveryState::read(&state), (&endpoint, &rule), ROWS + 1).await;
    let mut rows = rows.map_err(unavailable)?;
    let is_more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let frame = frame(&signed, "Deliveries", query.given("said"));
    shown(&ListPage { frame, state, endpoint, rule, endpoints, rows, is_more })
}

#[derive(Template)]
#[template(path = "deliveries/show.html")]
struct ShowPage {
    frame: Frame,
    answer: DeliveryAnswer,
    may_decide: bool,
}

impl ShowPage {
    fn attempts(&self) -> impl Iterator<Item = &DeliveryAttempt> {
        self.answer.attempts.iter().rev().take(ROWS)
    }

    fn can_be_tried(&self) -> bool {
        matches!(DeliveryState::read(&self.answer.delivery.state), Some(DeliveryState::Pending | DeliveryState::Failed))
    }

    /// What programs get, as people read it.
    fn event(&self) -> String {
        format!("{:#}", self.answer.notice.event)
    }
}

async fn show(State(site): State<Site>, signed: Signed, Id(delivery): Id, Query(query): Query) -> Answer {
    let found = delivery_show(&site.context().store, delivery).await.map_err(|error| WebError::from_store(&error))?;
    let answer = found.ok_or_else(|| WebError::not_found("delivery"))?;
    let frame = frame(&signed, &answer.delivery.subject, query.given("said"));
    let may_decide = frame.may(Permission::Decide);
    shown(&ShowPage { frame, answer, may_decide })
}

async fn retry(State(site): State<Site>, signed: Signed, Id(delivery): Id) -> Answer {
    let decision = Decision { actor: signed.actor().to_owned(), reason: String::new() };
    let (store, now) = (&site.context().store, site.context().now());
    let is_tried =
        delivery_retry(store, delivery, &decision, now).await.map_err(|error| WebError::from_store(&error))?;
    if !is_tried {
        return Err(WebError::not_found("delivery that waits or was given up"));
    }
    led(&format!("{HERE}/{delivery}"), "retried")
}
