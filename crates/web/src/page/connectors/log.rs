//! *Connector log*: what happened while it was read.

use std::borrow::Borrow;

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::connectors::{LogEntry, LogFilter, LogLevel, connector_row, log_list};
use rolecall_engine::hub::Permission;

use super::{Head, frame};
use crate::address::Id;
use crate::form::Query;
use crate::guard::Signed;
use crate::page::{Answer, Frame, encoded, moment, shown};
use crate::route::{Access, Route};
use crate::site::Site;

const ENTRIES: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/connectors/{id}/log", Access::May(Permission::Read), get(log))]
}

#[derive(Template)]
#[template(path = "connectors/log.html")]
struct LogPage<'d> {
    frame: Frame,
    head: Head<'d>,
    text: String,
    level: Option<LogLevel>,
    entries: Vec<LogEntry>,
}

impl LogPage<'_> {
    fn levels(&self) -> [(LogLevel, &'static str); 3] {
        [(LogLevel::Info, "Everything"), (LogLevel::Warning, "Warnings and errors"), (LogLevel::Error, "Errors")]
    }

    fn is_filtered(&self) -> bool {
        !self.text.is_empty() || self.level.is_some_and(|level| level != LogLevel::Info)
    }

    /// The address of older entries.
    fn older(&self) -> Option<String> {
        let last = self.entries.last().filter(|_| self.entries.len() == ENTRIES)?;
        let level = self.level.map_or("", LogLevel::word);
        Some(format!("?q={}&level={level}&before={}", encoded(&self.text), last.id))
    }
}

async fn log(State(site): State<Site>, signed: Signed, Id(connector): Id, Query(query): Query) -> Answer {
    let row = connector_row(site.context(), site.catalog(), connector).await?;
    let level = LogLevel::ALL.into_iter().find(|level| level.word() == query.text("level"));
    let filter = LogFilter {
        text: query.given("q").map(str::to_owned),
        level,
        sync: query.given("sync").and_then(|sync| sync.parse().ok()),
        before: query.given("before").and_then(|before| before.parse().ok()),
        after: None,
    };
    let entries = log_list(site.context(), connector, &filter, ENTRIES).await?;
    let frame = frame(&signed, &row.name, None);
    let head = Head::new(&frame, &row, "/log");
    shown(&LogPage { frame, head, text: query.text("q").to_owned(), level, entries })
}

/// The class that a level is written in.
fn level_class(level: impl Borrow<LogLevel>) -> &'static str {
    match level.borrow() {
        LogLevel::Info => "faint",
        LogLevel::Warning => "level-warning",
        LogLevel::Error => "level-error",
    }
}
