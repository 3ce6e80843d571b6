//! What a filter holds of.

use std::cmp::Ordering;

use serde_json::{Map, Value as Json};

use super::super::attribute::{Attribute, Kind};
use super::super::path::get;
use super::{Filter, Operator, Place};

impl Filter {
    /// Whether it holds of a resource.
    pub(in super::super) fn holds(&self, document: &Map<String, Json>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(document)),
            Self::Any(any) => any.iter().any(|one| one.holds(document)),
            Self::Not(one) => !one.holds(document),
            Self::Present(at) => at.values(document).into_iter().any(is_present),
            Self::Compare { at, operator, value } => {
                compared(&at.values(document), *operator, value, at.path.innermost())
            }
        }
    }

    /// Whether it holds of one of several values. What is no object has itself as its `value`.
    pub(in super::super) fn holds_of_value(&self, value: &Json) -> bool {
        match value {
            Json::Object(parts) => self.holds(parts),
            simple => self.holds(&Map::from_iter([("value".to_owned(), simple.clone())])),
        }
    }
}

impl Place {
    /// What a document has there.
    fn values<'d>(&self, document: &'d Map<String, Json>) -> Vec<&'d Json> {
        let Some(select) = &self.select else { return self.path.values(document) };
        let whole = super::AttributePath { part: None, ..self.path.clone() };
        let selected = whole.values(document).into_iter().filter(|value| select.holds_of_value(value));
        match &self.path.part {
            None => selected.collect(),
            Some(part) => selected.filter_map(|value| get(value.as_object()?, part)).collect(),
        }
    }
}

fn is_present(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(parts) => !parts.is_empty(),
        Json::Bool(_) | Json::Number(_) => true,
    }
}

fn compared(values: &[&Json], operator: Operator, wanted: &Json, declared: Option<&Attribute>) -> bool {
    let is_equal = |value: &&&Json| order(value, wanted, declared) == Some(Ordering::Equal);
    let is_some =
        |test: &dyn Fn(Ordering) -> bool| values.iter().any(|value| order(value, wanted, declared).is_some_and(test));
    match operator {
        Operator::Equal if wanted.is_null() => !values.iter().any(|value| is_present(value)),
        Operator::NotEqual if wanted.is_null() => values.iter().any(|value| is_present(value)),
        Operator::Equal => values.iter().any(|value| is_equal(&value)),
        Operator::NotEqual => !values.iter().any(|value| is_equal(&value)),
        Operator::Greater => is_some(&Ordering::is_gt),
        Operator::GreaterOrEqual => is_some(&Ordering::is_ge),
        Operator::Less => is_some(&Ordering::is_lt),
        Operator::LessOrEqual => is_some(&Ordering::is_le),
        Operator::Contains => texts(values, wanted, declared, |text, wanted| text.contains(wanted)),
        Operator::StartsWith => texts(values, wanted, declared, |text, wanted| text.starts_with(wanted)),
        Operator::EndsWith => texts(values, wanted, declared, |text, wanted| text.ends_with(wanted)),
    }
}

fn texts(values: &[&Json], wanted: &Json, declared: Option<&Attribute>, test: fn(&str, &str) -> bool) -> bool {
    let wanted = cased(wanted.as_str().unwrap_or_default(), declared);
    values.iter().filter_map(|value| simple(value).as_str()).any(|text| test(&cased(text, declared), &wanted))
}

/// The value itself, or the `value` of a complex one.
fn simple(value: &Json) -> &Json {
    value.as_object().and_then(|parts| get(parts, "value")).unwrap_or(value)
}

fn cased(text: &str, declared: Option<&Attribute>) -> String {
    if declared.is_some_and(|declared| declared.is_case_exact) { text.to_owned() } else { text.to_lowercase() }
}

/// How two values stand to each other; nothing where they cannot be compared.
fn order(value: &Json, wanted: &Json, declared: Option<&Attribute>) -> Option<Ordering> {
    match (simple(value), wanted) {
        (Json::String(text), Json::String(wanted)) => {
            let is_date = declared.is_some_and(|declared| matches!(declared.kind, Kind::Date));
            let dates = || Some(text.parse::<jiff::Timestamp>().ok()?.cmp(&wanted.parse::<jiff::Timestamp>().ok()?));
            let dates = if is_date { dates() } else { None };
            Some(dates.unwrap_or_else(|| cased(text, declared).cmp(&cased(wanted, declared))))
        }
        (Json::Bool(value), Json::Bool(wanted)) => Some(value.cmp(wanted)),
        (Json::Bool(value), Json::String(wanted)) => {
            wanted.eq_ignore_ascii_case(if *value { "true" } else { "false" }).then_some(Ordering::Equal)
        }
        (Json::Number(value), Json::Number(wanted)) => value.as_f64()?.partial_cmp(&wanted.as_f64()?),
        (Json::Number(number), Json::String(text)) | (Json::String(text), Json::Number(number)) => {
            number.as_f64()?.partial_cmp(&text.trim().parse().ok()?)
        }
        _ => None,
    }
}
