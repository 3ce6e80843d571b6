//! Which findings are noted, and what became of one.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::findings::{
    DecisionRow, EventRow, FindingAnswer, FindingListAnswer, FindingListQuestion, FindingRow, FindingState,
    FindingsCounts, finding_explain, finding_list,
};
use rolecall_engine::hub::Permission;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::{IntoParams, ToSchema};

use crate::api::ApiAnswer;
use crate::api::input::{Nothing, Parameters, Word};
use crate::api::list::{Listed, limit_of, part};
use crate::api::reply::json;
use crate::api::shape::{Moment, Told, shape};
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![
        Route::get("/api/v1/findings/noted", read, get(noted)),
        Route::get("/api/v1/findings/{code}", read, get(finding)),
    ]
}

shape! {
    /// A finding, as it is noted.
    NotedFinding of FindingRow {
        /// What people call it by. The same in every database.
        code: String,
        /// `open`, `snoozed`, `accepted`, `suppressed` or `resolved`.
        state: String,
        /// `critical`, `high`, `medium`, `low` or `info`.
        severity: String,
        /// It in one sentence.
        title: String,
        /// The built-in rule's id, or the name of one that people keep.
        rule: String,
        /// Empty where it is about none, or about several.
        connector: String,
        first_at: Moment,
        /// When it was found after it had not been there.
        opened_at: Moment,
        resolved_at: Option<Moment>,
        /// Whether the last evaluation did not find it, and could not read everything that could show it.
        is_unsure: bool,
        decision: Option<FindingDecision>,
        /// Who looks after it; empty for nobody.
        owner: String,
        /// What to do about it.
        remediation: String,
        /// All of it, as it was found last.
        detail: Json,
    }
}

shape! {
    /// What somebody decided about a finding.
    FindingDecision of DecisionRow {
        /// `accepted`, `suppressed` or `snoozed`.
        kind: String,
        until: Option<Moment>,
        /// Whether that has passed.
        is_over: bool,
        at: Moment,
        by: String,
        reason: String,
        /// Who agreed.
        approver: String,
    }
}

shape! {
    /// How many findings there are.
    FindingCounts of FindingsCounts {
        open: u64,
        snoozed: u64,
        accepted: u64,
        suppressed: u64,
        resolved: u64,
        /// Open ones of each severity, the worst first.
        open_by_severity: Vec<SeverityCount>,
    }
}

/// How many there are of a severity.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SeverityCount {
    severity: String,
    count: u64,
}

impl Told<SeverityCount> for (rolecall_engine::rules::Severity, usize) {
    fn told(self) -> SeverityCount {
        SeverityCount { severity: self.0.told(), count: self.1.told() }
    }
}

/// Findings, a part at a time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotedFindings {
    /// When the built-in rules were evaluated last.
    evaluated_at: Option<Moment>,
    /// Of all, whatever was asked for.
    counts: FindingCounts,
    /// Where rules could not look at everything.
    unsure: Vec<Json>,
    /// The worst first.
    items: Vec<NotedFinding>,
    /// What to give as `after` to get the next ones; null at the end.
    next: Option<String>,
}

shape! {
    /// Something that happened to a finding.
    FindingEvent of EventRow {
        at: Moment,
        /// In words.
        what: String,
        /// Null where an evaluation did it.
        actor: Option<String>,
        reason: Option<String>,
        /// Until when, who agreed, who looks after it.
        details: String,
    }
}

/// A finding with its history.
#[derive(Serialize, ToSchema)]
pub(crate) struct FindingExplained {
    #[serde(flatten)]
    finding: NotedFinding,
    /// What happened to it, the oldest first.
    history: Vec<FindingEvent>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NotedAsked {
    /// In this state: `open` where none is named.
    #[param(example = "open")]
    state: Option<String>,
    /// Only of this severity: `critical`, `high`, `medium`, `low` or `info`.
    severity: Option<String>,
    /// Only of this rule.
    #[param(example = "owner-count")]
    rule: Option<String>,
    /// Only about this connector: `npm:acme`.
    connector: Option<String>,
    /// Only those whom this person looks after.
    owner: Option<String>,
    /// With this in the title, the code or the rule.
    text: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// Findings as they are noted
///
/// With what became of them: who looks after each, and what was decided.
#[utoipa::path(get, operation_id = "findingsNoted", path = "/api/v1/findings/noted", tag = "Findings", params(NotedAsked), responses(
    (status = 200, body = NotedFindings),
))]
pub(crate) async fn noted(State(site): State<Site>, Parameters(asked): Parameters<NotedAsked>) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    let state = match asked.state.as_deref().filter(|state| !state.is_empty()) {
        None => FindingState::Open,
        Some(word) => FindingState::read(word).ok_or_else(|| {
            let words = FindingState::ALL.map(FindingState::word).join(", ");
            WebError::bad_request("state", format!("There is no such state: there are {words}."))
        })?,
    };
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let question = FindingListQuestion {
        states: vec![state],
        severity: None,
        rule: given(asked.rule),
        connector: given(asked.connector),
        owner: given(asked.owner),
        text: given(asked.text),
    };
    let (store, now) = (&site.context().store, site.context().now());
    let answer = finding_list(store, &question, now).await.map_err(|error| WebError::from_store(&error))?;
    let FindingListAnswer { evaluated_at, mut findings, counts, unsure } = answer;
    let severity = given(asked.severity);
    findings.retain(|one| severity.as_deref().is_none_or(|wanted| one.severity.word() == wanted));
    let Listed { items, next } = part(findings, limit, asked.after.as_deref(), |one: &FindingRow| one.code.clone())?;
    json(&NotedFindings { evaluated_at: evaluated_at.told(), counts: counts.told(), unsure, items, next })
}

/// One finding
///
/// With what happened to it.
#[utoipa::path(get, operation_id = "finding", path = "/api/v1/findings/{code}", tag = "Findings", params(("code" = String, Path)), responses(
    (status = 200, body = FindingExplained),
))]
pub(crate) async fn finding(State(site): State<Site>, Word(code): Word, _: Parameters<Nothing>) -> ApiAnswer {
    let (store, now) = (&site.context().store, site.context().now());
    let found = finding_explain(store, &code, now).await.map_err(|error| WebError::from_store(&error))?;
    let FindingAnswer { finding, history } = found.ok_or_else(|| WebError::not_found("finding"))?;
    json(&FindingExplained { finding: finding.told(), history: history.told() })
}
