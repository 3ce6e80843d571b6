//! Values of answers, as people read them.

use std::fmt;

use rolecall_engine::query::is_moment;
use rolecall_model::Timestamp;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::page::{Moment, moment};

/// A connector that an answer may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Connector {
    pub(super) uuid: Uuid,
    /// `npm:acme`.
    pub(super) title: String,
    /// Its account name, as entities say it.
    pub(super) name: String,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// There is none, or nobody knows it.
    Nothing,
    Number(String),
    At(Timestamp),
    Text(String),
    /// A connector, which has a page of its own.
    Connector(Uuid, String),
}

/// Properties that say which connector something is of, by its id and by its name.
const IDS: &str = "_integrationInstanceId";
const NAMES: [&str; 2] = ["_integrationName", "AccountName"];

impl Cell {
    /// What stands under a column's name.
    pub(super) fn of(column: &str, json: &Json, connectors: &[Connector]) -> Self {
        let last = column.rsplit('.').next().unwrap_or(column);
        match json {
            Json::Null => Self::Nothing,
            Json::Number(number) => {
                moment_of(last, number.as_i64()).map_or_else(|| Self::Number(number.to_string()), Self::At)
            }
            Json::String(text) => connector_of(last, text, connectors).unwrap_or_else(|| Self::Text(text.clone())),
            other => Self::Text(words(other)),
        }
    }

    /// The connector that an entity is of.
    pub(super) fn connector(entity: &Json, connectors: &[Connector]) -> Self {
        let said = |name: &str| entity["entity"][name].as_str();
        let known = said(IDS).and_then(|id| connector_of(IDS, id, connectors));
        known.or_else(|| said(NAMES[0]).map(|name| Self::Text(name.to_owned()))).unwrap_or(Self::Nothing)
    }

    pub(super) const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    pub(super) const fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// The moment that it is.
    pub(super) fn moment(&self) -> Option<Moment> {
        if let Self::At(at) = self { Some(moment(*at)) } else { None }
    }

    /// The address of the page that is about it.
    pub(super) fn page(&self) -> Option<String> {
        if let Self::Connector(uuid, _) = self { Some(format!("/connectors/{uuid}")) } else { None }
    }
}

impl fmt::Display for Cell {
    /// As a file has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::At(at) => f.write_str(&rolecall_engine::moment_text(*at)),
            Self::Number(text) | Self::Text(text) | Self::Connector(_, text) => f.write_str(text),
        }
    }
}

/// A number of milliseconds as a moment, where the property's name says that it is one.
fn moment_of(property: &str, milliseconds: Option<i64>) -> Option<Timestamp> {
    let at = milliseconds.filter(|_| is_moment(property))?;
    // Whatever is no moment stays the number that it is.
    jiff::Timestamp::from_millisecond(at).ok().map(|at| Timestamp(at.as_microsecond()))
}

fn connector_of(property: &str, text: &str, connectors: &[Connector]) -> Option<Cell> {
    let is_it = |known: &&Connector| match property {
        IDS => known.uuid.to_string() == text,
        _ => NAMES.contains(&property) && known.name == text,
    };
    let mut found = connectors.iter().filter(is_it);
    // A name that several have leads to none of them.
    let (one, None) = (found.next()?, found.next()) else { return None };
    let shown = if property == IDS { one.title.clone() } else { text.to_owned() };
    Some(Cell::Connector(one.uuid, shown))
}

/// What people call an entity of an answer.
pub(super) fn name_of(entity: &Json) -> &str {
    entity["entity"]["displayName"].as_str().or_else(|| entity["id"].as_str()).unwrap_or_default()
}

/// The type of an entity of an answer.
pub(super) fn type_of(entity: &Json) -> &str {
    entity["entity"]["_type"].as_str().unwrap_or_default()
}

/// What is to be said of an entity besides.
pub(super) fn remark_of(entity: &Json) -> String {
    let is = |place: &str, name: &str| entity[place][name] == true;
    let gone = is("entity", "_deleted").then_some("gone");
    let waits = is("properties", "unconfirmed").then_some("removal unconfirmed");
    gone.into_iter().chain(waits).collect::<Vec<_>>().join(", ")
}

/// The word of a relationship of an answer: `HAS`, or `CAN publish`; and whether its removal waits for a person.
pub(super) fn word_of(edge: &Json) -> String {
    let class = edge["relationship"]["_class"].as_str().unwrap_or_default();
    let action = edge["properties"]["action"].as_str().filter(|_| class == "CAN");
    let waits = if edge["properties"]["unconfirmed"] == true { " (removal unconfirmed)" } else { "" };
    match action {
        Some(action) => format!("{class} {action}{waits}"),
        None => format!("{class}{waits}"),
    }
}

fn words(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Json::Object(_) if json["entity"].is_object() => name_of(json).to_owned(),
        Json::Object(_) if json["relationship"].is_object() => word_of(json),
        Json::Object(fields) if is_change(fields) => change_words(fields),
        Json::Object(fields) => {
            fields.iter().map(|(name, value)| format!("{name}={}", words(value))).collect::<Vec<_>>().join(" ")
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => json.to_string(),
    }
}

/// Entities have properties of any name; those of a change are always these, and it is of one of few kinds.
fn is_change(fields: &Map<String, Json>) -> bool {
    const KINDS: [&str; 5] = ["appeared", "disappeared", "changed", "gained", "lost"];
    const FIELDS: [&str; 7] = ["kind", "property", "old", "new", "notBefore", "notAfter", "actor"];
    fields.get("kind").and_then(Json::as_str).is_some_and(|kind| KINDS.contains(&kind))
        && fields.keys().all(|name| FIELDS.contains(&name.as_str()))
}

/// `gained write on @acme/core`, `changed role from developer to owner`.
fn change_words(change: &Map<String, Json>) -> String {
    let said = |name: &str| change.get(name).map(words);
    let kind = said("kind").unwrap_or_default();
    let values = match (kind.as_str(), said("old"), said("new")) {
        ("changed", Some(old), Some(new)) => format!(" from {old} to {new}"),
        ("changed", None, Some(new)) => format!(" to {new}"),
        ("changed", Some(old), None) => format!(" from {old} to nothing"),
        _ => String::new(),
    };
    format!("{kind} {}{values}", said("property").unwrap_or_default()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "values are made where they are shown")]
    fn shown(column: &str, json: Json) -> String {
        Cell::of(column, &json, &[]).to_string()
    }

    #[test]
    fn values_are_short_and_moments_are_moments() {
        assert_eq!(shown("u.createdOn", json!(1_700_000_000_000_i64)), "2023-11-14T22:13:20Z");
        assert_eq!(shown("u.count", json!(1_700_000_000_000_i64)), "1700000000000");
        assert_eq!(shown("createdOn", json!(i64::MAX)), i64::MAX.to_string());
        assert_eq!(shown("u.names", json!(["a", 2, true])), "a, 2, true");
        assert_eq!((Cell::of("u", &Json::Null, &[]), shown("u", json!(1.5))), (Cell::Nothing, "1.5".to_owned()));
        assert_eq!(shown("u", json!({ "id": "1", "entity": { "displayName": "alice" }, "properties": {} })), "alice");
        assert_eq!(shown("u", json!({ "kind": "team", "id": 3 })), "id=3 kind=team");
    }

    #[test]
    fn changes_and_relationships_are_sentences() {
        let changed = json!({ "kind": "changed", "property": "role", "old": "developer", "new": "owner" });
        assert_eq!(shown("c", changed), "changed role from developer to owner");
        assert_eq!(shown("c", json!({ "kind": "appeared", "notAfter": 1 })), "appeared");
        let can =
            json!({ "relationship": { "_class": "CAN" }, "properties": { "action": "publish", "unconfirmed": true } });
        assert_eq!(shown("r", can), "CAN publish (removal unconfirmed)");
    }

    #[test]
    fn a_connector_is_a_link_where_it_is_the_only_one_of_that_name() {
        let one = |title: &str| Connector { uuid: Uuid::now_v7(), title: title.to_owned(), name: "acme".to_owned() };
        let (npm, cloudsmith) = (one("npm:acme"), one("cloudsmith:acme"));
        let of = |column: &str, text: &str, known: &[Connector]| Cell::of(column, &json!(text), known).page();
        let page = Some(format!("/connectors/{}", npm.uuid));
        assert_eq!(of("u._integrationName", "acme", std::slice::from_ref(&npm)), page);
        let both = [npm.clone(), cloudsmith];
        assert_eq!(of("u.tag.AccountName", "acme", &both), None);
        assert_eq!(of("u._integrationInstanceId", &npm.uuid.to_string(), &both), page);
        assert_eq!(of("u.username", "acme", &both), None);
    }
}
