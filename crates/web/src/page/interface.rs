//! *API*: what there is, for people who write them. All of it is what the document says.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::hub::Permission;
use serde_json::Value as Json;

use super::{Answer, Frame, encoded, shown};
use crate::api::document::document;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api", Access::SignedIn, get(interface))]
}

#[derive(Template)]
#[template(path = "interface.html")]
struct InterfacePage {
    frame: Frame,
    groups: Vec<Group>,
}

/// Operations that belong together.
struct Group {
    title: String,
    about: String,
    operations: Vec<Operation>,
}

/// One operation.
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    about: String,
    who: &'static str,
    example: String,
}

async fn interface(State(site): State<Site>, signed: Signed) -> Answer {
    let frame = Frame::new(&signed, "API", "/api");
    shown(&InterfacePage { frame, groups: groups(document(), site.base_url().as_str()) })
}

fn groups(document: &Json, base: &str) -> Vec<Group> {
    let tags = document["tags"].as_array().into_iter().flatten();
    tags.map(|tag| {
        let (title, about) = (text(tag, "name"), text(tag, "description"));
        let operations = operations(document).filter(|(_, _, operation)| operation["tags"][0] == title.as_str());
        let operations =
            operations.map(|(path, method, operation)| Operation::of(path, method, operation, document, base));
        Group { operations: operations.collect(), title, about }
    })
    .collect()
}

fn operations(document: &Json) -> impl Iterator<Item = (&str, &str, &Json)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let all = item.as_object().into_iter().flatten();
        all.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

fn text(json: &Json, name: &str) -> String {
    json[name].as_str().unwrap_or_default().to_owned()
}

impl Operation {
    fn of(path: &str, method: &str, operation: &Json, document: &Json, base: &str) -> Self {
        let needs = text(operation, "x-needs");
        let permission = Permission::ALL.into_iter().find(|permission| permission.word() == needs);
        Self {
            id: text(operation, "operationId"),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(operation, "summary"),
            about: text(operation, "description"),
            who: permission.map_or("an account of this hub", crate::text::permission),
            example: example(path, method, operation, document, base),
        }
    }
}

/// How it is asked from a shell.
fn example(path: &str, method: &str, operation: &Json, document: &Json, base: &str) -> String {
    let parameters = || operation["parameters"].as_array().into_iter().flatten();
    let of = |place: &'static str| parameters().filter(move |one| one["in"] == place && one["required"] == true);
    let said = |one: &Json| one["example"].as_str().unwrap_or("…").to_owned();
    let query: Vec<String> = of("query").map(|one| format!("{}={}", text(one, "name"), encoded(said(one)))).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let method = if method == "get" { String::new() } else { format!(" --request {}", method.to_uppercase()) };
    let headers: String = of("header").map(|one| format!(" --header '{}: {}'", text(one, "name"), said(one))).collect();
    let body = body(operation, document).map(|body| format!(" --json '{body}'")).unwrap_or_default();
    let address = format!("{}{path}{query}", base.trim_end_matches('/'));
    format!("curl{method} --header \"Authorization: Bearer $TOKEN\"{headers}{body} '{address}'")
}

/// The example of a body, as it can stand between single quotes.
fn body(operation: &Json, document: &Json) -> Option<String> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let schema = document.pointer(schema["$ref"].as_str()?.strip_prefix('#')?)?;
    let example = schema.get("example").cloned().or_else(|| made(schema, document))?;
    Some(example.to_string().replace('\'', "'\\''"))
}

/// An example out of the values that a small body can have.
fn made(schema: &Json, document: &Json) -> Option<Json> {
    let first = |property: &Json| {
        let known = document.pointer(property["$ref"].as_str()?.strip_prefix('#')?)?;
        known["enum"].as_array()?.first().cloned()
    };
    let properties = schema["properties"].as_object()?.iter();
    properties.map(|(name, property)| Some((name.clone(), first(property)?))).collect::<Option<_>>().map(Json::Object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_an_example_that_a_shell_takes() {
        let groups = groups(document(), "https://hub.example.test/");
        let all: Vec<&Operation> = groups.iter().flat_map(|group| &group.operations).collect();
        assert_eq!(all.len(), operations(document()).count());
        for one in &all {
            let expected = format!("'https://hub.example.test{}", one.path);
            assert!(one.example.contains(&expected) && !one.summary.is_empty(), "{}", one.example);
            assert_eq!(one.example.matches('\'').count() % 2, 0, "{}", one.example);
        }
        let with = |id: &str| all.iter().find(|one| one.id == id).map_or("", |one| one.example.as_str());
        assert!(with("whoCan").ends_with("?action=publish&resource=%40acme%2Fcore'"), "{}", with("whoCan"));
        assert!(
            with("connectorChange").contains("--header 'If-Match: \"1\"' --json '{"),
            "{}",
            with("connectorChange")
        );
        assert!(with("userReset").contains("--json '{\"scope\":\"password\"}'"), "{}", with("userReset"));
    }
}
