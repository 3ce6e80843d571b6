//! The audit log.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::audit::{AUDIT_ACTIONS, AuditQuestion, AuditRow, audit_list};
use rolecall_engine::hub::Permission;

use super::{Answer, Frame, encoded, moment, shown};
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;

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

async fn list(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let rows =
        audit_list(site.context(), &question(&query, ROWS)).await.map_err(|error| WebError::from_store(&error))?;
    let frame = Frame::new(&signed, "Audit log", "/audit");
    let text = |name| query.text(name).to_owned();
    shown(&AuditPage { frame, rows, action: text("action"), actor: text("actor") })
}

async fn csv(State(site): State<Site>, Query(query): Query) -> Answer {
    let rows = audit_list(site.context(), &question(&query, FILE_ROWS)).await;
    let rows = rows.map_err(|error| WebError::from_store(&error))?;
    let titles =
        ["number", "at", "action", "subject", "actor", "reason", "details", "hash"].map(str::to_owned).to_vec();
    let cells = |row: AuditRow| {
        let at = jiff::Timestamp::from_microsecond(row.at.0).unwrap_or_default().to_string();
        let (actor, reason) = (row.actor.unwrap_or_default(), row.reason.unwrap_or_default());
        vec![row.sequence.to_string(), at, row.action, row.subject, actor, reason, row.details, row.hash]
    };
    spreadsheet::file("audit.csv", std::iter::once(titles).chain(rows.into_iter().map(cells)))
}
