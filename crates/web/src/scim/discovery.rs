//! What the server says of itself (RFC 7644, 4; RFC 7643, 5 to 7).

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::get;
use rolecall_engine::people::scim::ENTERPRISE_USER;
use serde_json::{Map, Value as Json, json};

use super::attribute::{Attribute, CORE_GROUP, CORE_USER, Kind, SCHEMAS, Schema};
use super::body::{Answer, answer};
use super::listing::{Listed, message};
use super::{BASE, error, wish};
use crate::address::Word;
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;

const CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

pub(super) fn routes() -> Vec<Route> {
    let look = |path, handler| Route::get(path, Access::Directory, handler);
    vec![
        look("/scim/v2/ServiceProviderConfig", get(config)),
        look("/scim/v2/ResourceTypes", get(async |site, query| all(site, query, resource_types).await)),
        look("/scim/v2/ResourceTypes/{name}", get(async |site, name| one(site, name, resource_types).await)),
        look("/scim/v2/Schemas", get(async |site, query| all(site, query, schemas).await)),
        look("/scim/v2/Schemas/{name}", get(async |site, name| one(site, name, schemas).await)),
    ]
}

async fn config(State(site): State<Site>) -> Answer {
    let location = site.address(&format!("{BASE}/ServiceProviderConfig"));
    let body = json!({
        "schemas": [CONFIG],
        "documentationUri": site.address("/documentation/guides/scim.md"),
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": wish::MOST },
        "changePassword": { "supported": false },
        "sort": { "supported": true },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "The token of the directory, as rolecall people scim add printed it.",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": location },
    });
    Ok(answer(StatusCode::OK, &body))
}

type Things = fn(&Site) -> Vec<Json>;

async fn all(State(site): State<Site>, RawQuery(query): RawQuery, things: Things) -> Answer {
    let query = query.unwrap_or_default();
    if form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name.eq_ignore_ascii_case("filter")) {
        let why = "What the server says of itself cannot be filtered.";
        return Err(WebError::new(StatusCode::FORBIDDEN, "scim-filter", why).hint("Ask for all of it."));
    }
    let resources = things(&site);
    let total = i64::try_from(resources.len()).unwrap_or(i64::MAX);
    Ok(answer(StatusCode::OK, &message(&Listed { total, resources }, 0)))
}

async fn one(State(site): State<Site>, Word(name): Word, things: Things) -> Answer {
    let is_it = |thing: &Json| thing["id"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(&name));
    things(&site)
        .iter()
        .find(|thing| is_it(thing))
        .map(|thing| answer(StatusCode::OK, thing))
        .ok_or_else(error::unknown)
}

fn resource_types(site: &Site) -> Vec<Json> {
    let kinds = [("User", "/Users", CORE_USER, "A person"), ("Group", "/Groups", CORE_GROUP, "A group of people")];
    let told = kinds.map(|(name, endpoint, schema, about)| {
        let mut told = json!({
            "schemas": [RESOURCE_TYPE],
            "id": name,
            "name": name,
            "endpoint": endpoint,
            "description": about,
            "schema": schema,
            "meta": {
                "resourceType": "ResourceType",
                "location": site.address(&format!("{BASE}/ResourceTypes/{name}")),
            },
        });
        if let (CORE_USER, Some(parts)) = (schema, told.as_object_mut()) {
            let extensions = json!([{ "schema": ENTERPRISE_USER, "required": false }]);
            parts.insert("schemaExtensions".to_owned(), extensions);
        }
        told
    });
    told.into()
}

fn schemas(site: &Site) -> Vec<Json> {
    let told = |schema: &Schema| {
        json!({
            "schemas": [SCHEMA],
            "id": schema.urn,
            "name": schema.name,
            "description": schema.about,
            "attributes": schema.attributes.iter().map(attribute).collect::<Vec<Json>>(),
            "meta": {
                "resourceType": "Schema",
                "location": site.address(&format!("{BASE}/Schemas/{}", schema.urn)),
            },
        })
    };
    SCHEMAS.iter().map(told).collect()
}

fn attribute(declared: &Attribute) -> Json {
    let kind = match declared.kind {
        Kind::Text => "string",
        Kind::Boolean => "boolean",
        Kind::Date => "dateTime",
        Kind::Reference(_) => "reference",
        Kind::Complex(_) => "complex",
    };
    let mut told = Map::new();
    let mut tell = |name: &str, value: Json| told.insert(name.to_owned(), value);
    tell("name", declared.name.into());
    tell("type", kind.into());
    tell("multiValued", declared.is_multi.into());
    tell("description", declared.about.into());
    tell("required", declared.is_required.into());
    tell("mutability", if declared.is_read_only { "readOnly" } else { "readWrite" }.into());
    tell("returned", "default".into());
    match declared.kind {
        Kind::Complex(parts) => {
            tell("subAttributes", parts.iter().map(attribute).collect::<Vec<Json>>().into());
        }
        Kind::Reference(to) => {
            tell("referenceTypes", json!(to));
        }
        Kind::Text | Kind::Boolean | Kind::Date => {}
    }
    if matches!(declared.kind, Kind::Text | Kind::Reference(_)) {
        tell("caseExact", declared.is_case_exact.into());
        tell("uniqueness", if declared.is_unique { "server" } else { "none" }.into());
    }
    if !declared.usual.is_empty() {
        tell("canonicalValues", json!(declared.usual));
    }
    Json::Object(told)
}
