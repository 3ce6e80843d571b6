//! `cloudsmith list repos`, `repos get` and `repos privileges`.

use rolecall_e2e::{Answer, Cli, Simulator};
use serde_json::{Value, json};

const PRIVILEGES: &str = "repos privileges list acme/production -F json";

/// `kind name level` of every entry, in alphabetical order.
fn entries(answer: &Answer) -> Vec<String> {
    let told = answer.json();
    let rows = told["data"].as_array().expect("privileges").iter();
    let entry = |row: &Value| {
        let named = |kind: &str| row[kind].as_str().map(|name| format!("{kind} {name}"));
        let who = ["service", "team", "user"].into_iter().find_map(named).expect("somebody");
        format!("{who} {}", row["privilege"].as_str().expect("a level"))
    };
    let mut entries: Vec<String> = rows.map(entry).collect();
    entries.sort_unstable();
    entries
}

#[test]
fn repositories_are_listed() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::new(&simulator, "owner");
    let table = cli.run("list repos acme");
    assert!(table.succeeded().contains("acme/production                 | Private     | 1 "), "{}", table.stdout);
    assert!(table.stdout.contains("Results: 1-8 (8) of 8 repositories visible"), "{}", table.stdout);
    let every = cli.run("list repos -F json").json();
    assert_eq!(every["data"].as_array().map(Vec::len), Some(8));
    let one = cli.run("repos get acme/production -F json").json();
    assert_eq!((&one["data"][0]["slug"], &one["data"][0]["default_privilege"]), (&json!("production"), &json!("None")));
    let missing = cli.run("repos get nope");
    assert!(missing.refused(404).contains("Detail: Not found."), "{missing:?}");
}

#[test]
fn pages_are_asked_for_one_by_one_or_all_at_once() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::new(&simulator, "owner");
    let second = cli.run("repos get acme -l 2 -p 2 -F json").json();
    let pagination = &second["meta"]["pagination"];
    assert_eq!((&pagination["page"], &pagination["page_max"]), (&json!(2), &json!(4)));
    assert_eq!(pagination["results_total"], 8);
    // It asks for a thousand at once and is given 500 at most.
    let all = cli.run("repos get acme --page-all -F json").json();
    assert_eq!(all["data"].as_array().map(Vec::len), Some(8));
    assert_eq!(all["meta"]["pagination"]["page_size"], 500);
}

#[test]
fn privileges_are_set_and_revoked() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::new(&simulator, "owner");
    let before = ["service acme-release-bot Admin", "team release Write", "user berit-left Admin"];
    assert_eq!(entries(&cli.run(PRIVILEGES)), before);
    assert!(cli.run("repos privileges list acme/production").succeeded().contains("Results: 3 privileges"));

    let set = cli.run("repos privileges set acme/production --team web --service ci --privilege admin -y");
    assert!(set.succeeded().contains("to team web, service ci ... OK"), "{}", set.stdout);
    let unknown = cli.run("repos privileges set acme/production --team ghost --privilege read -y");
    assert!(unknown.refused(422).contains("team 'ghost' was not found"), "{unknown:?}");
    cli.run("repos privileges revoke acme/production --service ci -y").succeeded();
    let now = entries(&cli.run(PRIVILEGES));
    assert_eq!(now, [before[0], before[1], "team web Admin", before[2]]);
}

#[test]
fn lowering_is_asked_about_and_replacing_leaves_nothing_else() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::new(&simulator, "owner");
    let lower = "repos privileges set acme/production --team release --privilege read";
    let lowered = cli.run_typing(lower, "y\n");
    assert!(lowered.succeeded().contains("Lower team release from Write to Read"), "{}", lowered.stdout);
    assert!(entries(&cli.run(PRIVILEGES)).contains(&"team release Read".to_owned()));

    let file = json!([{ "privilege": "Read", "team": "web" }, { "privilege": "Admin", "user": "maria-lund" }]);
    cli.file("privileges.json", &file.to_string());
    cli.run("repos privileges replace acme/production ./privileges.json -y").succeeded();
    assert_eq!(entries(&cli.run(PRIVILEGES)), ["team web Read", "user maria-lund Admin"]);
}

#[test]
fn who_does_not_administer_a_repository_sees_no_privileges() {
    let simulator = Simulator::cloudsmith();
    let writer = Cli::new(&simulator, "publisher");
    let refused = writer.run("repos privileges list acme/production");
    assert!(refused.refused(403).contains("You do not have permission to perform this action."), "{refused:?}");
    let refused = writer.run(PRIVILEGES);
    let told: Value = serde_json::from_str(&refused.stdout).expect("JSON");
    assert_eq!((refused.code, &told["meta"]["code"]), (Some(147), &json!(403)));
    Cli::new(&simulator, "collaborator").run(PRIVILEGES).refused(404);
}
