//! Records as protobuf writes their messages in JSON: names in camel case, defaults left out.

use jiff::Timestamp as Moment;
use rolecall_model::{Purpose, ResourceRef, Timestamp};
use serde_json::{Map, Value as Json, json};

use crate::record::{
    Detail, Entitlement, Expandable, Grant, Resource, ResourceType, SecretDetail, TraitKind, UserDetail,
};

/// A resource type.
#[must_use]
pub fn resource_type_json(record: &ResourceType) -> Json {
    let annotations: Vec<Json> =
        record.holds_nothing.then(|| annotation("SkipEntitlementsAndGrants", Map::new())).into_iter().collect();
    let traits: Vec<Json> = record.traits.iter().map(|kind| trait_json(*kind)).collect();
    said([
        ("id", json!(record.id)),
        ("displayName", json!(record.display_name)),
        ("traits", json!(traits)),
        ("annotations", json!(annotations)),
        ("description", json!(record.description)),
    ])
    .into()
}

fn trait_json(kind: TraitKind) -> Json {
    match kind {
        TraitKind::USER => "TRAIT_USER".into(),
        TraitKind::GROUP => "TRAIT_GROUP".into(),
        TraitKind::ROLE => "TRAIT_ROLE".into(),
        TraitKind::APP => "TRAIT_APP".into(),
        TraitKind::SECRET => "TRAIT_SECRET".into(),
        TraitKind(number) => number.into(),
    }
}

/// A resource.
#[must_use]
pub fn resource_json(record: &Resource) -> Json {
    let one = |message: &str, field: &'static str, text: &str| annotation(message, said([(field, json!(text))]));
    let mut annotations: Vec<Json> = record.raw_id.iter().map(|id| one("RawId", "id", id)).collect();
    annotations.extend(record.details.iter().map(detail_json));
    annotations.extend(record.link.iter().map(|url| one("ExternalLink", "url", url)));
    annotations.extend(record.children.iter().map(|kind| one("ChildResourceType", "resourceTypeId", kind)));
    said([
        ("id", id_json(&record.id)),
        ("parentResourceId", record.parent.as_ref().map(id_json).unwrap_or_default()),
        ("displayName", json!(record.display_name)),
        ("annotations", json!(annotations)),
        ("description", json!(record.description)),
        ("createdAt", moment(record.created_at)),
    ])
    .into()
}

fn detail_json(detail: &Detail) -> Json {
    let of_profile = |message: &str, profile: &Map<String, Json>| {
        annotation(message, said([("profile", Json::Object(profile.clone()))]))
    };
    match detail {
        Detail::User(user) => annotation("UserTrait", user_json(user)),
        Detail::Group(profile) => of_profile("GroupTrait", profile),
        Detail::Role(profile) => of_profile("RoleTrait", profile),
        Detail::App(profile) => of_profile("AppTrait", profile),
        Detail::Secret(secret) => annotation("SecretTrait", secret_json(secret)),
    }
}

fn user_json(user: &UserDetail) -> Map<String, Json> {
    let email = |(place, address): (usize, &String)| match place {
        0 => json!({ "address": address, "isPrimary": true }),
        _ => json!({ "address": address }),
    };
    let status = user.is_enabled.map(|enabled| {
        let status = if enabled { "STATUS_ENABLED" } else { "STATUS_DISABLED" };
        json!({ "status": status })
    });
    let account_type =
        user.is_service.map(|service| if service { "ACCOUNT_TYPE_SERVICE" } else { "ACCOUNT_TYPE_HUMAN" });
    said([
        ("emails", user.emails.iter().enumerate().map(email).collect()),
        ("status", json!(status)),
        ("profile", Json::Object(user.profile.clone())),
        ("accountType", json!(account_type)),
        ("login", json!(user.login)),
        ("lastLogin", moment(user.last_login)),
        ("mfaStatus", json!(user.has_second_factor.map(|enabled| json!({ "mfaEnabled": enabled })))),
        ("employeeIds", json!(user.employee_ids)),
    ])
}

fn secret_json(secret: &SecretDetail) -> Map<String, Json> {
    said([
        ("profile", Json::Object(secret.profile.clone())),
        ("createdAt", moment(secret.created_at)),
        ("expiresAt", moment(secret.expires_at)),
        ("lastUsedAt", moment(secret.last_used_at)),
        ("identityId", secret.identity.as_ref().map(id_json).unwrap_or_default()),
    ])
}

/// An entitlement.
#[must_use]
pub fn entitlement_json(record: &Entitlement) -> Json {
    let exclusion = record.exclusion.as_ref().map(|exclusion| {
        let fields = said([("exclusionGroupId", json!(exclusion.group)), ("order", json!(exclusion.order))]);
        annotation("EntitlementExclusionGroup", fields)
    });
    let grantable: Vec<Json> = record.grantable_to.iter().map(|kind| json!({ "id": kind })).collect();
    let purpose = record.purpose.map(|purpose| match purpose {
        Purpose::Assignment => "PURPOSE_VALUE_ASSIGNMENT",
        Purpose::Permission => "PURPOSE_VALUE_PERMISSION",
        Purpose::Ownership => "PURPOSE_VALUE_OWNERSHIP",
    });
    said([
        ("resource", json!({ "id": id_json(&record.resource) })),
        ("id", json!(record.id)),
        ("displayName", json!(record.display_name)),
        ("description", json!(record.description)),
        ("grantableTo", json!(grantable)),
        ("annotations", json!(exclusion.into_iter().collect::<Vec<Json>>())),
        ("purpose", json!(purpose)),
        ("slug", json!(record.slug)),
    ])
    .into()
}

/// A grant.
#[must_use]
pub fn grant_json(record: &Grant) -> Json {
    let mut annotations: Vec<Json> = record.expandable.iter().map(expandable_json).collect();
    annotations.extend(record.is_immutable.then(|| annotation("GrantImmutable", Map::new())));
    if !record.metadata.is_empty() {
        annotations.push(annotation("GrantMetadata", said([("metadata", record.metadata.clone().into())])));
    }
    let source = |(id, is_direct): &(String, bool)| {
        let source = if *is_direct { json!({ "isDirect": true }) } else { json!({}) };
        (id.clone(), source)
    };
    let sources: Map<String, Json> = record.sources.iter().map(source).collect();
    said([
        ("entitlement", json!({ "id": record.entitlement, "resource": { "id": id_json(&record.resource) } })),
        ("principal", json!({ "id": id_json(&record.principal) })),
        ("id", json!(record.id)),
        ("annotations", json!(annotations)),
        ("sources", if sources.is_empty() { Json::Null } else { json!({ "sources": sources }) }),
    ])
    .into()
}

fn expandable_json(record: &Expandable) -> Json {
    let fields = said([
        ("entitlementIds", json!(record.entitlements)),
        ("shallow", json!(record.is_shallow)),
        ("resourceTypeIds", json!(record.resource_types)),
    ]);
    annotation("GrantExpandable", fields)
}

fn id_json(id: &ResourceRef) -> Json {
    json!({ "resourceType": id.kind.as_str(), "resource": &*id.id })
}

fn moment(at: Option<Timestamp>) -> Json {
    at.and_then(|at| Moment::from_microsecond(at.0).ok()).map(|moment| moment.to_string()).into()
}

/// A message inside the envelope that annotations come in.
fn annotation(message: &str, fields: Map<String, Json>) -> Json {
    let url = format!("type.googleapis.com/c1.connector.v2.{message}");
    std::iter::once(("@type".to_owned(), url.into())).chain(fields).collect()
}

/// Fields but those that say nothing.
fn said<const N: usize>(fields: [(&'static str, Json); N]) -> Map<String, Json> {
    let is_said = |value: &Json| match value {
        Json::Null | Json::Bool(false) => false,
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(object) => !object.is_empty(),
        Json::Bool(true) | Json::Number(_) => true,
    };
    fields.into_iter().filter(|(_, value)| is_said(value)).map(|(name, value)| (name.to_owned(), value)).collect()
}
