//! The audit log.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::get;
use rolecall_engine::audit::{AUDIT_ACTIONS, AuditQuestion, AuditRow, audit_list};
use rolecall_engine::hub::Permission;

use super::{Answer, Frame, encoded, moment, shown};
use crate::error::WebError;
use crate::form::Form;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

/// How many records a page, and a file, has at most.
const ROWS: usize = 200;
const FILE_ROWS: usize = 100_000;

pub(super) fn routes() -> Vec<Route> {
    let audit = Access::May(Permission::Audit);
    vec![Route::get("/audit", audit, get(list)), Route::get("/audit.csv", audit, get(csv))]
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    rows: Vec<AuditRow>,
    action: String,
    actor: String,
}

impl AuditPage {
    fn query(&self) -> String {
        format!("action={}&actor={}", encoded(&self.action), encoded(&self.actor))
    }
}

fn question(query: &Form, limit: usize) -> AuditQuestion {
    let given = |name| query.given(name).map(str::to_owned);
    AuditQuestion { since: None, action: given("action"), actor: given("actor"), limit }
}

async fn list(State(site): State<Site>, signed: Signed, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes())?;
    let rows =
        audit_list(site.context(), &question(&query, ROWS)).await.map_err(|error| WebError::from_store(&error))?;
    let frame = Frame::new(&signed, "Audit log", "/audit");
    let text = |name| query.text(name).to_owned();
    shown(&AuditPage { frame, rows, action: text("action"), actor: text("actor") })
}

async fn csv(State(site): State<Site>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes())?;
    let rows = audit_list(site.context(), &question(&query, FILE_ROWS)).await;
    let rows = rows.map_err(|error| WebError::from_store(&error))?;
    let titles = ["number", "at", "action", "subject", "actor", "reason", "details", "hash"].map(str::to_owned);
    let mut text = crate::csv::line(titles);
    for row in rows {
        let at = jiff::Timestamp::from_microsecond(row.at.0).unwrap_or_default().to_string();
        let (actor, reason) = (row.actor.unwrap_or_default(), row.reason.unwrap_or_default());
        let cells = [row.sequence.to_string(), at, row.action, row.subject, actor, reason, row.details, row.hash];
        text.push_str(&crate::csv::line(cells));
    }
    let disposition = "attachment; filename=\"audit.csv\"";
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, disposition)], text)
        .into_response())
}
