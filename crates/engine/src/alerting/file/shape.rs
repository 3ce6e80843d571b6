//! Which rules a file holds.

use serde_json::{Map, Value as Json};

use super::words::alike;

/// How many wrappings are taken off at most.
const MOST_WRAPPINGS: usize = 6;

/// Fields of which a rule has at least one.
const OF_RULES: [&str; 9] = [
    "name",
    "queries",
    "question",
    "questionid",
    "questionname",
    "operations",
    "subject",
    "pollinginterval",
    "alertlevel",
];

/// Fields that hold a list of rules, in files and in answers of JupiterOne's interface.
const LISTS: [&str; 7] =
    ["rules", "ruleinstances", "questioninstances", "instances", "rulepack", "alertrules", "questionruleinstances"];

/// The rules, without what is wrapped around them.
pub(super) fn rules(document: Json) -> Vec<Json> {
    let mut found = Vec::new();
    collect(document, 0, &mut found);
    found
}

fn collect(value: Json, depth: usize, found: &mut Vec<Json>) {
    match value {
        Json::Array(all) if depth < MOST_WRAPPINGS => {
            for one in all {
                match one {
                    Json::Object(fields) => of_object(fields, depth + 1, found),
                    // What is no rule is counted and told as one that cannot be read.
                    other => found.push(other),
                }
            }
        }
        Json::Object(fields) => of_object(fields, depth + 1, found),
        _ => {}
    }
}

fn of_object(mut fields: Map<String, Json>, depth: usize, found: &mut Vec<Json>) {
    if depth < MOST_WRAPPINGS {
        let list = fields.iter().find(|(name, value)| value.is_array() && LISTS.contains(&&*alike(name)));
        let instance = fields.iter().find(|(name, value)| value.is_object() && alike(name) == "instance");
        if let Some(name) = list.or(instance).map(|(name, _)| name.clone()) {
            return collect(fields.remove(&name).unwrap_or_default(), depth, found);
        }
        let is_wrapping = fields.len() == 1 && fields.values().all(|inner| inner.is_object() || inner.is_array());
        if is_wrapping && !is_rule(&fields) {
            return fields.into_iter().for_each(|(_, inner)| collect(inner, depth, found));
        }
    }
    if is_rule(&fields) || depth > 1 {
        found.push(Json::Object(fields));
    }
}

fn is_rule(fields: &Map<String, Json>) -> bool {
    fields.keys().any(|name| OF_RULES.contains(&&*alike(name)))
}
