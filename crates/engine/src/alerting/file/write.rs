//! A rule in JupiterOne's form.

use serde_json::{Map, Value as Json, json};

use super::remark::Remarks;
use super::rule::{self, OURS};
use super::write_action::action;
use crate::alerting::{Interval, Operation, RuleDefinition, Subject, Trigger};

/// Writes a rule as JupiterOne has them. What it has no word for is kept under `rolecall`, where it does not look, so that
/// [`rules_read`](super::rules_read) makes the same rule of it again.
#[must_use]
pub fn rule_write(definition: &RuleDefinition) -> Json {
    let mut written = fields(definition);
    let read = rule::read(Json::Object(written.clone()), 1, &mut Remarks::default());
    let ours = what_differs(definition, &read);
    if !ours.is_empty() {
        written.insert(OURS.to_owned(), Json::Object(ours));
    }
    Json::Object(written)
}

/// The fields of the rule that would be read otherwise.
fn what_differs(definition: &RuleDefinition, read: &RuleDefinition) -> Map<String, Json> {
    let (wanted, read) = (whole(definition), whole(read));
    let mut names: Vec<&String> = wanted.keys().chain(read.keys()).collect();
    names.sort();
    names.dedup();
    let empty = Json::Null;
    let differing = names.into_iter().filter(|name| wanted.get(*name) != read.get(*name));
    differing.map(|name| (name.clone(), wanted.get(name).unwrap_or(&empty).clone())).collect()
}

/// With all its fields, also those that are left out where they are empty.
fn whole(definition: &RuleDefinition) -> Map<String, Json> {
    let mut whole = match serde_json::to_value(definition) {
        Ok(Json::Object(fields)) => fields,
        _ => Map::new(),
    };
    for (name, empty) in [
        ("description", json!("")),
        ("operations", json!([])),
        ("outputs", json!([])),
        ("templates", json!({})),
        ("labels", json!({})),
        ("remediation", json!("")),
    ] {
        whole.entry(name).or_insert(empty);
    }
    whole
}

fn fields(definition: &RuleDefinition) -> Map<String, Json> {
    let mut written = Map::new();
    let mut add = |name: &str, value: Json| drop(written.insert(name.to_owned(), value));
    add("name", definition.name.clone().into());
    add("description", definition.description.clone().into());
    add("specVersion", 1.into());
    add("pollingInterval", interval(definition.interval).into());
    match &definition.subject {
        Subject::Queries(queries) => {
            let queries = queries.iter().map(|query| {
                json!({ "name": query.name, "query": query.query, "version": "v1", "includeDeleted": query.include_deleted })
            });
            add("question", json!({ "queries": queries.collect::<Vec<_>>() }));
        }
        Subject::Question(question) => add("questionId", question.clone().into()),
        Subject::Findings(_) => {}
    }
    add("operations", definition.operations.iter().map(operation).collect());
    add("outputs", definition.outputs.clone().into());
    add("templates", json!(definition.templates));
    add("labels", labels(definition));
    add("tags", definition.labels.iter().filter(|(_, value)| value.is_empty()).map(|(tag, _)| tag.clone()).collect());
    add("notifyOnFailure", definition.notify_on_failure.into());
    add("triggerActionsOnNewEntitiesOnly", matches!(definition.trigger, Trigger::NewRows { .. }).into());
    add("ignorePreviousResults", matches!(definition.trigger, Trigger::Result { repeat: true }).into());
    if !definition.remediation.is_empty() {
        add("remediationSteps", definition.remediation.clone().into());
    }
    written
}

/// The nearest that its interface takes.
const fn interval(interval: Interval) -> &'static str {
    match interval {
        Interval::OnSnapshot | Interval::FifteenMinutes => Interval::ThirtyMinutes.word(),
        other => other.word(),
    }
}

fn labels(definition: &RuleDefinition) -> Json {
    let labels = definition.labels.iter().filter(|(_, value)| !value.is_empty());
    labels.map(|(name, value)| json!({ "labelName": name, "labelValue": value })).collect()
}

fn operation(operation: &Operation) -> Json {
    // Its interface wants a condition, and ours may be none.
    let condition = if operation.condition.is_null() { json!("{{true}}") } else { operation.condition.clone() };
    let mut written = Map::new();
    written.insert("when".to_owned(), json!({ "type": "FILTER", "condition": condition }));
    written.insert("actions".to_owned(), operation.actions.iter().map(action).collect());
    if operation.condition.is_null() {
        written.insert(OURS.to_owned(), json!({ "condition": null }));
    }
    Json::Object(written)
}
