//! Keeping rules: which there are, how one is added, changed and looked at.

use rolecall_model::Timestamp;
use rolecall_query::{Diagnostic, Severity as DiagnosticSeverity};
use rolecall_store::{AlertState, Decision, RuleStanding, Store, StoreError, StoredRule};
use serde::Serialize;
use serde_json::Value as Json;

use super::file::{RemarkSeverity, rule_remarks};
use super::{Interval, RuleDefinition, Subject, Trigger};
use crate::moment::moment_text;
use crate::questions::Question;
use crate::rules::RULES;

/// A rule, as lists show it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleAnswer {
    /// The id for the outside world.
    pub id: String,
    /// What it is.
    pub definition: RuleDefinition,
    /// How often it was changed.
    pub version: i64,
    /// Where it comes from: `person`, `file` or `pack`.
    pub source: String,
    /// When it was changed last, and by whom.
    pub updated_at: String,
    /// By whom.
    pub updated_by: String,
    /// Its alert: `none`, `active`, `inactive` or `dismissed`.
    pub alert: String,
    /// Since when its alert is so.
    pub alert_since: Option<String>,
    /// How bad its alert is.
    pub alert_level: String,
    /// When it was evaluated last without a failure; nothing where it never was.
    pub evaluated_at: Option<String>,
    /// How many rows that found.
    pub found: i64,
    /// Whether everything behind them had been read; nothing before its first evaluation.
    pub complete: Option<bool>,
    /// Why it cannot be evaluated, and since when.
    pub failure: Option<(String, String)>,
    /// What it could not do, in sentences.
    pub undelivered: Vec<String>,
    /// What is wrong with it.
    pub problems: Vec<String>,
}

impl RuleAnswer {
    /// Whether the rule tells what changes, and not what is there.
    #[must_use]
    pub const fn is_of_changes(&self) -> bool {
        matches!(self.definition.trigger, Trigger::PropertyChanged { .. } | Trigger::CountChanged)
    }
}

/// One row of what a rule found, as it is shown.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleRowShown {
    /// It in a few words.
    pub title: String,
    /// Since when it is there.
    pub since: String,
    /// Whether it was told.
    pub told: bool,
    /// It.
    pub data: Json,
}

/// Why a rule cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// It could not be evaluated.
    #[error("the rule {name:?} cannot be evaluated: {}", problems.join("; "))]
    Problems {
        /// Its name.
        name: String,
        /// What is wrong with it.
        problems: Vec<String>,
    },
    /// No rule has this name.
    #[error("no rule is called {0:?}")]
    Unknown(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Every rule, those with an active alert first.
///
/// # Errors
/// When the database cannot be read.
pub async fn rule_list(store: &Store) -> Result<Vec<RuleAnswer>, StoreError> {
    let mut rules: Vec<RuleAnswer> = store.rule_list().await?.into_iter().filter_map(rule_answer).collect();
    rules.sort_by_key(|rule| (rule.alert != AlertState::Active.word(), rule.definition.name.to_lowercase()));
    Ok(rules)
}

/// One rule by its name or id, with what it found last.
///
/// # Errors
/// When there is none, or the database cannot be read.
pub async fn rule_show(store: &Store, name: &str) -> Result<(RuleAnswer, Vec<RuleRowShown>), RuleError> {
    let rules = store.rule_list().await?;
    let is_it = |rule: &&StoredRule| rule.name == name || rule.uuid.to_string() == name;
    let rule = rules.iter().find(is_it).ok_or_else(|| RuleError::Unknown(name.to_owned()))?;
    let rows = store.rule_rows(rule.id).await?.into_values().map(|(content, since)| RuleRowShown {
        title: content.get("title").and_then(Json::as_str).unwrap_or_default().to_owned(),
        since: moment_text(since),
        told: content.get("told").and_then(Json::as_bool).unwrap_or_default(),
        data: content.get("data").cloned().unwrap_or_default(),
    });
    let rows = rows.collect();
    let answer = rule_answer(rule.clone()).ok_or_else(|| RuleError::Unknown(name.to_owned()))?;
    Ok((answer, rows))
}

/// Keeps a rule, in the place of one with its name.
///
/// # Errors
/// When it could not be evaluated and is not disabled; when `version` is not that of the rule; or the database's.
pub async fn rule_put(
    store: &Store,
    definition: &RuleDefinition,
    source: &str,
    version: Option<i64>,
    decision: &Decision,
    now: Timestamp,
) -> Result<StoredRule, RuleError> {
    let problems = rule_problems(definition);
    if !problems.is_empty() && definition.interval != Interval::Disabled {
        return Err(RuleError::Problems { name: definition.name.clone(), problems });
    }
    let known = store.rule_list().await?.into_iter().find(|rule| rule.name == definition.name);
    let before = known.and_then(|rule| serde_json::from_value::<RuleDefinition>(rule.definition).ok());
    let is_other = before.is_some_and(|before| asks_other(&before, definition));
    let json = serde_json::to_value(definition).unwrap_or_default();
    Ok(store.rule_put((&definition.name, &json, source), is_other, version, decision, now).await?)
}

/// Whether what a rule finds may be other rows for this change alone.
fn asks_other(before: &RuleDefinition, after: &RuleDefinition) -> bool {
    before.subject != after.subject || before.trigger != after.trigger
}

/// What keeps a rule from being evaluated, in sentences.
#[must_use]
pub fn rule_problems(definition: &RuleDefinition) -> Vec<String> {
    let remarks = rule_remarks(definition).into_iter();
    let mut problems: Vec<String> =
        remarks.filter(|one| one.severity == RemarkSeverity::CannotRun).map(|one| one.text).collect();
    if let Subject::Findings(rules) = &definition.subject {
        let is_unknown = |id: &&String| !RULES.iter().any(|rule| rule.id == **id);
        problems.extend(rules.iter().filter(is_unknown).map(|id| format!("there is no built-in rule {id:?}")));
    }
    problems
}

/// What keeps a query from being asked, and what to do about it.
pub(super) fn said(diagnostics: &[Diagnostic]) -> String {
    let worst =
        diagnostics.iter().find(|one| one.severity == DiagnosticSeverity::Error).or_else(|| diagnostics.first());
    let Some(worst) = worst else { return String::new() };
    let place = worst.span.map(|span| format!(" (at character {})", span.start + 1)).unwrap_or_default();
    let help = worst.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{}{place}{help}", worst.message)
}

fn rule_answer(rule: StoredRule) -> Option<RuleAnswer> {
    let definition: RuleDefinition = serde_json::from_value(rule.definition).ok()?;
    let standing = rule.standing.as_ref();
    let output = |standing: &RuleStanding, name: &str| standing.outputs.get(name).cloned().unwrap_or_default();
    let undelivered = standing.map(|standing| output(standing, "undelivered"));
    let undelivered = undelivered.and_then(|all| serde_json::from_value(all).ok()).unwrap_or_default();
    let failing = |standing: &RuleStanding| Some((standing.error.clone()?, moment_text(standing.failing_since?)));
    Some(RuleAnswer {
        id: rule.uuid.to_string(),
        problems: rule_problems(&definition),
        version: rule.version,
        source: rule.source,
        updated_at: moment_text(rule.updated_at),
        updated_by: rule.updated_by,
        alert: standing.map_or(AlertState::None, |standing| standing.alert).word().to_owned(),
        alert_since: standing.and_then(|standing| standing.alert_since).map(moment_text),
        alert_level: standing.map(|standing| standing.alert_level.clone()).unwrap_or_default(),
        evaluated_at: standing.and_then(|standing| standing.evaluated_at).map(moment_text),
        found: standing.map_or(0, |standing| standing.count),
        complete: standing.and_then(|standing| output(standing, "complete").as_bool()),
        failure: standing.and_then(failing),
        undelivered,
        definition,
    })
}

/// The questions that people keep beside the ready ones.
///
/// # Errors
/// When the database cannot be read.
pub async fn saved_questions(store: &Store) -> Result<Vec<Question>, StoreError> {
    let saved = store.saved_question_list().await?;
    let read = |saved: &rolecall_store::SavedQuestion| {
        crate::questions::questions_read(&serde_json::json!([saved.content]).to_string()).questions.into_iter().next()
    };
    Ok(saved.iter().filter_map(read).collect())
}
