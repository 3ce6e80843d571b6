//! Answers as files: CSV for spreadsheets, and the JSON that programs get.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use rolecall_engine::hub::Permission;

use super::answer::Answer as QueryAnswer;
use super::cell::Cell;
use super::show::connectors;
use super::table::Table;
use super::wish::Wish;
use crate::api::query_told;
use crate::form::Query;
use crate::page::Answer;
use crate::query::query_ask;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get("/queries.csv", read, get(csv)), Route::get("/queries.json", read, get(json))]
}

/// A file of rows has no place for what is missing from them; its name has.
fn name(is_complete: bool) -> &'static str {
    if is_complete { "query.csv" } else { "query-not-complete.csv" }
}

async fn csv(State(site): State<Site>, Query(query): Query) -> Answer {
    let connectors = connectors(&site).await?;
    let answer = query_ask(&site, Wish::of(&query).asked()?, QueryAnswer::of).await?;
    let table = Table::file(&answer, &connectors);
    let rows = table.rows.into_iter().map(|row| row.iter().map(Cell::to_string).collect());
    spreadsheet::file(name(answer.is_complete), std::iter::once(table.columns).chain(rows))
}

async fn json(State(site): State<Site>, Query(query): Query) -> Answer {
    let answer = query_ask(&site, Wish::of(&query).asked()?, query_told).await?;
    let mut response = axum::response::IntoResponse::into_response(axum::Json(&answer));
    let disposition = HeaderValue::from_static("attachment; filename=\"query.json\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}
