//! How SCIM says that something was not done (RFC 7644, 3.12).

use axum::http::StatusCode;
use rolecall_engine::hub::HubError;
use rolecall_engine::people::scim::ScimRefusal;
use serde_json::{Value as Json, json};

use crate::error::WebError;

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// What clients tell errors apart by, beside the status.
const TYPE: &str = "scimType";

/// The body of an error, with what to do in its detail.
pub(crate) fn render(error: &WebError) -> String {
    let detail = match &error.hint {
        Some(hint) => format!("{} {hint}", error.message),
        None => error.message.clone(),
    };
    let mut body = json!({ "schemas": [ERROR], "status": error.status.as_u16().to_string(), "detail": detail });
    if let (Some(fields), Some(kind)) = (body.as_object_mut(), error.more.as_ref().and_then(|more| more.get(TYPE))) {
        fields.insert(TYPE.to_owned(), kind.clone());
    }
    body.to_string()
}

fn bad(kind: &'static str, code: &'static str, why: impl Into<String>) -> WebError {
    WebError::bad_request(code, why).with(TYPE, Json::from(kind))
}

/// A body that is no request of this protocol.
pub(super) fn syntax(why: impl Into<String>) -> WebError {
    bad("invalidSyntax", "scim-syntax", why)
}

/// A value that an attribute cannot have.
pub(super) fn value(why: impl Into<String>) -> WebError {
    bad("invalidValue", "scim-value", why)
}

/// A filter that cannot be read.
pub(super) fn filter(why: impl Into<String>) -> WebError {
    bad("invalidFilter", "scim-filter", why)
        .hint("A filter is like: userName eq \"ada@example.com\" and active eq true.")
}

/// A path that names nothing.
pub(super) fn path(why: impl Into<String>) -> WebError {
    bad("invalidPath", "scim-path", why).hint("A path is like: name.familyName, or emails[type eq \"work\"].value.")
}

/// An operation that meets nothing.
pub(super) fn no_target(why: impl Into<String>) -> WebError {
    bad("noTarget", "scim-no-target", why)
}

/// A change of what only the server changes.
pub(super) fn mutability(name: &str) -> WebError {
    bad("mutability", "scim-mutability", format!("{name} is the server's, and cannot be changed."))
        .hint("Leave it out.")
}

/// A request for more than is given at once.
pub(super) fn too_many(why: impl Into<String>) -> WebError {
    bad("tooMany", "scim-too-many", why)
}

/// A version that is not the one that is there.
pub(super) fn stale(now: i64) -> WebError {
    WebError::new(
        StatusCode::PRECONDITION_FAILED,
        "scim-stale",
        format!("The resource was changed meanwhile, and has version W/\"{now}\"."),
    )
    .hint("Get it again, and repeat the change with its ETag as If-Match.")
}

/// A resource that is not there.
pub(super) fn unknown() -> WebError {
    WebError::new(StatusCode::NOT_FOUND, "not-found", "There is no such resource in this directory.")
        .hint("It was deleted, or is another directory's: find it with a filter, or create it.")
}

/// What the directory refused.
pub(crate) fn refused(refusal: ScimRefusal) -> WebError {
    match refusal {
        ScimRefusal::NameTaken => {
            WebError::new(StatusCode::CONFLICT, "scim-uniqueness", "Another resource of this directory has this name.")
                .hint("Find it with a filter on userName, or displayName of groups, and change it instead.")
                .with(TYPE, "uniqueness".into())
        }
        ScimRefusal::ResourceUnknown => unknown(),
        ScimRefusal::VersionStale { now } => stale(now),
        ScimRefusal::ClientExists | ScimRefusal::ClientUnknown => {
            WebError::new(StatusCode::CONFLICT, refusal.code(), crate::text::sentence(refusal.to_string()))
        }
    }
}

/// Whether somebody else was quicker.
pub(super) const fn is_stale(error: &HubError) -> bool {
    matches!(error, HubError::Directory(ScimRefusal::VersionStale { .. }))
}
