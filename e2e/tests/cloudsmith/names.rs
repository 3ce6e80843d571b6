//! Names for the places in the paths of a document, so that a fuzzer finds things that are there.

use std::collections::BTreeMap;

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::document::{each_object, operations};
use crate::merged;

/// A name that nothing has.
const NOBODY: &str = "nobody";

/// What a pipeline's token must say to become a service.
const CLAIM: &str = "repo";

/// What can stand for the names in a path, by what kind of thing it is.
#[derive(Debug)]
pub(crate) struct Names(BTreeMap<&'static str, Vec<String>>);

impl Names {
    /// Asks for the names, and makes some of each kind of which there could be none.
    pub(crate) fn of(simulator: &Simulator) -> Self {
        let mut names = Self(BTreeMap::from([("organization", vec![simulator.organization().to_owned()])]));
        let mut sdk = Sdk::new(simulator, "read-only");
        names.ask(&mut sdk);
        // Whoever is locked out tries the rest in vain.
        let me = simulator.account("read-only");
        names.0.entry("member").or_default().retain(|user| user != me);
        names.make(&mut sdk);
        names
    }

    fn ask(&mut self, sdk: &mut Sdk) {
        let organization = self.first("organization");
        for (kind, call, arguments, field) in [
            ("member", "orgs_members_list", json!({ "org": organization }), "user"),
            ("team", "orgs_teams_list", json!({ "org": organization }), "slug"),
            ("service", "orgs_services_list", json!({ "org": organization }), "slug"),
            ("repository", "repos_namespace_list", json!({ "owner": organization }), "slug"),
        ] {
            self.0.insert(kind, sdk.column(call, arguments, field));
        }
    }

    /// Four of each.
    fn make(&mut self, sdk: &mut Sdk) {
        let organization = self.first("organization");
        let (team, service, repository) = (self.first("team"), self.first("service"), self.first("repository"));
        let of_organization = json!({ "org": organization });
        let of_repository = json!({ "owner": organization, "repo": repository });
        for number in 0..4 {
            let named = format!("Number {number}");
            let invitation = json!({ "email": format!("new-{number}@mail.example"), "role": "Member" });
            let mapping = json!({ "idp_key": "groups", "idp_value": named, "team": team, "role": "Member",
                "organization": organization });
            let provider = json!({ "name": named, "provider_url": "https://provider.example", "enabled": true,
                "claims": { "a": "b" }, "mapping_claim": "sub",
                "dynamic_mappings": [{ "claim_value": CLAIM, "service_account": service }] });
            let rule = json!({ "rule_type": "Service Accounts", "max_age_hours": 1000 + number });
            for (kind, call, within, data) in [
                ("invitation", "orgs_invites_create", &of_organization, invitation),
                ("mapping", "orgs_saml_group_sync_create", &of_organization, mapping),
                ("provider", "orgs_openid_connect_create", &of_organization, provider),
                ("rule", "orgs_api_key_rules_create", &of_organization, rule),
                ("token", "entitlements_create", &of_repository, json!({ "name": named })),
            ] {
                let made = sdk.get(call, merged(within.clone(), json!({ "data": data })));
                self.0.entry(kind).or_default().push(made["slug_perm"].as_str().expect("an id").to_owned());
            }
        }
        self.0.insert("claim", vec![CLAIM.to_owned()]);
    }

    fn first(&self, kind: &str) -> String {
        self.0[kind][0].clone()
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
                team["enum"] = json!([self.first("team"), NOBODY]);
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
