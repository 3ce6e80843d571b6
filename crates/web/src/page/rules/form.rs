//! The fields of a rule's form, as they were typed or as they stand for a rule.

use std::collections::BTreeMap;

use rolecall_engine::alerting::{Action, Interval, Operation, RuleDefinition, RuleQuery, Subject, Trigger};
use rolecall_engine::rules::Severity;

use super::words::{condition_text, value_text};
use crate::form::Form;

/// How many queries a rule has at most that is written on a page.
pub(super) const MOST_QUERIES: usize = 10;

/// A rule as it is typed.
#[derive(Clone)]
pub(super) struct RuleForm {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) severity: String,
    pub(super) interval: String,
    /// What is asked: `queries`, `question` or `findings`.
    pub(super) asks: String,
    pub(super) queries: Vec<RuleQuery>,
    pub(super) question: String,
    pub(super) findings: Vec<String>,
    /// When it tells: `result`, `new-rows`, `count-changed` or `property-changed`.
    pub(super) trigger: String,
    pub(super) repeat: bool,
    pub(super) first: bool,
    pub(super) properties: String,
    pub(super) rising: String,
    pub(super) condition: String,
    pub(super) endpoints: Vec<String>,
    pub(super) recipients: String,
    pub(super) subject: String,
    pub(super) body: String,
    /// Actions that there are no fields for, as they are written.
    pub(super) operations: Option<String>,
    pub(super) remediation: String,
    pub(super) labels: String,
    pub(super) notify: bool,
}

/// Names of the fields of a query.
pub(super) fn query_name(field: &str, place: impl std::fmt::Display) -> String {
    format!("{field}-{place}")
}

impl RuleForm {
    /// What was typed.
    pub(super) fn typed(form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        let is = |name: &str| form.given(name).is_some();
        let query = |place: usize| {
            let text = |field: &str| form.text(&query_name(field, place)).to_owned();
            let (name, query) = (text("query-name"), text("query"));
            let include_deleted = !text("query-deleted").is_empty();
            let name = if name.is_empty() { format!("query{place}") } else { name };
            (!query.is_empty()).then_some(RuleQuery { name, query, include_deleted })
        };
        Self {
            name: text("name"),
            description: text("description"),
            severity: text("severity"),
            interval: text("interval"),
            asks: text("asks"),
            queries: (0..MOST_QUERIES).filter_map(query).collect(),
            question: text("question"),
            findings: form.all("findings").to_vec(),
            trigger: text("trigger"),
            repeat: is("repeat"),
            first: is("first"),
            properties: text("properties"),
            rising: text("rising"),
            condition: text("condition"),
            endpoints: form.all("endpoint").to_vec(),
            recipients: text("recipients"),
            subject: text("subject"),
            body: text("body"),
            operations: form.given("operations").map(str::to_owned),
            remediation: text("remediation"),
            labels: text("labels"),
            notify: is("notify"),
        }
    }

    /// A rule of which nothing is written yet, about this query.
    pub(super) fn new(query: &str) -> Self {
        let asked = RuleQuery { name: "query0".to_owned(), query: query.to_owned(), include_deleted: false };
        Self {
            name: String::new(),
            description: String::new(),
            severity: Severity::Medium.word().to_owned(),
            interval: Interval::OnSnapshot.word().to_owned(),
            asks: "queries".to_owned(),
            queries: if query.is_empty() { Vec::new() } else { vec![asked] },
            question: String::new(),
            findings: Vec::new(),
            trigger: "new-rows".to_owned(),
            repeat: false,
            first: false,
            properties: String::new(),
            rising: String::new(),
            condition: String::new(),
            endpoints: Vec::new(),
            recipients: String::new(),
            subject: String::new(),
            body: String::new(),
            operations: None,
            remediation: String::new(),
            labels: String::new(),
            notify: true,
        }
    }

    /// What stands for a rule.
    pub(super) fn of(rule: &RuleDefinition) -> Self {
        let form = Self {
            name: rule.name.clone(),
            description: rule.description.clone(),
            severity: rule.severity.word().to_owned(),
            interval: rule.interval.word().to_owned(),
            remediation: rule.remediation.clone(),
            labels: labels_text(&rule.labels),
            notify: rule.notify_on_failure,
            ..Self::new("")
        };
        form.asking(&rule.subject).triggered(&rule.trigger).doing(&rule.operations)
    }

    fn asking(self, subject: &Subject) -> Self {
        match subject {
            Subject::Queries(queries) => Self { asks: "queries".to_owned(), queries: queries.clone(), ..self },
            Subject::Question(id) => Self { asks: "question".to_owned(), question: id.clone(), ..self },
            Subject::Findings(rules) => Self { asks: "findings".to_owned(), findings: rules.clone(), ..self },
        }
    }

    fn triggered(self, trigger: &Trigger) -> Self {
        let word = |word: &str| word.to_owned();
        match trigger {
            Trigger::Result { repeat } => Self { trigger: word("result"), repeat: *repeat, ..self },
            Trigger::NewRows { first } => Self { trigger: word("new-rows"), first: *first, ..self },
            Trigger::CountChanged => Self { trigger: word("count-changed"), ..self },
            Trigger::PropertyChanged { properties, rising } => Self {
                trigger: word("property-changed"),
                properties: properties.join(", "),
                rising: rising.iter().map(value_text).collect::<Vec<_>>().join(", "),
                ..self
            },
        }
    }

    /// With the fields of what is done, or with all of it as it is written where there are no fields for it.
    fn doing(self, operations: &[Operation]) -> Self {
        match sent(operations) {
            Some(Sent { condition, endpoints, recipients, subject, body }) => {
                Self { condition, endpoints, recipients, subject, body, operations: None, ..self }
            }
            None => Self { operations: serde_json::to_string_pretty(operations).ok(), ..self },
        }
    }

    /// Every query, with room for one more; its place beside it.
    pub(super) fn rooms(&self) -> Vec<(usize, RuleQuery)> {
        let room =
            |place: usize| RuleQuery { name: format!("query{place}"), query: String::new(), include_deleted: false };
        let count = self.queries.len();
        let rooms = self.queries.iter().cloned().chain((count < MOST_QUERIES).then(|| room(count)));
        rooms.enumerate().collect()
    }

    pub(super) fn tells(&self, endpoint: &str) -> bool {
        self.endpoints.iter().any(|known| known == endpoint)
    }

    pub(super) fn watches(&self, rule: &str) -> bool {
        self.findings.iter().any(|known| known == rule)
    }
}

/// What is done where the form has fields for it.
struct Sent {
    condition: String,
    endpoints: Vec<String>,
    recipients: String,
    subject: String,
    body: String,
}

/// One operation that says the same at some endpoints, and does nothing else.
fn sent(operations: &[Operation]) -> Option<Sent> {
    let empty = Sent {
        condition: String::new(),
        endpoints: Vec::new(),
        recipients: String::new(),
        subject: String::new(),
        body: String::new(),
    };
    let operation = match operations {
        [] => return Some(empty),
        [one] => one,
        _ => return None,
    };
    let mut said: Option<(&Vec<String>, &String, &String)> = None;
    let mut endpoints = Vec::new();
    for action in &operation.actions {
        match action {
            Action::CreateAlert {} if operation.actions.len() == 1 => {}
            Action::Send { endpoint, recipients, subject, body, settings } if settings.is_empty() => {
                if said.is_some_and(|said| said != (recipients, subject, body)) {
                    return None;
                }
                said = Some((recipients, subject, body));
                endpoints.push(endpoint.clone());
            }
            _ => return None,
        }
    }
    let condition = condition_text(&operation.condition);
    let Some((recipients, subject, body)) = said else { return Some(Sent { condition, ..empty }) };
    let (subject, body) = (subject.clone(), body.clone());
    Some(Sent { condition, endpoints, recipients: recipients.join(", "), subject, body })
}

fn labels_text(labels: &BTreeMap<String, String>) -> String {
    let line = |(name, value): (&String, &String)| {
        if value.is_empty() { name.clone() } else { format!("{name}={value}") }
    };
    labels.iter().map(line).collect::<Vec<_>>().join("\n")
}
