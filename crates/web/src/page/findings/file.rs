//! Findings as files: for spreadsheets, code scanning and SIEMs.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::get;
use rolecall_engine::findings::{FINDING_COLUMNS, findings_ocsf, findings_sarif};
use rolecall_engine::hub::Permission;
use serde_json::Value as Json;

use super::then;
use super::wish::Wish;
use crate::form::Query;
use crate::page::Answer;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![
        Route::get("/findings.csv", read, get(table)),
        Route::get("/findings.sarif.json", read, get(sarif)),
        Route::get("/findings.ocsf.json", read, get(ocsf)),
    ]
}

async fn table(State(site): State<Site>, Query(query): Query) -> Answer {
    if query.given("as-of").is_some() {
        return then::table(&site, &query).await;
    }
    let answer = Wish::of(&query).answer(&site).await?;
    let head = FINDING_COLUMNS.iter().map(|column| (*column).to_owned()).collect();
    let rows = answer.findings.into_iter().map(|finding| finding.cells(finding.state.clone()));
    spreadsheet::file("findings.csv", std::iter::once(head).chain(rows))
}

async fn sarif(State(site): State<Site>, Query(query): Query) -> Answer {
    let answer = Wish::of(&query).answer(&site).await?;
    file("findings.sarif.json", "application/sarif+json", &findings_sarif(&answer.findings, VERSION))
}

async fn ocsf(State(site): State<Site>, Query(query): Query) -> Answer {
    let answer = Wish::of(&query).answer(&site).await?;
    file("findings.ocsf.json", "application/json", &Json::Array(findings_ocsf(&answer.findings, VERSION)))
}

fn file(name: &str, kind: &'static str, content: &Json) -> Answer {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, format!("{content:#}\n")).into_response())
}
