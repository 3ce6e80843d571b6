//! What `rolecall leaver` says is to be done, done with Cloudsmith's own library: what remains is what it said would.

use std::path::Path;

use rolecall_e2e::{Sdk, Simulator, rolecall};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{org, owner};

/// Reads the workspace as it is now.
fn read(simulator: &Simulator, database: &Path) {
    let key = database.with_file_name("key");
    std::fs::write(&key, simulator.key("owner")).expect("a file for the key");
    let key = key.display().to_string();
    let (organization, address) = (simulator.organization(), simulator.url());
    let of = ["sync", "cloudsmith", "--org", organization, "--api", address, "--default-privilege", "none"];
    rolecall(database, &[&of[..], &["--token-file", &key]].concat());
}

fn leaver(database: &Path, account: &str) -> Value {
    let answer = rolecall(database, &["leaver", &format!("cloudsmith:{account}"), "--format", "json"]);
    serde_json::from_str(&answer).expect("an answer")
}

/// Does what a step says, with the library's function for the call that it names.
fn take(sdk: &mut Sdk, account: &str, how: &str) {
    let call = how.rsplit("; or ").next().unwrap_or(how);
    let path = call.split(' ').nth(1).expect("a path");
    let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
    match (call.split(' ').next(), names.as_slice()) {
        (Some("DELETE"), ["orgs", _, "members", member]) => {
            sdk.call("orgs_members_delete", org(json!({ "member": member })));
        }
        (Some("PUT"), ["repos", _, repository, "privileges"]) => {
            let of = |others: Value| {
                let mut all = owner(json!({ "identifier": repository }));
                all.as_object_mut().expect("names").extend(others.as_object().expect("names").clone());
                all
            };
            let known = sdk.get("repos_privileges_list", of(json!({})));
            let rows = known["privileges"].as_array().expect("privileges").iter();
            let others: Vec<&Value> = rows.filter(|row| row["user"] != account).collect();
            sdk.call("repos_privileges_update", of(json!({ "data": { "privileges": others } })));
        }
        _ => panic!("nobody can do {how:?}"),
    }
}

#[test]
fn once_the_library_has_taken_every_step_no_more_remains_than_was_told() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let home = TempDir::new().expect("a folder");
    let database = home.path().join("rolecall.db");
    read(&simulator, &database);
    // A member of a team who pushes, and somebody from outside who reads.
    for account in ["lena-k", "nadia-freelance"] {
        let answer = leaver(&database, account);
        let steps = answer["steps"].as_array().expect("steps");
        assert!(!steps.is_empty() && answer["accounts"][0]["things"].as_u64() > Some(1), "{account}: {answer:#}");
        for step in steps {
            take(&mut sdk, account, step["how"].as_str().expect("a text"));
        }
        read(&simulator, &database);
        let remains = answer["remains"].as_array().expect("a list");
        let known = rolecall(&database, &["list", "grants", "--format", "csv"]);
        let holds = known.lines().any(|line| line.contains(account));
        assert_eq!(holds, !remains.is_empty(), "{account}: {answer:#}\n{known}");
    }
}
