//! Where a rule stands after an evaluation, and its alert.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use rolecall_store::{AlertState, RuleStanding};
use serde_json::{Value as Json, json};

use super::Trigger;
use super::evaluation::{Known, Surroundings, never_evaluated, number};
use super::expression::{Scope, Template};
use super::news::{News, rows_digest};
use super::row::{QueryFound, RuleRow};

pub(super) const fn is_alert(state: AlertState) -> bool {
    matches!(state, AlertState::Active | AlertState::Dismissed)
}

pub(super) fn standing(
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
pub(super) fn is_over(known: &Known<'_>, standing: &RuleStanding) -> bool {
    let was = known.rule.standing.as_ref().map(|before| before.alert);
    was == Some(AlertState::Active) && standing.alert == AlertState::Inactive
}
