//! Every address, as everybody: who is let through, and what is refused.
//!
//! **Architecture Invariant:** nothing is reachable without signing in but health, signing in and what those pages are
//! dressed with; and what a role may not do, no address does for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;

use crate::harness::{Answer, Client, Hub, ROLES};
use crate::runner::Runner;
use crate::scim::Provider;

/// One row of `rolecall serve --print-routes`.
#[derive(Clone, Debug, Deserialize)]
struct Route {
    method: String,
    path: String,
    access: String,
    audited: String,
}

/// What only an identity provider uses, by the token of the directory that it fills.
const DIRECTORY: &str = "directory";

/// What only a program uses that reads a connector elsewhere, by the token that it was given.
const RUNNER: &str = "runner";

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// What may be used by whom, by the permission that the table names: a second reading of who may do what.
fn may(role: &str, access: &str) -> bool {
    match access {
        "anyone" | "signed in" | "read" => true,
        "connect" | "decide" => matches!(role, "administrator" | "connector-admin"),
        "review" => matches!(role, "administrator" | "reviewer"),
        "administer" => role == "administrator",
        "audit" => matches!(role, "administrator" | "auditor"),
        DIRECTORY | RUNNER => false,
        other => panic!("nobody said who may {other}"),
    }
}

/// The address with something in the place of each parameter that exists nowhere.
fn address(path: &str) -> String {
    let nobodys = "00000000-0000-7000-8000-000000000000";
    let filled = path.replace("{type}", "npm").replace("{number}", "0").replace("{token}", "nothing");
    let filled = filled.replace("{*path}", "connectors/npm.md");
    let mut address = String::new();
    for part in filled.split_inclusive('/') {
        if part.starts_with('{') {
            address.push_str(nobodys);
            address.push_str(if part.ends_with('/') { "/" } else { "" });
        } else {
            address.push_str(part);
        }
    }
    address
}

fn routes(hub: &Hub) -> Vec<Route> {
    let output = hub.binary.command(&["serve", "--print-routes"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Asks as a page or a program would: a form, or JSON.
async fn ask(client: &Client, route: &Route) -> Answer {
    let path = address(&route.path);
    match route.method.as_str() {
        "GET" => client.get(&path).await,
        "POST" if !route.path.starts_with("/api/") && route.access != DIRECTORY => client.post_form(&path, &[]).await,
        method => client.raw(method, &path, "application/json", "{}").await,
    }
}

/// What became of a request: `sign in`, `forbidden`, or `let through`.
fn fate(answer: &Answer) -> &'static str {
    match answer.status {
        200 if answer.header("grpc-status") == "16" => "sign in",
        401 if answer.body.contains("not-signed-in") => "sign in",
        401 if answer.header("content-type") == "application/scim+json" => "sign in",
        303 if answer.location().starts_with("/sign-in") && !answer.location().contains("said=") => "sign in",
        403 if answer.body.contains("forbidden") => "forbidden",
        500.. if answer.status != 503 => panic!("{answer:#?}"),
        _ => "let through",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_is_for_whom_the_table_says() {
    let hub = Hub::start().await;
    let nobody = hub.nobody();
    let provider = nobody.with_token(&Provider::add(&hub, "Okta").token);
    let runner = nobody.with_token(&Runner::added(&hub, "foreign").await.token().await);
    let mut people = BTreeMap::new();
    for role in ROLES {
        let person = if role == "administrator" { hub.administrator().await.clone() } else { hub.person(role).await };
        people.insert(role, person);
    }
    let mut wrong = Vec::new();
    // What ends a session comes last.
    let (ending, others): (Vec<_>, Vec<_>) = routes(&hub).into_iter().partition(|route| route.path == "/sign-out");
    for route in others.iter().chain(&ending) {
        let is_live = ["/live", "/api/v1/events"].contains(&route.path.as_str());
        let expected = if route.access == "anyone" { "let through" } else { "sign in" };
        let found = fate(&ask(&nobody, route).await);
        if found != expected {
            wrong.push(format!("nobody: {} {} is {found}, not {expected}", route.method, route.path));
        }
        let expected = if route.access == DIRECTORY { "let through" } else { expected };
        let found = fate(&ask(&provider, route).await);
        if found != expected {
            wrong.push(format!("a provider: {} {} is {found}, not {expected}", route.method, route.path));
        }
        let expected = if [RUNNER, "anyone"].contains(&&*route.access) { "let through" } else { "sign in" };
        let found = fate(&ask(&runner, route).await);
        if found != expected {
            wrong.push(format!("a runner: {} {} is {found}, not {expected}", route.method, route.path));
        }
        for (role, person) in &people {
            let expected = match route.access.as_str() {
                // Whoever they are, it is not they who fill the directory, or read a connector.
                DIRECTORY | RUNNER => "sign in",
                access if may(role, access) => "let through",
                _ => "forbidden",
            };
            // A stream that is let through does not end.
            if is_live && expected == "let through" {
                continue;
            }
            let mut clients = vec![&person.browser];
            clients.extend([DIRECTORY, RUNNER].contains(&&*route.access).then_some(&person.program));
            for client in clients {
                let found = fate(&ask(client, route).await);
                if found != expected {
                    wrong.push(format!("{role}: {} {} is {found}, not {expected}", route.method, route.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_page_sends_is_never_done() {
    let hub = Hub::start().await;
    let administrator = &hub.administrator().await.browser;
    // A session opens no directory and no call in the first place, so that no page can abuse one.
    let is_of_people = |route: &&Route| route.access != DIRECTORY && route.access != RUNNER;
    for route in routes(&hub).iter().filter(|route| route.method != "GET").filter(is_of_people) {
        let request = || {
            let kind =
                if route.path.starts_with("/api/") { "application/json" } else { "application/x-www-form-urlencoded" };
            administrator.request(route.method.parse().unwrap(), &address(&route.path)).header("content-type", kind)
        };
        for (header, value) in
            [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")]
        {
            let answer = administrator.send(request().header(header, value)).await.expect(403);
            assert!(answer.body.contains("cross-site"), "{} {}: {answer:#?}", route.method, route.path);
        }
        if route.access == "anyone" {
            continue;
        }
        for forged in ["", "nothing", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let answer =
                administrator.without_csrf().forged(route.method.as_str(), &address(&route.path), forged).await;
            assert!(
                answer.status == 403 && answer.body.contains("csrf"),
                "{} {}: {answer:#?}",
                route.method,
                route.path
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_takes_a_method_that_the_table_does_not_name() {
    let hub = Hub::start().await;
    let administrator = &hub.administrator().await.program;
    let provider = hub.nobody().with_token(&Provider::add(&hub, "Okta").token);
    let mut by_path: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for route in routes(&hub) {
        by_path.entry(route.path).or_default().insert(route.method);
    }
    for (path, methods) in by_path {
        for method in METHODS.iter().filter(|method| !methods.contains(**method)) {
            let client = if path.starts_with("/scim/") { &provider } else { administrator };
            let answer = client.ask(method, &address(&path)).await;
            assert!(matches!(answer.status, 404 | 405), "{method} {path}: {answer:#?}");
        }
    }
    assert_eq!(hub.nobody().get("/no/such/address").await.location(), "/sign-in?next=%2Fno%2Fsuch%2Faddress");
    administrator.get("/api/v1/no-such-address").await.problem(404, "not-found");
}

/// The table in the documentation is that of the program. `UPDATE_DOCS=1` writes it.
#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_addresses_is_documented() {
    let hub = Hub::start().await;
    let mut table = "# Addresses of the hub\n\nWho may use which address, and what the audit log says when it was used. Written by the \
                     program itself, and compared by a test.\n\n| address | who | recorded as |\n|---|---|---|\n"
        .to_owned();
    for route in routes(&hub) {
        let who = match route.access.as_str() {
            "anyone" => "everybody".to_owned(),
            "signed in" => "everybody who is signed in".to_owned(),
            DIRECTORY => "an identity provider, by the token of its directory".to_owned(),
            RUNNER => "a program that reads a connector elsewhere, by its token".to_owned(),
            access => {
                let roles: Vec<&str> = ROLES.into_iter().filter(|role| may(role, access)).collect();
                if roles.len() == ROLES.len() { "every role".to_owned() } else { roles.join(", ") }
            }
        };
        let recorded = if route.audited.is_empty() { String::new() } else { format!("`{}`", route.audited) };
        writeln!(table, "| `{} {}` | {who} | {recorded} |", route.method, route.path).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/routes.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == table, "docs/reference/routes.md is not what the program does: UPDATE_DOCS=1 writes it anew");
}
