//! Answers as JSON: `docs/reference/json.md`.

use std::collections::BTreeMap;

use rolecall_graph::{EntityGraph, EntityId, PropertyValue, ValueRef};
use rolecall_query::{
    Answer, Cell, Change, Diagnostic, Found, FoundPath, Limit, LimitReached, Table, TableRow, TreeEdge,
};
use serde_json::{Map, Value as Json, json};

use super::edge::{edge_word, ends, is_unconfirmed, owned};
use super::edge_list::EdgeList;
use super::shown::Shown;

/// A whole answer.
#[must_use]
pub fn answer(shown: &Shown<'_>) -> Json {
    let graph = shown.answer.graph;
    let mut said = Map::new();
    let (kind, data) = match &shown.answer.found {
        Found::List(entities) => ("list", entities.iter().map(|entity| self::entity(graph, *entity)).collect()),
        Found::Table(table) => {
            said.insert("columns".to_owned(), json!(table.columns));
            ("table", rows(graph, table))
        }
        Found::Tree(tree) => ("tree", EdgeList::of_tree(tree).to_json(graph)),
        Found::Paths(paths) => ("path", paths.iter().map(|one| path(shown, one)).collect()),
    };
    said.insert("type".to_owned(), json!(kind));
    said.insert("data".to_owned(), data);
    said.extend(besides(shown));
    Json::Object(said)
}

/// What is said of every answer.
#[must_use]
pub fn besides(shown: &Shown<'_>) -> Map<String, Json> {
    let mut said = Map::new();
    if !shown.as_of.is_empty() {
        said.insert("asOf".to_owned(), json!(shown.as_of));
    }
    said.insert("warnings".to_owned(), shown.answer.diagnostics.iter().map(diagnostic).collect());
    said.insert("limits".to_owned(), shown.answer.limits.iter().map(limit).collect());
    said.insert("complete".to_owned(), json!(shown.is_complete()));
    said.insert("completeness".to_owned(), json!(shown.completeness));
    said.insert("unseen".to_owned(), json!(shown.unseen));
    said
}

fn rows(graph: &EntityGraph, table: &Table<'_>) -> Json {
    let row = |row: TableRow<'_>| {
        let named = table.columns.iter().zip(row.cells());
        Json::Object(named.map(|(column, one)| (column.clone(), cell(graph, one))).collect())
    };
    table.rows().map(row).collect()
}

pub(crate) fn cell(graph: &EntityGraph, cell: Cell<'_>) -> Json {
    match cell {
        Cell::Undefined => Json::Null,
        Cell::Value(value) => value.to_json(),
        Cell::Entity(entity) => self::entity(graph, entity),
        Cell::Relationship(edge) => self::edge(graph, &owned(edge)),
        Cell::Change(change) => self::change(change),
        Cell::Properties(properties) => values(properties),
    }
}

fn values(properties: &BTreeMap<String, PropertyValue>) -> Json {
    Json::Object(properties.iter().map(|(name, value)| (name.clone(), value.as_ref().to_json())).collect())
}

/// What names an entity, in this answer and in every other one.
#[must_use]
pub fn entity_id(graph: &EntityGraph, entity: EntityId) -> String {
    match graph.property(entity, "_id") {
        Some(ValueRef::Text(id)) => id.to_owned(),
        _ => graph.key(entity).to_owned(),
    }
}

/// An entity as JupiterOne shows it: what every entity has, and the properties of its own.
#[must_use]
pub fn entity(graph: &EntityGraph, entity: EntityId) -> Json {
    let is_common = |name: &str| name.starts_with('_') || name == "displayName";
    let (mut common, mut own) = (Map::new(), Map::new());
    for (name, value) in graph.properties(entity) {
        let place = if is_common(name) { &mut common } else { &mut own };
        place.insert(name.to_owned(), value.to_json());
    }
    json!({ "id": entity_id(graph, entity), "entity": common, "properties": own })
}

/// What names a relationship within one answer.
#[must_use]
pub fn edge_id(graph: &EntityGraph, edge: &TreeEdge) -> String {
    let (from, to) = ends(graph, edge);
    let (from, to, word) = (entity_id(graph, from), entity_id(graph, to), edge_word(graph, edge));
    let entitlement = match edge {
        TreeEdge::Relationship(one) => graph.relationship_property(*one, "entitlement"),
        TreeEdge::Access { .. } => None,
    };
    match entitlement {
        Some(ValueRef::Text(slug)) => format!("{from}|{word} {slug}|{to}"),
        _ => format!("{from}|{word}|{to}"),
    }
}

/// A relationship with its ends.
#[must_use]
pub fn edge(graph: &EntityGraph, edge: &TreeEdge) -> Json {
    let (from, to) = ends(graph, edge);
    let properties: Map<String, Json> = match edge {
        TreeEdge::Relationship(one) => {
            let all = graph.relationship_properties(*one).into_iter();
            all.map(|(name, value)| (name.to_owned(), value.to_json())).collect()
        }
        TreeEdge::Access { action, .. } => {
            let unconfirmed = is_unconfirmed(graph, edge).then_some(("unconfirmed", json!(true)));
            let said = [
                ("_class", json!("CAN")),
                ("_type", json!(format!("can_{action}"))),
                ("_fromEntityKey", json!(graph.key(from))),
                ("_toEntityKey", json!(graph.key(to))),
                ("action", json!(action)),
            ];
            said.into_iter().chain(unconfirmed).map(|(name, value)| (name.to_owned(), value)).collect()
        }
    };
    let (common, own): (Map<_, _>, Map<_, _>) = properties.into_iter().partition(|(name, _)| name.starts_with('_'));
    json!({
        "id": edge_id(graph, edge),
        "fromVertexId": entity_id(graph, from),
        "toVertexId": entity_id(graph, to),
        "relationship": common,
        "properties": own,
    })
}

pub(crate) fn path(shown: &Shown<'_>, path: &FoundPath) -> Json {
    let graph = shown.answer.graph;
    let steps = path.steps.iter().map(|step| {
        let mut said = json!({
            "relationship": edge(graph, &step.edge),
            "backwards": step.backwards,
            "to": entity(graph, step.to),
        });
        if let (TreeEdge::Access { holder, action, resource }, Some(said)) = (&step.edge, said.as_object_mut()) {
            said.insert("paths".to_owned(), json!(shown.reasons.of(graph, *holder, action, *resource)));
        }
        said
    });
    json!({ "start": entity(graph, path.start), "steps": steps.collect::<Vec<_>>() })
}

fn change(change: &Change) -> Json {
    let value = |value: &Option<PropertyValue>| value.as_ref().map(|value| value.as_ref().to_json());
    let said = [
        ("kind", Some(json!(change.kind))),
        ("property", change.property.as_ref().map(|property| json!(property))),
        ("old", value(&change.old)),
        ("new", value(&change.new)),
        ("notBefore", change.not_before.map(|at| json!(at))),
        ("notAfter", change.not_after.map(|at| json!(at))),
        ("actor", change.actor.as_ref().map(|actor| json!(actor))),
    ];
    Json::Object(said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

fn diagnostic(diagnostic: &Diagnostic) -> Json {
    let mut said = json!({ "code": diagnostic.code, "message": diagnostic.message });
    if let Some(object) = said.as_object_mut() {
        object.extend(diagnostic.help.iter().map(|help| ("help".to_owned(), json!(help))));
        let span = diagnostic.span.map(|span| json!({ "start": span.start, "end": span.end }));
        object.extend(span.map(|span| ("span".to_owned(), span)));
    }
    said
}

fn limit(reached: &LimitReached) -> Json {
    let word = match reached.limit {
        Limit::Rows => "rows",
        Limit::Work => "work",
        Limit::Cancelled => return json!({ "limit": "cancelled" }),
    };
    json!({ "limit": word, "allowed": reached.allowed })
}

/// How an answer was found.
#[must_use]
pub fn plan(answer: &Answer<'_>) -> Map<String, Json> {
    [("plan".to_owned(), json!(answer.plan)), ("work".to_owned(), json!(answer.work))].into_iter().collect()
}
