//! What a rule says where nobody wrote a template.

use serde_json::{Value as Json, json};

use super::RuleDefinition;
use super::evaluation::Surroundings;
use super::expression::Scope;
use super::notice::NoticeContent;
use super::row::text_of;
use crate::moment::moment_text;
use crate::text::counted;

/// How many rows a message names; the hub has all of them.
const NAMED: usize = 20;

/// What is told of an alert, or of its end.
pub(super) fn message(
    definition: &RuleDefinition,
    scope: &Scope,
    (level, is_told): (&str, bool),
    of: &Surroundings<'_>,
) -> NoticeContent {
    let value = |name: &str| scope.value(name).cloned().unwrap_or_default();
    let (rows, link) = (value("rows"), text_of(&value("alertWebLink")));
    let rows = rows.as_array().cloned().unwrap_or_default();
    let name = &definition.name;
    let subject = match (is_told, rows.as_slice()) {
        (false, _) => format!("Resolved: {name}"),
        (true, [one]) => format!("[{level}] {name}: {}", title(one)),
        (true, some) => format!("[{level}] {name}: {}", counted(some.len(), "row", "rows")),
    };
    let mut lines = vec![definition.description.clone()];
    if is_told {
        let more = rows.len().saturating_sub(NAMED);
        let more = (more > 0).then(|| format!("… and {more} more"));
        lines.push(rows.iter().take(NAMED).map(line).chain(more).collect::<Vec<_>>().join("\n"));
        let vanished = value("vanished").as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
        if vanished > 0 {
            lines.push(format!(
                "{} there before {} not any more.",
                counted(vanished, "row", "rows"),
                if vanished == 1 { "is" } else { "are" }
            ));
        }
        lines.push(definition.remediation.clone());
    } else {
        lines.push("What was found is not there any more.".to_owned());
    }
    let queries = value("queries");
    if !is_complete(&queries) {
        lines.push("Not everything behind this could be read: there may be more.".to_owned());
    }
    lines.push(link.clone());
    lines.retain(|line| !line.is_empty());
    let kind = if is_told { "alert" } else { "alert.resolved" };
    let event = json!({
        "type": kind,
        "timestamp": moment_text(of.now),
        "data": {
            "rule": { "id": value("alertRuleId"), "name": name, "severity": definition.severity, "labels": definition.labels },
            "level": level,
            "description": definition.description,
            "remediation": definition.remediation,
            "rows": rows,
            "totals": totals(&queries),
            "complete": is_complete(&queries),
            "link": link,
        },
    });
    NoticeContent {
        kind: kind.to_owned(),
        subject,
        text: lines.join("\n\n"),
        event,
        group: text_of(&value("alertRuleId")),
        is_resolved: !is_told,
        ..NoticeContent::default()
    }
}

/// What is told of a rule that cannot be evaluated.
pub(super) fn failure_message(definition: &RuleDefinition, why: &str, of: &Surroundings<'_>) -> NoticeContent {
    let name = &definition.name;
    let text = format!(
        "The rule {name:?} could not be evaluated: {why}\n\nNothing is lost: what is new since its last evaluation is told \
         with the next one that succeeds."
    );
    let event = json!({
        "type": "rule.failed",
        "timestamp": moment_text(of.now),
        "data": { "rule": { "name": name, "severity": definition.severity }, "error": why },
    });
    NoticeContent {
        kind: "rule.failed".to_owned(),
        subject: format!("Rule cannot be evaluated: {name}"),
        text,
        event,
        group: format!("failure of {name}"),
        ..NoticeContent::default()
    }
}

fn title(row: &Json) -> String {
    row.get("title").map(text_of).unwrap_or_default()
}

/// A row, with what changed of it.
fn line(row: &Json) -> String {
    let changes = row.get("changes").and_then(Json::as_array).cloned().unwrap_or_default();
    let changes = changes.iter().map(|change| {
        let of = |name: &str| change.get(name).map(text_of).filter(|text| !text.is_empty());
        let (old, new) = (of("old"), of("new"));
        let property = of("property").unwrap_or_default();
        format!("{property} was {}, is {}", old.as_deref().unwrap_or("nothing"), new.as_deref().unwrap_or("nothing"))
    });
    let changes: Vec<String> = changes.collect();
    let changes = if changes.is_empty() { String::new() } else { format!(" ({})", changes.join("; ")) };
    format!("- {}{changes}", title(row))
}

fn totals(queries: &Json) -> Json {
    let all = queries.as_object().into_iter().flatten();
    Json::Object(all.map(|(name, query)| (name.clone(), query.get("total").cloned().unwrap_or_default())).collect())
}

fn is_complete(queries: &Json) -> bool {
    let mut all = queries.as_object().into_iter().flatten();
    all.all(|(_, query)| query.get("complete").and_then(Json::as_bool).unwrap_or(true))
}
