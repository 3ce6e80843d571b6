//! npm's answers without anything that is somebody's.

use serde_json::{Map, Value as Json, json};

use super::pseudonym::{ORGANIZATION, USER, package, team};
use super::requests;
use crate::transcript::{Pseudonyms, Record, SHOWN, Vocabulary};

/// Providers of trusted publishers.
const PROVIDERS: &[&str] = &["github", "gitlab", "circleci"];

/// What is npm's own in its answers.
pub(super) static VOCABULARY: Vocabulary = Vocabulary {
    members: MEMBERS,
    worded: &["mode", "action", "type"],
    words: &[],
    small_words: true,
    names: &["developers"],
    token: "npm_",
    headers: &["cf-cache-status", "npm-notice"],
};

/// Names of members of npm's bodies.
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

/// The data of an answer, fit to be shown.
pub(super) fn body(record: &Record, body: Json, names: &mut Pseudonyms) -> Json {
    match (record.template.name, body) {
        (name, Json::Object(members)) if name == requests::ROSTER.name || name == requests::COLLABORATORS.name => {
            VOCABULARY.map(members, |key| names.of(USER, key))
        }
        (name, Json::Object(members)) if name == requests::PACKAGES.name || name == requests::TEAM_PACKAGES.name => {
            VOCABULARY.map(members, |key| package(names, key))
        }
        (name, Json::Object(members)) if name == requests::VISIBILITY.name => {
            VOCABULARY.map(members, |key| if key == "public" { key.to_owned() } else { package(names, key) })
        }
        (name, Json::Array(items)) if name == requests::TEAMS.name => texts(&items, |text| team(names, text)),
        (name, Json::Array(items)) if name == requests::TEAM_MEMBERS.name => texts(&items, |text| names.of(USER, text)),
        (name, body) if name == requests::WHOAMI.name => whoami(&body, names),
        (name, body) if name == requests::TOKENS.name => tokens(&body, names),
        (name, body) if name == requests::PACKUMENT.name => packument(&body, names),
        (_, body) => VOCABULARY.shape(&body),
    }
}

/// A list of names.
fn texts(items: &[Json], mut name: impl FnMut(&str) -> String) -> Json {
    VOCABULARY.list(items, |item| item.as_str().map_or_else(|| VOCABULARY.shape(item), |text| json!(name(text))))
}

fn whoami(body: &Json, names: &mut Pseudonyms) -> Json {
    let mut shown = VOCABULARY.shape(body);
    if let Some(user) = body.get("username").and_then(Json::as_str) {
        shown["username"] = json!(names.of(USER, user));
    }
    shown
}

/// A list of tokens. Of a shortened value only its form is left.
fn tokens(body: &Json, names: &mut Pseudonyms) -> Json {
    let mut shown = VOCABULARY.shape(body);
    let listed = body.get("objects").and_then(Json::as_array).into_iter().flatten();
    for (index, token) in listed.enumerate().take(SHOWN) {
        let Some(place) = shown.pointer_mut(&format!("/objects/{index}")) else { continue };
        if let Some(key) = token.get("key").and_then(Json::as_str) {
            place["key"] = json!(names.of("token", key));
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
    let mut shown = VOCABULARY.shape(entry);
    if !shown.is_object() {
        return shown;
    }
    let name = entry.get("name").and_then(Json::as_str).unwrap_or_default();
    shown["name"] = match entry.get("type").and_then(Json::as_str) {
        Some("org") => json!(names.of(ORGANIZATION, name.trim_start_matches('@'))),
        Some(_) => match name.strip_prefix('@').filter(|scope| !scope.contains('/')) {
            Some(scope) => json!(format!("@{}", names.of(ORGANIZATION, scope))),
            None => json!(package(names, name)),
        },
        None => VOCABULARY.word(&json!(name)),
    };
    shown
}

/// A package's document: its maintainers, and its latest version as an example of all.
fn packument(body: &Json, names: &mut Pseudonyms) -> Json {
    let person = |person: &Json, names: &mut Pseudonyms| match person {
        Json::String(_) => json!("[name and mail]"),
        person => {
            let mut shown = VOCABULARY.shape(person);
            if let Some(name) = person.get("name").and_then(Json::as_str) {
                shown["name"] = json!(names.of(USER, name));
            }
            let provider = person.pointer("/trustedPublisher/id").and_then(Json::as_str);
            if let Some(provider) = provider.filter(|provider| PROVIDERS.contains(provider)) {
                shown["trustedPublisher"]["id"] = json!(provider);
            }
            shown
        }
    };
    let members = body.as_object().map(|members| members.keys().map(|key| VOCABULARY.member(key)).collect::<Vec<_>>());
    let maintainers = body.get("maintainers").and_then(Json::as_array).into_iter().flatten();
    let maintainers: Vec<Json> = maintainers.take(SHOWN).map(|entry| person(entry, names)).collect();
    let versions = body.get("versions").and_then(Json::as_object);
    let example = versions.and_then(|versions| versions.values().next_back());
    let publisher = example.and_then(|version| version.get("_npmUser")).map(|user| person(user, names));
    json!({
        "members": members,
        "maintainers": maintainers,
        "versions": versions.map(Map::len),
        "example": example.map(|version| json!({ "_npmUser": publisher, "dist": version.get("dist").map(|value| VOCABULARY.shape(value)) })),
        "repository": body.get("repository").map(|value| VOCABULARY.shape(value)),
    })
}

#[cfg(test)]
mod tests {
    use rolecall_http::RequestTemplate;

    use super::*;

    fn shown(template: &'static RequestTemplate, status: u16, answer: &str) -> String {
        let record = Record::answered(template, status, answer);
        let names = &mut Pseudonyms::new(&VOCABULARY);
        VOCABULARY.body(&record, names, |data, names| body(&record, data, names)).to_string()
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
