//! What is kept of an evaluation: rows, and findings of what is told and there.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::Timestamp;
use rolecall_store::{FindingWrite, RowWrite, StoredFinding};
use serde_json::{Map, Value as Json, json};

use super::evaluation::Known;
use super::news::{Before, News};
use super::row::RuleRow;
use super::{Subject, Trigger};
use crate::findings::finding_code;

/// What differs from the rows that are kept. Of what nobody will ask for, the data are left out.
pub(super) fn rows_written(
    known: &Known<'_>,
    before: &Before,
    rows: &BTreeMap<String, RuleRow>,
    news: &News,
    now: Timestamp,
) -> Vec<RowWrite> {
    let mut written: Vec<RowWrite> = news.vanished.iter().map(|key| RowWrite::Gone { key: key.clone() }).collect();
    for (key, row) in rows {
        let is_told = news.told.contains(key) || before.rows.get(key).is_some_and(|known| known.is_told);
        let kept = known.rows.get(key);
        if let Some((kept, since)) = kept {
            let is_same =
                before.rows.get(key).is_some_and(|known| known.is_told == is_told && known.values == row.values);
            let is_titled = kept.get("title").and_then(Json::as_str) == Some(row.title.as_str());
            if !(is_same && is_titled) {
                let content = content(row, data_of(known, row), is_told);
                written.push(RowWrite::Put { key: key.clone(), content, since: *since, is_new: false });
            }
        } else {
            let content = content(row, &row.data, is_told);
            written.push(RowWrite::Put { key: key.clone(), content, since: now, is_new: true });
        }
    }
    written
}

/// The data of a row, where they were not asked for again as they are kept.
fn data_of<'r>(known: &'r Known<'_>, row: &'r RuleRow) -> &'r Json {
    let kept = || known.rows.get(&row.key).and_then(|(kept, _)| kept.get("data"));
    if row.data.is_null() { kept().unwrap_or(&Json::Null) } else { &row.data }
}

/// A row as it is kept.
fn content(row: &RuleRow, data: &Json, is_told: bool) -> Json {
    let mut content = Map::from_iter([("title".to_owned(), json!(row.title))]);
    if !row.values.is_empty() {
        content.insert("values".to_owned(), json!(row.values));
    }
    if !data.is_null() {
        content.insert("data".to_owned(), data.clone());
    }
    if is_told {
        content.insert("told".to_owned(), json!(true));
    }
    Json::Object(content)
}

/// The findings of a rule: what it tells of what is there, as long as it is there.
pub(super) fn findings(
    known: &Known<'_>,
    rows: &BTreeMap<String, RuleRow>,
    written: &[RowWrite],
    is_alert: bool,
) -> Vec<FindingWrite> {
    if matches!(known.definition.subject, Subject::Findings(_)) {
        return Vec::new();
    }
    let written: BTreeMap<&String, &Json> = written
        .iter()
        .filter_map(|row| match row {
            RowWrite::Put { key, content, .. } => Some((key, content)),
            RowWrite::Gone { .. } => None,
        })
        .collect();
    let told = |key: &String| {
        let content = written.get(key).copied().or_else(|| known.rows.get(key).map(|(kept, _)| kept));
        content.and_then(|content| content.get("told")).and_then(Json::as_bool).unwrap_or_default()
    };
    let is_finding = |key: &String| match known.definition.trigger {
        Trigger::Result { .. } => is_alert,
        Trigger::NewRows { .. } => told(key),
        Trigger::CountChanged | Trigger::PropertyChanged { .. } => false,
    };
    let by_key: BTreeMap<&str, &StoredFinding> =
        known.findings.iter().map(|finding| (finding.key.as_str(), finding)).collect();
    let mut writes = Vec::new();
    let mut there = BTreeSet::new();
    for (key, row) in rows.iter().filter(|(key, _)| is_finding(key)) {
        let write = finding(known, key, row);
        let FindingWrite::Found { key, content, .. } = &write else { continue };
        there.insert(key.clone());
        let kept = by_key.get(key.as_str());
        if kept.is_none_or(|kept| kept.content != *content) {
            writes.push(write);
        }
    }
    let gone = known.findings.iter().filter(|finding| !there.contains(&finding.key));
    writes.extend(gone.map(|finding| FindingWrite::Resolved(finding.id)));
    writes
}

fn finding_key(known: &Known<'_>, row: &str) -> String {
    format!("{} {row}", known.rule.uuid)
}

fn finding(known: &Known<'_>, row_key: &str, row: &RuleRow) -> FindingWrite {
    let (definition, key) = (known.definition, finding_key(known, row_key));
    let title = format!("{}: {}", definition.name, row.title);
    let content = json!({
        "rule": known.rule.uuid,
        "ruleName": definition.name,
        "ruleTitle": definition.name,
        "why": definition.description,
        "title": title,
        "severity": definition.severity,
        "connector": "",
        "row": data_of(known, row),
        "remediation": definition.remediation,
    });
    FindingWrite::Found {
        code: finding_code(&definition.name, &key),
        key,
        rule: known.rule.uuid.to_string(),
        connector: None,
        severity: definition.severity.word().to_owned(),
        title,
        content,
    }
}

#[cfg(test)]
mod tests {
    use rolecall_store::{RuleId, StoredRule};

    use super::super::PACK;
    use super::*;

    #[test]
    fn a_finding_keeps_its_row_though_the_data_are_not_asked_for_again() {
        let definition = &PACK[0];
        let rule = StoredRule {
            id: RuleId(1),
            uuid: uuid::Uuid::nil(),
            name: definition.name.clone(),
            definition: json!(null),
            version: 1,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
            updated_by: String::new(),
            source: String::new(),
            standing: None,
        };
        let kept = json!({ "title": "eve", "data": { "username": "eve" }, "told": true });
        let rows = BTreeMap::from([("query0 1".to_owned(), (kept, Timestamp(1)))]);
        let known = Known { rule: &rule, definition, rows, findings: Vec::new() };
        let row =
            RuleRow { key: "query0 1".to_owned(), title: "eve".to_owned(), data: Json::Null, values: BTreeMap::new() };
        let found = findings(&known, &BTreeMap::from([(row.key.clone(), row)]), &[], true);
        let [FindingWrite::Found { content, .. }] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(content["row"], json!({ "username": "eve" }));
    }
}
