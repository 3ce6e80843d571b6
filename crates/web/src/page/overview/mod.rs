//! The first page: what changed this week, what waits, what is wrong, and how much of everything is read.
//!
//! | question | file |
//! |---|---|
//! | what does it say? | here, `templates/overview/` |
//! | how were the last weeks? | `weeks.rs`: a small plot |

mod weeks;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::connectors::{ConnectorRow, ConnectorState, connectors_overview};
use rolecall_engine::hub::Permission;
use rolecall_engine::overview::Overview;
use rolecall_engine::rules::{Finding, Severity};

use super::changes::Row;
use super::connectors::{chip, path};
use super::explore::When;
use super::{Answer, Frame, shown, told};
use crate::guard::Signed;
use crate::overview::overview_present;
use crate::page::findings::severity_chip;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::grouped;
use weeks::Plot;

const HERE: &str = "/";
/// How many findings are shown; there is a page with all of them.
const FINDINGS: usize = 6;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Access::May(Permission::Read), get(page))]
}

#[derive(Template)]
#[template(path = "overview/show.html")]
struct OverviewPage {
    frame: Frame,
    overview: Arc<Overview>,
    connectors: Vec<ConnectorRow>,
    plot: Plot,
    may_connect: bool,
}

impl OverviewPage {
    /// How much there is of what there is any of.
    fn counts(&self) -> impl Iterator<Item = &(String, usize)> {
        self.overview.counts.iter().filter(|(_, number)| *number > 0)
    }

    /// Connectors with removals that wait for a person.
    fn waiting(&self) -> impl Iterator<Item = &ConnectorRow> {
        self.connectors.iter().filter(|row| row.waiting_removals > 0)
    }

    /// Connectors that cannot be read.
    fn troubled(&self) -> impl Iterator<Item = &ConnectorRow> {
        self.connectors.iter().filter(|row| row.state == ConnectorState::Error)
    }

    fn severities(&self) -> impl Iterator<Item = (Severity, usize)> {
        Severity::ALL.into_iter().map(|severity| (severity, self.overview.findings.counts.of(severity)))
    }

    fn newest(&self) -> Vec<Row> {
        let row = |change| Row::of(change, &self.overview.places, &When::default());
        self.overview.newest.iter().map(row).collect()
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.overview.findings.findings.iter().take(FINDINGS)
    }
}

async fn page(State(site): State<Site>, signed: Signed) -> Answer {
    let connectors = connectors_overview(site.context(), site.catalog()).await?;
    let overview = overview_present(&site).await?;
    let frame = Frame::new(&signed, "Overview", HERE);
    let may_connect = frame.may(Permission::Connect);
    let plot = Plot::of(&overview.weeks);
    shown(&OverviewPage { frame, overview, connectors, plot, may_connect })
}
