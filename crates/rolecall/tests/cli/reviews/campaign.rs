//! A whole campaign at npm, from its draft to what was verified to be gone, and to what came back.

use rolecall_sim::npm::Role;
use serde_json::Value as Json;

use super::support::{Office, TESTER, steady};
use crate::support::Served;
use crate::taking::{acme, sync, take};

async fn office() -> (Served, Office) {
    let served = acme().await;
    let office = Office::of(served.binary());
    sync(&served, &office.binary).await;
    (served, office)
}

const DENIED: [(&str, &str); 3] = [
    ("user dev2", "team:acme/core:member"),
    ("user guest", "package:@acme/docs:read-write"),
    ("team acme/web", "package:@acme/docs:read-only"),
];

async fn carry_out(served: &Served, plan: &Json, numbers: &[usize]) {
    for number in numbers {
        take(served, plan["steps"][*number]["how"].as_str().unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_denied_is_carried_out_verified_and_found_when_it_comes_back() {
    let (served, office) = office().await;
    office.asked(&["reviews", "create", "Q4 npm", "--connector", "npm:acme", "--reviewer", TESTER]);
    let scope = office.json(&["reviews", "scope", "Q4 npm"]);
    assert!(scope["grants"].as_u64().unwrap() > 15 && scope["connectors"]["npm:acme"] == scope["grants"], "{scope}");
    office.asked(&["reviews", "accuracy", "Q4 npm", "--require-complete"]);
    let staged = office.json(&["reviews", "stage", "Q4 npm"]);
    assert_eq!(staged["grants"], scope["grants"]);
    office.asked(&["reviews", "start", "Q4 npm"]);
    office.deny("Q4 npm", &DENIED);
    let first = office.number("Q4 npm", "user dev1", "team:acme/core:member");
    office.asked(&["reviews", "decide", "Q4 npm", &first, "--certify"]);
    let undecided = office.refused(2, &["reviews", "complete", "Q4 npm"]);
    assert!(undecided.contains("nobody decided about"), "{undecided}");
    let completed = office.asked(&["reviews", "complete", "Q4 npm", "--reason", "the quarter is over"]);
    assert!(completed.contains("3 steps follow"), "{completed}");

    let plan = office.plan("Q4 npm");
    insta::assert_snapshot!("reviews_plan", steady(&office.asked(&["reviews", "plan", "Q4 npm"])));
    office.refused(9, &["reviews", "plan", "Q4 npm", "--fail-on-open"]);
    carry_out(&served, &plan, &[0, 1, 2]).await;
    office.asked(&["reviews", "done", "Q4 npm", "1", "--reason", "ticket 12"]);
    assert!(office.stands("Q4 npm")[0].ends_with(" done"), "nobody's word verifies anything");
    sync(&served, &office.binary).await;
    sync(&served, &office.binary).await;
    assert!(office.stands("Q4 npm").iter().all(|step| step.ends_with(" verified")), "{:?}", office.stands("Q4 npm"));
    let verified = office.plan("Q4 npm");
    for step in verified["steps"].as_array().unwrap() {
        let reading = &step["readings"][0];
        assert!(reading["completeAt"].is_string() && reading["listing"].as_str().unwrap().contains(" of "), "{step}");
    }
    office.asked(&["reviews", "plan", "Q4 npm", "--fail-on-open"]);
    insta::assert_snapshot!("reviews_plan_verified", steady(&office.asked(&["reviews", "plan", "Q4 npm"])));

    // Somebody gives it back.
    assert!(!office.asked(&["findings"]).contains("returned-grant"));
    served.server.world().team_member("acme", "core", "dev2");
    sync(&served, &office.binary).await;
    let back: Vec<String> = office.stands("Q4 npm").into_iter().filter(|step| step.ends_with(" came-back")).collect();
    assert_eq!(back, ["dev2 team:acme/core:member came-back"]);
    office.refused(9, &["reviews", "plan", "Q4 npm", "--fail-on-open"]);
    let checked = office.run(&["check", "--format", "json"]).stdout;
    assert!(
        checked.contains("returned-grant") && checked.contains("which was taken away after the review"),
        "{checked}"
    );
    let findings = office.json(&["findings"])["findings"].clone();
    let finding = findings.as_array().unwrap().iter().find(|row| row["rule"] == "returned-grant").unwrap().clone();
    assert_eq!(finding["severity"], "high");
    let explained = office.asked(&["explain", finding["code"].as_str().unwrap()]);
    assert!(explained.contains("Denied grant that came back"), "{explained}");
    office.asked(&["audit", "verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_be_done_and_was_not_fails_and_is_done_again() {
    let (served, office) = office().await;
    office.denied("Q4", &[("user dev2", "team:acme/core:member")]);
    office.asked(&["reviews", "done", "Q4", "1"]);
    let twice = office.run(&["reviews", "done", "Q4", "1"]);
    assert!(twice.code != 0 && twice.stderr.contains("there is nothing to do"), "{twice:?}");
    sync(&served, &office.binary).await;
    assert_eq!(office.stands("Q4"), ["dev2 team:acme/core:member failed"]);
    // A later word about it is looked at by a later reading only.
    served.server.world().team_member_remove("acme", "core", "dev2");
    office.asked(&["reviews", "done", "Q4", "1"]);
    assert_eq!(office.stands("Q4"), ["dev2 team:acme/core:member done"]);
    sync(&served, &office.binary).await;
    sync(&served, &office.binary).await;
    assert_eq!(office.stands("Q4"), ["dev2 team:acme/core:member verified"]);
    let done = office.run(&["reviews", "done", "Q4", "1"]);
    assert!(done.code != 0 && done.stderr.contains("is verified"), "{done:?}");
    let events = office.plan("Q4")["steps"][0]["events"].as_array().unwrap().clone();
    let events: Vec<&str> = events.iter().map(|event| event["what"].as_str().unwrap()).collect();
    assert_eq!(events, ["requested", "done", "failed", "done", "verified"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_was_not_whole_verifies_nothing() {
    use rolecall_sim::{Fault, Times};
    let (served, office) = office().await;
    office.denied("Q4", &[("user dev2", "team:acme/core:member")]);
    served.server.world().team_member_remove("acme", "core", "dev2");
    office.asked(&["reviews", "done", "Q4", "1"]);
    served.server.faults().add("GET /-/team/*/*/user", Fault::html(403), Times::Always);
    let arguments = served.sync_arguments(&["--timeout", "1"]);
    for _ in 0..2 {
        let ran = office.run(&arguments);
        assert_ne!(ran.code, 0, "{ran:?}");
        assert_eq!(office.stands("Q4"), ["dev2 team:acme/core:member done"]);
    }
    served.server.faults().clear();
    sync(&served, &office.binary).await;
    sync(&served, &office.binary).await;
    assert_eq!(office.stands("Q4"), ["dev2 team:acme/core:member verified"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_read_of_a_campaign() {
    let (_served, office) = office().await;
    office.roster("id,name,email,npm,status,manager\nE1,Olivia Orr,olivia@acme.test,olivia,active,\nE2,Dev One,dev1@acme.test,dev1,active,E1\nE3,Gus Guest,gus@acme.test,guest,departed,E1\n");
    let core = ["--resource", "team:acme/core", "--reviewer", "manager", "--description", "Who is in core"];
    office.campaign("Core", &core);
    let number = office.number("Core", "user dev1", "team:acme/core:member");
    let said = ["--deny", "--reason", "moved to web", "--reviewer", "olivia@acme.test"];
    office.asked(&[&["reviews", "decide", "Core", &number], &said[..]].concat());
    insta::assert_snapshot!("reviews_list", steady(&office.asked(&["reviews", "list"])));
    insta::assert_snapshot!("reviews_show", steady(&office.asked(&["reviews", "show", "Core"])));
    insta::assert_snapshot!("reviews_items", steady(&office.asked(&["reviews", "items", "Core"])));
    let shown = &office.item("Core", "user dev1", "team:acme/core:member");
    assert_eq!((&shown["reviewer"], &shown["outcome"]), (&"Olivia Orr".into(), &"denied".into()));
    assert_eq!(shown["reviewerWhy"], "manages the person");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_help_runs() {
    let (_served, office) = office().await;
    let people = "id,name,email,npm,status,manager\nE1,Ada,ada@acme.test,,active,\nE2,Olaf,olaf@acme.test,,active,E1\n";
    office.roster(people);
    let help = office.asked(&["reviews", "--help"]);
    let examples = help.lines().skip_while(|line| !line.starts_with("Examples:")).skip(1);
    let examples: Vec<&str> = examples.filter_map(|line| line.trim().strip_prefix("rolecall ")).collect();
    assert!(examples.len() > 10, "{help}");
    for example in examples {
        for part in example.split(" && ") {
            let line = part.split("   ").next().unwrap().trim_start_matches("rolecall ");
            let mut words: Vec<String> = Vec::new();
            for (place, quoted) in line.split('\'').enumerate() {
                match place % 2 {
                    1 => words.push(quoted.to_owned()),
                    _ => words.extend(quoted.split_whitespace().map(str::to_owned)),
                }
            }
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let ran = match words[1] {
                "decide" => {
                    let to_olaf = ["--to", "olaf@acme.test", "--reason", "an example"];
                    office.asked(&[&["reviews", "reassign", "Q4 npm", "3", "4", "7"], &to_olaf[..]].concat());
                    office.run(&words)
                }
                _ => office.run(&words),
            };
            assert_eq!(ran.code, 0, "{line}: {ran:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_campaign_tells_what_is_new_changed_and_as_it_was() {
    let (served, office) = office().await;
    office.campaign("First", &["--reviewer", TESTER, "--entitlement", "team:member"]);
    let all: Vec<String> = office.items("First").iter().map(|item| item["number"].to_string()).collect();
    let decide = |name: &str, numbers: &[String], more: &[&str]| {
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        office.asked(&[&["reviews", "decide", name], numbers.as_slice(), more].concat());
    };
    let denied = office.number("First", "user dev3", "team:acme/core:member");
    let rest: Vec<String> = all.into_iter().filter(|number| *number != denied).collect();
    decide("First", &rest, &["--certify"]);
    decide("First", &[denied], &["--deny", "--reason", "left the team"]);
    office.asked(&["reviews", "complete", "First"]);
    {
        let mut world = served.server.world();
        world.team_member_remove("acme", "core", "dev3");
        world.member("acme", "newcomer", Role::Developer).team_member("acme", "core", "newcomer");
    }
    sync(&served, &office.binary).await;
    {
        let mut world = served.server.world();
        world.team_member("acme", "core", "dev3");
        world.package("@acme/web").published("1.0.0", "dev1", "2024-01-01");
        world.grant("acme", "web", "@acme/web", rolecall_sim::npm::Permission::Write);
    }
    sync(&served, &office.binary).await;
    office.asked(&["reviews", "create", "Second", "--reviewer", TESTER, "--entitlement", "team:member"]);
    office.asked(&["reviews", "stage", "Second"]);
    let novelty = |holder: &str, what: &str| office.item("Second", holder, what)["novelty"].clone();
    assert_eq!(novelty("user newcomer", "team:acme/core:member"), "new");
    assert_eq!(novelty("user dev3", "team:acme/core:member"), "changed", "what was denied and is back");
    assert_eq!(novelty("user dev2", "team:acme/core:member"), "unchanged");
    assert_eq!(novelty("user dev1", "team:acme/web:member"), "changed", "the team has another package");
    let first = office.items("Second")[0].clone();
    assert_eq!(first["novelty"], "new", "what deserves a look comes first");
    let previous = office.item("Second", "user dev3", "team:acme/core:member")["previous"].clone();
    assert!(previous.as_str().unwrap().starts_with("denied in First by tester"), "{previous}");
    let only = office.json(&["reviews", "items", "Second", "--novelty", "changed"]);
    assert!(only.as_array().unwrap().iter().all(|item| item["novelty"] == "changed"), "{only}");
}
