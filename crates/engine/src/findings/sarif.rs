//! Findings as SARIF 2.1.0, which code scanning shows and stores.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::list::{DecisionRow, FindingRow};
use crate::rules::Severity;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// A SARIF log of these findings.
#[must_use]
pub fn findings_sarif(findings: &[FindingRow], version: &str) -> Json {
    let mut rules: BTreeMap<&str, Json> = BTreeMap::new();
    for finding in findings {
        rules.entry(&finding.rule).or_insert_with(|| rule(finding));
    }
    let places: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(place, rule)| (*rule, place)).collect();
    let results: Vec<Json> = findings.iter().map(|finding| result(finding, &places)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "Rolecall", "version": version, "rules": rules.into_values().collect::<Vec<_>>() } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn text(finding: &FindingRow, name: &str) -> Option<String> {
    finding.detail.get(name).and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn rule(finding: &FindingRow) -> Json {
    let title = text(finding, "ruleTitle").unwrap_or_else(|| finding.rule.clone());
    let why = text(finding, "why").unwrap_or_else(|| title.clone());
    let controls = finding.detail.get("controls").cloned().unwrap_or_else(|| json!([]));
    json!({
        "id": finding.rule,
        "name": title,
        "shortDescription": { "text": title },
        "fullDescription": { "text": why },
        "defaultConfiguration": { "level": level(finding.severity) },
        "properties": { "tags": controls, "security-severity": score(finding.severity) },
    })
}

fn result(finding: &FindingRow, places: &BTreeMap<&str, usize>) -> Json {
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": places.get(finding.rule.as_str()),
        "level": level(finding.severity),
        "message": { "text": message(finding) },
        "locations": [location(finding)],
        "partialFingerprints": { "rolecallFinding/v1": finding.code },
        "baselineState": if finding.resolved_at.is_some() { "absent" } else { "unchanged" },
        "properties": {
            "code": finding.code,
            "state": finding.state,
            "owner": finding.owner,
            "openedAt": finding.opened_at,
            "unsure": finding.is_unsure,
        },
    });
    if let Some(decision) = finding.decision.as_ref().filter(|decision| !decision.is_over) {
        result["suppressions"] = json!([suppression(decision)]);
    }
    result
}

fn message(finding: &FindingRow) -> String {
    if finding.remediation.is_empty() {
        return finding.title.clone();
    }
    format!("{}. What to do: {}", finding.title, finding.remediation)
}

/// A finding is about no file. What shows SARIF wants one nevertheless, so that it has the path of what it is about.
fn location(finding: &FindingRow) -> Json {
    let subject = finding.detail.get("subjects").and_then(|subjects| subjects.get(0));
    let of = |name: &str| subject.and_then(|subject| subject.get(name)).and_then(Json::as_str).unwrap_or_default();
    let connector = if finding.connector.is_empty() { "rules" } else { &finding.connector };
    let parts = [connector, of("type"), of("id")].map(path_segment);
    let path: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": path.join("/") },
            "region": { "startLine": 1 },
        },
        "logicalLocations": [{
            "name": of("id"),
            "kind": if of("type").is_empty() { "resource" } else { of("type") },
            "fullyQualifiedName": format!("{connector} {} {}", of("type"), of("id")).trim(),
        }],
    })
}

/// A part of a relative address.
fn path_segment(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    text.chars().map(|c| if is_plain(c) { c } else { '-' }).collect()
}

fn suppression(decision: &DecisionRow) -> Json {
    json!({
        "kind": "external",
        "status": "accepted",
        "justification": decision.reason,
        "properties": { "decision": decision.kind, "by": decision.by, "approver": decision.approver, "until": decision.until },
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// On the scale from 0 to 10 that code scanning sorts by.
const fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "0.5",
    }
}
