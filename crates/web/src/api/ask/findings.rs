//! What is wrong, by rules.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::hub::Permission;
use rolecall_engine::rules::{CheckAnswer, Outcome, RuleKnown, RuleSettings, Severity, check_all};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{AsOf, Completeness, Named, Path};
use super::scope;
use crate::api::ApiAnswer;
use crate::api::input::Parameters;
use crate::api::reply::json;
use crate::api::shape::{Moment, Told, shape};
use crate::error::WebError;
use crate::overview::overview_present;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::world::{Asked, of_one_moment};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/findings", Access::May(Permission::Read), get(findings))]
}

/// What the rules found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Findings {
    /// The past moment that the answer is of; null for the present.
    as_of: Option<AsOf>,
    /// The worst first.
    findings: Vec<Finding>,
    /// How each rule answered for each connector.
    rules: Vec<Rule>,
    /// Whether every rule that applies could read everything behind its answer.
    complete: bool,
}

shape! {
    /// One thing that a rule found.
    Finding of rolecall_engine::rules::Finding {
        /// What makes it the same finding the next time.
        key: String,
        rule: String,
        /// Which of the things the rule can find.
        case: String,
        /// `critical`, `high`, `medium`, `low` or `info`.
        severity: String,
        connector: String,
        /// It in one sentence.
        title: String,
        /// What it is about.
        subjects: Vec<Named>,
        evidence: Evidence,
        /// Since when what shows it is known, where it is a right.
        since: Option<Moment>,
        /// Whether what shows it was missing in the last reading, and waits for a person.
        removal_unconfirmed: bool,
        /// What to do about it.
        remediation: String,
        completeness: Completeness,
    }
}

shape! {
    /// What shows a finding.
    Evidence of rolecall_engine::rules::Evidence {
        /// Paths by which the right is held, or examples of them.
        paths: Vec<Path>,
        /// How many resources it concerns.
        resource_count: u64,
        /// These resources, or the first of them.
        resources: Vec<Named>,
        /// How many accounts it concerns.
        account_count: u64,
        /// When the account last wrote, if that is known.
        last_written: Option<Moment>,
    }
}

/// How a rule answered for a connector.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rule {
    rule: &'static str,
    connector: String,
    /// `found`, `nothing`, `unknown` or `not-applicable`.
    outcome: &'static str,
    /// How many subjects could not be decided about.
    undecided: u64,
    /// Why it does not apply.
    reason: Option<&'static str>,
    completeness: Completeness,
}

impl Told<Rule> for rolecall_engine::rules::RuleAnswer {
    fn told(self) -> Rule {
        let outcome = match self.outcome {
            Outcome::Found => "found",
            Outcome::Nothing => "nothing",
            Outcome::Unknown => "unknown",
            Outcome::NotApplicable => "not-applicable",
        };
        Rule {
            rule: self.rule,
            connector: self.connector,
            outcome,
            undecided: self.undecided.told(),
            reason: self.reason,
            completeness: self.completeness.told(),
        }
    }
}

impl Told<String> for Severity {
    fn told(self) -> String {
        self.word().to_owned()
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FindingsAsked {
    /// About a past moment: a date, RFC 3339, or how long ago, such as `7d`.
    as_of: Option<String>,
    /// Only of this connector: `npm:acme`.
    connector: Option<String>,
    /// Only of this rule.
    #[param(example = "dormant-publisher")]
    rule: Option<String>,
    /// Only of this severity: `critical`, `high`, `medium`, `low` or `info`.
    severity: Option<String>,
}

/// What is wrong?
///
/// What the rules found, the worst first, and which of them could not look at everything.
#[utoipa::path(get, operation_id = "findings", path = "/api/v1/findings", tag = "Questions", params(FindingsAsked), responses(
    (status = 200, body = Findings),
    (status = 404, description = "Nothing was known then."),
))]
pub(crate) async fn findings(State(site): State<Site>, Parameters(asked): Parameters<FindingsAsked>) -> ApiAnswer {
    let CheckAnswer { as_of, rules, mut findings, .. } =
        of(&site, asked.as_of.as_deref()).await.map(Arc::unwrap_or_clone)?;
    let is = |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|wanted| wanted == own);
    let of_rule = |rule: &str, connector: &str| is(&asked.rule, rule) && is(&asked.connector, connector);
    findings.retain(|one| is(&asked.severity, one.severity.word()) && of_rule(one.rule, &one.connector));
    let rules: Vec<Rule> = rules.into_iter().filter(|one| of_rule(one.rule, &one.connector)).collect::<Vec<_>>().told();
    let complete = rules.iter().all(|rule| rule.completeness.complete);
    json(&Findings { as_of: as_of.told(), findings: findings.told(), rules, complete })
}

/// What every rule found, now or at a past moment.
pub(crate) async fn of(site: &Site, as_of: Option<&str>) -> Result<Arc<CheckAnswer>, WebError> {
    let scope = scope(as_of, None)?;
    let Some(then) = scope.as_of else { return Ok(Arc::clone(&overview_present(site).await?.findings)) };
    let work = move |world: Asked| {
        let view = world.view()?;
        let known = world.wait(RuleKnown::load(&world.context.store, view, then))?;
        Ok(Arc::new(check_all(view, &known, &RuleSettings::default(), then)))
    };
    site.graphs().ask(scope, of_one_moment(), work).await
}
