//! Rules that come ready, enabled in one step.

use std::sync::LazyLock;

use rolecall_model::Timestamp;
use rolecall_store::{Decision, Store};

use super::keep::{RuleError, rule_put};
use super::{Action, Operation, RuleDefinition};

/// The ready rules, in the order in which lists show them. A test reads all of them, so that none is missing here.
pub static PACK: LazyLock<Vec<RuleDefinition>> =
    LazyLock::new(|| serde_json::from_str(include_str!("pack.json")).unwrap_or_default());

/// What a rule of the pack is marked with where it is kept.
const SOURCE: &str = "pack";

/// Keeps the ready rules of these names, or all of them for none; those that are kept already are left as they are. Each
/// tells at the endpoint, where one is named. Returns the names of those that are new.
///
/// # Errors
/// When there is none of a name, or the database cannot be written.
pub async fn pack_enable(
    store: &Store,
    names: &[String],
    endpoint: Option<&str>,
    decision: &Decision,
    now: Timestamp,
) -> Result<Vec<String>, RuleError> {
    if let Some(unknown) = names.iter().find(|name| !PACK.iter().any(|rule| rule.name.eq_ignore_ascii_case(name))) {
        return Err(RuleError::Unknown(unknown.clone()));
    }
    let known = store.rule_list().await?;
    let is_wanted =
        |rule: &&RuleDefinition| names.is_empty() || names.iter().any(|name| rule.name.eq_ignore_ascii_case(name));
    let is_known = |rule: &&RuleDefinition| known.iter().any(|known| known.name == rule.name);
    let mut enabled = Vec::new();
    for rule in PACK.iter().filter(is_wanted).filter(|rule| !is_known(rule)) {
        let mut rule = rule.clone();
        rule.operations.extend(endpoint.map(telling));
        rule_put(store, &rule, SOURCE, None, decision, now).await?;
        enabled.push(rule.name);
    }
    Ok(enabled)
}

/// Telling whatever there is at an endpoint, in our words.
#[must_use]
pub fn telling(endpoint: &str) -> Operation {
    let send = Action::Send {
        endpoint: endpoint.to_owned(),
        recipients: Vec::new(),
        subject: String::new(),
        body: String::new(),
        settings: std::collections::BTreeMap::new(),
    };
    Operation { condition: serde_json::Value::Null, actions: vec![send] }
}

#[cfg(test)]
mod tests {
    use super::super::keep::rule_problems;
    use super::*;

    #[test]
    fn every_rule_of_the_pack_can_be_evaluated_and_says_why_it_is_there() {
        let all: Vec<serde_json::Value> = serde_json::from_str(include_str!("pack.json")).unwrap();
        assert_eq!(PACK.len(), all.len());
        for rule in PACK.iter() {
            assert_eq!(rule_problems(rule), Vec::<String>::new(), "{}", rule.name);
            assert!(!rule.description.is_empty() && !rule.remediation.is_empty() && rule.notify_on_failure);
        }
    }
}
