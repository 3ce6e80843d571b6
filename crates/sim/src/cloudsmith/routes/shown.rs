//! Tests: every answer has the shape that its route promises.

use axum::http::{HeaderMap, Method};
use serde_json::Value;

use super::table::{Route, Shape, Verb};
use crate::cloudsmith::schema::{Field, Kind, Schema, check};
use crate::cloudsmith::world::World;
use crate::cloudsmith::{generate, story};
use crate::server::Registry;
use crate::wire::{Answer, Request, split_target};

fn ask(world: &mut World, key: &str, path: &str) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert("x-api-key", key.parse().expect("a key"));
    let (pieces, query) = split_target(path);
    world.answer(&Request {
        method: Method::GET,
        target: path.to_owned(),
        segments: World::cut(pieces),
        query,
        headers,
        peer: [127, 0, 0, 1].into(),
        body: bytes::Bytes::new(),
        base: "http://127.0.0.1:1".to_owned(),
    })
}

/// What does not fit a shape; nothing when all does.
fn misfits(schema: &Schema, value: &Value, path: &str) -> Vec<String> {
    let Some(fields) = value.as_object() else {
        return vec![format!("{path} is no object")];
    };
    let unknown = fields.keys().filter(|name| schema.field(name).is_none_or(|field| field.write_only));
    let unknown = unknown.map(|name| format!("{path}.{name} is not in {}", schema.name));
    let shown = schema.fields.iter().filter(|field| !field.write_only);
    let wrong = shown.flat_map(|field| match fields.get(field.name) {
        None if field.required => vec![format!("{path}.{} is missing", field.name)],
        None => Vec::new(),
        Some(value) => misfit(field, value, &format!("{path}.{}", field.name)),
    });
    unknown.chain(wrong).collect()
}

fn misfit(field: &Field, value: &Value, path: &str) -> Vec<String> {
    match (&field.kind, value) {
        (_, Value::Null) if field.nullable => Vec::new(),
        (Kind::Object(schema), value) => misfits(schema, value, path),
        (Kind::List(Kind::Object(schema)), Value::Array(items)) => {
            items.iter().flat_map(|item| misfits(schema, item, path)).collect()
        }
        (Kind::Map(Kind::Object(schema)), Value::Object(items)) => {
            items.values().flat_map(|item| misfits(schema, item, path)).collect()
        }
        _ => check::problem(field, value).map(|problem| format!("{path}: {problem}")).into_iter().collect(),
    }
}

/// A path of this route about the first things there are.
fn path(world: &World, organization: &str, route: &Route) -> Option<String> {
    let it = world.at(organization)?;
    let repository = it.repositories.iter().find(|(_, repository)| repository.tokens.ids().next().is_some())?.1;
    let settings = route.path.starts_with("/orgs/{org}/api-key-rules");
    let pieces = route.pieces().map(|piece| {
        Some(match piece {
            "{org}" | "{owner}" | "{workspace}" => organization.to_owned(),
            "{slug}" if route.path.starts_with("/users") => world.users.iter().next()?.1.slug.to_string(),
            "{slug}" => organization.to_owned(),
            "{member}" => world.slug_of(*it.members.keys().next()?).to_owned(),
            "{team}" => it.teams.iter().next()?.1.slug.to_string(),
            "{service}" => it.services.iter().next()?.1.slug.to_string(),
            "{repo}" => repository.slug.to_string(),
            "{identifier}" if route.path.starts_with("/repos") => repository.slug.to_string(),
            "{identifier}" => repository.tokens.iter().next()?.1.slug_perm.to_string(),
            "{slug_perm}" if settings => it.key_rules.iter().next()?.1.slug_perm.to_string(),
            "{slug_perm}" | "{provider_setting}" => it.providers.iter().next()?.1.slug_perm.to_string(),
            "{claim_value}" => return None,
            literal => literal.to_owned(),
        })
    });
    let pieces: Option<Vec<String>> = pieces.collect();
    pieces.map(|pieces| format!("/{}/", pieces.join("/")))
}

fn look_around(mut world: World, organization: &str, key: &str) -> usize {
    world.quirks.privilege_nulls = false;
    let mut looked = 0;
    for route in super::all().filter(|route| route.verb == Verb::Get && !route.changes()) {
        let Some(path) = path(&world, organization, route) else { continue };
        let answer = ask(&mut world, key, &path);
        assert_eq!(answer.status.as_u16(), route.status, "{path}");
        let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
        let (schema, rows) = match route.result {
            Shape::Nothing => continue,
            Shape::One(schema) => (schema, vec![body]),
            Shape::Pages(schema) | Shape::List(schema) => (schema, body.as_array().cloned().expect("rows")),
        };
        let wrong: Vec<_> = rows.iter().flat_map(|row| misfits(schema, row, &path)).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        looked += 1;
    }
    looked
}

#[test]
fn every_answer_has_the_shape_that_its_route_promises() {
    let told = story::world();
    assert!(look_around(told.world, told.organization, &told.key) > 35);
    let shape = generate::Shape { members: 60, teams: 8, repositories: 12, services: 8 };
    let mut made = generate::world(11, shape);
    made.world.api_key_rule(&made.organization, crate::cloudsmith::KeyRuleKind::All, 24);
    assert!(look_around(made.world, &made.organization, &made.key) > 35);
}
