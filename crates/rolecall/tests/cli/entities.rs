//! Every entity has what JupiterOne requires: metadata that its platform sets, and what its data model asks of each class.
//!
//! What may be null there may be absent here.

use std::collections::BTreeSet;

use rolecall_sim::npm::story;
use rolecall_testkit::Binary;
use serde_json::{Map, Value as Json};

use crate::cloudsmith::support::Workspace;
use crate::support::{Served, run, story_served};

/// What every entity has.
const METADATA: [&str; 9] = [
    "_id",
    "_key",
    "_type",
    "_class",
    "_integrationInstanceId",
    "_integrationType",
    "displayName",
    "name",
    "tag.AccountName",
];

/// When it was first seen and when it became as it is: of what was read, and not of what something else only names.
const MOMENTS: [&str; 2] = ["_createdOn", "_beginOn"];

/// JupiterOne's shortest key.
const SHORTEST_KEY: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn every_entity_has_what_jupiterone_requires() {
    let served = story_served().await;
    let workspace = Workspace::story().await;
    let binary = served.binary().variable("CLOUDSMITH_API_KEY", &workspace.key);
    read(&served, &workspace, &binary).await;
    let first = entities(&binary);
    let types: BTreeSet<&str> = first.iter().map(|one| text(one, "_type")).collect();
    assert_eq!(types.len(), 18, "{types:?}");
    first.iter().for_each(well_formed);
    assert_eq!(ids(&first).len(), first.len(), "no two entities have the same id");

    story::a_week_later(&mut served.server.world());
    rolecall_sim::cloudsmith::story::a_week_later(&mut workspace.server.world());
    read(&served, &workspace, &binary).await;
    let second = entities(&binary);
    second.iter().for_each(well_formed);
    assert_eq!(ids(&second).len(), second.len());
    // What is gone keeps its id, and what is there keeps it as well.
    assert!(ids(&first).is_subset(&ids(&second)), "{:#?}", ids(&first).difference(&ids(&second)));
    let found = binary_query(&binary, &format!("FIND * WITH _id = '{}'", text(&second[0], "_id")));
    assert_eq!(found.len(), 1);
}

async fn read(served: &Served, workspace: &Workspace, binary: &Binary) {
    assert_eq!(served.sync(binary, &[]).await.code, 0);
    assert_eq!(workspace.sync(binary, &[]).code, 0);
}

/// Whatever is there, and whatever has gone.
fn entities(binary: &Binary) -> Vec<Map<String, Json>> {
    binary_query(binary, "FIND *")
}

fn binary_query(binary: &Binary, query: &str) -> Vec<Map<String, Json>> {
    let answer = run(binary, &["query", query, "--include-deleted", "--format", "json"]).json();
    let all = answer["data"].as_array().unwrap().iter().map(|one| {
        assert_eq!(one["id"], one["entity"]["_id"], "{one}");
        let parts = [&one["entity"], &one["properties"]].into_iter().flat_map(|part| part.as_object().unwrap());
        parts.map(|(name, value)| (name.clone(), value.clone())).collect()
    });
    all.collect()
}

fn ids(entities: &[Map<String, Json>]) -> BTreeSet<String> {
    entities.iter().map(|one| text(one, "_id").to_owned()).collect()
}

fn text<'e>(entity: &'e Map<String, Json>, name: &str) -> &'e str {
    entity.get(name).and_then(Json::as_str).unwrap_or_else(|| panic!("no {name} in {entity:?}"))
}

fn well_formed(entity: &Map<String, Json>) {
    for name in METADATA.iter().filter(|name| **name != "_class") {
        assert!(!text(entity, name).is_empty(), "{name} of {entity:?}");
    }
    let is_gone = entity.get("_deleted") == Some(&Json::Bool(true));
    let is_read = text(entity, "_source") == "integration-managed" && !is_gone;
    for name in MOMENTS.iter().filter(|_| is_read) {
        let moment = entity.get(*name).and_then(Json::as_i64);
        assert!(moment.is_some_and(|moment| moment > 0), "{name} of {entity:?}");
    }
    assert!(text(entity, "_key").len() >= SHORTEST_KEY, "{entity:?}");
    let classes: Vec<&str> = entity["_class"].as_array().unwrap().iter().map(|class| class.as_str().unwrap()).collect();
    assert!(!classes.is_empty(), "{entity:?}");
    classes.iter().for_each(|class| of_class(class, entity));
    entity.iter().for_each(|(name, value)| of_property(name, value));
}

/// What the data model asks of a class beyond what is asked of all.
fn of_class(class: &str, entity: &Map<String, Json>) {
    match class {
        "Account" => assert!(!text(entity, "vendor").is_empty()),
        "User" => {
            text(entity, "username");
            for name in ["mfaEnabled", "active", "admin"] {
                assert!(entity.get(name).is_none_or(Json::is_boolean), "{name} of {entity:?}");
            }
        }
        "CodeModule" | "CodeRepo" | "Repository" => {
            assert!(entity.get("public").is_none_or(Json::is_boolean), "{entity:?}");
        }
        "Organization" | "Team" | "UserGroup" | "AccessRole" | "AccessKey" | "Record" | "Configuration" | "Rule" => {}
        other => panic!("nobody says what {other} requires"),
    }
}

/// Names are JupiterOne's, values are no objects, lists are of one kind, and moments are numbers.
fn of_property(name: &str, value: &Json) {
    let plain = name.strip_prefix("tag.").or_else(|| name.strip_prefix('_')).unwrap_or(name);
    assert!(plain.chars().all(|c| c.is_ascii_alphanumeric() || ". -".contains(c)), "{name}");
    let is_scalar = |value: &Json| value.is_string() || value.is_number() || value.is_boolean();
    match value {
        Json::Array(all) => {
            assert!(all.iter().all(Json::is_string) || all.iter().all(Json::is_number), "{name}: {value}")
        }
        other => assert!(is_scalar(other), "{name}: {value}"),
    }
    if matches!(name, "createdOn" | "updatedOn" | "expiresOn" | "deletedOn" | "lastLoginOn" | "lastUsedOn") {
        assert!(value.is_number(), "{name}: {value}");
    }
}
