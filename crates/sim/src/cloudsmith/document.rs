//! The documents from which clients learn what calls there are, made of the routes and shapes.
//!
//! Facts: `cloudsmith-api.md` §1 and §9: Swagger 2.0 for the calls of the first version, OpenAPI 3
//! for the newer ones. A client that is given OpenAPI 3 for the first version misreads it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::routes::{Body, Parameter, Route, Shape, all};
use super::schema::{Field, Kind, Schema};
use crate::wire::Request;

const VERSION: &str = "1.1352.0";

/// In which language a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Swagger,
    OpenApi,
}

/// The document that a request asks for.
pub(crate) fn asked_for(request: &Request) -> Option<Value> {
    if request.method != axum::http::Method::GET {
        return None;
    }
    match request.path().as_slice() {
        ["swagger"] => Some(swagger(&request.base)),
        ["v2", "openapi"] => Some(open_api(&request.base)),
        _ => None,
    }
}

fn is_newer(route: &Route) -> bool {
    route.path.starts_with("/v2/")
}

fn swagger(base: &str) -> Value {
    let mut writer = Writer::new(Dialect::Swagger);
    let paths = writer.paths(all().filter(|route| !is_newer(route)));
    json!({
        "swagger": "2.0",
        "info": { "title": "Cloudsmith API (v1)", "version": VERSION },
        "host": base.trim_start_matches("http://"),
        "basePath": "/v1",
        "schemes": ["http"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "securityDefinitions": {
            "apikey": { "type": "apiKey", "in": "header", "name": "X-Api-Key" },
            "basic": { "type": "basic" },
        },
        "security": [{ "apikey": [] }, { "basic": [] }],
        "paths": paths,
        "definitions": writer.definitions,
    })
}

fn open_api(base: &str) -> Value {
    let mut writer = Writer::new(Dialect::OpenApi);
    let paths = writer.paths(all().filter(|route| is_newer(route)));
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Cloudsmith API (v2)", "version": VERSION },
        "servers": [{ "url": base }],
        "paths": paths,
        "components": {
            "schemas": writer.definitions,
            "securitySchemes": { "apikey": { "type": "apiKey", "in": "header", "name": "X-Api-Key" } },
        },
        "security": [{ "apikey": [] }],
    })
}

struct Writer {
    dialect: Dialect,
    definitions: BTreeMap<String, Value>,
}

impl Writer {
    fn new(dialect: Dialect) -> Self {
        Self { dialect, definitions: BTreeMap::new() }
    }

    fn paths(&mut self, routes: impl Iterator<Item = &'static Route>) -> Value {
        let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for route in routes {
            let call = self.call(route);
            paths.entry(route.path).or_default().insert(route.verb.as_str().to_lowercase(), call);
        }
        json!(paths)
    }

    fn call(&mut self, route: &Route) -> Value {
        let tag = route.pieces().find(|piece| *piece != "v2").unwrap_or("");
        let mut parameters = self.parameters(route);
        let mut responses = Map::new();
        let mut fits = json!({ "description": "Carried out" });
        if let Some(schema) = self.answer(route.result) {
            match self.dialect {
                Dialect::Swagger => fits["schema"] = schema,
                Dialect::OpenApi => fits["content"] = json!({ "application/json": { "schema": schema } }),
            }
        }
        responses.insert(route.status.to_string(), fits);
        for (status, what) in [(400, "Refused"), (404, "Not there, or not visible"), (422, "Does not fit")] {
            responses.insert(status.to_string(), json!({ "description": what }));
        }
        let mut call = json!({ "operationId": route.name, "tags": [tag], "description": route.name });
        match (self.body(route.body), self.dialect) {
            (Some(schema), Dialect::Swagger) => {
                let required = matches!(route.body, Body::Whole(_));
                parameters.push(json!({ "name": "data", "in": "body", "required": required, "schema": schema }));
            }
            (Some(schema), Dialect::OpenApi) => {
                call["requestBody"] = json!({ "content": { "application/json": { "schema": schema } } });
            }
            (None, _) => {}
        }
        call["parameters"] = Value::Array(parameters);
        call["responses"] = Value::Object(responses);
        call
    }

    fn parameters(&self, route: &Route) -> Vec<Value> {
        let named = route.pieces().filter_map(|piece| piece.strip_prefix('{')?.strip_suffix('}'));
        let path = named.map(|name| self.parameter(name, "path", "string"));
        let pages = matches!(route.result, Shape::Pages(_));
        let pages = ["page", "page_size"].into_iter().filter(|_| pages);
        let pages = pages.map(|name| self.parameter(name, "query", "integer"));
        let query = route.query.iter().map(|parameter| match parameter {
            Parameter::Text(name) => self.parameter(name, "query", "string"),
            Parameter::Flag(name) => self.parameter(name, "query", "boolean"),
        });
        path.chain(pages).chain(query).collect()
    }

    fn parameter(&self, name: &str, place: &str, kind: &str) -> Value {
        let required = place == "path";
        match self.dialect {
            Dialect::Swagger => json!({ "name": name, "in": place, "required": required, "type": kind }),
            Dialect::OpenApi => {
                json!({ "name": name, "in": place, "required": required, "schema": { "type": kind } })
            }
        }
    }

    fn answer(&mut self, shape: Shape) -> Option<Value> {
        match shape {
            Shape::Nothing => None,
            Shape::One(schema) => Some(self.reference(schema)),
            Shape::Pages(schema) | Shape::List(schema) => {
                Some(json!({ "type": "array", "items": self.reference(schema) }))
            }
        }
    }

    fn body(&mut self, body: Body) -> Option<Value> {
        let (schema, ending, whole) = match body {
            Body::None => return None,
            Body::Whole(schema) => (schema, "Request", true),
            Body::Part(schema) => (schema, "RequestPatch", false),
        };
        let name = format!("{}{ending}", schema.name);
        let writable = schema.fields.iter().filter(|field| field.writable());
        let object = self.object(writable, whole);
        self.definitions.insert(name.clone(), object);
        Some(self.refer(&name))
    }

    /// A reference to a shape as it is answered.
    fn reference(&mut self, schema: &'static Schema) -> Value {
        if !self.definitions.contains_key(schema.name) {
            self.definitions.insert(schema.name.to_owned(), Value::Null);
            let shown = schema.fields.iter().filter(|field| !field.write_only);
            let object = self.object(shown, true);
            self.definitions.insert(schema.name.to_owned(), object);
        }
        self.refer(schema.name)
    }

    fn refer(&self, name: &str) -> Value {
        match self.dialect {
            Dialect::Swagger => json!({ "$ref": format!("#/definitions/{name}") }),
            Dialect::OpenApi => json!({ "$ref": format!("#/components/schemas/{name}") }),
        }
    }

    fn object(&mut self, fields: impl Iterator<Item = &'static Field>, whole: bool) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in fields {
            properties.insert(field.name.to_owned(), self.field(field));
            if field.required && whole {
                required.push(field.name);
            }
        }
        let mut object = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        object
    }

    fn field(&mut self, field: &'static Field) -> Value {
        let mut written = self.kind(&field.kind);
        let text = written["type"] == "string";
        let (least, most) = if text { ("minLength", "maxLength") } else { ("minimum", "maximum") };
        if let Some(bound) = field.least {
            written[least] = json!(bound);
        }
        if let Some(bound) = field.most {
            written[most] = json!(bound);
        }
        if let Some(default) = field.default {
            written["default"] = json!(default);
        }
        if field.nullable {
            let word = if self.dialect == Dialect::Swagger { "x-nullable" } else { "nullable" };
            written[word] = json!(true);
        }
        if field.read_only && written.get("$ref").is_none() {
            written["readOnly"] = json!(true);
        }
        written
    }

    fn kind(&mut self, kind: &'static Kind) -> Value {
        let text = |format: &str| json!({ "type": "string", "format": format });
        match kind {
            Kind::Text => json!({ "type": "string" }),
            Kind::Slug => json!({ "type": "string", "format": "slug", "pattern": "^[-a-zA-Z0-9_]+$" }),
            Kind::Title => json!({ "type": "string", "pattern": r"^\w[\w \-'\.\/()]+$" }),
            Kind::Email => text("email"),
            Kind::Link => text("uri"),
            Kind::Moment => text("date-time"),
            Kind::Decimal => text("decimal"),
            Kind::Uuid => text("uuid"),
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Integer => json!({ "type": "integer" }),
            Kind::Number => json!({ "type": "number" }),
            Kind::Words(words) => json!({ "type": "string", "enum": words }),
            Kind::List(of) if of.is_told_once() => {
                json!({ "type": "array", "uniqueItems": true, "items": self.kind(of) })
            }
            Kind::List(of) => json!({ "type": "array", "items": self.kind(of) }),
            Kind::Object(schema) => self.reference(schema),
            Kind::Map(of) => json!({ "type": "object", "additionalProperties": self.kind(of) }),
            Kind::Anything => json!({}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str).map(ToOwned::to_owned));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        for document in [swagger("http://here"), open_api("http://here")] {
            let mut found = Vec::new();
            references(&document, &mut found);
            assert!(!found.is_empty());
            for reference in found {
                let pointer = reference.trim_start_matches('#');
                assert!(document.pointer(pointer).is_some_and(Value::is_object), "{reference}");
            }
        }
    }

    #[test]
    fn what_clients_may_not_set_is_in_no_request() {
        let document = swagger("http://here");
        let team = &document["definitions"]["OrganizationTeamRequest"];
        assert_eq!(team["required"], json!(["name"]));
        assert!(team["properties"].get("slug_perm").is_none());
        assert!(document["definitions"]["OrganizationTeam"]["properties"].get("slug_perm").is_some());
        assert!(document["definitions"]["OrganizationTeamRequestPatch"].get("required").is_none());
    }

    #[test]
    fn names_of_calls_are_unique() {
        let mut names: Vec<&str> = all().map(|route| route.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
