//! Following what happens from the terminal: in order, once, and from any cursor on.

use std::io::{BufRead as _, BufReader};

use rolecall_sim::npm::{Role, story};
use rolecall_testkit::Binary;
use serde_json::Value as Json;

use crate::cloudsmith::support::Workspace;
use crate::source::Source;
use crate::support::{run, served, story_served};

fn lines(binary: &Binary, arguments: &[&str]) -> Vec<String> {
    let ran = run(binary, &[&["watch", "--once", "--format", "ndjson"], arguments].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.stdout.lines().map(str::to_owned).collect()
}

fn json(line: &str) -> Json {
    serde_json::from_str(line).unwrap()
}

fn cursor(line: &str) -> String {
    json(line)["cursor"].as_str().unwrap().to_owned()
}

/// What `changes` tells, in any order.
fn changes(binary: &Binary) -> Vec<String> {
    let told = run(binary, &["changes", "--format", "ndjson", "--limit", "1000"]).stdout;
    let mut told: Vec<String> = told.lines().map(|line| json(line).to_string()).collect();
    told.sort();
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn two_connectors_are_followed_and_every_cursor_goes_on_exactly() {
    let (npm, workspace) = (story_served().await, Workspace::story().await);
    let binary = workspace.binary().variable("NPM_TOKEN", &npm.token);
    npm.sync(&binary, &[]).await;
    workspace.sync(&binary, &[]);
    let is_change = |line: &&String| json(line)["type"] == "change";
    let before = lines(&binary, &[]);
    assert_eq!(before.iter().filter(is_change).count(), 0, "what was there at first is no change");
    assert!(before.iter().all(|line| json(line)["event"] == "opened") && !before.is_empty());
    story::a_week_later(&mut npm.server.world());
    npm.sync(&binary, &[]).await;
    let first = lines(&binary, &[]);
    rolecall_sim::cloudsmith::story::a_week_later(&mut workspace.server.world());
    workspace.sync(&binary, &[]);

    let all = lines(&binary, &[]);
    assert_eq!(all[..first.len()], first, "what was told stays, and comes first");
    let mut told: Vec<String> = all
        .iter()
        .filter(is_change)
        .map(|line| {
            let mut event = json(line);
            ["cursor", "at", "type"].iter().for_each(|field| drop(event.as_object_mut().unwrap().remove(*field)));
            event.to_string()
        })
        .collect();
    told.sort();
    assert_eq!(told, changes(&binary));
    for (place, line) in all.iter().enumerate() {
        assert_eq!(lines(&binary, &["--since", &cursor(line)]), all[place + 1..], "behind {place}");
    }
    let of = |name: &str| lines(&binary, &["--connector", name, "--since", "7d"]);
    let (of_npm, of_cloudsmith) = (of("npm:acme"), of("cloudsmith:acme"));
    assert!(!of_npm.is_empty() && !of_cloudsmith.is_empty());
    assert_eq!(of_npm.len() + of_cloudsmith.len(), all.len());
    let table = run(&binary, &["watch", "--once"]).stdout;
    assert!(
        table.contains("npm:acme changed: user lena.k holds owner on organization acme (was developer)"),
        "{table}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_person_is_told_when_it_is_confirmed() {
    let served = served(94, 30, 3, 6).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let members = served.server.world().members(&served.organization);
    let developers = members.iter().filter(|(_, role)| *role == Role::Developer).map(|(name, _)| name.clone());
    let gone: Vec<String> = developers.take(8).collect();
    for name in &gone {
        served.server.world().member_remove(&served.organization, name);
    }
    served.sync(&binary, &[]).await;
    let left = |lines: &[String]| {
        let is_left = |line: &&String| line.contains("holds developer on organization") && line.contains("disappeared");
        lines.iter().filter(is_left).count()
    };
    let before = lines(&binary, &[]);
    assert_eq!(left(&before), 0, "{before:?}");
    let since = before.last().map_or_else(|| "1.0.0.0".to_owned(), |line| cursor(line));
    let title = format!("npm:{}", served.organization);
    run(&binary, &["changes", "confirm", &title, "--reason", "they left"]);
    let after = lines(&binary, &["--since", &since]);
    assert_eq!(left(&after), 8, "{after:?}");
    let mut changed = after.iter().filter(|line| json(line)["type"] == "change");
    assert!(changed.all(|line| json(line)["confirmed"].as_str().is_some_and(|by| by.contains("they left"))));
    assert_eq!(lines(&binary, &["--since", &cursor(after.last().unwrap())]), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_follows_until_it_is_stopped() {
    let served = served(95, 8, 2, 3).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let since = lines(&binary, &[]).last().map_or_else(|| "1.0.0.0".to_owned(), |line| cursor(line));
    let mut child = binary.start(&["watch", "--format", "ndjson", "--since", &since]).unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    served.server.world().account("brand-new");
    served.server.world().member(&served.organization, "brand-new", Role::Owner);
    served.sync(&binary, &[]).await;
    let first = tokio::task::block_in_place(|| said.next().unwrap().unwrap());
    assert!(first.contains("brand-new"), "{first}");
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    assert_eq!(tokio::task::block_in_place(|| child.wait()).unwrap().code(), Some(130));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_place_is_said() {
    let served = served(96, 6, 2, 2).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    for (since, why) in [("soon", "neither a cursor nor a moment"), ("99999.2.0.0", "not recorded here")] {
        let ran = run(&binary, &["watch", "--once", "--since", since]);
        assert!(ran.code == 2 && ran.stderr.contains(why), "{ran:?}");
    }
    assert_eq!(run(&binary, &["watch", "--once", "--connector", "npm:nothing"]).code, 6);
    let refused = run(&binary, &["watch", "--hub", "https://rolecall.example.com"]);
    assert!(refused.code == 2 && refused.stderr.contains("/api/v1/events"), "{refused:?}");
}
