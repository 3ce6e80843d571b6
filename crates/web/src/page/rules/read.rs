//! What is made of a rule's form.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_engine::alerting::expression::{Condition, Template};
use rolecall_engine::alerting::{
    Action, Interval, Operation, RuleDefinition, RuleQuery, Subject, Trigger, rule_problems,
};
use rolecall_engine::rules::{RULES, Severity};
use serde_json::Value as Json;

use super::form::{RuleForm, query_name};
use super::problem::{Wrong, Wrongs};

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

/// What a form stands for, and what is wrong with it. `base` is the rule that it changes: what has no field stays.
pub(super) fn read(
    form: &RuleForm,
    base: Option<&RuleDefinition>,
    endpoints: &[String],
) -> (RuleDefinition, Vec<Wrong>) {
    let mut wrongs = Wrongs::default();
    let definition = RuleDefinition {
        name: name(form, &mut wrongs),
        description: form.description.clone(),
        severity: severity(form, &mut wrongs),
        interval: interval(form, &mut wrongs),
        subject: subject(form, &mut wrongs),
        trigger: trigger(form, &mut wrongs),
        operations: operations(form, endpoints, &mut wrongs),
        outputs: base.map(|base| base.outputs.clone()).unwrap_or_default(),
        templates: base.map(|base| base.templates.clone()).unwrap_or_default(),
        labels: labels(form, &mut wrongs),
        notify_on_failure: form.notify,
        remediation: form.remediation.clone(),
    };
    wrongs.of_rule(form, &rule_problems(&definition));
    (definition, wrongs.all())
}

fn name(form: &RuleForm, wrongs: &mut Wrongs) -> String {
    let count = form.name.chars().count();
    if count == 0 {
        wrongs.add("name", "Say what it is called.");
    } else if count > LONGEST_NAME || form.name.chars().any(char::is_control) {
        wrongs.add("name", format!("A name is one line of at most {LONGEST_NAME} characters."));
    }
    form.name.clone()
}

fn severity(form: &RuleForm, wrongs: &mut Wrongs) -> Severity {
    let found = Severity::ALL.into_iter().find(|severity| severity.word() == form.severity);
    found.unwrap_or_else(|| {
        wrongs.add("severity", "Choose how bad it is when something is found.");
        Severity::Medium
    })
}

fn interval(form: &RuleForm, wrongs: &mut Wrongs) -> Interval {
    Interval::read(&form.interval).unwrap_or_else(|| {
        wrongs.add("interval", "Choose when it is evaluated.");
        Interval::OnSnapshot
    })
}

fn subject(form: &RuleForm, wrongs: &mut Wrongs) -> Subject {
    match form.asks.as_str() {
        "question" => Subject::Question(form.question.clone()),
        "findings" => {
            let known = form.findings.iter().filter(|id| RULES.iter().any(|rule| rule.id == **id));
            Subject::Findings(known.cloned().collect())
        }
        "queries" => Subject::Queries(queries(form, wrongs)),
        _ => {
            wrongs.add("asks", "Choose what it asks.");
            Subject::Queries(Vec::new())
        }
    }
}

fn queries(form: &RuleForm, wrongs: &mut Wrongs) -> Vec<RuleQuery> {
    let mut names = BTreeSet::new();
    for (place, query) in form.queries.iter().enumerate() {
        let is_name = query.name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !is_name {
            wrongs.add(query_name("query-name", place), "A query's name has letters, digits and _ only.");
        } else if !names.insert(&query.name) {
            wrongs.add(query_name("query-name", place), "Another query has this name already.");
        }
    }
    form.queries.clone()
}

fn trigger(form: &RuleForm, wrongs: &mut Wrongs) -> Trigger {
    match form.trigger.as_str() {
        "result" => Trigger::Result { repeat: form.repeat },
        "new-rows" => Trigger::NewRows { first: form.first },
        "count-changed" => Trigger::CountChanged,
        "property-changed" => {
            let rising: Vec<Json> = items(&form.rising).map(value).collect();
            if rising.len() == 1 {
                wrongs.add("rising", "Name two values at least, from the least to the most.");
            }
            Trigger::PropertyChanged { properties: items(&form.properties).map(str::to_owned).collect(), rising }
        }
        _ => {
            wrongs.add("trigger", "Choose when it tells.");
            Trigger::NewRows { first: false }
        }
    }
}

/// What stands between commas.
fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '\n']).map(str::trim).filter(|item| !item.is_empty())
}

/// A value as a registry has it: a number and a truth value are none of text.
fn value(text: &str) -> Json {
    match serde_json::from_str(text) {
        Ok(value @ (Json::Number(_) | Json::Bool(_))) => value,
        _ => Json::String(text.to_owned()),
    }
}

fn operations(form: &RuleForm, endpoints: &[String], wrongs: &mut Wrongs) -> Vec<Operation> {
    if let Some(written) = &form.operations {
        return serde_json::from_str(written).unwrap_or_else(|error| {
            wrongs.add("operations", format!("This is no list of operations: {error}."));
            Vec::new()
        });
    }
    for unknown in form.endpoints.iter().filter(|name| !endpoints.contains(name)) {
        wrongs.add("endpoint", format!("No endpoint is called {unknown} any more."));
    }
    let condition = condition(form, wrongs);
    for (field, text) in [("subject", &form.subject), ("body", &form.body)] {
        if let Err(error) = Template::parse(text) {
            wrongs.draft(field, crate::text::sentence(error.to_string()));
        }
    }
    let send = |endpoint: &String| Action::Send {
        endpoint: endpoint.clone(),
        recipients: items(&form.recipients).map(str::to_owned).collect(),
        subject: form.subject.clone(),
        body: form.body.clone(),
        settings: BTreeMap::new(),
    };
    let actions: Vec<Action> = form.endpoints.iter().map(send).collect();
    match (actions.is_empty(), condition.is_null()) {
        (true, true) => Vec::new(),
        // A condition says of the alert as well when it is one.
        (true, false) => vec![Operation { condition, actions: vec![Action::CreateAlert {}] }],
        (false, _) => vec![Operation { condition, actions }],
    }
}

fn condition(form: &RuleForm, wrongs: &mut Wrongs) -> Json {
    let text = &form.condition;
    let condition = if text.is_empty() {
        Json::Null
    } else if text.starts_with(['[', '{']) && !text.starts_with("{{") {
        match serde_json::from_str(text) {
            Ok(condition) => condition,
            Err(error) => {
                wrongs.add("condition", format!("This is no JSON: {error}."));
                return Json::Null;
            }
        }
    } else {
        Json::String(text.clone())
    };
    if let Err(error) = Condition::read(&condition) {
        wrongs.draft("condition", crate::text::sentence(error.to_string()));
    }
    condition
}

fn labels(form: &RuleForm, wrongs: &mut Wrongs) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for line in form.labels.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() {
            wrongs.add("labels", format!("A label has a name before its =: {line}"));
        } else if labels.insert(name.to_owned(), value.to_owned()).is_some() {
            wrongs.add("labels", format!("The label {name} is there twice."));
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use rolecall_engine::alerting::{PACK, telling};
    use serde_json::json;

    use super::*;

    fn again(rule: &RuleDefinition) -> (RuleDefinition, Vec<Wrong>) {
        read(&RuleForm::of(rule), Some(rule), &["ops".to_owned(), "chat".to_owned()])
    }

    #[test]
    fn what_a_rule_is_comes_back_out_of_its_form() {
        for rule in PACK.iter() {
            let mut rule = rule.clone();
            rule.labels = BTreeMap::from([("team".to_owned(), "sec".to_owned()), ("npm".to_owned(), String::new())]);
            let (read, wrongs) = again(&rule);
            assert_eq!((&read, wrongs.len()), (&rule, 0), "{wrongs:?}");
            rule.operations = vec![telling("ops")];
            assert_eq!(again(&rule).0, rule);
        }
    }

    #[test]
    fn actions_without_fields_come_back_as_they_were_written() {
        let mut rule = PACK[0].clone();
        let set = Action::SetProperty { target_property: "alertLevel".to_owned(), target_value: json!("HIGH") };
        rule.operations = vec![telling("ops"), telling("chat")];
        assert_eq!(again(&rule).0, rule);
        rule.operations =
            vec![Operation { condition: json!(["AND", true]), actions: vec![set, Action::CreateAlert {}] }];
        assert!(RuleForm::of(&rule).operations.is_some());
        assert_eq!(again(&rule).0, rule);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once_and_field_by_field() {
        let form = RuleForm {
            severity: "dire".to_owned(),
            condition: "[1,".to_owned(),
            subject: "{{ ".to_owned(),
            labels: "=x".to_owned(),
            endpoints: vec!["gone".to_owned()],
            ..RuleForm::new("FIND npm_user WITH")
        };
        let (_, wrongs) = read(&form, None, &[]);
        let fields: BTreeSet<&str> = wrongs.iter().map(|wrong| wrong.field.as_str()).collect();
        for field in ["name", "severity", "condition", "subject", "labels", "endpoint", "query-0"] {
            assert!(fields.contains(field), "{field}: {wrongs:?}");
        }
    }
}
