//! One evaluation of one rule: from what its queries found to what is written and told.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::Timestamp;
use rolecall_store::{AlertState, Endpoint, EvaluationWrite, RuleStanding, StoredFinding, StoredRule};
use serde_json::{Map, Value as Json, json};

use super::action::{Told, told};
use super::expression::{Condition, Scope, Template};
use super::kept::{findings, rows_written};
use super::news::{Before, KnownRow, News, news, rows_digest};
use super::row::{QueryFound, RuleRow};
use super::seen::Seen;
use super::standing::{is_alert, is_over, standing};
use super::{RuleDefinition, Trigger};

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
    let Told { deliveries, tags, review, level, undelivered } =
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
        reviews: review.iter().map(|review| json!(review)).collect(),
    };
    Ok(Concluded { news, write })
}

pub(super) fn number(count: usize) -> i64 {
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
        reviews: Vec::new(),
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
