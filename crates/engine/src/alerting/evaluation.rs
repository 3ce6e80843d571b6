//! One evaluation of one rule: from what its queries found to what is written and told.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::Timestamp;
use rolecall_store::{
    AlertState, Endpoint, EvaluationWrite, FindingWrite, RowWrite, RuleStanding, StoredFinding, StoredRule,
};
use serde_json::{Map, Value as Json, json};

use super::action::{Told, told};
use super::expression::{Condition, Scope, Template};
use super::news::{Before, KnownRow, News, news, rows_digest};
use super::row::{QueryFound, RuleRow};
use super::seen::Seen;
use super::{RuleDefinition, Subject, Trigger};
use crate::findings::finding_code;

/// What an evaluation is made of, besides what the queries found.
pub(crate) struct Surroundings<'a> {
    pub(crate) now: Timestamp,
    /// Where the hub is, for links; nothing where nobody said.
    pub(crate) hub: Option<&'a str>,
    pub(crate) endpoints: &'a [Endpoint],
    pub(crate) seen: &'a Seen,
}

/// A rule, and what its last evaluation left.
pub(crate) struct Known<'a> {
    pub(crate) rule: &'a StoredRule,
    pub(crate) definition: &'a RuleDefinition,
    pub(crate) rows: BTreeMap<String, (Json, Timestamp)>,
    /// Its findings that are there.
    pub(crate) findings: Vec<StoredFinding>,
}

/// What the queries of a rule found; or why that cannot be told.
pub(crate) type Asked = Result<Vec<QueryFound>, String>;

/// Evaluates a rule. `noted` are keys of rows that are no news.
pub(crate) fn evaluate(
    known: &Known<'_>,
    asked: Asked,
    noted: &BTreeSet<String>,
    of: &Surroundings<'_>,
) -> EvaluationWrite {
    let found = match asked {
        Ok(found) => found,
        Err(why) => return failed(known, &why, of),
    };
    let rows = rows_of(&found);
    let before = before(known);
    let news = news(&known.definition.trigger, &before, &rows, noted);
    let Concluded { news, write } = match concluded(known, (&found, &rows), news, of) {
        Ok(concluded) => concluded,
        Err(why) => return failed(known, &why, of),
    };
    let rows_written = rows_written(known, &before, &rows, &news, of.now);
    let findings = findings(known, &rows, &rows_written, is_alert(write.standing.alert));
    EvaluationWrite { rows: rows_written, findings, ..write }
}

/// Evaluates a rule of which [`is_settled`] holds and whose rows are those of its last evaluation: rows and findings stay,
/// and need not be read.
pub(crate) fn evaluate_unchanged(known: &Known<'_>, found: &[QueryFound], of: &Surroundings<'_>) -> EvaluationWrite {
    let rows = rows_of(found);
    match concluded(known, (found, &rows), News::default(), of) {
        Ok(concluded) => concluded.write,
        Err(why) => failed(known, &why, of),
    }
}

/// Whether the same rows as at the last evaluation lead to the same rows, findings and news as then: no new definition, no
/// failure in between, and nothing that is told for rows that are merely there.
pub(crate) fn is_settled(rule: &StoredRule, definition: &RuleDefinition) -> bool {
    let Some(standing) = rule.standing.as_ref().filter(|standing| standing.error.is_none()) else { return false };
    let is_told_already = match definition.trigger {
        Trigger::Result { repeat } => !repeat && (is_alert(standing.alert) || standing.count == 0),
        _ => true,
    };
    standing.evaluated_at.is_some_and(|at| rule.updated_at < at) && is_told_already
}

/// Whether these rows are those that the last evaluation left.
pub(crate) fn is_unchanged(rule: &StoredRule, found: &[QueryFound]) -> bool {
    let digest = rule.standing.as_ref().map(|standing| standing.digest.as_str());
    digest == Some(rows_digest(&rows_of(found)).as_str())
}

const fn is_alert(state: AlertState) -> bool {
    matches!(state, AlertState::Active | AlertState::Dismissed)
}

/// The rows of all queries. No two have the same key: it begins with the query's name.
fn rows_of(found: &[QueryFound]) -> Cow<'_, BTreeMap<String, RuleRow>> {
    match found {
        [only] => Cow::Borrowed(&only.rows),
        several => Cow::Owned(several.iter().flat_map(|query| query.rows.clone()).collect()),
    }
}

/// What follows from an evaluation but what is kept of its rows.
struct Concluded {
    /// What of the news is told.
    news: News,
    /// Without rows and findings.
    write: EvaluationWrite,
}

fn concluded(
    known: &Known<'_>,
    (found, rows): (&[QueryFound], &BTreeMap<String, RuleRow>),
    mut news: News,
    of: &Surroundings<'_>,
) -> Result<Concluded, String> {
    let scope = scope(known, found, &news, rows, of);
    let holding = holding(known.definition, &scope, !rows.is_empty())?;
    // Without a condition that holds nothing is told, except that there are fewer.
    let is_told = news.is_news && (!holding.is_empty() || known.definition.operations.is_empty());
    if !is_told {
        news.told.clear();
    }
    let standing =
        standing(known, (found, &scope), rows, (&news, is_told, holds(known.definition, &holding, rows)), of);
    let tells = is_told || is_over(known, &standing);
    let Told { deliveries, tags, level, undelivered } =
        if tells { told(known.definition, &holding, &scope, (&standing, is_told), of) } else { Told::default() };
    let mut standing = RuleStanding { alert_level: level.unwrap_or_else(|| standing.alert_level.clone()), ..standing };
    if !undelivered.is_empty() {
        standing.outputs["undelivered"] = json!(undelivered);
    }
    let write = EvaluationWrite {
        rule: known.rule.id,
        version: known.rule.version,
        told: if is_told { number(news.told.len()) } else { 0 },
        standing,
        rows: Vec::new(),
        counts: [news.appeared.len(), news.vanished.len(), news.changed.len()].map(number),
        findings: Vec::new(),
        deliveries,
        tags,
    };
    Ok(Concluded { news, write })
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What the last evaluation left, as the trigger compares it.
fn before(known: &Known<'_>) -> Before {
    let standing = known.rule.standing.as_ref();
    let row = |(key, (content, _)): (&String, &(Json, Timestamp))| {
        let values = content.get("values").and_then(Json::as_object).cloned().unwrap_or_default();
        let is_told = content.get("told").and_then(Json::as_bool).unwrap_or_default();
        (key.clone(), KnownRow { values: values.into_iter().collect(), is_told })
    };
    Before {
        is_evaluated: standing.is_some_and(|standing| standing.evaluated_at.is_some()),
        rows: known.rows.iter().map(row).collect(),
        digest: standing.map(|standing| standing.digest.clone()).unwrap_or_default(),
        was_active: standing.is_some_and(|one| is_alert(one.alert)),
    }
}

/// An evaluation that failed changes nothing of what is known, so that nothing is missed by it.
fn failed(known: &Known<'_>, why: &str, of: &Surroundings<'_>) -> EvaluationWrite {
    let before = known.rule.standing.clone().unwrap_or_else(|| never_evaluated(of));
    let is_first = before.failing_since.is_none();
    let standing = RuleStanding {
        turn: before.turn + 1,
        begun_at: of.now,
        outcome: "failed".to_owned(),
        error: Some(why.to_owned()),
        failing_since: before.failing_since.or(Some(of.now)),
        ..before
    };
    let deliveries = if is_first && known.definition.notify_on_failure {
        super::action::failure_told(known.definition, why, of)
    } else {
        Vec::new()
    };
    EvaluationWrite {
        rule: known.rule.id,
        version: known.rule.version,
        standing,
        rows: Vec::new(),
        counts: [0; 3],
        told: 0,
        findings: Vec::new(),
        deliveries,
        tags: None,
    }
}

pub(super) fn never_evaluated(of: &Surroundings<'_>) -> RuleStanding {
    RuleStanding {
        turn: 0,
        begun_at: of.now,
        evaluated_at: None,
        seen: String::new(),
        outcome: String::new(),
        error: None,
        failing_since: None,
        alert: AlertState::None,
        alert_since: None,
        alert_level: String::new(),
        digest: String::new(),
        count: 0,
        outputs: json!({}),
    }
}

/// What templates and conditions may name.
pub(super) fn scope(
    known: &Known<'_>,
    found: &[QueryFound],
    news: &News,
    rows: &BTreeMap<String, RuleRow>,
    of: &Surroundings<'_>,
) -> Scope {
    let is_of_some = matches!(known.definition.trigger, Trigger::NewRows { .. } | Trigger::PropertyChanged { .. });
    let is_wanted = |row: &&RuleRow| !is_of_some || news.told.contains(&row.key);
    let mut queries = Map::new();
    for query in found {
        let data: Vec<&Json> = query.rows.values().filter(is_wanted).map(|row| &row.data).collect();
        let about = json!({ "total": query.rows.len(), "data": data, "complete": query.is_complete });
        queries.insert(query.name.clone(), about);
    }
    let link = of.hub.map(|hub| format!("{}/rules/{}", hub.trim_end_matches('/'), known.rule.uuid));
    let changes = |key: &String| news.changed.get(key).cloned().unwrap_or_default();
    let row = |key: &String| {
        rows.get(key).map(|row| json!({ "title": row.title, "data": row.data, "changes": changes(key) }))
    };
    let values = json!({
        "queries": queries,
        "alertLevel": known.definition.severity.word().to_uppercase(),
        "alertRuleName": known.definition.name,
        "alertRuleId": known.rule.uuid,
        "alertWebLink": link.unwrap_or_default(),
        "alertRuleDescription": known.definition.description,
        "rows": news.told.iter().filter_map(row).collect::<Vec<Json>>(),
        "vanished": news.vanished.len(),
        "param": {},
    });
    let templates = known.definition.templates.iter();
    let templates = templates.filter_map(|(name, text)| Some((name.clone(), Template::parse(text).ok()?)));
    Scope::new(values).with_templates(templates.collect())
}

/// The places of the operations whose conditions hold. One without a condition holds while there is anything.
pub(super) fn holding(definition: &RuleDefinition, scope: &Scope, is_anything: bool) -> Result<Vec<usize>, String> {
    let mut holding = Vec::new();
    for (place, operation) in definition.operations.iter().enumerate() {
        let holds = match &operation.condition {
            Json::Null => is_anything || definition.trigger == Trigger::CountChanged,
            written => {
                let condition = Condition::read(written).map_err(|error| format!("its condition: {error}"))?;
                condition.holds(scope).map_err(|error| format!("its condition: {error}"))?
            }
        };
        if holds {
            holding.push(place);
        }
    }
    Ok(holding)
}

/// Whether the rule's condition holds, whatever is news of it.
fn holds(definition: &RuleDefinition, holding: &[usize], rows: &BTreeMap<String, RuleRow>) -> bool {
    if definition.operations.is_empty() { !rows.is_empty() } else { !holding.is_empty() }
}

fn standing(
    known: &Known<'_>,
    (found, scope): (&[QueryFound], &Scope),
    rows: &BTreeMap<String, RuleRow>,
    (news, is_told, holds): (&News, bool, bool),
    of: &Surroundings<'_>,
) -> RuleStanding {
    let before = known.rule.standing.clone().unwrap_or_else(|| never_evaluated(of));
    let alert = alert(known, before.alert, (news, is_told, holds), rows);
    let is_same_alert = alert == before.alert && !(is_told && before.alert == AlertState::Active);
    let outputs: BTreeMap<&String, Json> =
        known.definition.outputs.iter().map(|name| (name, output(name, scope))).collect();
    RuleStanding {
        turn: before.turn + 1,
        begun_at: of.now,
        evaluated_at: Some(of.now),
        seen: of.seen.text(),
        outcome: "ok".to_owned(),
        error: None,
        failing_since: None,
        alert,
        alert_since: if is_same_alert { before.alert_since } else { Some(of.now) },
        alert_level: known.definition.severity.word().to_owned(),
        digest: rows_digest(rows),
        count: number(rows.len()),
        outputs: json!({ "values": outputs, "complete": found.iter().all(|query| query.is_complete) }),
    }
}

/// Where the rule's alert stands now. Of a rule that tells what is there, it is active while its condition holds; of one that
/// tells what is new, while anything of what was told is there; of one that tells changes, until somebody has seen it.
fn alert(
    known: &Known<'_>,
    before: AlertState,
    (news, is_told, holds): (&News, bool, bool),
    rows: &BTreeMap<String, RuleRow>,
) -> AlertState {
    if is_told {
        return AlertState::Active;
    }
    let over = if before == AlertState::None { AlertState::None } else { AlertState::Inactive };
    match known.definition.trigger {
        Trigger::Result { .. } if holds => match before {
            AlertState::Dismissed => AlertState::Dismissed,
            _ => AlertState::Active,
        },
        Trigger::Result { .. } => over,
        Trigger::NewRows { .. } => {
            let was_told = |content: &Json| content.get("told").and_then(Json::as_bool).unwrap_or_default();
            let is_left =
                |(key, (content, _)): (&String, &(Json, Timestamp))| was_told(content) && rows.contains_key(key);
            let is_active = matches!(before, AlertState::Active) && !known.rows.iter().any(is_left);
            if is_active && !news.vanished.is_empty() { over } else { before }
        }
        Trigger::CountChanged | Trigger::PropertyChanged { .. } => before,
    }
}

/// What an output comes to: an expression without braces. One that cannot be told is nothing.
fn output(expression: &str, scope: &Scope) -> Json {
    Template::parse(&format!("{{{{{expression}}}}}")).and_then(|template| template.render(scope)).unwrap_or_default()
}

/// Whether the rule's alert just ended, which tickets want to know.
fn is_over(known: &Known<'_>, standing: &RuleStanding) -> bool {
    let was = known.rule.standing.as_ref().map(|before| before.alert);
    was == Some(AlertState::Active) && standing.alert == AlertState::Inactive
}

/// What differs from the rows that are kept. Of what nobody will ask for, the data are left out.
fn rows_written(
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
fn findings(
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
    use rolecall_store::RuleId;

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
