//! The document that the service is held to, made ready to be tried: with names that exist, and without
//! promises that nobody made.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rolecall_e2e::{Page, Sdk, Simulator};
use serde_json::{Value, json};

use crate::merged;

/// Refusals that can come from any call, although the document declares none of them.
const ANYWHERE: [&str; 5] = ["401", "403", "404", "405", "429"];

/// A name that nothing has.
const NOBODY: &str = "nobody";

/// The excerpt of Cloudsmith's own document that lies beside the project, never in it; or what the simulated service
/// publishes itself, which is said on standard error.
#[expect(clippy::print_stderr, reason = "the person who runs the tests must know which input was used")]
pub(crate) fn of(simulator: &Simulator) -> Value {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/cloudsmith-openapi-subset.json");
    let read = fs::read_to_string(beside).ok().and_then(|text| serde_json::from_str(&text).ok());
    read.unwrap_or_else(|| {
        eprintln!("Cloudsmith's document is absent: holding the simulated service to what it publishes itself");
        published(simulator)
    })
}

/// What the service publishes.
pub(crate) fn published(simulator: &Simulator) -> Value {
    let page = Page::open(&format!("{}v1/swagger/?format=openapi", simulator.url()));
    serde_json::from_str(&page.body).expect("a document")
}

/// Every operation of a document: its method, its path and what it says.
pub(crate) fn operations(document: &mut Value) -> Vec<(String, String, &mut Value)> {
    let paths = document["paths"].as_object_mut().expect("paths");
    let mut found = Vec::new();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object_mut().expect("methods") {
            found.push((method.to_uppercase(), path.clone(), operation));
        }
    }
    found
}

/// Completes the document by what is known of the service and not in it: the refusals that any call can answer with,
/// in the form in which others are declared, the nulls with which privileges are shown, and that status 204 is empty.
pub(crate) fn complete(document: &mut Value) {
    document["info"]["title"] = json!("Cloudsmith");
    let is_older = document.get("swagger").is_some();
    let word = if is_older { "x-nullable" } else { "nullable" };
    // The older kind of document promises one type of all answers, as if none were empty.
    document.as_object_mut().expect("a document").remove("produces");
    each_object(document, &mut |object| {
        if object.get("privilege").is_some() {
            ["team", "user", "service"].into_iter().for_each(|kind| object[kind][word] = json!(true));
        }
    });
    let refusals = operations(document).into_iter().find_map(|(_, _, call)| call["responses"].get("422").cloned());
    let refusal = refusals.expect("a refusal is declared somewhere");
    for (_, path, operation) in operations(document) {
        let responses = operation["responses"].as_object_mut().expect("responses");
        // No document has these calls yet; how they refuse is inferred.
        let inferred: &[&str] = if path.contains("/api-key-rules/") { &["400", "422"] } else { &[] };
        for status in ANYWHERE.iter().chain(inferred) {
            responses.entry(*status).or_insert_with(|| refusal.clone());
        }
        responses.entry("204").and_modify(|response| *response = json!({}));
        let shows = |response: &Value| response.get("schema").is_some();
        let is_empty = !responses.iter().any(|(status, response)| status.starts_with('2') && shows(response));
        // An excerpt leaves out what is said in words, which a whole document must have.
        responses.values_mut().for_each(|response| response["description"] = json!(""));
        if is_older && !is_empty {
            operation["produces"] = json!(["application/json"]);
        }
    }
}

/// What can stand for the names in a path, by what kind of thing it is.
#[derive(Debug)]
pub(crate) struct Names(BTreeMap<&'static str, Vec<String>>);

impl Names {
    /// Asks for the names, and makes some of each kind of which there could be none.
    pub(crate) fn of(simulator: &Simulator) -> Self {
        let mut sdk = Sdk::new(simulator, "read-only");
        let organization = simulator.organization();
        let org = |others: Value| merged(json!({ "org": organization }), others);
        let mut names = BTreeMap::from([("organization", vec![organization.to_owned()])]);
        let mut members = sdk.column("orgs_members_list", org(json!({})), "user");
        // Whoever is locked out tries the rest in vain.
        members.retain(|user| user != simulator.account("read-only"));
        names.insert("member", members);
        names.insert("team", sdk.column("orgs_teams_list", org(json!({})), "slug"));
        names.insert("service", sdk.column("orgs_services_list", org(json!({})), "slug"));
        names.insert("repository", sdk.column("repos_namespace_list", json!({ "owner": organization }), "slug"));

        let (team, service) = (names["team"][0].clone(), names["service"][0].clone());
        let repository = names["repository"][0].clone();
        let made = |sdk: &mut Sdk, call: &str, arguments: &dyn Fn(usize) -> Value| -> Vec<String> {
            let each = (0..4).map(|number| sdk.get(call, arguments(number))["slug_perm"].as_str().map(str::to_owned));
            each.map(|slug| slug.expect("an id")).collect()
        };
        let data = |data: Value| org(json!({ "data": data }));
        let invitation = |number| data(json!({ "email": format!("new-{number}@mail.example"), "role": "Member" }));
        names.insert("invitation", made(&mut sdk, "orgs_invites_create", &invitation));
        let mapping = |number| {
            data(json!({ "idp_key": "groups", "idp_value": format!("group-{number}"), "team": team, "role": "Member",
                "organization": organization }))
        };
        names.insert("mapping", made(&mut sdk, "orgs_saml_group_sync_create", &mapping));
        let provider = |number| {
            data(json!({ "name": format!("Provider {number}"), "provider_url": "https://provider.example",
                "enabled": true, "claims": { "a": "b" }, "mapping_claim": "sub",
                "dynamic_mappings": [{ "claim_value": "repo", "service_account": service }] }))
        };
        names.insert("provider", made(&mut sdk, "orgs_openid_connect_create", &provider));
        names.insert("claim", vec!["repo".to_owned()]);
        let rule = |number| data(json!({ "rule_type": "Service Accounts", "max_age_hours": 1000 + number }));
        names.insert("rule", made(&mut sdk, "orgs_api_key_rules_create", &rule));
        let token = |number| json!({ "owner": organization, "repo": repository, "data": { "name": format!("Token {number}") } });
        names.insert("token", made(&mut sdk, "entitlements_create", &token));
        Self(names)
    }

    /// Lets the names in the paths of a document be these, or nobody's.
    pub(crate) fn put_into(&self, document: &mut Value) {
        for (method, path, operation) in operations(document) {
            let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else { continue };
            for parameter in parameters.iter_mut().filter(|parameter| parameter["in"] == "path") {
                let kind = kind(&path, parameter["name"].as_str().unwrap_or_default());
                let name = kind.map_or(NOBODY, |kind| self.name(&method, &path, kind));
                // The older kind of document has no schema in between.
                let schema = if parameter.get("schema").is_some() { &mut parameter["schema"] } else { parameter };
                schema["enum"] = json!([name, NOBODY]);
            }
        }
    }

    /// One of a kind is read, another one is changed, and the last ones are deleted, so that neither spoils the other.
    fn name(&self, method: &str, path: &str, kind: &str) -> &str {
        let all = &self.0[kind];
        // Tokens are in the first repository only.
        let place = match (method, all.len()) {
            (_, count) if count < 4 || (kind == "repository" && path.starts_with("/entitlements/")) => 0,
            ("DELETE", count) => count - 1,
            ("GET", count) if path.ends_with("/remove/") => count - 2,
            ("GET", _) => 0,
            _ => 1,
        };
        &all[place]
    }

    /// Lets words in bodies be what can be carried out: a repository to copy from, a team to map to, and rules that
    /// do not end the fuzzer's own key.
    pub(crate) fn put_into_bodies(&self, document: &mut Value) {
        each_object(document, &mut |object| {
            if let Some(source) = object.get_mut("source") {
                source["enum"] = json!([self.0["repository"][1], NOBODY]);
            }
            if let (Some(_), Some(team)) = (object.get("idp_value").cloned(), object.get_mut("team")) {
                team["enum"] = json!([self.0["team"][0], NOBODY]);
            }
            if let Some(rule) = object.get_mut("rule_type") {
                rule["enum"] = json!(["Service Accounts"]);
            }
        });
    }
}

/// What kind of thing a name in a path is.
fn kind(path: &str, parameter: &str) -> Option<&'static str> {
    let within = |part: &str| path.contains(part);
    Some(match parameter {
        "org" | "owner" => "organization",
        "member" => "member",
        "team" => "team",
        "service" => "service",
        "repo" => "repository",
        "provider_setting" => "provider",
        "claim_value" => "claim",
        "identifier" if within("/entitlements/") => "token",
        "identifier" => "repository",
        "slug" if within("/profile/") => "member",
        "slug" => "organization",
        "slug_perm" if within("/invites/") => "invitation",
        "slug_perm" if within("/openid-connect/") => "provider",
        "slug_perm" if within("/saml-group-sync/") => "mapping",
        "slug_perm" if within("/api-key-rules/") => "rule",
        _ => return None,
    })
}

/// Shows the properties of every object in a document.
fn each_object(value: &mut Value, show: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Object(fields) => {
            if let Some(properties @ Value::Object(_)) = fields.get_mut("properties") {
                show(properties);
            }
            fields.values_mut().for_each(|value| each_object(value, show));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| each_object(value, show)),
        _ => {}
    }
}
