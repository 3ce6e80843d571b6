//! The pages of groups: who is in them and what that gives, as the interface for programs and other questions say it.

use std::collections::BTreeSet;

use rolecall_sim::npm::Permission;
use serde_json::Value as Json;

use crate::harness::{Client, Hub, Source, counted, encoded};

async fn names(client: &Client, entity: &str) -> Vec<String> {
    let query = serde_json::json!({ "query": format!("FIND {entity} AS t RETURN t.id AS name") });
    let answer = client.json("POST", "/api/v1/query", &query).await.expect(200).json();
    answer["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

fn list<'j>(json: &'j Json, name: &str) -> &'j [Json] {
    json[name].as_array().unwrap()
}

fn paths(rows: &[Json]) -> usize {
    rows.iter().map(|row| list(row, "paths").len()).sum()
}

fn ids<'j>(rows: &'j [Json], of: &str) -> BTreeSet<&'j str> {
    rows.iter().map(|row| row[of]["id"].as_str().unwrap()).collect()
}

/// The page, the file and what programs are told say the same.
async fn compared(page: &Client, program: &Client, name: &str) -> Json {
    let name = encoded(name);
    let told = program.get(&format!("/api/v1/group?name={name}")).await.expect(200).json();
    let shown = page.get(&format!("/explore/group?name={name}")).await.expect(200);
    let (members, gives) = (list(&told, "members"), list(&told, "gives"));
    for row in members.iter().map(|row| &row["account"]).chain(gives.iter().map(|row| &row["resource"])) {
        assert!(shown.body.contains(&format!("<bdi>{}</bdi>", row["id"].as_str().unwrap())), "{name}: {row}");
    }
    for row in list(&told, "entitlements") {
        assert!(shown.body.contains(&format!("<bdi>{}</bdi>", row["slug"].as_str().unwrap())), "{name}: {row}");
    }
    if !members.is_empty() {
        assert_eq!(counted(&shown, 0), members.len(), "{name}: {}", shown.body);
    }
    let is_complete = told["completeness"]["complete"].as_bool().unwrap();
    assert_eq!(shown.body.contains("This is not everything"), !is_complete, "{name}");
    let file = page.get(&format!("/explore/group.csv?name={name}")).await.expect(200);
    assert_eq!(file.body.lines().count(), 1 + paths(members) + paths(gives), "{}", file.body);
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn every_group_is_found_and_shown_as_programs_are_told() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let (page, program) = (&person.browser, &person.program);
    Source::npm().await.connect(program).await;
    Source::cloudsmith().await.connect(program).await;
    for (connector, entity) in [
        ("npm:acme", "npm_team"),
        ("npm:acme", "npm_organization"),
        ("cloudsmith", "cloudsmith_team"),
        ("cloudsmith", "cloudsmith_organization"),
    ] {
        let found = names(program, entity).await;
        assert!(!found.is_empty(), "{entity}");
        for id in found {
            let told = compared(page, program, &format!("{}:{id}", title(program, connector).await)).await;
            assert_eq!(told["group"]["id"], id.as_str());
            let search = page.get(&format!("/explore?q={}", encoded(&id))).await.expect(200);
            let full = format!("{}:{id}", told["group"]["connector"].as_str().unwrap());
            assert!(search.body.contains(&format!("/explore/group?name={}", encoded(&full))), "{id}: {}", search.body);
        }
    }
}

/// `cloudsmith:acme`, whatever its organisation is called.
async fn title(program: &Client, kind: &str) -> String {
    let all = program.get("/api/v1/status").await.expect(200).json();
    let titles = list(&all, "connectors").iter().map(|one| one["connector"].as_str().unwrap().to_owned());
    titles.into_iter().find(|title| title.starts_with(kind)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_gives_what_who_can_says_and_pictures_lead_to_it() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let (page, program) = (&person.browser, &person.program);
    Source::npm().await.connect(program).await;
    let mut given = 0;
    for team in names(program, "npm_team").await {
        let told = program.get(&format!("/api/v1/group?name={}", encoded(&team))).await.expect(200).json();
        let members = ids(list(&told, "members"), "account");
        for row in list(&told, "gives").iter().filter(|row| row["entitlement"] == "read-write") {
            let package = row["resource"]["id"].as_str().unwrap();
            let path = format!("/api/v1/who-can?action=publish&resource={}", encoded(package));
            let who = program.get(&path).await.expect(200).json();
            let through = |account: &&Json| {
                let mut steps = list(account, "paths").iter().flat_map(|path| list(path, "steps"));
                steps.any(|step| step["principal"]["id"] == team.as_str())
            };
            let in_team: Vec<Json> = list(&who, "accounts").iter().filter(through).cloned().collect();
            assert_eq!(ids(&in_team, "account"), members, "{team} and {package}");
            let shown = page.get(&format!("/explore/resource?name={}", encoded(package))).await.expect(200);
            let link = format!("/explore/group?name={}", encoded(&format!("npm:acme:{team}")));
            assert_eq!(shown.body.contains(&link), !members.is_empty(), "{team} and {package}: {}", shown.body);
            assert!(shown.body.contains("What can be held on it") && shown.body.contains("About it"), "{package}");
            assert!(shown.body.contains("A level of rights; may publish."), "a workflow may: {}", shown.body);
            given += 1;
        }
    }
    assert!(given > 3, "{given}");
    let organisation = page.get("/explore/group?name=npm:acme:acme").await.expect(200);
    assert!(organisation.body.contains("Could give themselves more"), "{}", organisation.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_five_thousand_is_cut_on_the_page_and_whole_in_the_file() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    Source::npm_of(5000).await.connect(&person.program).await;
    let shown = person.browser.get("/explore/group?name=npm:acme:acme").await.expect(200);
    assert_eq!(counted(&shown, 0), 5002);
    assert!(shown.body.contains("5,002 accounts are in acme."), "{}", shown.body);
    assert_eq!(shown.body.matches("data-label=\"Holds\"").count(), 500);
    assert!(shown.body.contains("The first 500 are shown"));
    assert!(shown.body.matches("data-node=").count() < 40, "a picture that nobody can read");
    let opened = person.browser.get("/explore/group?name=npm:acme:acme&open=0").await.expect(200);
    assert_eq!((counted(&opened, 0), opened.body.matches("<title>user dev-").count()), (5002, 50));
    let file = person.browser.get("/explore/group.csv?name=npm:acme:acme").await.expect(200);
    assert_eq!(file.body.lines().count(), 5003);
}

#[tokio::test(flavor = "multi_thread")]
async fn long_names_and_those_that_run_from_right_to_left_are_kept_apart_from_the_rest() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let source = Source::npm_of(2).await;
    let long = format!("@acme/{}", "x".repeat(208));
    {
        let mut world = source.npm_server().world();
        world.package(&long);
        world.team("acme", "אבג").team_member("acme", "אבג", "dev-0").grant("acme", "אבג", &long, Permission::Write);
    }
    source.connect(&person.program).await;
    for (page, name) in [("group", "npm:acme:acme/אבג"), ("resource", &*format!("npm:acme:{long}"))] {
        let shown = person.browser.get(&format!("/explore/{page}?name={}", encoded(name))).await.expect(200);
        let [team, package] = ["acme/אבג", &long].map(|id| format!("<bdi>{id}</bdi>"));
        assert!(shown.body.contains(if page == "group" { &team } else { &package }), "{}", shown.body);
        assert!(shown.body.contains("What changed") && shown.body.contains("dev-0"), "{}", shown.body);
    }
    let told = person.program.get(&format!("/api/v1/group?name={}", encoded("acme/אבג"))).await.expect(200).json();
    assert_eq!(told["gives"][0]["resource"]["id"], long.as_str(), "{told:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_moment_an_unknown_name_and_rubbish_are_answered_with_what_to_do() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let page = &person.browser;
    page.get("/explore/group?name=npm:acme:acme").await.expect(404);
    Source::npm_of(2).await.connect(&person.program).await;
    let before = page.get("/explore/group?name=npm:acme:acme&as-of=2020-01-01").await.expect(404);
    assert!(before.body.contains("Nothing was known"), "{before:#?}");
    let moment = jiff::Timestamp::now().to_string();
    let then = page.get(&format!("/explore/group?name=npm:acme:acme&as-of={moment}")).await.expect(200);
    assert!(then.body.contains("This is what was known at") && then.body.contains("as-of="), "{}", then.body);
    page.get("/explore/group?name=npm:acme:acme&as-of=yesterdayish").await.expect(400);
    let account = page.get("/explore/group?name=npm:acme:olivia").await.expect(404);
    assert!(account.body.contains("not recorded"), "{account:#?}");
    for rubbish in
        ["", "?name=", "?name=%22%3E%3Cscript%3E", "?name=npm:acme:acme&open=99999999999999999999", "?open=-1"]
    {
        for path in ["/explore/group", "/explore/group.csv", "/api/v1/group"] {
            let answer = page.get(&format!("{path}{rubbish}")).await;
            let is_page = answer.header("content-type").starts_with("text/html");
            let is_run = is_page && answer.body.contains("\"><script");
            assert!(answer.status < 500 && !is_run, "{path}{rubbish}: {answer:#?}");
        }
    }
    person.program.get("/api/v1/group?name=nobody").await.problem(404, "name-unknown");
    hub.nobody().get("/api/v1/group?name=npm:acme:acme").await.problem(401, "not-signed-in");
}
