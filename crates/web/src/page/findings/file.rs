//! Findings as files: for spreadsheets, code scanning and SIEMs.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::get;
use rolecall_engine::findings::{DecisionRow, FindingRow, findings_ocsf, findings_sarif};
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

const COLUMNS: [&str; 15] = [
    "code",
    "state",
    "severity",
    "rule",
    "finding",
    "connector",
    "since",
    "first found",
    "resolved",
    "owner",
    "decided by",
    "approver",
    "until",
    "reason",
    "what to do",
];

fn cells(finding: FindingRow) -> Vec<String> {
    let decided = |of: fn(&DecisionRow) -> String| finding.decision.as_ref().map(of).unwrap_or_default();
    let (by, approver) = (decided(|one| one.by.clone()), decided(|one| one.approver.clone()));
    let (until, reason) = (decided(|one| one.until.clone().unwrap_or_default()), decided(|one| one.reason.clone()));
    vec![
        finding.code,
        finding.state,
        finding.severity.word().to_owned(),
        finding.rule,
        finding.title,
        finding.connector,
        finding.opened_at,
        finding.first_at,
        finding.resolved_at.unwrap_or_default(),
        finding.owner,
        by,
        approver,
        until,
        reason,
        finding.remediation,
    ]
}

async fn table(State(site): State<Site>, Query(query): Query) -> Answer {
    if query.given("as-of").is_some() {
        return then::table(&site, &query).await;
    }
    let answer = Wish::of(&query).answer(&site).await?;
    let rows = answer.findings.into_iter().map(cells);
    spreadsheet::file("findings.csv", std::iter::once(COLUMNS.map(str::to_owned).to_vec()).chain(rows))
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
