//! Evaluating the rules.

use rolecall_model::Timestamp;
use serde::Serialize;

use super::declaration::{RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::known::RuleKnown;
use super::settings::RuleSettings;
use super::world::RuleWorld;
use crate::as_of::AsOf;
use crate::completeness::Completeness;
use crate::name::NameError;
use crate::world::{ConnectorView, WorldView};

/// Which rules to evaluate, and how.
#[derive(Clone, Debug)]
pub struct CheckQuestion {
    /// Their ids; none for all.
    pub rules: Vec<String>,
    /// Thresholds.
    pub settings: RuleSettings,
    /// The present moment.
    pub now: Timestamp,
}

/// What the rules found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckAnswer {
    /// The past moment that the answer is of: what was known then. Absent for the present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
    /// How each rule answered for each connector.
    pub rules: Vec<RuleAnswer>,
    /// Everything that was found, the worst first.
    pub findings: Vec<Finding>,
    /// How many there are of each severity, and what is unknown.
    pub counts: Counts,
    /// What no interface of the sources shows.
    pub not_shown: Vec<String>,
    /// What only a person could have read, and nobody has.
    pub not_read: Vec<String>,
}

/// How one rule answered for one connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleAnswer {
    /// The rule.
    pub rule: &'static str,
    /// The connector.
    pub connector: String,
    /// The answer.
    pub outcome: Outcome,
    /// How many findings; at least so many, when the answer is not complete.
    pub findings: usize,
    /// How many subjects could not be decided about.
    pub undecided: usize,
    /// Why the rule does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// How complete the answer is.
    pub completeness: Completeness,
}

/// The answers of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It found something.
    Found,
    /// There is nothing, every listing that could show otherwise is complete, and nothing is undecided.
    Nothing,
    /// It found nothing, and something could not be read or is not told.
    Unknown,
    /// The source has no such thing, or does not show it.
    NotApplicable,
}

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Critical findings.
    pub critical: usize,
    /// High ones.
    pub high: usize,
    /// Medium ones.
    pub medium: usize,
    /// Low ones.
    pub low: usize,
    /// Those worth knowing.
    pub info: usize,
    /// Answers of rules that found nothing or *at least* something because not everything was read.
    pub incomplete: usize,
}

impl Counts {
    /// How many there are of a severity.
    #[must_use]
    pub const fn of(&self, severity: Severity) -> usize {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Info => self.info,
        }
    }

    fn add(&mut self, severity: Severity) {
        *match severity {
            Severity::Critical => &mut self.critical,
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
            Severity::Info => &mut self.info,
        } += 1;
    }
}

impl CheckAnswer {
    /// Whether there is a finding at least as bad as this.
    #[must_use]
    pub fn has_at_least(&self, severity: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity >= severity)
    }

    /// Whether every rule that applies could read everything behind its answer.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.counts.incomplete == 0
    }
}

/// Evaluates rules for every connector in the view.
///
/// # Errors
/// When no rule has one of the names.
pub fn check(view: &WorldView, known: &RuleKnown, question: &CheckQuestion) -> Result<CheckAnswer, NameError> {
    Ok(evaluated(view, known, &chosen(&question.rules)?, &question.settings, question.now))
}

/// Evaluates every rule for every connector in the view.
#[must_use]
pub fn check_all(view: &WorldView, known: &RuleKnown, settings: &RuleSettings, now: Timestamp) -> CheckAnswer {
    evaluated(view, known, super::RULES, settings, now)
}

fn evaluated(
    view: &WorldView,
    known: &RuleKnown,
    rules: &[&'static RuleDeclaration],
    settings: &RuleSettings,
    now: Timestamp,
) -> CheckAnswer {
    let mut answer = CheckAnswer {
        as_of: view.as_of().cloned(),
        rules: Vec::new(),
        findings: Vec::new(),
        counts: Counts::default(),
        not_shown: Vec::new(),
        not_read: Vec::new(),
    };
    let asked = view.connectors.iter().zip(0_u32..);
    // Of a list of people nobody asks who writes.
    for (connector, segment) in asked.filter(|(it, _)| !rolecall_connect::is_directory(it.declaration.name)) {
        let world = RuleWorld::new(view, known, (connector, segment), now);
        for rule in rules {
            let result =
                world.as_ref().map_or(RuleResult::NotApplicable("nothing is written in this source"), |world| {
                    (rule.evaluate)(world, settings)
                });
            answer.add(rule, connector, result);
        }
        for spot in connector.declaration.blind_spots {
            if !answer.not_shown.iter().any(|known| known == spot) {
                answer.not_shown.push((*spot).to_owned());
            }
        }
        for unread in view.unread_anywhere(segment) {
            if !answer.not_read.contains(&unread) {
                answer.not_read.push(unread);
            }
        }
    }
    answer
        .findings
        .sort_by(|left, right| right.severity.cmp(&left.severity).then_with(|| rank(left.rule).cmp(&rank(right.rule))));
    answer
}

/// The rules with these ids, in the order of [`super::RULES`]; all of them for none.
///
/// # Errors
/// When no rule has one of the names.
pub fn chosen(names: &[String]) -> Result<Vec<&'static RuleDeclaration>, NameError> {
    if let Some(name) = names.iter().find(|name| !super::RULES.iter().any(|rule| rule.id == **name)) {
        let known = super::RULES.iter().map(|rule| rule.id.to_owned()).collect();
        return Err(NameError::Rule { name: name.clone(), known });
    }
    let is_chosen = |rule: &&&RuleDeclaration| names.is_empty() || names.iter().any(|name| name == rule.id);
    Ok(super::RULES.iter().filter(is_chosen).copied().collect())
}

fn rank(rule: &str) -> Option<usize> {
    super::RULES.iter().position(|known| known.id == rule)
}

impl CheckAnswer {
    fn add(&mut self, rule: &RuleDeclaration, connector: &ConnectorView, result: RuleResult) {
        let mut answer = RuleAnswer {
            rule: rule.id,
            connector: connector.title(),
            outcome: Outcome::NotApplicable,
            findings: 0,
            undecided: 0,
            reason: None,
            completeness: Completeness::default(),
        };
        match result {
            RuleResult::NotApplicable(reason) => answer.reason = Some(reason),
            RuleResult::Looked { findings, undecided, completeness } => {
                answer.outcome = match (findings.is_empty(), completeness.complete && undecided == 0) {
                    (false, _) => Outcome::Found,
                    (true, true) => Outcome::Nothing,
                    (true, false) => Outcome::Unknown,
                };
                (answer.findings, answer.undecided) = (findings.len(), undecided);
                self.counts.incomplete += usize::from(!completeness.complete);
                findings.iter().for_each(|finding| self.counts.add(finding.severity));
                answer.completeness = completeness;
                self.findings.extend(findings);
            }
        }
        self.rules.push(answer);
    }
}
