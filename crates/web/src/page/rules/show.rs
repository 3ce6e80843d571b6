//! One rule: what it asks, when it tells, what it found, and how its evaluations went.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use rolecall_engine::alerting::{
    Interval, RuleAnswer, RuleEvaluation, RuleQuery, RuleRowShown, Subject, rule_evaluations, rule_show,
};
use rolecall_engine::hub::Permission;
use uuid::Uuid;

use super::trend::{Bar, Trend};
use super::words::{alert_words, condition_text, interval_words, operation_words, subject_words, trigger_words};
use super::{HERE, frame, path, refused};
use crate::address::Id;
use crate::form::Query;
use crate::guard::Signed;
use crate::page::findings::severity_chip;
use crate::page::{Answer, Frame, encoded, moment, shown_as, told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::{capital, count, grouped, sentence};

/// How many rows are shown, and how many evaluations: as bars, and in the table.
const ROWS: usize = 100;
const BARS: usize = 40;
const EVALUATIONS: usize = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/rules/{id}", Access::May(Permission::Read), get(show))]
}

#[derive(Template)]
#[template(path = "rules/show.html")]
struct ShowPage {
    frame: Frame,
    rule: RuleAnswer,
    rows: Vec<RuleRowShown>,
    evaluations: Vec<RuleEvaluation>,
    trend: Trend,
    may_decide: bool,
    /// What is wrong with what was just asked for.
    wrong: Option<String>,
}

impl ShowPage {
    fn path(&self) -> String {
        path(&self.rule.id)
    }

    fn queries(&self) -> &[RuleQuery] {
        match &self.rule.definition.subject {
            Subject::Queries(queries) => queries,
            Subject::Question(_) | Subject::Findings(_) => &[],
        }
    }

    fn is_disabled(&self) -> bool {
        self.rule.definition.interval == Interval::Disabled
    }

    /// Where its findings are.
    fn findings(&self) -> String {
        format!("/findings?rule={}", encoded(&self.rule.definition.name))
    }

    fn said(&self) -> String {
        let rows = count(u64::try_from(self.rows.len()).unwrap_or(u64::MAX), "row", "rows");
        if self.rule.complete == Some(false) { format!("At least {rows}") } else { rows }
    }

    fn labels(&self) -> Vec<String> {
        let all = self.rule.definition.labels.iter();
        all.map(|(name, value)| if value.is_empty() { name.clone() } else { format!("{name}: {value}") }).collect()
    }
}

async fn show(State(site): State<Site>, signed: Signed, Id(rule): Id, Query(query): Query) -> Answer {
    shown_of(&site, &signed, rule, query.given("said"), None).await
}

pub(super) async fn shown_of(
    site: &Site,
    signed: &Signed,
    rule: Uuid,
    said: Option<&str>,
    wrong: Option<String>,
) -> Answer {
    let store = &site.context().store;
    let (rule, rows) = rule_show(store, &rule.to_string()).await.map_err(refused)?;
    let evaluations = rule_evaluations(store, &rule.definition.name, BARS).await.map_err(refused)?;
    let frame = frame(signed, &rule.definition.name, said);
    let may_decide = frame.may(Permission::Decide);
    let trend = Trend::of(&evaluations);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shown_as(status, &ShowPage { frame, rule, rows, evaluations, trend, may_decide, wrong })
}
