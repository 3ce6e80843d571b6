//! What others see of it: the baton view.

use serde_json::Value as Json;

use super::support::view;

fn grants(lines: &str) -> Vec<Json> {
    let mut out = Vec::new();
    view(lines).baton_write(false, &mut out).unwrap();
    let document: Json = serde_json::from_slice(&out).unwrap();
    document["grants"].as_array().cloned().unwrap_or_default()
}

fn expanded(grant: &Json) -> Vec<&str> {
    let of_type = |one: &&Json| one["@type"].as_str().is_some_and(|kind| kind.ends_with("GrantExpandable"));
    let annotation = grant["annotations"].as_array().into_iter().flatten().find(of_type);
    let ids = annotation.and_then(|one| one["entitlementIds"].as_array()).into_iter().flatten();
    ids.filter_map(Json::as_str).collect()
}

#[test]
fn what_rules_give_is_one_grant_of_the_parent_for_each_entitlement() {
    let grants = grants(
        "ada owner workspace:acme
        ci service-member workspace:acme
        team:core in workspace:acme
        team:core write repository:r
        repository:r in workspace:acme
        repository:r default = \"write\"
        workspace:acme default = \"write\"",
    );
    let on_repository: Vec<(&str, Vec<&str>)> = grants
        .iter()
        .filter(|grant| grant["entitlement"]["resource"]["id"]["resourceType"] == "repository")
        .map(|grant| (grant["id"].as_str().unwrap(), expanded(grant)))
        .collect();
    let expected = [
        ("repository:r:write:team:core", vec!["team:core:manager", "team:core:member"]),
        ("repository:r:admin:workspace:acme", vec!["workspace:acme:owner"]),
        (
            "repository:r:write:workspace:acme",
            vec!["workspace:acme:manager", "workspace:acme:member", "workspace:acme:owner"],
        ),
    ];
    assert_eq!(on_repository, expected, "a service may have it, and that is no grant");
    let is_immutable = |grant: &Json| grant["annotations"].to_string().contains("GrantImmutable");
    let immutable: Vec<bool> = grants.iter().map(is_immutable).collect();
    assert_eq!(immutable.iter().filter(|is| **is).count(), 2, "only what a rule gives");
}
