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
use rolecall_engine::alerting::{AlertState, RuleAnswer, rule_list};
use rolecall_engine::connectors::{ConnectorRow, ConnectorState, connectors_overview};
use rolecall_engine::findings::{FindingListAnswer, FindingListQuestion, FindingRow, finding_list};
use rolecall_engine::hub::Permission;
use rolecall_engine::overview::Overview;
use rolecall_engine::rules::Severity;

use super::changes::Row;
use super::connectors::{chip, path};
use super::explore::When;
use super::{Answer, Frame, shown, told};
use crate::error::WebError;
use crate::guard::Signed;
use crate::overview::overview_present;
use crate::page::findings::{path as finding_path, severity_chip};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::grouped;
use weeks::Plot;

const HERE: &str = "/";
/// How many findings are shown; there is a page with all of them.
const FINDINGS: usize = 6;
/// How many active alerts are named.
const ALERTS: usize = 5;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Access::May(Permission::Read), get(page))]
}

#[derive(Template)]
#[template(path = "overview/show.html")]
struct OverviewPage {
    frame: Frame,
    overview: Arc<Overview>,
    connectors: Vec<ConnectorRow>,
    /// The findings that somebody has to look at.
    findings: FindingListAnswer,
    /// Rules with an active alert.
    alerts: Vec<RuleAnswer>,
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

    fn severities(&self) -> impl Iterator<Item = &(Severity, usize)> {
        self.findings.counts.open_by_severity.iter().filter(|(_, number)| *number > 0)
    }

    fn newest(&self) -> Vec<Row> {
        let row = |change| Row::of(change, &self.overview.places, &When::default());
        self.overview.newest.iter().map(row).collect()
    }

    fn worst(&self) -> impl Iterator<Item = &FindingRow> {
        self.findings.findings.iter().take(FINDINGS)
    }
}

async fn page(State(site): State<Site>, signed: Signed) -> Answer {
    let connectors = connectors_overview(site.context(), site.catalog()).await?;
    let overview = overview_present(&site).await?;
    let (store, now) = (&site.context().store, site.context().now());
    let unavailable = |error| WebError::from_store(&error);
    let findings = finding_list(store, &FindingListQuestion::default(), now).await.map_err(unavailable)?;
    let mut alerts = rule_list(store).await.map_err(unavailable)?;
    alerts.retain(|rule| rule.alert == AlertState::Active.word());
    let frame = Frame::new(&signed, "Overview", HERE);
    let may_connect = frame.may(Permission::Connect);
    let plot = Plot::of(&overview.weeks);
    shown(&OverviewPage { frame, overview, connectors, findings, alerts, plot, may_connect })
}
