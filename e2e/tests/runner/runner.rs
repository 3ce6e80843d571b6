//! `rolecall runner` against a hub and a caller that share nothing with it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use rolecall_e2e::{BatonHub, Simulator, baton_call, binary};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A connector of npm's for the organisation of a simulator.
fn connector(simulator: &Simulator, folder: &TempDir) -> Command {
    let mut command = Command::new(binary());
    command.env_clear().env("HOME", folder.path()).current_dir(folder.path()).args(["runner", "npm"]);
    command.env("BATON_ORGANIZATION", simulator.organization()).env("BATON_REGISTRY", simulator.registry());
    command.env("BATON_ACCESS_TOKEN", simulator.token("read-only"));
    command
}

/// Ends as whoever runs it ends it, and says with which code.
fn terminated(mut child: Child) -> Option<i32> {
    let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    child.wait().unwrap().code()
}

#[test]
fn a_connector_completes_the_story_of_a_hub_that_was_written_independently() {
    let (simulator, folder, mut hub) = (Simulator::npm(), TempDir::new().unwrap(), BatonHub::start());
    let mut command = connector(&simulator, &folder);
    command.envs(hub.variables()).env("BATON_HOST_ID", "here").stderr(Stdio::null());
    let child = command.spawn().unwrap();
    let story = hub.story();
    assert_eq!(terminated(child), Some(0));

    assert_eq!(story["wrong"], json!([]));
    let id = |number: usize| format!("2{number:026}");
    let hello = |task: &str| {
        let types = ["code-repository", "organization", "package", "team", "token", "user"];
        json!({
            "host": "here", "task": task, "package": "rolecall", "system": std::env::consts::OS, "name": "npm",
            "types": types, "capabilities": [2],
        })
    };
    assert_eq!(story["hellos"], json!([hello(""), hello(&id(0))]));
    for (number, state, code) in
        [(1, "success", 0), (2, "error", 12), (3, "error", 12), (4, "error", 12), (5, "success", 0)]
    {
        let end = &story["ends"][id(number)];
        assert_eq!((&end["state"], &end["code"], &end["for_good"]), (&json!(state), &json!(code), &json!(code != 0)));
    }
    assert!(story["ends"].get(id(0)).is_none(), "a hello is answered by hello alone");
    assert_eq!((&story["uploads"], &story["tokens"]), (&json!(3), &json!(1)), "one upload broke off");
    assert_eq!(story["beats"], json!([id(1), id(5)]));

    let (whole, part) = (&story["files"][id(1)], &story["files"][id(5)]);
    let grants = |file: &Value| file["grants"].as_array().unwrap().clone();
    let with = |file: &Value, text: &str| grants(file).iter().any(|grant| grant[0].as_str().unwrap().contains(text));
    assert_eq!((&whole["ended"], &part["types"]), (&json!(1), &json!(["team", "user"])));
    assert!(whole["derived"].as_u64() > Some(0) && part["derived"] == json!(0), "only the first was to be worked out");
    assert!(with(whole, "package:@acme/") && !with(part, "package:@acme/") && with(part, ":member:user:"));
}

#[test]
fn a_connectors_services_list_what_its_file_holds() {
    let (simulator, folder) = (Simulator::npm(), TempDir::new().unwrap());
    assert!(connector(&simulator, &folder).stderr(Stdio::null()).status().unwrap().success());
    let mut child = connector(&simulator, &folder).arg("serve").stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
    let address = said.split_whitespace().find_map(|word| word.strip_suffix(',')).unwrap();
    let told = baton_call(address);
    assert_eq!(terminated(child), Some(0));

    assert_eq!((&told["name"], &told["refused"]), (&json!("npm"), &json!("UNIMPLEMENTED")));
    let grants: Vec<&str> = told["grants"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert!(grants.contains(&"organization:acme:owner:user:maria-lund"), "{grants:?}");
    assert!(told["expandable"].as_u64() > Some(0) && told["entitlements"].as_u64() > Some(0), "{told}");
    // What a team passes on to its members is left to whoever asks; an outsider's right is nobody's but theirs.
    let direct = grants.iter().filter(|id| id.starts_with("package:") && id.contains(":user:"));
    assert_eq!(direct.collect::<Vec<_>>(), [&"package:@acme/charts:read-write:user:nadia-freelance"]);
}
