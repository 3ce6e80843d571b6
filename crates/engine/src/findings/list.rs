//! Which findings are there, and what became of one.

use rolecall_model::Timestamp;
use rolecall_store::{FindingEvent, FindingFilter, FindingState, FindingTurn, Store, StoreError, StoredFinding};
use serde::Serialize;
use serde_json::Value as Json;

use crate::moment::moment_text;
use crate::rules::Severity;

/// Which findings somebody wants to see.
#[derive(Clone, Debug, Default)]
pub struct FindingListQuestion {
    /// In one of these states; open ones where none is named.
    pub states: Vec<FindingState>,
    /// At least as bad as this.
    pub severity: Option<Severity>,
    /// Of this rule: a built-in one by its id, or one that somebody keeps by its name.
    pub rule: Option<String>,
    /// About this connector: `npm:acme`, or `acme`.
    pub connector: Option<String>,
    /// Whom this person looks after.
    pub owner: Option<String>,
    /// With this word in its title, code or rule, in any case.
    pub text: Option<String>,
}

/// Findings, the worst first.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingListAnswer {
    /// When the built-in rules were evaluated last; nothing where they never were.
    pub evaluated_at: Option<String>,
    /// The findings.
    pub findings: Vec<FindingRow>,
    /// How many there are in each state and of each severity, whatever was asked for.
    pub counts: FindingsCounts,
    /// Where rules could not look at everything, as they say it.
    pub unsure: Vec<Json>,
}

/// How many findings there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingsCounts {
    /// Those that somebody has to look at.
    pub open: usize,
    /// Those that wait for their day.
    pub snoozed: usize,
    /// Risks that are taken.
    pub accepted: usize,
    /// Those that are none here.
    pub suppressed: usize,
    /// Those that are not there any more.
    pub resolved: usize,
    /// Open ones of each severity, the worst first.
    pub open_by_severity: Vec<(Severity, usize)>,
}

/// One finding, as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingRow {
    /// What people call it by.
    pub code: String,
    /// Where it stands.
    pub state: String,
    /// How bad it is.
    pub severity: Severity,
    /// It in one sentence.
    pub title: String,
    /// The rule: a built-in one's id, or the name of one that somebody keeps.
    pub rule: String,
    /// The connector that it is about, as people call it; nothing where it is about several.
    pub connector: String,
    /// When it was found for the first time.
    pub first_at: String,
    /// When it was found after it had not been there.
    pub opened_at: String,
    /// When it was found no more.
    pub resolved_at: Option<String>,
    /// Whether the last evaluation could not tell if it still is so.
    pub is_unsure: bool,
    /// What somebody decided.
    pub decision: Option<DecisionRow>,
    /// Who looks after it.
    pub owner: String,
    /// What to do about it.
    pub remediation: String,
    /// All of it, as it was found last.
    pub detail: Json,
}

/// The columns of findings in spreadsheets.
pub const FINDING_COLUMNS: &[&str] = &[
    "code",
    "state",
    "severity",
    "rule",
    "finding",
    "connector",
    "since",
    "first found",
    "resolved",
    "owner",
    "decided by",
    "approver",
    "until",
    "reason",
    "what to do",
];

impl FindingRow {
    /// The cells of [`FINDING_COLUMNS`], with where it stands in these words.
    #[must_use]
    pub fn cells(&self, state: String) -> Vec<String> {
        let decided = |of: fn(&DecisionRow) -> String| self.decision.as_ref().map(of).unwrap_or_default();
        vec![
            self.code.clone(),
            state,
            self.severity.word().to_owned(),
            self.rule.clone(),
            self.title.clone(),
            self.connector.clone(),
            self.opened_at.clone(),
            self.first_at.clone(),
            self.resolved_at.clone().unwrap_or_default(),
            self.owner.clone(),
            decided(|decision| decision.by.clone()),
            decided(|decision| decision.approver.clone()),
            decided(|decision| decision.until.clone().unwrap_or_default()),
            decided(|decision| decision.reason.clone()),
            self.remediation.clone(),
        ]
    }
}

/// What somebody decided about a finding, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionRow {
    /// What: `accepted`.
    pub kind: String,
    /// Until when.
    pub until: Option<String>,
    /// Whether that has passed.
    pub is_over: bool,
    /// When it was decided.
    pub at: String,
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Who agreed.
    pub approver: String,
}

/// A finding, with its history.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingAnswer {
    /// It.
    #[serde(flatten)]
    pub finding: FindingRow,
    /// What happened to it, the oldest first.
    pub history: Vec<EventRow>,
}

/// Something that happened to a finding, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRow {
    /// When.
    pub at: String,
    /// In words.
    pub what: String,
    /// Who; nobody where an evaluation did.
    pub actor: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Until when, who agreed, who looks after it.
    pub details: String,
}

/// The findings that somebody wants to see, the worst first. `O(findings)`.
///
/// # Errors
/// When the database cannot be read.
pub async fn finding_list(
    store: &Store,
    question: &FindingListQuestion,
    now: Timestamp,
) -> Result<FindingListAnswer, StoreError> {
    let all = store.finding_list(&FindingFilter { with_resolved: true, rules: None }).await?;
    let FindingTurn { at, summary, .. } = store.finding_turn().await?;
    let mut counts = FindingsCounts::default();
    let mut findings = Vec::new();
    for stored in all {
        let state = stored.state(now);
        let row = finding_row(stored, now);
        counts.add(state, row.severity);
        if question.wants(state, &row) {
            findings.push(row);
        }
    }
    findings.sort_by(|left, right| right.severity.cmp(&left.severity).then_with(|| left.title.cmp(&right.title)));
    let unsure = summary.get("unsure").and_then(Json::as_array).cloned().unwrap_or_default();
    Ok(FindingListAnswer { evaluated_at: at.map(moment_text), findings, counts, unsure })
}

/// One finding with its history; nothing where there is none with this code.
///
/// # Errors
/// When the database cannot be read.
pub async fn finding_explain(store: &Store, code: &str, now: Timestamp) -> Result<Option<FindingAnswer>, StoreError> {
    let code = code.trim();
    if !super::is_code(code) {
        return Ok(None);
    }
    let Some(stored) = store.finding_by_code(code).await? else { return Ok(None) };
    let history = store.finding_history(stored.id).await?;
    let history = history.into_iter().map(event_row).collect();
    Ok(Some(FindingAnswer { finding: finding_row(stored, now), history }))
}

impl FindingListQuestion {
    fn wants(&self, state: FindingState, row: &FindingRow) -> bool {
        let is_of_state =
            if self.states.is_empty() { state == FindingState::Open } else { self.states.contains(&state) };
        let is = |wanted: &Option<String>, test: &dyn Fn(&str) -> bool| wanted.as_deref().is_none_or(test);
        let name_of = |title: &str| title.split_once(':').map_or(title.to_owned(), |(_, name)| name.to_owned());
        is_of_state
            && self.severity.is_none_or(|least| row.severity >= least)
            && is(&self.rule, &|rule| row.rule.eq_ignore_ascii_case(rule))
            && is(&self.connector, &|name| row.connector == name || name_of(&row.connector) == name)
            && is(&self.owner, &|owner| row.owner.eq_ignore_ascii_case(owner))
            && is(&self.text, &|text| {
                let text = text.to_lowercase();
                [&row.title, &row.code, &row.rule].iter().any(|of| of.to_lowercase().contains(&text))
            })
    }
}

impl FindingsCounts {
    fn add(&mut self, state: FindingState, severity: Severity) {
        *match state {
            FindingState::Open => &mut self.open,
            FindingState::Snoozed => &mut self.snoozed,
            FindingState::Accepted => &mut self.accepted,
            FindingState::Suppressed => &mut self.suppressed,
            FindingState::Resolved => &mut self.resolved,
        } += 1;
        if self.open_by_severity.is_empty() {
            self.open_by_severity = Severity::ALL.map(|severity| (severity, 0)).to_vec();
        }
        if state == FindingState::Open
            && let Some((_, count)) = self.open_by_severity.iter_mut().find(|(of, _)| *of == severity)
        {
            *count += 1;
        }
    }
}

pub(crate) fn finding_row(stored: StoredFinding, now: Timestamp) -> FindingRow {
    let state = stored.state(now);
    let text = |name: &str| stored.content.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let decision = stored.decision.as_ref().map(|decision| DecisionRow {
        kind: decision.kind.word().to_owned(),
        until: decision.until.map(moment_text),
        is_over: decision.until.is_some_and(|until| until <= now),
        at: moment_text(decision.at),
        by: decision.by.clone(),
        reason: decision.reason.clone(),
        approver: decision.approver.clone(),
    });
    FindingRow {
        state: state.word().to_owned(),
        severity: severity_of(&stored.severity),
        connector: text("connector"),
        remediation: text("remediation"),
        rule: Some(text("ruleName")).filter(|name| !name.is_empty()).unwrap_or_else(|| stored.rule.clone()),
        first_at: moment_text(stored.first_at),
        opened_at: moment_text(stored.opened_at),
        resolved_at: stored.resolved_at.map(moment_text),
        is_unsure: stored.is_unsure,
        decision,
        code: stored.code,
        title: stored.title,
        owner: stored.owner,
        detail: stored.content,
    }
}

/// The severity that a word stands for. What is not understood was written by a newer program, and is not played down.
pub(crate) fn severity_of(word: &str) -> Severity {
    Severity::ALL.into_iter().find(|severity| severity.word() == word).unwrap_or(Severity::High)
}

fn event_row(event: FindingEvent) -> EventRow {
    let what = match event.what.as_str() {
        "opened" => "found",
        "reopened" => "found again",
        "changed" => "found with another severity or text",
        "resolved" => "resolved",
        "unsure" => "not found, but not everything could be read",
        "sure" => "everything could be read again, and it is still there",
        "reopened-by-hand" => "reopened",
        "owner-set" => "given to somebody",
        other => other,
    };
    let details: Option<Json> = event.details.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let text = |name: &str| details.as_ref()?.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let until = details.as_ref().and_then(|details| details.get("until")?.as_i64()).map(Timestamp);
    let told = [
        until.map(|until| format!("until {}", moment_text(until))),
        text("approver").map(|name| format!("agreed by {name}")),
        text("owner").map(|name| format!("owner {name}")),
    ];
    EventRow {
        at: moment_text(event.at),
        what: what.to_owned(),
        actor: event.actor,
        reason: event.reason.filter(|reason| !reason.is_empty()),
        details: told.into_iter().flatten().collect::<Vec<_>>().join(", "),
    }
}
