//! `cloudsmith entitlements`.

use rolecall_e2e::{Cli, Simulator};
use serde_json::Value;

const LIST: &str = "ents list acme/production";

fn rows(cli: &Cli, options: &str) -> Vec<Value> {
    let told = cli.run(&format!("{LIST} {options} -F json")).json();
    told["data"].as_array().expect("tokens").clone()
}

#[test]
fn tokens_are_hidden_until_they_are_asked_for() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::new(&simulator, "owner");
    let table = cli.run(LIST);
    // Its day moves with the story's, and is told to the second.
    let row = table.succeeded().lines().find_map(|line| line.strip_prefix("berit laptop (user) | ************ | "));
    let created = row.and_then(|row| row.split_whitespace().next());
    assert!(created.is_some_and(|at| at.len() == 20 && at.ends_with("T12:00:00Z")), "{}", table.stdout);
    assert!(rows(&cli, "").iter().all(|row| row["token"].as_str().is_some_and(|value| value.starts_with('*'))));
    let shown = rows(&cli, "--show-tokens");
    assert!(shown.iter().all(|row| row["token"].as_str().is_some_and(|value| !value.contains('*'))));
}

#[test]
fn a_token_is_made_changed_limited_renewed_and_deleted() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::new(&simulator, "owner");
    assert!(cli.run("ents create acme/production --name t1").succeeded().contains("t1 (token) | ************"));
    let find = |name: &str| rows(&cli, "--show-tokens").into_iter().find(|row| row["name"] == name);
    let made = find("t1").expect("the new token");
    let token = format!("acme/production/{}", made["slug_perm"].as_str().expect("an id"));
    assert!(cli.run(&format!("ents update {token} --name zz")).succeeded().contains("zz (token)"));
    cli.run(&format!("ents refresh {token} -y")).succeeded();
    cli.run(&format!("ents restrict {token} --limit-num-downloads 5")).succeeded();
    let changed = find("zz").expect("the renamed token");
    assert_eq!(changed["limit_num_downloads"], 5);
    assert_ne!(changed["token"], made["token"]);
    cli.run(&format!("ents delete {token} -y")).succeeded();
    assert_eq!(rows(&cli, "").len(), 2);
}

#[test]
fn tokens_are_copied_from_another_repository() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::new(&simulator, "owner");
    let copied = cli.run("ents sync acme/production partner-drops -y");
    assert!(copied.succeeded().contains("partner trial (token)"), "{}", copied.stdout);
    assert!(rows(&cli, "").iter().any(|row| row["name"] == "partner trial"));
}
