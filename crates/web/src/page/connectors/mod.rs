//! *Integrations › Connectors*.

mod add;
mod edit;
mod field;
mod history;
mod list;
mod list_columns;
mod log;
mod removals;
mod remove;
mod runner;
mod show;

use std::borrow::Borrow;

use rolecall_engine::connectors::{ConnectorRow, ConnectorState, ConnectorsError, is_brought};
use uuid::Uuid;

use crate::error::WebError;
use crate::guard::Signed;
use crate::page::Frame;
use crate::route::Route;

const HERE: &str = "/connectors";

pub(super) fn routes() -> Vec<Route> {
    [
        add::routes(),
        edit::routes(),
        history::routes(),
        list::routes(),
        log::routes(),
        remove::routes(),
        removals::routes(),
        runner::routes(),
        show::routes(),
    ]
    .concat()
}

/// The class that a state's chip has.
pub(crate) fn chip(state: impl Borrow<ConnectorState>) -> &'static str {
    match state.borrow() {
        ConnectorState::NotConnected | ConnectorState::Paused => "still",
        ConnectorState::Syncing => "busy",
        ConnectorState::Connected => "good",
        ConnectorState::ConfirmChanges => "warn",
        ConnectorState::Error => "bad",
    }
}

/// A part of a connector's page.
struct Tab {
    title: &'static str,
    path: &'static str,
}

const RUNNER: Tab = Tab { title: "Runner", path: "/runner" };

const TABS: [Tab; 6] = [
    Tab { title: "Overview", path: "" },
    Tab { title: "Removals", path: "/removals" },
    Tab { title: "Sync history", path: "/syncs" },
    Tab { title: "Connector log", path: "/log" },
    Tab { title: "Data", path: "/data" },
    Tab { title: "Configuration", path: "/configuration" },
];

/// The head of every page about one connector.
struct Head<'r> {
    row: &'r ConnectorRow,
    /// The path of the part that is shown.
    tab: &'static str,
    may_connect: bool,
}

impl<'r> Head<'r> {
    fn new(frame: &Frame, row: &'r ConnectorRow, tab: &'static str) -> Self {
        let may_connect = frame.may(rolecall_engine::hub::Permission::Connect);
        Self { row, tab, may_connect }
    }

    /// Whether it is read, here or elsewhere, so that there is something to sync and to edit.
    fn is_read(&self) -> bool {
        self.row.is_by_runner || !is_brought(&self.row.connector_type)
    }

    /// Those about its runner for a connector alone that has one.
    fn tabs(&self) -> impl Iterator<Item = &'static Tab> {
        TABS.iter().chain(self.row.is_by_runner.then_some(&RUNNER))
    }

    fn path(&self) -> String {
        path(self.row.uuid)
    }

    fn chip(&self) -> &'static str {
        chip(self.row.state)
    }

    fn is_paused(&self) -> bool {
        self.row.state == ConnectorState::Paused
    }

    fn is_syncing(&self) -> bool {
        self.row.state == ConnectorState::Syncing
    }
}

/// Why nobody knows when it is read next.
fn not_due(row: &ConnectorRow) -> &'static str {
    match row.state {
        ConnectorState::Paused => "paused",
        ConnectorState::Syncing => "once this one has ended",
        _ if is_brought(&row.connector_type) && !row.is_by_runner => "when somebody brings it",
        _ => "only when asked",
    }
}

/// The address of a connector's page.
pub(in crate::page) fn path(connector: impl Borrow<Uuid>) -> String {
    format!("{HERE}/{}", connector.borrow())
}

fn frame(signed: &Signed, title: &str, said: Option<&str>) -> Frame {
    Frame::new(signed, title, HERE).said(said)
}

impl From<ConnectorsError> for WebError {
    fn from(error: ConnectorsError) -> Self {
        use axum::http::StatusCode;
        let status = match &error {
            ConnectorsError::Store(store) => return Self::from_store(store),
            ConnectorsError::Unknown { .. } => StatusCode::NOT_FOUND,
            ConnectorsError::Fields(_) | ConnectorsError::Check(_) => StatusCode::UNPROCESSABLE_ENTITY,
            ConnectorsError::Taken(_) | ConnectorsError::Stale(_) | ConnectorsError::Refused { .. } => {
                StatusCode::CONFLICT
            }
        };
        let code = match &error {
            ConnectorsError::Unknown { .. } => "not-found",
            ConnectorsError::Fields(_) => "fields",
            ConnectorsError::Check(_) => "check",
            ConnectorsError::Taken(_) => "taken",
            ConnectorsError::Stale(_) => "stale",
            ConnectorsError::Refused { code, .. } => code,
            ConnectorsError::Store(_) => "database-unavailable",
        };
        let web = Self::new(status, code, crate::text::sentence(error.to_string()));
        Self { hint: error.hint().map(|hint| crate::text::sentence(&hint)), ..web }
    }
}
