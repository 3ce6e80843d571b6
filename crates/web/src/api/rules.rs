//! Rules that people keep.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::alerting::{
    RuleAnswer, RuleError, RuleEvaluation, RuleRowShown, rule_evaluations, rule_list, rule_show,
};
use rolecall_engine::hub::Permission;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::{IntoParams, ToSchema};

use super::ApiAnswer;
use super::input::{Id, Nothing, Parameters};
use super::list::{Listed, limit_of, part};
use super::reply::json;
use super::shape::{Moment, Told, shape};
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;

/// How many evaluations are told of a rule.
const EVALUATIONS: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get("/api/v1/rules", read, get(rules)), Route::get("/api/v1/rules/{id}", read, get(rule))]
}

/// A rule that somebody keeps, and where it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptRule {
    id: String,
    name: String,
    /// As this program keeps it. `GET /rules/export.json` of a hub has it in JupiterOne's form.
    definition: Json,
    /// How often it was changed.
    version: i64,
    /// `person`, `file` or `pack`.
    source: String,
    updated_at: Moment,
    updated_by: String,
    /// `none`, `active`, `inactive` or `dismissed`.
    alert: String,
    alert_since: Option<Moment>,
    alert_level: String,
    /// When it was evaluated last without a failure.
    evaluated_at: Option<Moment>,
    /// How many rows that found.
    found: i64,
    /// Whether everything behind them had been read.
    complete: Option<bool>,
    /// Why it cannot be evaluated.
    failure: Option<RuleFailure>,
    /// What it could not do at its last evaluation.
    undelivered: Vec<String>,
    /// What is wrong with it.
    problems: Vec<String>,
}

/// Why a rule cannot be evaluated.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RuleFailure {
    why: String,
    since: Moment,
}

impl Told<KeptRule> for RuleAnswer {
    fn told(self) -> KeptRule {
        KeptRule {
            id: self.id,
            name: self.definition.name.clone(),
            definition: serde_json::to_value(&self.definition).unwrap_or_default(),
            version: self.version,
            source: self.source,
            updated_at: self.updated_at.told(),
            updated_by: self.updated_by,
            alert: self.alert,
            alert_since: self.alert_since.told(),
            alert_level: self.alert_level,
            evaluated_at: self.evaluated_at.told(),
            found: self.found,
            complete: self.complete,
            failure: self.failure.map(|(why, since)| RuleFailure { why, since: since.told() }),
            undelivered: self.undelivered,
            problems: self.problems,
        }
    }
}

shape! {
    /// Something that a rule found.
    KeptRow of RuleRowShown {
        /// It in a few words.
        title: String,
        since: Moment,
        /// Whether it was told.
        told: bool,
        data: Json,
    }
}

shape! {
    /// An evaluation of a rule.
    KeptEvaluation of RuleEvaluation {
        at: Moment,
        /// `ok` or `failed`.
        outcome: String,
        /// How many rows it found.
        count: i64,
        appeared: i64,
        vanished: i64,
        changed: i64,
        /// How many were told.
        told: i64,
        error: Option<String>,
    }
}

/// A rule with what it found last.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleExplained {
    #[serde(flatten)]
    rule: KeptRule,
    rows: Vec<KeptRow>,
    /// The latest ones, the last one first.
    evaluations: Vec<KeptEvaluation>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RulesAsked {
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// Rules
///
/// Those with an active alert first.
#[utoipa::path(get, operation_id = "rules", path = "/api/v1/rules", tag = "Rules", params(RulesAsked), responses(
    (status = 200, body = Listed<KeptRule>),
))]
pub(crate) async fn rules(State(site): State<Site>, Parameters(asked): Parameters<RulesAsked>) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    let all = rule_list(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    json(&part::<_, KeptRule>(all, limit, asked.after.as_deref(), |rule| rule.id.clone())?)
}

/// One rule
///
/// With what it found last, and its latest evaluations.
#[utoipa::path(get, operation_id = "rule", path = "/api/v1/rules/{id}", tag = "Rules", params(("id" = Uuid, Path)), responses(
    (status = 200, body = RuleExplained),
))]
pub(crate) async fn rule(State(site): State<Site>, Id(rule): Id, _: Parameters<Nothing>) -> ApiAnswer {
    let store = &site.context().store;
    let (rule, rows) = rule_show(store, &rule.to_string()).await.map_err(unknown)?;
    let evaluations = rule_evaluations(store, &rule.definition.name, EVALUATIONS).await.map_err(unknown)?;
    json(&RuleExplained { rule: rule.told(), rows: rows.told(), evaluations: evaluations.told() })
}

fn unknown(error: RuleError) -> WebError {
    match error {
        RuleError::Store(error) => WebError::from_store(&error),
        _ => WebError::not_found("rule"),
    }
}
