//! `doctor` examines a connector as it is configured, but for what the command line says.

use rolecall_testkit::Ran;
use serde_json::Value as Json;

use crate::support::{Served, binary, run, served};

fn doctor(binary: &rolecall_testkit::Binary, served: &Served, more: &[&str]) -> Ran {
    let arguments = ["doctor", "npm", "--org", &served.organization, "--format", "json"];
    run(binary, &[&arguments[..], more].concat())
}

fn found<'j>(report: &'j Json, name: &str) -> &'j str {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).and_then(|check| check["found"].as_str()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configured_connector_is_examined_where_and_with_the_token_it_is_configured_with() {
    let served = served(71, 8, 2, 3).await;
    // The wrong token in the usual place shows that it is not looked at.
    let binary = binary("npm_wrong00000000000000000000000000000000").variable("ACME_TOKEN", &served.token);
    let added =
        run(&binary, &served.add_arguments(&["--name", "prod", "--token-env", "ACME_TOKEN", "--timeout", "20"]));
    assert_eq!(added.code, 0, "{added:?}");

    let ran = doctor(&binary, &served, &["--bundle", "b.json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("npm:prod is examined as it is configured"), "{ran:?}");
    let report = ran.json();
    assert_eq!(report["registry"], served.server.url().trim_end_matches('/').to_owned() + "/");
    assert!(found(&report, "token").contains("environment variable ACME_TOKEN"), "{report}");
    let bundle = std::fs::read_to_string(binary.home().join("b.json")).unwrap();
    let configuration = &serde_json::from_str::<Json>(&bundle).unwrap()["configuration"];
    assert_eq!(configuration["token"]["from"], "another environment variable");
    assert_eq!(configuration["registry"]["from"], "its configuration");
    assert_eq!(configuration["set"], serde_json::json!(["timeout"]));
    assert!(!bundle.contains("ACME_TOKEN") && !bundle.contains("127.0.0.1"), "{bundle}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_command_line_says_comes_before_what_is_configured() {
    let served = served(72, 8, 2, 3).await;
    let binary = served.binary();
    let url = served.server.url();
    assert_eq!(run(&binary, &served.add_arguments(&["--name", "prod", "--token-env", "NOT_SET"])).code, 0);
    assert_eq!(doctor(&binary, &served, &[]).code, 3, "the configured place has none");
    std::fs::write(binary.home().join("token.txt"), &served.token).unwrap();
    let ran = doctor(&binary, &served, &["--token-file", "token.txt"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(found(&ran.json(), "token").contains("token.txt"));

    // Another address is not that of the connector, so that nothing it is configured with goes there.
    let elsewhere = doctor(&binary, &served, &["--registry", "http://127.0.0.1:9"]);
    assert_eq!(elsewhere.code, 4, "{elsewhere:?}");
    assert!(!elsewhere.stderr.contains("as it is configured"), "{elsewhere:?}");
    assert!(doctor(&binary, &served, &["--registry", url]).stderr.contains("npm:prod is examined"));
}

#[tokio::test(flavor = "multi_thread")]
async fn among_several_connectors_of_one_organisation_a_name_chooses() {
    let served = served(73, 8, 2, 3).await;
    let binary = served.binary();
    for (name, variable) in [("one", "NOT_SET"), ("two", "NPM_TOKEN")] {
        assert_eq!(run(&binary, &served.add_arguments(&["--name", name, "--token-env", variable])).code, 0);
    }
    assert_eq!(doctor(&binary, &served, &["--name", "one"]).code, 3);
    assert_eq!(doctor(&binary, &served, &["--name", "two"]).code, 0);
    let ran = doctor(&binary, &served, &["--name", "three"]);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.stderr.contains("no connector called"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_taken_from_one_place_and_a_pasted_one_is_not_repeated() {
    let served = served(74, 6, 2, 3).await;
    let binary = binary("").variable("ACME_TOKEN", &served.token);
    let read = served.sync(&binary, &["--token-env", "ACME_TOKEN", "--membership-only"]).await;
    assert_eq!(read.code, 0, "{read:?}");
    for two in [["--token-env", "ACME_TOKEN", "--token-stdin"], ["--token-env", "ACME_TOKEN", "--token-npmrc"]] {
        assert_eq!(served.sync(&binary, &two).await.code, 2);
        assert_eq!(doctor(&binary, &served, &two).code, 2);
    }
    let pasted = served.sync(&binary, &["--token-file", &served.token]).await;
    assert_eq!(pasted.code, 2, "{pasted:?}");
    assert!(!pasted.stderr.contains(&served.token[4..16]), "{pasted:?}");
}
