//! What the built-in rules find now, compared with what is noted.

use std::collections::{BTreeMap, HashMap, HashSet};

use rolecall_model::Timestamp;
use rolecall_store::{FindingFilter, FindingWrite, FindingsReport, FindingsWrite, Store, StoreError, StoredFinding};
use serde_json::{Value as Json, json};

use super::finding_code;
use crate::rules::{CheckAnswer, Finding, Outcome, RULES};
use crate::world::WorldView;

/// Notes what the built-in rules found in a view of the present. `seen` says what was looked at.
///
/// # Errors
/// As of any writing; [`StoreError::Conflict`] when somebody else was faster.
pub(crate) async fn findings_evaluate(
    store: &Store,
    view: &WorldView,
    answer: &CheckAnswer,
    seen: &str,
    now: Timestamp,
) -> Result<FindingsReport, StoreError> {
    let turn = store.finding_turn().await?.turn;
    let known = findings_built_in(store).await?;
    let findings = differences(view, answer, &known);
    let write = FindingsWrite { turn, at: now, seen: seen.to_owned(), summary: summary(answer), findings };
    store.findings_write(&write).await
}

/// The findings of rules that nobody keeps, also of those that an earlier build had.
pub(crate) async fn findings_built_in(store: &Store) -> Result<Vec<StoredFinding>, StoreError> {
    let rules = store.finding_rules().await?.into_iter().filter(|rule| is_built_in(rule)).collect();
    store.finding_list(&FindingFilter { rules: Some(rules), ..FindingFilter::default() }).await
}

/// Whether a finding's rule is none that somebody keeps.
fn is_built_in(rule: &str) -> bool {
    uuid::Uuid::try_parse(rule).is_err()
}

/// What is to be written so that what is kept is what was found.
fn differences(view: &WorldView, answer: &CheckAnswer, known: &[StoredFinding]) -> Vec<FindingWrite> {
    let ids: HashMap<String, _> = view.connectors.iter().map(|one| (one.title(), one.record.id)).collect();
    let by_key: BTreeMap<&str, &StoredFinding> = known.iter().map(|finding| (finding.key.as_str(), finding)).collect();
    let found: HashSet<&str> = answer.findings.iter().map(|finding| finding.key.as_str()).collect();
    let mut writes = Vec::new();
    for finding in &answer.findings {
        let content = content(finding);
        let is_same =
            by_key.get(finding.key.as_str()).is_some_and(|known| !known.is_unsure && known.content == content);
        if !is_same {
            writes.push(FindingWrite::Found {
                code: finding_code(finding.rule, &finding.key),
                key: finding.key.clone(),
                rule: finding.rule.to_owned(),
                connector: ids.get(&finding.connector).copied(),
                severity: finding.severity.word().to_owned(),
                title: finding.title.clone(),
                content,
            });
        }
    }
    for missing in known.iter().filter(|known| !found.contains(known.key.as_str())) {
        match (is_ruled_out(answer, missing), missing.is_unsure) {
            (true, _) => writes.push(FindingWrite::Resolved(missing.id)),
            (false, false) => writes.push(FindingWrite::Unsure(missing.id)),
            (false, true) => {}
        }
    }
    writes
}

/// Whether everything was read that could show a finding: its rule looked at its connector, saw all of it and could decide
/// about everybody, or does not apply to it any more; or the connector or the rule is gone.
fn is_ruled_out(answer: &CheckAnswer, missing: &StoredFinding) -> bool {
    let connector = missing.content.get("connector").and_then(Json::as_str).unwrap_or_default();
    let looked = answer.rules.iter().find(|looked| looked.rule == missing.rule && looked.connector == connector);
    looked.is_none_or(|looked| {
        looked.outcome == Outcome::NotApplicable || (looked.completeness.complete && looked.undecided == 0)
    })
}

/// A finding as it is kept.
fn content(finding: &Finding) -> Json {
    let mut content = serde_json::to_value(finding).unwrap_or_default();
    if let Some(rule) = RULES.iter().find(|rule| rule.id == finding.rule) {
        content["ruleTitle"] = json!(rule.title);
        content["why"] = json!(rule.why);
        content["controls"] = json!(rule.controls);
    }
    content
}

/// What the rules said besides: where they could not look at everything.
fn summary(answer: &CheckAnswer) -> Json {
    let unsure =
        |looked: &&crate::rules::RuleAnswer| looked.outcome != Outcome::NotApplicable && !looked.completeness.complete;
    let unsure: Vec<Json> = answer.rules.iter().filter(unsure).map(|looked| json!(looked)).collect();
    json!({ "unsure": unsure, "notShown": answer.not_shown, "notRead": answer.not_read })
}
