//! Findings as OCSF events of the class *Compliance Finding* (2003), which SIEMs take in.

use serde_json::{Value as Json, json};

use super::list::FindingRow;
use crate::rules::Severity;

/// The version of the schema.
const SCHEMA: &str = "1.3.0";
const CATEGORY: u64 = 2;
const CLASS: u64 = 2003;

/// Each finding as an event.
#[must_use]
pub fn findings_ocsf(findings: &[FindingRow], version: &str) -> Vec<Json> {
    findings.iter().map(|finding| event(finding, version)).collect()
}

fn event(finding: &FindingRow, version: &str) -> Json {
    let (activity, activity_name) = activity(finding);
    let (status, status_name) = status(finding);
    let (severity, severity_name) = severity(finding.severity);
    let text = |name: &str| finding.detail.get(name).and_then(Json::as_str).unwrap_or_default();
    let opened = milliseconds(&finding.opened_at);
    let changed = finding.resolved_at.as_deref().map_or(opened, milliseconds);
    json!({
        "activity_id": activity,
        "activity_name": activity_name,
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "type_uid": CLASS * 100 + activity,
        "type_name": format!("Compliance Finding: {activity_name}"),
        "time": changed,
        "severity_id": severity,
        "severity": severity_name,
        "status_id": status,
        "status": status_name,
        "message": finding.title,
        "metadata": {
            "version": SCHEMA,
            "product": { "name": "Rolecall", "vendor_name": "Rolecall", "version": version },
            "uid": finding.code,
        },
        "finding_info": {
            "uid": finding.code,
            "title": finding.title,
            "desc": text("why"),
            "types": [finding.rule],
            "created_time": milliseconds(&finding.first_at),
            "first_seen_time": milliseconds(&finding.first_at),
            "modified_time": changed,
        },
        "compliance": compliance(finding),
        "remediation": { "desc": finding.remediation },
        "resources": resources(finding),
        "unmapped": { "state": finding.state, "owner": finding.owner, "connector": finding.connector, "unsure": finding.is_unsure },
    })
}

/// What happened: it appeared, was decided about, or is over.
const fn activity(finding: &FindingRow) -> (u64, &'static str) {
    match (finding.resolved_at.is_some(), finding.decision.is_some()) {
        (true, _) => (3, "Close"),
        (false, true) => (2, "Update"),
        (false, false) => (1, "Create"),
    }
}

fn status(finding: &FindingRow) -> (u64, &'static str) {
    match finding.state.as_str() {
        "resolved" => (4, "Resolved"),
        "suppressed" | "accepted" | "snoozed" => (3, "Suppressed"),
        _ => (1, "New"),
    }
}

const fn severity(severity: Severity) -> (u64, &'static str) {
    match severity {
        Severity::Critical => (5, "Critical"),
        Severity::High => (4, "High"),
        Severity::Medium => (3, "Medium"),
        Severity::Low => (2, "Low"),
        Severity::Info => (1, "Informational"),
    }
}

fn compliance(finding: &FindingRow) -> Json {
    let controls = finding.detail.get("controls").cloned().unwrap_or_else(|| json!([]));
    let names: Vec<String> =
        controls.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect();
    let (status, status_name) = if finding.resolved_at.is_some() { (1, "Pass") } else { (3, "Fail") };
    let mut compliance = json!({
        "control": names.first().cloned().unwrap_or_else(|| finding.rule.clone()),
        "requirements": names,
        "status_id": status,
        "status": status_name,
    });
    let mut standards: Vec<&str> = Vec::new();
    for standard in ["SOC 2", "ISO 27001"] {
        if names.iter().any(|name| name.starts_with(standard)) {
            standards.push(standard);
        }
    }
    compliance["standards"] = json!(if standards.is_empty() { vec!["Rolecall"] } else { standards });
    compliance
}

fn resources(finding: &FindingRow) -> Json {
    let subjects = finding.detail.get("subjects").and_then(Json::as_array);
    let resource = |subject: &Json| {
        let of = |name: &str| subject.get(name).and_then(Json::as_str).unwrap_or_default();
        json!({ "uid": format!("{} {} {}", of("connector"), of("type"), of("id")), "name": of("id"), "type": of("type") })
    };
    subjects.into_iter().flatten().map(resource).collect()
}

fn milliseconds(moment: &str) -> i64 {
    moment.parse::<jiff::Timestamp>().map_or(0, |moment| moment.as_millisecond())
}
