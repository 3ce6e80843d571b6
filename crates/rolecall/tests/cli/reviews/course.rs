//! A campaign goes forward only, whatever changes around it.

use rolecall_sim::npm::Role;

use super::support::{Office, TESTER, soon};
use crate::support::{Served, run};
use crate::taking::{acme, sync};

async fn office() -> (Served, Office) {
    let served = acme().await;
    let office = Office::of(served.binary());
    sync(&served, &office.binary).await;
    (served, office)
}

/// That a command fails in words and changes nothing.
fn fails(office: &Office, arguments: &[&str], said: &str) {
    let before = office.json(&["reviews", "list"]);
    let ran = office.run(arguments);
    assert!(ran.code != 0 && ran.code != 1 && ran.stderr.contains(said), "{arguments:?}: {ran:?}");
    assert_eq!(office.json(&["reviews", "list"]), before, "{arguments:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_twice_or_too_early() {
    let (_served, office) = office().await;
    let decide = ["reviews", "decide", "Q4", "1", "--certify"];
    let reassign = ["reviews", "reassign", "Q4", "1", "--to", "a@acme.test", "--reason", "x"];
    office.asked(&["reviews", "create", "Q4", "--reviewer", TESTER]);
    fails(&office, &decide, "is draft: nothing can be decided in it");
    fails(&office, &["reviews", "start", "Q4"], "nothing is staged");
    fails(&office, &["reviews", "complete", "Q4", "--reason", "x"], "only one that runs can be completed");
    fails(&office, &["reviews", "create", "Q4"], "there is a review called \"Q4\" already");
    fails(&office, &reassign, "cannot become running");
    office.asked(&["reviews", "stage", "Q4"]);
    fails(&office, &decide, "is staged: nothing can be decided in it");
    office.asked(&["reviews", "stage", "Q4"]);
    office.asked(&["reviews", "change", "Q4", "--days", "3"]);
    assert_eq!(office.json(&["reviews", "list"])[0]["state"], "draft", "what was staged is taken back");
    office.asked(&["reviews", "stage", "Q4"]);
    office.asked(&["reviews", "start", "Q4"]);
    fails(&office, &["reviews", "start", "Q4"], "runs already");
    fails(&office, &["reviews", "stage", "Q4"], "cannot become staged any more");
    fails(&office, &["reviews", "change", "Q4", "--days", "5"], "cannot become draft any more");
    office.asked(&decide);
    office.asked(&["reviews", "complete", "Q4", "--reason", "enough"]);
    for arguments in [&["reviews", "complete", "Q4", "--reason", "x"][..], &decide, &reassign] {
        fails(&office, arguments, "is completed");
    }
    for arguments in [
        &["reviews", "start", "Q4"][..],
        &["reviews", "stage", "Q4"],
        &["reviews", "change", "Q4", "--days", "5"],
        &["reviews", "cancel", "Q4", "--reason", "x"],
    ] {
        fails(&office, arguments, "is completed, and cannot become");
    }
    fails(&office, &["reviews", "plan", "Q4"], "there is no plan");
    office.campaign("Given up", &["--reviewer", TESTER]);
    fails(&office, &["reviews", "cancel", "Given up", "--reason", " "], "say why");
    office.asked(&["reviews", "cancel", "Given up", "--reason", "the wrong scope"]);
    fails(&office, &["reviews", "decide", "Given up", "1", "--certify"], "is cancelled: nothing can be decided in it");
    fails(&office, &["reviews", "complete", "Given up", "--reason", "x"], "is cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_population_stays_as_it_was_staged() {
    let (served, office) = office().await;
    office.campaign("Q4", &["--reviewer", TESTER, "--entitlement", "team:member"]);
    let staged = office.items("Q4").len();
    {
        let mut world = served.server.world();
        world.team_member_remove("acme", "core", "dev2");
        world.member("acme", "newcomer", Role::Developer).team_member("acme", "core", "newcomer");
    }
    sync(&served, &office.binary).await;
    sync(&served, &office.binary).await;
    assert_eq!(office.items("Q4").len(), staged);
    assert!(!office.asked(&["reviews", "items", "Q4"]).contains("newcomer"));
    office.deny("Q4", &[("user dev2", "team:acme/core:member")]);
    office.asked(&["reviews", "complete", "Q4", "--reason", "over"]);
    let step = office.plan("Q4")["steps"][0].clone();
    assert!(step["first"].as_str().unwrap().contains("it was not seen any more"), "{step}");
    assert!(step["refused"].is_null(), "{step}");
    sync(&served, &office.binary).await;
    assert_eq!(office.stands("Q4"), ["dev2 team:acme/core:member verified"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_decide_any_deny_wins_and_both_are_told() {
    let (_served, office) = office().await;
    office.roster("id,name,email,status\nE1,Ada,ada@acme.test,active\nE2,Bob,bob@acme.test,active\n");
    let until = soon();
    office.campaign("Q4", &["--reviewer", "ada@acme.test"]);
    let delegate = ["reviews", "delegate", "ada@acme.test", "--to", "bob@acme.test", "--until", &until];
    office.asked(&[&delegate[..], &["--reason", "on holiday"]].concat());
    let decide = |who: &str, what: &[&str]| {
        office.asked(&[&["reviews", "decide", "Q4", "1", "--reviewer", who], what].concat());
        office.items("Q4")[0]["outcome"].clone()
    };
    assert_eq!(decide("bob@acme.test", &["--certify"]), "certified");
    assert_eq!(decide("ada@acme.test", &["--deny", "--reason", "no"]), "denied");
    assert_eq!(decide("bob@acme.test", &["--certify", "--reason", "yes all the same"]), "denied");
    let decisions = office.items("Q4")[0]["decisions"].clone();
    let told: Vec<(&str, &str)> = decisions
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["reviewer"].as_str().unwrap(), one["decision"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("Bob", "certify"), ("Ada", "deny"), ("Bob", "certify")]);
    let id = office.json(&["reviews", "delegates"])[0]["id"].as_str().unwrap().to_owned();
    office.asked(&["reviews", "undelegate", &id]);
    let late = office.refused(2, &["reviews", "decide", "Q4", "2", "--certify", "--reviewer", "bob@acme.test"]);
    assert!(late.contains("somebody else's to decide"), "{late}");
    let ended = office.refused(6, &["reviews", "undelegate", &id]);
    assert!(ended.contains("rolecall reviews delegates"), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_a_connector_is_removed_and_purged_meanwhile() {
    let served = acme().await;
    let office = Office::of(served.binary());
    let name = ["--name", "acme"];
    assert_eq!(run(&office.binary, &served.add_arguments(&name)).code, 0);
    office.asked(&["connectors", "sync", "npm:acme"]);
    office.campaign("Q4", &["--reviewer", TESTER]);
    let items = office.items("Q4");
    office.deny("Q4", &[("user dev2", "team:acme/core:member")]);
    office.asked(&["connectors", "remove", "npm:acme", "--yes"]);
    office.asked(&["connectors", "remove", "npm:acme", "--purge", "--yes"]);
    assert_eq!(office.items("Q4").len(), items.len());
    office.asked(&["reviews", "upkeep"]);
    office.asked(&["reviews", "upkeep"]);
    let certified = office.items("Q4")[0]["number"].to_string();
    office.asked(&["reviews", "decide", "Q4", &certified, "--certify", "--reason", "as far as I know"]);
    office.asked(&["reviews", "complete", "Q4", "--reason", "over"]);
    let noted = office.history("Q4").into_iter().filter(|what| what == "connector-removed").count();
    assert_eq!(noted, 1);
    let step = office.plan("Q4")["steps"][0].clone();
    assert!(step["how"].as_str().unwrap().contains("nothing can be verified"), "{step}");
    office.asked(&["reviews", "done", "Q4", "1"]);
    office.asked(&["reviews", "upkeep"]);
    assert_eq!(office.stands("Q4"), ["dev2 team:acme/core:member done"]);
    office.asked(&["audit", "verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn that_a_connector_is_gone_is_noted_when_a_campaign_ends() {
    let served = acme().await;
    let office = Office::of(served.binary());
    assert_eq!(run(&office.binary, &served.add_arguments(&["--name", "acme"])).code, 0);
    office.asked(&["connectors", "sync", "npm:acme"]);
    office.campaign("Q4", &["--reviewer", TESTER]);
    office.asked(&["connectors", "remove", "npm:acme", "--yes"]);
    office.asked(&["reviews", "complete", "Q4", "--reason", "over"]);
    assert_eq!(office.history("Q4")[3..], ["connector-removed", "completed"]);
}
