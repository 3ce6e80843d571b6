//! *Architecture Invariant* 8 for Cloudsmith: every account and every service tries to read, push to and administer every
//! repository over HTTP with its own key, and what happens is compared with what `who-can` says.

use std::collections::BTreeSet;

use rolecall_sim::cloudsmith::{Level, generate};
use rolecall_sim::seed::Dice;
use rolecall_testkit::{Binary, cases};
use serde_json::{Value as Json, json};

use super::support::{Workspace, json};
use crate::source::Source;

const ACTIONS: [&str; 3] = ["read", "push", "admin"];

#[tokio::test(flavor = "multi_thread")]
async fn who_can_is_who_does_in_the_story() {
    let workspace = Workspace::story().await;
    let binary = read(&workspace);
    every_pair(&workspace, &binary, &repositories(&workspace), &actors(&workspace)).await;
}

/// At most 12 accounts and 12 repositories, and no habit in anything; what the documentation leaves open is decided one way
/// or the other.
async fn random_workspace(seed: u64) -> Workspace {
    let mut made = generate::random(seed);
    made.world.quirks.defaults_for_services = seed % 2 == 1;
    made.world.quirks.internal_for_all = seed % 3 == 1;
    let mut workspace = Workspace::of(made.world, &made.organization, &made.key).await;
    workspace.default_privilege(match seed % 8 {
        5 => Level::Read,
        6 => Level::Write,
        7 => Level::Admin,
        _ => Level::None,
    });
    workspace
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_is_who_does_in_random_organisations() {
    for seed in 0..cases(20, 200) as u64 {
        let workspace = random_workspace(seed).await;
        let binary = read(&workspace);
        every_pair(&workspace, &binary, &repositories(&workspace), &actors(&workspace)).await;
    }
}

/// The same organisations, with one query for all pairs of an action. Where the documentation leaves open what the service
/// does, `might` of `who-can` says so, and a query leaves it out.
#[tokio::test(flavor = "multi_thread")]
async fn who_a_query_finds_is_who_does_in_random_organisations() {
    for seed in 0..cases(4, 200) as u64 {
        let workspace = random_workspace(seed).await;
        let binary = read(&workspace);
        for action in ACTIONS {
            all_pairs(&workspace, &binary, action).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_a_query_finds_is_who_does_in_the_story() {
    let workspace = Workspace::story().await;
    let binary = read(&workspace);
    for action in ACTIONS {
        all_pairs(&workspace, &binary, action).await;
    }
}

/// Whoever is found can, and whoever can is found, might, or is everybody.
async fn all_pairs(workspace: &Workspace, binary: &Binary, action: &str) {
    let query = format!(
        "FIND User AS u THAT CAN {action} cloudsmith_repository AS r RETURN u.username AS account, r.id AS repository"
    );
    let answer = json(binary, &["query", &query]);
    let text = |row: &Json, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = answer["data"].as_array().unwrap();
    let found: BTreeSet<_> = rows.iter().map(|row| (text(row, "account"), text(row, "repository"))).collect();
    assert_eq!(found.len(), rows.len(), "each pair is a row of its own: {answer}");
    let actors = actors(workspace);
    assert!(found.iter().all(|(who, _)| actors.contains(who)), "{found:?}");
    for repository in repositories(workspace) {
        let name = format!("{}/{repository}", workspace.organization);
        let said = said(binary, action, &name);
        for who in &actors {
            let key = key(workspace, who);
            let does = tries(workspace, action, &repository, &key).await;
            let is_found = found.contains(&(who.clone(), name.clone()));
            let here = format!("{who} on {action} {name}");
            assert!(!is_found || does, "{here}: found, and refused");
            let is_said = is_found || said.anyone || said.might.contains(who);
            assert!(!does || is_said, "{here}: not found, and does");
        }
    }
}

/// The dice pick repositories, and actors.
#[tokio::test(flavor = "multi_thread")]
async fn who_can_is_who_does_in_large_organisations() {
    for organisation in 1..=cases(1, 3) {
        let seed = organisation as u64;
        let workspace = Workspace::generated(seed, cases(200, 2000), cases(20, 150), cases(30, 200)).await;
        let binary = read(&workspace);
        let (mut dice, actors) = (Dice::new(seed), actors(&workspace));
        let everything = repositories(&workspace);
        for _ in 0..cases(4, 15) {
            let repository = everything[dice.below(everything.len())].clone();
            let some: BTreeSet<String> = (0..15).map(|_| at(&actors, dice.below(actors.len()))).collect();
            every_pair(&workspace, &binary, &[repository], &some).await;
        }
    }
}

fn at(all: &BTreeSet<String>, place: usize) -> String {
    all.iter().nth(place).unwrap().clone()
}

fn read(workspace: &Workspace) -> Binary {
    let binary = workspace.binary();
    let ran = workspace.sync(&binary, &["--require-complete"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    binary
}

fn repositories(workspace: &Workspace) -> Vec<String> {
    workspace.server.world().repositories(&workspace.organization)
}

/// Every account of the service, member or not, and every service account.
fn actors(workspace: &Workspace) -> BTreeSet<String> {
    let world = workspace.server.world();
    let services = world.services(&workspace.organization).into_iter().map(|(slug, _)| slug);
    world.accounts().into_iter().chain(services).collect()
}

/// What Rolecall says of one action on one repository.
struct Said {
    can: BTreeSet<String>,
    might: BTreeSet<String>,
    suspended: BTreeSet<String>,
    anyone: bool,
}

fn said(binary: &Binary, action: &str, repository: &str) -> Said {
    let answer = json(binary, &["who-can", action, repository]);
    assert_eq!(answer["completeness"]["complete"], true, "{answer}");
    let ids = |list: &Json| -> BTreeSet<String> {
        list.as_array().unwrap().iter().map(|it| it["account"]["id"].as_str().unwrap().to_owned()).collect()
    };
    Said {
        can: ids(&answer["accounts"]),
        might: ids(&answer["might"]),
        suspended: ids(&answer["suspended"]),
        anyone: answer["anyone"].is_string(),
    }
}

async fn every_pair(workspace: &Workspace, binary: &Binary, repositories: &[String], actors: &BTreeSet<String>) {
    let keys: Vec<(String, String)> = actors.iter().map(|who| (who.clone(), key(workspace, who))).collect();
    for repository in repositories {
        let name = format!("{}/{repository}", workspace.organization);
        for action in ACTIONS {
            let said = said(binary, action, &name);
            for (who, key) in &keys {
                let does = tries(workspace, action, repository, key).await;
                let here = format!("{who} on {action} {name}");
                if workspace.server.world().is_active(who)
                    || workspace.server.world().accounts().iter().all(|it| it != who)
                {
                    let can = said.can.contains(who) || said.anyone;
                    assert!(!can || does, "{here}: said to be able to, and refused");
                    assert!(!does || can || said.might.contains(who), "{here}: not said to be able to, and does");
                } else {
                    assert!(!does && !said.can.contains(who), "{here}: inactive");
                }
                let suspended = said.suspended.contains(who);
                assert!(!suspended || !does, "{here}: said to be suspended, and does");
            }
        }
    }
}

/// A key of one's own. That of a service is made anew each time it is asked for, which changes no right.
fn key(workspace: &Workspace, who: &str) -> String {
    let mut world = workspace.server.world();
    match world.accounts().iter().any(|account| account == who) {
        true => world.key(who),
        false => world.service_key(&workspace.organization, who),
    }
}

async fn tries(workspace: &Workspace, action: &str, repository: &str, key: &str) -> bool {
    rolecall_http::provider_install();
    let (base, organization) = (workspace.server.url().trim_end_matches('/'), &workspace.organization);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = match action {
        "read" => client.get(format!("{base}/packages/{organization}/{repository}/")),
        "push" => client
            .post(format!("{base}/packages/{organization}/{repository}/upload/raw/"))
            .body(json!({ "package_file": "file", "name": "thing", "version": "9.9" }).to_string()),
        _ => client
            .patch(format!("{base}/repos/{organization}/{repository}/"))
            .body(json!({ "description": "tried" }).to_string()),
    };
    let response = request.header("x-api-key", key).header("content-type", "application/json").send().await.unwrap();
    match response.status().as_u16() {
        200 | 201 => true,
        401 | 403 | 404 => false,
        other => panic!("{action} on {repository}: {other} {}", response.text().await.unwrap()),
    }
}
