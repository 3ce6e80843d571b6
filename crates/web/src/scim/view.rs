//! What is told of a resource: its document, and what the server knows of it.

use rolecall_engine::moment_text;
use rolecall_engine::people::scim::{Resource, ScimKind};
use serde_json::{Map, Value as Json, json};

use super::attribute::core;
use super::etag::tag;
use super::path::starts_with_urn;
use super::{BASE, resources};
use crate::site::Site;

/// The whole resource.
pub(super) fn told(site: &Site, resource: &Resource) -> Map<String, Json> {
    let mut told = resource.document.clone();
    let extensions = resource.document.keys().filter(|name| starts_with_urn(name));
    let schemas: Vec<&str> = [core(resource.kind)].into_iter().chain(extensions.map(String::as_str)).collect();
    told.insert("schemas".to_owned(), json!(schemas));
    told.insert("id".to_owned(), resource.id.to_string().into());
    let meta = json!({
        "resourceType": resource.kind.word(),
        "created": moment_text(resource.created_at),
        "lastModified": moment_text(resource.modified_at),
        "location": location(site, resource),
        "version": tag(resource.version),
    });
    told.insert("meta".to_owned(), meta);
    told
}

/// Where it is.
pub(super) fn location(site: &Site, resource: &Resource) -> String {
    site.address(&format!("{BASE}/{}/{}", plural(resource.kind), resource.id))
}

/// What addresses of a kind begin with.
pub(super) const fn plural(kind: ScimKind) -> &'static str {
    match kind {
        ScimKind::User => resources::USERS,
        ScimKind::Group => resources::GROUPS,
    }
}
