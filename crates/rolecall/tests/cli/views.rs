//! Everything that is current as JupiterOne and as baton see it.

use std::collections::BTreeSet;

use rolecall_sim::npm::story;
use serde_json::Value as Json;

use crate::support::{run, story_served};

async fn demo_view(view: &str) -> Json {
    let served = story_served().await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let ran = run(&binary, &["export", "--view", view]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    ran.json()
}

/// Lines a person can review, without the moments of this very run and the token's random key, and of when the story was written.
fn reviewed(item: &Json, token: &str) -> String {
    let mut item = item.clone();
    if let Some(object) = item.as_object_mut() {
        object.remove("firstObservedOn");
    }
    let began = story::on("2026-11-23");
    let moment: jiff::Timestamp = format!("{began}T12:00:00Z").parse().unwrap();
    let line = item.to_string().replace(token, "TOKEN").replace(&began, "2026-11-23");
    line.replace(&moment.as_millisecond().to_string(), "1795435200000")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demos_organisation_as_jupiterone_sees_it() {
    let graph = demo_view("jupiterone").await;
    let entities = graph["entities"].as_array().unwrap();
    let relationships = graph["relationships"].as_array().unwrap();
    let key = |item: &Json| item["_key"].as_str().unwrap().to_owned();
    let keys: BTreeSet<String> = entities.iter().map(key).collect();
    assert_eq!(keys.len(), entities.len(), "every key once");
    assert!(keys.iter().all(|key| key.len() >= 10));
    assert_eq!(relationships.iter().map(key).collect::<BTreeSet<_>>().len(), relationships.len());
    for found in relationships {
        let (from, to) = (found["_fromEntityKey"].as_str().unwrap(), found["_toEntityKey"].as_str().unwrap());
        assert!(keys.contains(from) && keys.contains(to), "an end of {found} is missing");
        let class = found["_class"].as_str().unwrap();
        assert_eq!(key(found), format!("{from}|{}|{to}", class.to_lowercase()));
    }
    let token = entities.iter().find(|entity| entity["_type"] == "npm_token").unwrap()["id"].as_str().unwrap();
    let lines: Vec<String> = entities.iter().chain(relationships).map(|item| reviewed(item, token)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demos_organisation_as_baton_sees_it() {
    let view = demo_view("baton").await;
    let list = |name: &str| view[name].as_array().unwrap().clone();
    let ids = |name: &str| -> BTreeSet<String> { list(name).iter().map(|item| item["id"].to_string()).collect() };
    let (entitlements, resources) = (ids("entitlements"), ids("resources"));
    for grant in list("grants") {
        assert!(entitlements.contains(&grant["entitlement"]["id"].to_string()), "{grant}");
        assert!(resources.contains(&grant["principal"]["id"].to_string()), "{grant}");
        assert!(resources.contains(&grant["entitlement"]["resource"]["id"].to_string()), "{grant}");
    }
    let grants = ids("grants");
    assert!(grants.contains("\"team:acme/release:member:user:lena.k\""), "{grants:?}");
    assert!(grants.contains("\"package:@acme/core:read-write:team:acme/release\""), "{grants:?}");
    let taken = "\"package:@acme/core:read-write:user:acme-inventory\"";
    assert!(!grants.contains(taken), "what an owner or admin could take is no grant");
    let token = list("resources").iter().find(|resource| resource["id"]["resourceType"] == "token").unwrap().clone();
    let token = token["id"]["resource"].as_str().unwrap().to_owned();
    let all = ["resourceTypes", "resources", "entitlements", "grants"];
    let lines: Vec<String> = all.into_iter().flat_map(list).map(|item| reviewed(&item, &token)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}
