//! One rule.

use serde_json::{Map, Value as Json};

use super::fields::{Fields, kind};
use super::remark::{Remarks, repeated};
use super::words::{interval, level, severity};
use super::{labels, operations, subject};
use crate::alerting::{Action, Interval, Operation, RuleDefinition, Subject, Trigger};
use crate::rules::Severity;

/// The field in which an export keeps what JupiterOne has no word for.
pub(super) const OURS: &str = "rolecall";

/// Known, and of no meaning outside of where the rule came from.
const ELSEWHERE: [&str; 22] = [
    "id",
    "version",
    "accountId",
    "createdOn",
    "updatedOn",
    "createdBy",
    "updatedBy",
    "deleted",
    "type",
    "types",
    "state",
    "latest",
    "latestAlertId",
    "latestAlertIsActive",
    "lastEvaluationStartOn",
    "lastEvaluationEndOn",
    "lastEvaluationStatus",
    "evaluationStatus",
    "collectionId",
    "j1Internal",
    "actionExecutorType",
    "__typename",
];

/// Reads one, in JupiterOne's form or in that of this program. `place` is which of the file it is, counted from 1.
pub(super) fn read(written: Json, place: usize, remarks: &mut Remarks) -> RuleDefinition {
    match written {
        Json::Object(fields) if fields.contains_key("subject") => native(fields, place, remarks),
        Json::Object(fields) => foreign(fields, place, remarks),
        other => {
            remarks.cannot_run(format!("this is {}, and no rule", kind(&other)));
            foreign(Map::new(), place, &mut Remarks::default())
        }
    }
}

/// This program's own form: the words may be in any case, and what has one usual value may be missing.
fn native(fields: Map<String, Json>, place: usize, remarks: &mut Remarks) -> RuleDefinition {
    let mut whole = fields.clone();
    let word = |name: &str| fields.get(name).and_then(Json::as_str).unwrap_or_default();
    let severity = severity(word("severity")).unwrap_or(Severity::Medium);
    let interval = interval(word("interval")).unwrap_or(Interval::OneDay);
    for (name, usual) in [("severity", severity.word()), ("interval", interval.word())] {
        if word(name) != usual {
            let was = fields.get(name).map_or_else(|| "missing".to_owned(), Json::to_string);
            remarks.wrong(format!("{name} is {was}, and read as {usual}"));
        }
        whole.insert(name.to_owned(), usual.into());
    }
    whole.entry("trigger").or_insert_with(|| serde_json::json!({ "result": {} }));
    if word("name").is_empty() {
        remarks.wrong(format!("it has no name: it becomes {:?}", made_up(place)));
        whole.insert("name".to_owned(), made_up(place).into());
    }
    match serde_json::from_value(Json::Object(whole)) {
        Ok(definition) => definition,
        Err(error) => {
            remarks.cannot_run(format!("it is in this program's own form, and not as that has it: {error}"));
            let mut rest = fields;
            rest.remove("subject");
            foreign(rest, place, &mut Remarks::default())
        }
    }
}

fn made_up(place: usize) -> String {
    format!("rule-{place}")
}

fn foreign(fields: Map<String, Json>, place: usize, remarks: &mut Remarks) -> RuleDefinition {
    let mut fields = Fields::new(fields, String::new());
    let ours = fields.take_exactly(OURS);
    let name = fields.text("name", remarks).filter(|name| !name.trim().is_empty()).unwrap_or_else(|| {
        remarks.wrong(format!("it has no name: it becomes {:?}", made_up(place)));
        made_up(place)
    });
    let is_of_pack = fields.has("queries");
    let subject = subject::read(&mut fields, remarks);
    let operations = operations::read(&mut fields, remarks);
    let is_bare = is_of_pack && operations.is_none();
    let severity = severity_of(&mut fields, operations.as_deref(), is_bare, remarks);
    let definition = RuleDefinition {
        name,
        description: fields.text("description", remarks).unwrap_or_default(),
        severity,
        interval: interval_of(&mut fields, remarks),
        trigger: trigger(&mut fields, remarks),
        operations: operations.unwrap_or_else(|| usual_operations(is_of_pack, &subject, severity, remarks)),
        subject,
        outputs: fields.texts("outputs", remarks),
        templates: templates(&mut fields, remarks),
        labels: labels::read(&mut fields, remarks),
        notify_on_failure: fields.is("notifyOnFailure", remarks),
        remediation: remediation(&mut fields, remarks),
    };
    rest(fields, remarks);
    match ours {
        Some(ours) => with_ours(definition, ours, remarks),
        None => definition,
    }
}

/// What was kept beside JupiterOne's fields stands before what was read from them.
fn with_ours(definition: RuleDefinition, ours: Json, remarks: &mut Remarks) -> RuleDefinition {
    let (Ok(Json::Object(mut whole)), Json::Object(ours)) = (serde_json::to_value(&definition), ours) else {
        remarks.wrong(format!("{OURS} is no object: it is left out"));
        return definition;
    };
    whole.extend(ours);
    serde_json::from_value(Json::Object(whole)).unwrap_or_else(|error| {
        remarks.wrong(format!("what stands under {OURS} is not as this program has it, and left out: {error}"));
        definition
    })
}

fn interval_of(fields: &mut Fields, remarks: &mut Remarks) -> Interval {
    let Some(word) = fields.text("pollingInterval", remarks) else { return Interval::OneDay };
    let read = interval(&word);
    match read {
        None => remarks.wrong(format!("there is no interval {}: it becomes ONE_DAY", repeated(&word))),
        Some(interval) if interval.word() != word => {
            remarks.wrong(format!("the interval {} is read as {}", repeated(&word), interval.word()));
        }
        Some(_) => {}
    }
    read.unwrap_or(Interval::OneDay)
}

/// What it says of itself, or what its operations make of its alerts.
fn severity_of(
    fields: &mut Fields,
    operations: Option<&[Operation]>,
    is_bare: bool,
    remarks: &mut Remarks,
) -> Severity {
    let said = ["alertLevel", "severity", "level"].map(|name| fields.text(name, remarks));
    let word = said.into_iter().flatten().next().or_else(|| level_of(operations?));
    let read = word.as_deref().and_then(severity);
    match (&word, read) {
        (Some(word), None) if !word.contains("{{") => {
            remarks.wrong(format!("there is no level {}: it becomes MEDIUM", repeated(word)));
        }
        (Some(word), Some(severity)) if *word != level(severity) => {
            remarks.wrong(format!("the level {} is read as {}", repeated(word), level(severity)));
        }
        (None, None) if !is_bare => remarks.note("it does not say how bad it is: it becomes MEDIUM"),
        _ => {}
    }
    // Rule packs are loaded with this level where they name none.
    let otherwise = if is_bare && word.is_none() { Severity::High } else { Severity::Medium };
    read.unwrap_or(otherwise)
}

fn level_of(operations: &[Operation]) -> Option<String> {
    operations.iter().flat_map(|operation| &operation.actions).find_map(|action| match action {
        Action::SetProperty { target_property, target_value } if target_property == "alertLevel" => {
            target_value.as_str().map(str::to_owned)
        }
        _ => None,
    })
}

/// What a rule does that says nothing of it: nothing, but that those of rule packs raise an alert.
fn usual_operations(is_of_pack: bool, subject: &Subject, severity: Severity, remarks: &mut Remarks) -> Vec<Operation> {
    let queries = match subject {
        Subject::Queries(queries) if is_of_pack && !queries.is_empty() => queries,
        _ => {
            remarks.note("it has no operations: it does nothing when it finds something");
            return Vec::new();
        }
    };
    let names = queries.iter().map(|query| query.name.as_str());
    let mut deciding: Vec<&str> = names.clone().filter(|name| name.to_lowercase().contains("bad")).collect();
    if deciding.is_empty() {
        deciding.extend(names.take(1));
    }
    if deciding.len() < queries.len() {
        remarks
            .note(format!("it has no operations: an alert is raised when {} finds something", deciding.join(" or ")));
    }
    operations::of_rule_pack(&deciding, severity)
}

fn trigger(fields: &mut Fields, remarks: &mut Remarks) -> Trigger {
    let only_new = fields.is("triggerActionsOnNewEntitiesOnly", remarks);
    let repeat = fields.is("ignorePreviousResults", remarks);
    if only_new && repeat {
        remarks.note("it tells of new rows only, so that ignorePreviousResults says nothing");
    }
    // In JupiterOne, all rows are new at the first evaluation.
    if only_new { Trigger::NewRows { first: true } } else { Trigger::Result { repeat } }
}

fn templates(fields: &mut Fields, remarks: &mut Remarks) -> std::collections::BTreeMap<String, String> {
    let Some(written) = fields.take("templates", remarks) else { return Default::default() };
    let Json::Object(written) = written else {
        if written != Json::Array(Vec::new()) {
            remarks.wrong(format!("templates is {}, and no object of texts by their names", kind(&written)));
        }
        return Default::default();
    };
    let mut texts = Fields::new(written, "templates: ".to_owned());
    let names: Vec<String> = texts.names();
    names.into_iter().filter_map(|name| Some((name.clone(), texts.text(&name, remarks)?))).collect()
}

/// A text, or steps.
fn remediation(fields: &mut Fields, remarks: &mut Remarks) -> String {
    match fields.take("remediationSteps", remarks).or_else(|| fields.take("remediation", remarks)) {
        None => String::new(),
        Some(Json::String(text)) => text,
        Some(Json::Array(steps)) if steps.iter().all(Json::is_string) => {
            steps.iter().filter_map(Json::as_str).collect::<Vec<_>>().join("\n")
        }
        Some(other) => {
            remarks.wrong(format!("remediationSteps is {}, and no text", kind(&other)));
            String::new()
        }
    }
}

/// What is of no use here, and what is not known at all.
fn rest(mut fields: Fields, remarks: &mut Remarks) {
    if let Some(version) = fields.take("specVersion", remarks).filter(|version| version.as_u64() != Some(1)) {
        remarks.wrong(format!("it is written for version {version} of rules, and read as version 1"));
    }
    if fields.take("resourceGroupId", remarks).is_some() {
        remarks.note("it belongs to a resource group: who may see and change it is decided by roles here");
    }
    fields.ignore(&ELSEWHERE);
    fields.tell_unknown(remarks);
}
