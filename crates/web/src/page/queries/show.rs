//! The addresses of the page, and how a query is asked for it.

use std::time::Instant;

use askama::Template;
use axum::extract::State;
use axum::routing::{get, post};
use rolecall_engine::hub::Permission;
use rolecall_engine::{connector_title, connectors_of};

use super::HERE;
use super::answer::Answer as QueryAnswer;
use super::cell::Connector;
use super::place::Remark;
use super::ready::themes;
use super::view::{Found, Outcome, View};
use super::wish::Wish;
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, shown_as};
use crate::query::{QueryRefusal, query_ask};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get(HERE, read, get(show)), Route::ask(HERE, read, post(sent))]
}

#[derive(Template)]
#[template(path = "queries/show.html")]
struct QueriesPage {
    frame: Frame,
    view: View,
}

async fn show(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    page(&site, &signed, &query, false).await
}

/// The same for a query that is too long for an address.
async fn sent(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    page(&site, &signed, &form, true).await
}

async fn page(site: &Site, signed: &Signed, form: &Form, is_sent: bool) -> Answer {
    let wish = Wish::of(form);
    let connectors = connectors(site).await?;
    let outcome = ask(site, &wish, &connectors).await?;
    let about = form.text("about").to_owned();
    let frame = Frame::new(signed, "Queries", HERE);
    let view = View {
        csrf: frame.csrf.clone(),
        connectors: connectors.into_iter().map(|connector| connector.title).collect(),
        themes: themes(&about),
        wish,
        about,
        outcome,
        is_sent,
    };
    shown_as(view.status(), &QueriesPage { frame, view })
}

/// Asks, if there is something to be asked. What is wrong with that is shown beside it, and what is wrong with the hub is not.
async fn ask(site: &Site, wish: &Wish, connectors: &[Connector]) -> Result<Outcome, WebError> {
    if wish.text.is_empty() {
        return Ok(Outcome::Nothing);
    }
    let missing: Vec<String> = wish.missing().map(str::to_owned).collect();
    if !missing.is_empty() && rolecall_query::prepare(&wish.text).is_ok() {
        return Ok(Outcome::Waits(missing));
    }
    let began = Instant::now();
    let answer = match wish.asked() {
        Ok(asked) => query_ask(site, asked, QueryAnswer::of).await,
        Err(error) => Err(error.into()),
    };
    match answer {
        Ok(answer) => {
            let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            Ok(Outcome::Found(Box::new(Found::new(answer, wish, connectors, milliseconds))))
        }
        Err(QueryRefusal::Query(why)) => {
            Ok(Outcome::Wrong(why.iter().map(|one| Remark::new(&wish.text, one)).collect()))
        }
        Err(QueryRefusal::Other(error)) if error.status.is_server_error() => Err(error),
        Err(QueryRefusal::Other(error)) => Ok(Outcome::Refused(error)),
    }
}

/// Every connector that there is, by title.
pub(super) async fn connectors(site: &Site) -> Result<Vec<Connector>, WebError> {
    let records = connectors_of(&site.context().store, None, None).await;
    let records = records.map_err(|error| WebError::from_store(&error))?;
    let connector =
        |record: &_| Connector { title: connector_title(record), uuid: record.uuid, name: record.config.name.clone() };
    let mut connectors: Vec<Connector> = records.iter().map(connector).collect();
    connectors.sort_by(|left, right| left.title.cmp(&right.title));
    Ok(connectors)
}
