//! Reading a graph from JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::fixture::{Change, Entity, Fixture, Properties, Relationship, Value};

/// Reads `{"entities": […], "relationships": […], "access": […], "changes": […], "saved": {…}, "past": […]}`, of which
/// any may be missing. `saved` has the keys of what the saved questions of a smart class find; each of `past` is such
/// an object with an `until`.
pub(crate) fn fixture(json: &Json) -> Fixture {
    let mut entities: Vec<Entity> = list(json, "entities").map(entity).collect();
    entities.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut read = Fixture { entities, ..Fixture::default() };
    let stored = list(json, "relationships").map(|one| relationship(&read, one));
    let access = list(json, "access").map(|one| can(&read, one));
    let mut relationships: Vec<Relationship> = stored.chain(access).collect();
    relationships.sort_by(|a, b| relationship_order(a).cmp(&relationship_order(b)));
    read.relationships = relationships;
    read.changes = list(json, "changes").map(|one| change(&read, one)).collect();
    read.changes.sort_by(|a, b| a.at.total_cmp(&b.at));
    if let Some(saved) = json.get("saved").and_then(Json::as_object) {
        let found = |keys: &Json| texts(keys).iter().filter_map(|key| read.find(key)).collect();
        let saved: BTreeMap<String, Vec<usize>> =
            saved.iter().map(|(name, keys)| (name.clone(), found(keys))).collect();
        read.saved = saved;
    }
    read.past = list(json, "past").map(|one| (one["until"].as_f64().unwrap(), fixture(one))).collect();
    read.past.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    read
}

/// By type, connector and key (9).
fn order(entity: &Entity) -> (&str, u32, &str) {
    (&entity.kind, entity.connector, &entity.key)
}

/// Stored ones by start, end, class and type, and behind them effective access by holder, resource and action (9).
fn relationship_order(one: &Relationship) -> (bool, usize, usize, &str, &str, &str) {
    (one.action.is_some(), one.from, one.to, &one.class, &one.kind, &one.key)
}

/// A value, unless it is `null`.
pub(crate) fn value(json: &Json) -> Option<Value> {
    match json {
        Json::Null => None,
        Json::Bool(flag) => Some(Value::Flag(*flag)),
        Json::Number(number) => number.as_f64().map(Value::Number),
        Json::String(text) => Some(Value::Text(text.clone())),
        Json::Array(values) => Some(Value::List(values.iter().filter_map(value).collect())),
        Json::Object(_) => panic!("an object is no value: {json}"),
    }
}

fn list<'a>(json: &'a Json, name: &str) -> impl Iterator<Item = &'a Json> {
    json.get(name).and_then(Json::as_array).into_iter().flatten()
}

fn properties(json: &Map<String, Json>) -> Properties {
    json.iter().filter_map(|(name, json)| Some((name.clone(), value(json)?))).collect()
}

/// A string, or a list of strings.
fn texts(json: &Json) -> Vec<String> {
    match json {
        Json::String(text) => vec![text.clone()],
        Json::Array(values) => values.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn text(json: &Json, name: &str) -> String {
    json.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn entity(json: &Json) -> Entity {
    let mut properties = properties(json.as_object().unwrap());
    let connector = json.get("connector").and_then(Json::as_u64).unwrap_or_default();
    properties.remove("connector");
    let mut classes = json.get("_class").map(texts).unwrap_or_default();
    classes.sort();
    let listed = classes.iter().cloned().map(Value::Text).collect();
    properties.insert("_class".to_owned(), Value::List(listed));
    Entity {
        kind: text(json, "_type"),
        classes,
        key: text(json, "_key"),
        connector: u32::try_from(connector).unwrap(),
        deleted: properties.get("_deleted") == Some(&Value::Flag(true)),
        properties,
    }
}

/// The entity a relationship names: its key, and its connector where two entities have the key.
fn end(read: &Fixture, json: &Json, key: &str, connector: &str) -> usize {
    let wanted = json.get(connector).and_then(Json::as_u64);
    let same = |entity: &Entity| {
        Some(entity.key.as_str()) == json[key].as_str()
            && wanted.is_none_or(|wanted| u64::from(entity.connector) == wanted)
    };
    read.entities.iter().position(same).unwrap_or_else(|| panic!("no entity {key} of {json}"))
}

fn relationship(read: &Fixture, json: &Json) -> Relationship {
    Relationship {
        class: text(json, "_class"),
        kind: text(json, "_type"),
        key: text(json, "_key"),
        from: end(read, json, "_fromEntityKey", "_fromConnector"),
        to: end(read, json, "_toEntityKey", "_toConnector"),
        action: None,
        properties: properties(json.as_object().unwrap()),
    }
}

/// Effective access leads from the holder to the resource; `unconfirmed` is there only when it is so (31).
fn can(read: &Fixture, json: &Json) -> Relationship {
    let action = text(json, "action");
    let kind = format!("can_{action}");
    let mut properties = Properties::from([
        ("_class".to_owned(), Value::Text("CAN".to_owned())),
        ("_type".to_owned(), Value::Text(kind.clone())),
        ("action".to_owned(), Value::Text(action.clone())),
    ]);
    if json.get("unconfirmed").and_then(Json::as_bool) == Some(true) {
        properties.insert("unconfirmed".to_owned(), Value::Flag(true));
    }
    Relationship {
        class: "CAN".to_owned(),
        kind,
        key: String::new(),
        from: end(read, json, "holder", "holderConnector"),
        to: end(read, json, "resource", "resourceConnector"),
        action: Some(action),
        properties,
    }
}

fn change(read: &Fixture, json: &Json) -> Change {
    let mut properties = properties(json.as_object().unwrap());
    properties.remove("entity");
    properties.remove("at");
    Change { entity: end(read, json, "entity", "connector"), at: json["at"].as_f64().unwrap(), properties }
}
