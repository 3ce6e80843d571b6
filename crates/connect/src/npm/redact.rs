//! An answer's body without anything that is somebody's: its shape and spelling stay, names become pseudonyms, and every
//! other text goes unless it is a word of npm's own.

use serde_json::{Map, Value as Json, json};

use super::doctor::Record;
use super::pseudonym::Pseudonyms;
use super::requests;

/// How many entries of a list or map are shown.
const SHOWN: usize = 50;

/// Members of bodies whose texts are words of npm's vocabulary.
const VOCABULARY: &[&str] = &["mode", "action", "type"];

/// Providers of trusted publishers.
const PROVIDERS: &[&str] = &["github", "gitlab", "circleci"];

/// Names of members that are npm's own. Any other may be somebody's name where a map was not expected.
const MEMBERS: &[&str] = &[
    "_id",
    "_npmUser",
    "_rev",
    "accessed",
    "action",
    "attestations",
    "automation_token_overrides_tfa",
    "bin",
    "bugs",
    "bypass_2fa",
    "cidr",
    "cidr_whitelist",
    "code",
    "created",
    "data",
    "description",
    "detail",
    "dist",
    "dist-tags",
    "email",
    "email_verified",
    "error",
    "expiry",
    "fileCount",
    "fullname",
    "github",
    "homepage",
    "id",
    "integrity",
    "key",
    "keyid",
    "keywords",
    "license",
    "maintainers",
    "message",
    "mode",
    "name",
    "next",
    "objects",
    "orgs",
    "packages",
    "pending",
    "permissions",
    "predicateType",
    "prev",
    "provenance",
    "public",
    "readme",
    "readmeFilename",
    "readonly",
    "reason",
    "repository",
    "revoked",
    "role",
    "roles",
    "scopes",
    "shasum",
    "sig",
    "signatures",
    "success",
    "tarball",
    "tfa",
    "time",
    "token",
    "total",
    "trustedPublisher",
    "type",
    "unpackedSize",
    "updated",
    "url",
    "urls",
    "user",
    "username",
    "users",
    "versions",
];

/// The body of a recorded answer, fit to be shown.
pub(super) fn body(record: &Record, names: &mut Pseudonyms) -> Json {
    if record.body.is_empty() {
        return Json::Null;
    }
    let Ok(body) = serde_json::from_slice::<Json>(&record.body) else {
        return unreadable(record, names);
    };
    if record.status != 200 || is_error(&body) {
        return error(&body, names);
    }
    match (record.template.name, body) {
        (name, Json::Object(members)) if name == requests::ROSTER.name || name == requests::COLLABORATORS.name => {
            map(members, |key| names.user(key))
        }
        (name, Json::Object(members)) if name == requests::PACKAGES.name || name == requests::TEAM_PACKAGES.name => {
            map(members, |key| names.package(key))
        }
        (name, Json::Object(members)) if name == requests::VISIBILITY.name => {
            map(members, |key| if key == "public" { key.to_owned() } else { names.package(key) })
        }
        (name, Json::Array(items)) if name == requests::TEAMS.name => list(&items, |text| names.team(text)),
        (name, Json::Array(items)) if name == requests::TEAM_MEMBERS.name => list(&items, |text| names.user(text)),
        (name, body) if name == requests::WHOAMI.name => whoami(&body, names),
        (name, body) if name == requests::TOKENS.name => tokens(&body, names),
        (name, body) if name == requests::PACKUMENT.name => packument(&body, names),
        (_, body) => shape(&body),
    }
}

/// A web page keeps its title's words, anything else its size.
fn unreadable(record: &Record, names: &Pseudonyms) -> Json {
    let text = String::from_utf8_lossy(&record.body);
    let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).map(|(title, _)| title);
    let title = title.map(|title| names.text(title.chars().take(200).collect::<String>().trim()));
    json!({ "notJson": { "bytes": record.body.len(), "title": title } })
}

fn is_error(body: &Json) -> bool {
    let message = |name: &str| body.get(name).and_then(Json::as_str).filter(|text| !is_word(text));
    message("error").or_else(|| message("message")).is_some()
}

fn error(body: &Json, names: &Pseudonyms) -> Json {
    let Json::Object(members) = body else { return shape(body) };
    let kept = members.iter().map(|(key, value)| match (key.as_str(), value) {
        ("error" | "message" | "code" | "detail" | "reason", Json::String(text)) => {
            (key.clone(), json!(names.text(text)))
        }
        (name, value) => (known_key(name), shape(value)),
    });
    Json::Object(kept.collect())
}

/// A map of names to words of npm's: roles and permissions.
fn map(members: Map<String, Json>, mut name: impl FnMut(&str) -> String) -> Json {
    let all = members.len();
    let mut shown = Map::new();
    for (key, value) in members {
        let key = name(&key);
        if shown.len() < SHOWN {
            shown.insert(key, word(&value));
        }
    }
    if all > SHOWN {
        shown.insert("…".to_owned(), json!(format!("{} more", all - SHOWN)));
    }
    Json::Object(shown)
}

fn list(items: &[Json], mut name: impl FnMut(&str) -> String) -> Json {
    let all = items.len();
    let mut shown: Vec<Json> =
        items.iter().map(|item| item.as_str().map_or_else(|| shape(item), |text| json!(name(text)))).collect();
    shown.truncate(SHOWN);
    if all > SHOWN {
        shown.push(json!(format!("… {} more", all - SHOWN)));
    }
    Json::Array(shown)
}

/// A value that should be a word of npm's vocabulary and is kept if it looks like one.
fn word(value: &Json) -> Json {
    match value {
        Json::String(text) if is_word(text) => value.clone(),
        other => shape(other),
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= 24 && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

fn whoami(body: &Json, names: &mut Pseudonyms) -> Json {
    let mut shown = shape(body);
    if let Some(user) = body.get("username").and_then(Json::as_str) {
        shown["username"] = json!(names.user(user));
    }
    shown
}

/// A list of tokens. Of a shortened value only its form is left.
fn tokens(body: &Json, names: &mut Pseudonyms) -> Json {
    let mut shown = shape(body);
    let listed = body.get("objects").and_then(Json::as_array).into_iter().flatten();
    for (index, token) in listed.enumerate().take(SHOWN) {
        let Some(place) = shown.pointer_mut(&format!("/objects/{index}")) else { continue };
        if let Some(key) = token.get("key").and_then(Json::as_str) {
            place["key"] = json!(names.other("token", key));
        }
        if let Some(value) = token.get("token").and_then(Json::as_str) {
            place["token"] =
                json!(value.chars().map(|c| if c.is_alphanumeric() { 'x' } else { c }).collect::<String>());
        }
        for name in ["permissions", "scopes"] {
            if let Some(selected) = token.get(name).and_then(Json::as_array) {
                place[name] = selected.iter().map(|entry| selection(entry, names)).collect();
            }
        }
    }
    shown
}

/// `{"type": "org", "name": "acme"}` or `{"name": "org", "action": "read-only"}`.
fn selection(entry: &Json, names: &mut Pseudonyms) -> Json {
    let mut shown = shape(entry);
    if !shown.is_object() {
        return shown;
    }
    let name = entry.get("name").and_then(Json::as_str).unwrap_or_default();
    shown["name"] = match entry.get("type").and_then(Json::as_str) {
        Some("org") => json!(names.organization(name.trim_start_matches('@'))),
        Some(_) => match name.strip_prefix('@').filter(|scope| !scope.contains('/')) {
            Some(scope) => json!(format!("@{}", names.organization(scope))),
            None => json!(names.package(name)),
        },
        None => word(&json!(name)),
    };
    shown
}

/// A package's document: its maintainers, and its latest version as an example of all.
fn packument(body: &Json, names: &mut Pseudonyms) -> Json {
    let person = |person: &Json, names: &mut Pseudonyms| match person {
        Json::String(_) => json!("[name and mail]"),
        person => {
            let mut shown = shape(person);
            if let Some(name) = person.get("name").and_then(Json::as_str) {
                shown["name"] = json!(names.user(name));
            }
            let provider = person.pointer("/trustedPublisher/id").and_then(Json::as_str);
            if let Some(provider) = provider.filter(|provider| PROVIDERS.contains(provider)) {
                shown["trustedPublisher"]["id"] = json!(provider);
            }
            shown
        }
    };
    let members = body.as_object().map(|members| members.keys().map(|key| known_key(key)).collect::<Vec<_>>());
    let maintainers = body.get("maintainers").and_then(Json::as_array).into_iter().flatten();
    let maintainers: Vec<Json> = maintainers.take(SHOWN).map(|entry| person(entry, names)).collect();
    let versions = body.get("versions").and_then(Json::as_object);
    let example = versions.and_then(|versions| versions.values().next_back());
    let publisher = example.and_then(|version| version.get("_npmUser")).map(|user| person(user, names));
    json!({
        "members": members,
        "maintainers": maintainers,
        "versions": versions.map(Map::len),
        "example": example.map(|version| json!({ "_npmUser": publisher, "dist": version.get("dist").map(shape) })),
        "repository": body.get("repository").map(shape),
    })
}

/// The same value without its texts: numbers, flags, moments and npm's own words stay.
fn shape(value: &Json) -> Json {
    match value {
        Json::String(text) if is_moment(text) => value.clone(),
        Json::String(text) if text.is_empty() => value.clone(),
        Json::String(_) => json!("[text]"),
        Json::Array(items) => items.iter().take(SHOWN).map(shape).collect(),
        Json::Object(members) => {
            let shown = members.iter().take(SHOWN).map(|(key, value)| {
                let value = if VOCABULARY.contains(&key.as_str()) { word(value) } else { shape(value) };
                (known_key(key), value)
            });
            Json::Object(shown.collect())
        }
        other => other.clone(),
    }
}

/// A member's name, if it is npm's own.
fn known_key(key: &str) -> String {
    if MEMBERS.contains(&key) { key.to_owned() } else { "[name]".to_owned() }
}

fn is_moment(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
}

#[cfg(test)]
mod tests {
    use rolecall_http::RequestTemplate;

    use super::*;

    fn shown(template: &'static RequestTemplate, status: u16, answer: &str) -> String {
        let record = Record {
            template,
            values: Vec::new(),
            query: Vec::new(),
            anonymous: false,
            conditional: false,
            status,
            headers: Vec::new(),
            body: answer.as_bytes().to_vec(),
        };
        body(&record, &mut Pseudonyms::default()).to_string()
    }

    #[test]
    fn shape_and_spelling_stay_and_names_go() {
        let roster = shown(&requests::ROSTER, 200, r#"{"alice":"owner","bob":"billing-x"}"#);
        assert_eq!(roster, r#"{"user-1":"owner","user-2":"billing-x"}"#);
        let packages = shown(&requests::PACKAGES, 200, r#"{"@acme/lib":"write","plain":"read-only"}"#);
        assert_eq!(packages, r#"{"@org-1/package-1":"write","package-2":"read-only"}"#);
        let teams = shown(&requests::TEAMS, 200, r#"["@acme:core","acme:developers"]"#);
        assert_eq!(teams, r#"["@org-1:team-1","org-1:developers"]"#);
        assert_eq!(shown(&requests::VISIBILITY, 200, r#"{"public":false}"#), r#"{"public":false}"#);
        assert_eq!(
            shown(&requests::VISIBILITY, 200, r#"{"@acme/x":"restricted"}"#),
            r#"{"@org-1/package-1":"restricted"}"#
        );
    }

    #[test]
    fn what_has_an_unexpected_shape_shows_its_shape_only() {
        for (template, answer) in [
            (&requests::ROSTER, r#"{"members":{"alice":{"alice":"alice"}},"alice":["alice",{"name":"alice"}]}"#),
            (&requests::ROSTER, r#"[{"user":"alice","email":"alice@acme.test"}]"#),
            (&requests::TEAMS, r#"{"alice":"alice Alice"}"#),
            (&requests::WHOAMI, r#"{"username":"alice","alice":"alice"}"#),
            (
                &requests::PROFILE,
                r#"{"name":"alice","email":"alice@acme.test","tfa":{"mode":"auth-only"},"homepage":"https://alice.test"}"#,
            ),
            (
                &requests::TOKENS,
                r#"{"objects":[{"key":"alice","name":"alice","token":"npm_alice...lice","scopes":[{"type":"user","name":"alice"}]}]}"#,
            ),
            (
                &requests::PACKUMENT,
                r#"{"name":"alice","alice":1,"maintainers":["alice <alice@acme.test>",{"name":"alice"}],"versions":{"1.0.0":{"_npmUser":{"name":"alice"},"dist":{"tarball":"https://x/alice.tgz"}}},"repository":{"url":"https://x/alice"}}"#,
            ),
            (&requests::PACKAGES, "<html><title>Hello</title>alice</html>"),
        ] {
            let shown = shown(template, 200, answer);
            assert!(!shown.contains("alice") && !shown.contains("lice"), "{answer} gave {shown}");
        }
        assert!(
            shown(&requests::PROFILE, 200, r#"{"tfa":{"pending":false,"mode":"auth-only"}}"#).contains("auth-only")
        );
    }

    #[test]
    fn an_error_keeps_its_words() {
        let error = shown(&requests::ROSTER, 403, r#"{"error":"Forbidden: see https://x.test/y"}"#);
        assert_eq!(error, r#"{"error":"Forbidden: see [address]"}"#);
        assert_eq!(shown(&requests::ROSTER, 200, r#"{"error":"Scope not found"}"#), r#"{"error":"Scope not found"}"#);
    }
}
