//! What is said to a connector: by flags, variables and a file, and what is refused.

use rolecall_testkit::Ran;
use rstest::rstest;

use super::support::{Content, reading};
use crate::support::{binary, run, served};

fn assert_says(ran: &Ran, code: i32, words: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    for word in words {
        assert!(ran.stderr.contains(word), "{word:?} is missing in {ran:?}");
    }
}

#[rstest]
#[case(&["--client-secret", "hunter2hunter2"], &["BATON_CLIENT_SECRET", "--client-secret-file"])]
#[case(&["--client-secret=hunter2hunter2"], &["BATON_CLIENT_SECRET_FILE"])]
#[case(&["--access-token", "hunter2hunter2"], &["BATON_ACCESS_TOKEN", "--access-token-file"])]
#[case(&["--token", "hunter2hunter2"], &["BATON_ACCESS_TOKEN"])]
#[case(&["--api-key", "hunter2hunter2"], &["BATON_ACCESS_TOKEN"])]
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_never_an_argument(#[case] arguments: &[&str], #[case] words: &[&str]) {
    let ran = run(&binary(""), &[&["runner", "npm", "--organization", "acme"], arguments].concat());
    assert_says(&ran, 3, &[&["never an argument"], words].concat());
    assert!(!ran.stderr.contains("hunter2") && !ran.stdout.contains("hunter2"), "{ran:?}");
}

#[rstest]
#[case(&["-p"], 12, "--provisioning is not provided")]
#[case(&["--provisioning"], 12, "only reads")]
#[case(&["--ticketing"], 12, "not provided")]
#[case(&["--sync-resources", "bid:r:user/alice"], 12, "not single resources")]
#[case(&["--grant-entitlement", "x"], 12, "only reads")]
#[case(&["--external-resource-c1z", "x.c1z"], 12, "outside")]
#[case(&["--storage-engine", "pebble"], 12, "sqlite alone")]
#[case(&["--task-concurrency", "none"], 3, "whole number")]
#[case(&["--sync-resource-types", "user,robot"], 3, "\"robot\"")]
#[case(&["--organization", "not a name"], 3, "error:")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_provided_or_makes_no_sense_is_refused(
    #[case] arguments: &[&str],
    #[case] code: i32,
    #[case] word: &str,
) {
    let binary = binary("npm_x").variable("BATON_ORGANIZATION", "acme");
    assert_says(&run(&binary, &[&["runner", "npm"], arguments].concat()), code, &[word]);
}

#[test]
fn nothing_said_is_asked_for() {
    assert_says(&binary("").run(&["runner", "npm"]).unwrap(), 3, &["--organization", "BATON_ORGANIZATION"]);
    let without = binary("").run(&["runner", "npm", "--organization", "acme"]).unwrap();
    assert_says(&without, 16, &["NPM_TOKEN"]);
    let id = ["runner", "npm", "--organization", "acme", "--client-id", "otter@hub.example.test/spe"];
    assert_says(&binary("npm_x").run(&id).unwrap(), 16, &["BATON_CLIENT_SECRET"]);
    let wrong = binary("npm_x").variable("BATON_CLIENT_SECRET", "a:b:v1:hunter2hunter2").run(&id).unwrap();
    assert_says(&wrong, 16, &["client secret", "in one piece"]);
    assert!(!wrong.stderr.contains("hunter2"), "{wrong:?}");
    let id = ["runner", "npm", "--organization", "acme", "--client-id", "otter"];
    assert_says(&binary("npm_x").variable("BATON_CLIENT_SECRET", "x").run(&id).unwrap(), 3, &["NAME@HOST/REST"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_counts_more_than_a_variable_and_that_more_than_the_file() {
    let served = served(331, 8, 3, 4).await;
    let file = "file: of-the-file.c1z\nsync-resource-types: [user, team]\nworkers: 4\n";
    let binary = reading(&served);
    std::fs::write(binary.home().join(".baton.yaml"), file).unwrap();
    let ran = run(&binary, &["runner", "npm"]);
    assert_says(&ran, 0, &["workers in .baton.yaml has no effect here"]);
    let content = |name: &str| Content::of(&std::fs::read(binary.home().join(name)).unwrap());
    assert_eq!(content("of-the-file.c1z").types(), ["team", "user"]);

    let binary = binary.variable("BATON_FILE", "of-the-variable.c1z").variable("BATON_SYNC_RESOURCE_TYPES", "user");
    assert_eq!(run(&binary, &["runner", "npm"]).code, 0);
    let content = |name: &str| Content::of(&std::fs::read(binary.home().join(name)).unwrap());
    assert_eq!(content("of-the-variable.c1z").types(), ["user"]);
    let flags = ["runner", "npm", "--file", "of-the-flag.c1z", "--sync-resource-types", "team"];
    assert_eq!(run(&binary, &flags).code, 0);
    assert_eq!(content("of-the-flag.c1z").types(), ["team"]);
}

#[rstest]
#[case("organisation: acme\n", "\"organisation\", which nobody understands")]
#[case("access-token: hunter2hunter2\n", "holds a secret")]
#[case("[hunter2hunter2\n", "no YAML")]
#[test]
fn a_file_that_makes_no_sense_is_refused_without_repeating_it(#[case] text: &str, #[case] why: &str) {
    let binary = binary("").variable("BATON_CONFIG_PATH", "other.yaml");
    std::fs::write(binary.home().join("other.yaml"), text).unwrap();
    let ran = binary.run(&["runner", "npm"]).unwrap();
    assert_says(&ran, 3, &[why]);
    assert!(!ran.stderr.contains("hunter2"), "{ran:?}");
}

#[test]
fn a_file_that_is_named_has_to_be_there_and_to_be_yaml() {
    let named = |name: &str| binary("").variable("BATON_CONFIG_PATH", name).run(&["runner", "npm"]).unwrap();
    assert_says(&named("nowhere.yaml"), 3, &["nowhere.yaml cannot be read"]);
    assert_says(&named("some.toml"), 3, &[".yaml or .yml"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_found_in_files() {
    let served = served(332, 8, 3, 4).await;
    let binary = binary("").variable("BATON_ORGANIZATION", &served.organization);
    let binary = binary.variable("BATON_REGISTRY", served.server.url());
    std::fs::write(binary.home().join("token"), format!("{}\n", served.token)).unwrap();
    let by_flag = run(&binary, &["runner", "npm", "--access-token-file", "token"]);
    assert_eq!(by_flag.code, 0, "{by_flag:?}");
    let binary = binary.variable("BATON_ACCESS_TOKEN_FILE", "token");
    assert_eq!(run(&binary, &["runner", "npm"]).code, 0);
}

#[test]
fn what_it_can_do_and_what_can_be_said_to_it_is_printed_for_programs() {
    for kind in ["npm", "cloudsmith"] {
        let capabilities = binary("").run(&["runner", kind, "capabilities"]).unwrap().json();
        assert_eq!(capabilities["connectorCapabilities"], serde_json::json!(["CAPABILITY_SYNC"]));
        let types = capabilities["resourceTypeCapabilities"].as_array().unwrap();
        assert!(types.iter().any(|one| one["resourceType"]["id"] == "user"), "{capabilities}");
        let config = binary("").run(&["runner", kind, "config"]).unwrap().json();
        let fields = config["fields"].as_array().unwrap();
        let field = |name: &str| fields.iter().find(|field| field["name"] == name);
        assert_eq!(field("access-token").unwrap()["isSecret"], true);
        assert_eq!(field("organization").unwrap()["isRequired"], true);
        assert!(field("provisioning").is_none(), "what is refused is not offered");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_as_other_connectors_have_it() {
    let served = served(333, 8, 3, 4).await;
    let binary = reading(&served);
    let arguments = ["runner", "npm", "--log-format", "json", "--log-path", "log.jsonl", "--log-level", "debug"];
    let ran = run(&binary, &arguments);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let log = std::fs::read_to_string(binary.home().join("log.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["level"] == "DEBUG") && !log.contains(&served.token[4..20]));
    let quiet = run(&binary, &["runner", "npm", "--log-level", "error"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""), "{quiet:?}");
}
