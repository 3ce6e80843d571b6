//! What holds of every operation, and follows from its route: who may use it, how that is shown, and what is said when it is
//! not done.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use utoipa::OpenApi as _;

use super::paths::Paths;
use crate::route::{Access, Effect, Route};

const ABOUT: &str = "\
Everything that the hub's pages show and do. See `GET /api` of a hub for an overview with examples.

**Who asks** is shown with an API token (`Authorization: Bearer …`), or as a browser does with the cookie of a session, in \
which case what changes something needs the session's `X-CSRF-Token` as well.

**What is not known is refused**: parameters and fields that there are not, values that are none. Bodies are JSON, of 1 MB at \
most. A method that an address does not have is answered with 405 and `Allow`.

**When something is not done**, the answer is a problem document (RFC 9457): `code` tells programs what it is, `detail` and \
`hint` tell people.

**Lists** come in parts: `limit` says how many items at most, and `next` of one part is `after` of the next one.

**Moments** are RFC 3339 in UTC. What nothing is known of is null.";

/// What is said of every status that is not told by an operation itself.
const STATUSES: [(&str, &str); 9] = [
    ("400", "A parameter, or the body, is not what this operation takes."),
    ("401", "Nobody is signed in: there is no token and no session, or it has ended."),
    ("403", "This needs another role, or something that shows that it was you."),
    ("404", "There is no such thing, or none any more."),
    ("413", "The body is larger than 1 MB."),
    ("415", "The body is not JSON."),
    ("421", "The hub is not called that."),
    ("422", "What was sent cannot be used."),
    ("503", "The database cannot be used now, or too much is asked at once. `Retry-After` says when to try again."),
];

/// The document.
pub(super) fn document() -> Json {
    let mut document = serde_json::to_value(Paths::openapi()).unwrap_or_default();
    document["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    document["info"]["description"] = json!(ABOUT);
    document["components"]["securitySchemes"] = schemes();
    document["components"]["responses"] = STATUSES
        .iter()
        .map(|(status, description)| (response_name(status), problem(description)))
        .collect::<Map<_, _>>()
        .into();
    let routes = crate::api::routes();
    let routes: BTreeMap<_, _> =
        routes.iter().map(|route| ((route.path, route.method.as_str().to_lowercase()), route)).collect();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(route) = routes.get(&(path.as_str(), method.clone())) {
                finish(route, operation);
            }
        }
    }
    document
}

fn schemes() -> Json {
    let cookie = "Of a session, as a browser holds it. Over TLS it is called `__Host-rolecall`.";
    json!({
        "token": { "type": "http", "scheme": "bearer", "description": "An API token, which a person makes for themselves." },
        "session": { "type": "apiKey", "in": "cookie", "name": "rolecall", "description": cookie },
        "csrf": {
            "type": "apiKey", "in": "header", "name": "X-CSRF-Token",
            "description": "What the pages of the session hold; only they know it.",
        },
    })
}

fn response_name(status: &str) -> String {
    format!("Status{status}")
}

fn problem(description: &str) -> Json {
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    json!({ "description": description, "content": { "application/problem+json": { "schema": schema } } })
}

/// Says of an operation what follows from its route.
fn finish(route: &Route, operation: &mut Json) {
    operation["security"] = match (route.access, route.effect) {
        (Access::Anyone, _) => json!([]),
        (_, Effect::Reads) => json!([{ "token": [] }, { "session": [] }]),
        (_, Effect::Writes(_) | Effect::Marks) => json!([{ "token": [] }, { "session": [], "csrf": [] }]),
    };
    operation["x-needs"] = json!(match route.access {
        Access::May(permission) => permission.word(),
        Access::SignedIn => "signed in",
        Access::Anyone => "anyone",
        Access::Directory => "directory",
        Access::Runner => "runner",
    });
    if let Effect::Writes(action) = route.effect {
        operation["x-audited"] = json!(action);
    }
    let expected = statuses(route, operation);
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, response) in responses.iter_mut() {
        // What is told of a failure is always a problem document.
        if status.as_str() >= "400" && response.get("content").is_none() {
            *response = problem(response["description"].as_str().unwrap_or_default());
        }
        if response["description"].as_str().is_none_or(str::is_empty) {
            response["description"] = json!(done(status));
        }
    }
    for status in expected {
        let shared = json!({ "$ref": format!("#/components/responses/{}", response_name(status)) });
        responses.entry(status).or_insert(shared);
    }
}

fn done(status: &str) -> &'static str {
    match status {
        "201" => "It is made.",
        "202" => "It will be done.",
        _ => "Done.",
    }
}

/// What may be answered besides what the operation itself says.
fn statuses(route: &Route, operation: &Json) -> Vec<&'static str> {
    let has_body = operation.get("requestBody").is_some();
    let changes = route.effect != Effect::Reads;
    let mut statuses = vec!["400", "421", "503"];
    if route.access != Access::Anyone {
        statuses.push("401");
    }
    if changes || matches!(route.access, Access::May(_)) {
        statuses.push("403");
    }
    if route.path.contains('{') {
        statuses.push("404");
    }
    if changes || has_body {
        statuses.push("413");
    }
    if has_body {
        statuses.extend(["415", "422"]);
    }
    statuses
}
