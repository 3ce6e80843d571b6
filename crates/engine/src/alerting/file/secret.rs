//! What is not taken over from a file, because an endpoint is to hold it.

use serde_json::{Map, Value as Json};

use super::words::alike;

/// What stands in the place of a secret that was left out.
const LEFT_OUT: &str = "(left out)";

/// Parts of names whose values are secret.
const SECRET: [&str; 10] = [
    "authorization",
    "token",
    "secret",
    "password",
    "passwd",
    "apikey",
    "webhookurl",
    "credential",
    "cookie",
    "privatekey",
];

/// Whether a field of this name holds a secret. A value that a parameter gives is none.
pub(super) fn is_secret(name: &str, value: &Json) -> bool {
    let name = alike(name);
    let is_given = value.as_str().is_some_and(|text| text.contains("{{") && text.contains("param."));
    !is_given && SECRET.iter().any(|part| name.contains(part))
}

/// The same without its secrets.
pub(super) fn without_secrets(value: Json) -> Json {
    match value {
        Json::Array(all) => all.into_iter().map(without_secrets).collect(),
        Json::Object(all) => Json::Object(of_object(all)),
        other => other,
    }
}

fn of_object(all: Map<String, Json>) -> Map<String, Json> {
    let kept = all.into_iter().map(|(name, value)| {
        let value = if is_secret(&name, &value) { Json::from(LEFT_OUT) } else { without_secrets(value) };
        (name, value)
    });
    kept.collect()
}

/// The host of an address, with its port; nothing where there is none, or a template decides.
pub(super) fn host(address: &str) -> Option<String> {
    let rest = address.trim().split_once("://").map_or(address.trim(), |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_host =
        !host.is_empty() && host.chars().all(|one| one.is_alphanumeric() || matches!(one, '.' | '-' | ':' | '[' | ']'));
    is_host.then(|| host.to_lowercase())
}
