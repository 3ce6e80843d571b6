//! When a rule does what.

use serde_json::{Map, Value as Json, json};

use super::action;
use super::fields::{Fields, kind};
use super::remark::Remarks;
use super::words::level;
use crate::alerting::{Action, Operation};
use crate::rules::Severity;

/// What the rules of a rule pack do that say nothing of it: an alert whenever one of these queries finds something.
pub(super) fn of_rule_pack(queries: &[&str], severity: Severity) -> Vec<Operation> {
    let found: Vec<String> = queries.iter().map(|query| format!("queries.{query}.total > 0")).collect();
    vec![Operation {
        condition: Json::String(format!("{{{{{}}}}}", found.join(" || "))),
        actions: vec![
            Action::SetProperty { target_property: "alertLevel".to_owned(), target_value: level(severity).into() },
            Action::CreateAlert {},
        ],
    }]
}

/// The operations of a rule; nothing where none are written.
pub(super) fn read(fields: &mut Fields, remarks: &mut Remarks) -> Option<Vec<Operation>> {
    let written = fields.take("operations", remarks)?;
    let numbered = fields.listed("operations", written, remarks).into_iter().zip(1..);
    Some(numbered.filter_map(|(one, number)| operation(one, number, remarks)).collect())
}

fn operation(one: Json, number: usize, remarks: &mut Remarks) -> Option<Operation> {
    let Json::Object(fields) = one else {
        remarks.wrong(format!("operation {number} is {}: it is left out", kind(&one)));
        return None;
    };
    let mut fields = Fields::new(fields, format!("operation {number}: "));
    let ours = fields.take_exactly("rolecall").and_then(|ours| ours.get("condition").cloned());
    let condition = fields.take("when", remarks).map(|when| condition(when, number, remarks)).unwrap_or_default();
    let place = format!("operation {number}, ");
    let actions = fields
        .list("actions", remarks)
        .into_iter()
        .zip(1..)
        .map(|(one, number)| action::read(one, &format!("{place}action {number}: "), 0, remarks));
    let actions = actions.collect();
    fields.ignore(&["id", "__typename"]);
    fields.tell_unknown(remarks);
    Some(Operation { condition: ours.unwrap_or(condition), actions })
}

/// The condition of a `FILTER`; of several, all have to hold.
fn condition(when: Json, number: usize, remarks: &mut Remarks) -> Json {
    match when {
        Json::Array(all) if all.iter().all(Json::is_object) => {
            let mut all: Vec<Json> = all.into_iter().map(|one| condition(one, number, remarks)).collect();
            match all.len() {
                0 => Json::Null,
                1 => all.remove(0),
                _ => [Json::from("AND")].into_iter().chain(all).collect(),
            }
        }
        Json::Object(fields) => of_filter(fields, number, remarks),
        other => {
            if !other.is_null() {
                remarks.wrong(format!("operation {number}: when is {}, and no FILTER with a condition", kind(&other)));
            }
            other
        }
    }
}

fn of_filter(fields: Map<String, Json>, number: usize, remarks: &mut Remarks) -> Json {
    let mut fields = Fields::new(fields, format!("operation {number}, when: "));
    let kind = fields.text("type", remarks).unwrap_or_else(|| "FILTER".to_owned());
    let condition = fields.take("condition", remarks);
    fields.ignore(&["version", "specVersion", "__typename", "id"]);
    fields.tell_unknown(remarks);
    if kind.eq_ignore_ascii_case("FILTER") {
        return condition.unwrap_or_default();
    }
    // Kept as it is, so that it is told that there is no such condition.
    json!({ "type": kind, "condition": condition })
}
