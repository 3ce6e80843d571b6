//! A rule in words.

use std::borrow::Borrow;

use rolecall_engine::alerting::{Action, AlertState, Interval, Operation, RuleAnswer, Subject, Trigger};
use serde_json::Value as Json;

use crate::text::{capital, count};

/// When a rule is evaluated.
pub(super) fn interval_words(interval: impl Borrow<Interval>) -> &'static str {
    match interval.borrow() {
        Interval::Disabled => "disabled",
        Interval::OnSnapshot => "as soon as something changed",
        Interval::FifteenMinutes => "every 15 minutes",
        Interval::ThirtyMinutes => "every 30 minutes",
        Interval::OneHour => "every hour",
        Interval::FourHours => "every 4 hours",
        Interval::EightHours => "every 8 hours",
        Interval::TwelveHours => "every 12 hours",
        Interval::OneDay => "every day",
        Interval::OneWeek => "every week",
    }
}

/// What people call the state of an alert, and its colour.
pub(super) fn alert_words(word: &str) -> (&'static str, &'static str) {
    match AlertState::read(word) {
        Some(AlertState::Active) => ("Active", "bad"),
        Some(AlertState::Inactive) => ("Inactive", "good"),
        Some(AlertState::Dismissed) => ("Dismissed", "still"),
        Some(AlertState::None) | None => ("None yet", "still"),
    }
}

/// What keeps a rule from telling, the worst first.
pub(super) fn trouble(rule: &RuleAnswer) -> Option<String> {
    let failure = rule.failure.as_ref().map(|(why, _)| why.clone());
    let other = || rule.problems.first().or_else(|| rule.undelivered.first()).cloned();
    failure.or_else(other).map(crate::text::sentence)
}

/// What it asks, where that is no query.
pub(super) fn subject_words(subject: &Subject) -> String {
    match subject {
        Subject::Queries(_) => String::new(),
        Subject::Question(id) => format!("The question {id}."),
        Subject::Findings(rules) if rules.is_empty() => "The open findings of all built-in rules.".to_owned(),
        Subject::Findings(rules) => format!("The open findings of {}.", rules.join(", ")),
    }
}

/// When it tells.
pub(super) fn trigger_words(trigger: &Trigger) -> String {
    match trigger {
        Trigger::Result { repeat: false } => {
            "Whenever something is found and the result is another than the last time.".to_owned()
        }
        Trigger::Result { repeat: true } => "At every evaluation that finds something.".to_owned(),
        Trigger::NewRows { first: false } => "When something is found that was not there before.".to_owned(),
        Trigger::NewRows { first: true } => {
            "When something is found that was not there before, and of everything at first.".to_owned()
        }
        Trigger::CountChanged => "When there are more or fewer than the last time.".to_owned(),
        Trigger::PropertyChanged { properties, rising } => property_words(properties, rising),
    }
}

fn property_words(properties: &[String], rising: &[Json]) -> String {
    let what = if properties.is_empty() { "any property".to_owned() } else { properties.join(" or ") };
    if rising.is_empty() {
        return format!("When {what} of something that was there before has another value.");
    }
    let order: Vec<String> = rising.iter().map(value_text).collect();
    format!("When {what} of something that was there before rises, from least to most: {}.", order.join(", "))
}

/// A value as people write it.
pub(super) fn value_text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A condition as it was written; nothing where there is none.
pub(super) fn condition_text(condition: &Json) -> String {
    match condition {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What the actions of an operation are, one after another.
pub(super) fn operation_words(operation: &Operation) -> Vec<String> {
    operation.actions.iter().map(|action| capital(action_words(action))).collect()
}

fn action_words(action: &Action) -> String {
    match action {
        Action::SetProperty { target_property, target_value } => {
            format!("set {target_property} to {}", value_text(target_value))
        }
        Action::CreateAlert {} => "raise the alert".to_owned(),
        Action::Send { endpoint, recipients, .. } if recipients.is_empty() => format!("tell {endpoint}"),
        Action::Send { endpoint, recipients, .. } => format!("tell {} by {endpoint}", recipients.join(", ")),
        Action::TagEntities { tags, .. } => {
            let tags: Vec<String> = tags.iter().map(|(name, value)| format!("{name}={}", value_text(value))).collect();
            format!("tag what was found: {}", tags.join(", "))
        }
        Action::StartReview { name, reviewers, days, .. } => {
            let called = if name.is_empty() { String::new() } else { format!(" called {name}") };
            let by = if reviewers.is_empty() { String::new() } else { format!(" by {}", reviewers.join(", else ")) };
            format!("start a review of what was found{called}{by}, within {}", count(u64::from(*days), "day", "days"))
        }
        Action::ForEachItem { items, actions, .. } => {
            let actions: Vec<String> = actions.iter().map(action_words).collect();
            format!("for each of {}: {}", value_text(items), actions.join(", then "))
        }
        Action::Unsupported { action, why, .. } => format!("{action}, which is not done: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use rolecall_engine::alerting::telling;
    use serde_json::json;

    use super::*;

    #[test]
    fn triggers_and_actions_are_told_in_words() {
        let rising = Trigger::PropertyChanged {
            properties: vec!["role".to_owned()],
            rising: vec![json!("developer"), json!("owner")],
        };
        assert!(trigger_words(&rising).contains("role of something that was there before rises"));
        assert!(trigger_words(&rising).ends_with("developer, owner."));
        assert_eq!(operation_words(&telling("ops")), ["Tell ops"]);
        let each = Action::ForEachItem {
            items: json!("{{queries.query0.data}}"),
            item_ref: "item".to_owned(),
            actions: vec![Action::CreateAlert {}],
        };
        assert_eq!(action_words(&each), "for each of {{queries.query0.data}}: raise the alert");
        let review = Action::StartReview {
            entities: json!("{{queries.query0.data}}"),
            name: "New owners".to_owned(),
            reviewers: vec!["manager".to_owned(), "ada".to_owned()],
            days: 7,
        };
        let told = "start a review of what was found called New owners by manager, else ada, within 7 days";
        assert_eq!(action_words(&review), told);
        assert_eq!(condition_text(&json!(["AND", true])), "[\"AND\",true]");
    }
}
