//! Real answers of the real registry (or invented ones of the same shape where the recording is absent).

use rolecall_testkit::{Recording, Replay};

use crate::support::{binary, run};

#[tokio::test(flavor = "multi_thread")]
async fn the_recorded_organisation_is_read_and_nothing_is_derived_from_what_is_missing() {
    let recording = Recording::organization_2024();
    let organization = recording.organization.clone();
    let replay = Replay::start(recording).await.unwrap();
    let binary = binary("npm_invented000000000000000000000000000");
    let sync = ["sync", "npm", "--org", &organization, "--registry", &replay.url(), "--format", "json"];
    let ran = run(&binary, &sync);
    assert_eq!(ran.code, 5, "the team's packages were not recorded, and that is said: {ran:?}");
    let report = ran.json();
    assert_eq!(report["stages"][0]["roster"]["verdict"], "unproven");
    let unread: Vec<String> =
        report["stages"][0]["notRead"].as_array().unwrap().iter().map(|entry| entry["listing"].to_string()).collect();
    assert_eq!(unread.len(), 1, "{unread:?}");
    assert!(unread[0].contains("team-packages"), "{unread:?}");

    let users = run(&binary, &["list", "users", "--format", "json"]).json();
    let users = users.as_array().unwrap();
    assert_eq!(users.len(), 58);
    assert_eq!(users.iter().filter(|user| user["roles"][0] == "owner").count(), 3);
    assert!(users.iter().all(|user| user["publishes"] == 0), "no right is derived from a listing that was not read");
    let teams = run(&binary, &["list", "teams", "--format", "json"]).json();
    assert_eq!(teams.as_array().unwrap().len(), 1);
    assert_eq!(teams[0]["members"], 57);
    let packages = run(&binary, &["list", "packages", "--format", "json"]).json();
    assert_eq!(packages.as_array().unwrap().len(), 324);
    assert!(packages.as_array().unwrap().iter().all(|package| package.get("public").is_none()), "unknown is not false");

    let package = packages[5]["package"].as_str().unwrap().to_owned();
    let answer = run(&binary, &["who-can", "publish", &package, "--format", "json", "--require-complete"]);
    assert_eq!(answer.code, 5);
    let answer = answer.json();
    assert_eq!((&answer["count"], &answer["completeness"]["complete"]), (&0.into(), &false.into()));
    assert_eq!(answer["canTake"].as_array().unwrap().len(), 3, "owners could give themselves the right");
    let again = run(&binary, &sync);
    assert_eq!(again.json()["stages"][0]["removed"], 0);
}
