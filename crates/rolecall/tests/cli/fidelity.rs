//! *Architecture Invariant* 8: what we say about access is what the registry would enforce. Pairs of account and
//! package are tried by an actual publish over HTTP, and compared with the answer of `who-can publish`.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use rolecall_sim::npm::{TwoFactor, generate};
use rolecall_sim::seed::Dice;
use rolecall_testkit::{Binary, cases};
use serde_json::json;

use crate::support::{Served, run, serve_generated, served, story_served};

/// No version can be published twice.
static VERSION: AtomicU32 = AtomicU32::new(0);

#[tokio::test(flavor = "multi_thread")]
async fn who_can_publish_is_who_does_publish_in_the_demos_organisation() {
    let served = story_served().await;
    every_pair(&served).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_publish_is_who_does_publish_in_generated_organisations() {
    for size in 0..5 {
        every_pair(&served(size as u64, 4 + size * 2, 1 + size, 3 + size).await).await;
    }
}

/// At most 12 accounts and 12 packages, and no habit in anything; an organisation without packages has no pair to try.
fn with_packages() -> impl Iterator<Item = generate::Generated> {
    let has_packages = |made: &generate::Generated| made.world.packages().iter().any(|name| name.starts_with('@'));
    (1001..).map(generate::random).filter(has_packages)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_publish_is_who_does_publish_in_random_organisations() {
    for made in with_packages().take(cases(20, 200)) {
        every_pair(&serve_generated(made).await).await;
    }
}

/// The dice pick packages, and accounts both from everybody and from those of whom we say that they can.
#[tokio::test(flavor = "multi_thread")]
async fn who_can_publish_is_who_does_publish_in_large_organisations() {
    for organisation in 1..=cases(1, 3) {
        let served = served(organisation as u64, cases(300, 2000), cases(20, 150), cases(40, 120)).await;
        let binary = read(&served).await;
        let mut dice = Dice::new(organisation as u64);
        let (packages, accounts) = (packages(&binary), accounts(&served));
        let everybody: Vec<&String> = accounts.iter().collect();
        for _ in 0..cases(5, 15) {
            let package = &packages[dice.below(packages.len())];
            let can = publishers(&binary, package);
            let likely: Vec<&String> = can.iter().collect();
            let pools = [&everybody, &likely].into_iter().filter(|pool| !pool.is_empty());
            let tried: BTreeSet<String> = pools
                .flat_map(|pool| (0..5).map(|_| pool[dice.below(pool.len())].clone()).collect::<Vec<_>>())
                .collect();
            let does = publishing(&served, &tried, std::slice::from_ref(package)).await;
            let says: BTreeSet<_> = tried.intersection(&can).map(|who| (who.clone(), package.clone())).collect();
            assert_eq!(says, does, "{package} of {}", served.organization);
        }
    }
}

async fn every_pair(served: &Served) {
    let binary = read(served).await;
    let (packages, accounts) = (packages(&binary), accounts(served));
    let does = publishing(served, &accounts, &packages).await;
    let says: BTreeSet<_> = packages
        .iter()
        .flat_map(|package| publishers(&binary, package).into_iter().map(|who| (who, package.clone())))
        .collect();
    assert_eq!(says, does, "{}", served.organization);
}

/// One query for all pairs of the organisation.
const ALL_PAIRS: &str =
    "FIND User AS u THAT CAN publish npm_package AS p RETURN u.username AS account, p.id AS package";

/// The same organisations, asked in the query language.
#[tokio::test(flavor = "multi_thread")]
async fn who_a_query_finds_is_who_does_publish_in_random_organisations() {
    for made in with_packages().take(cases(10, 200)) {
        every_pair_in_one_query(&serve_generated(made).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_a_query_finds_is_who_does_publish_in_the_demos_organisation() {
    let served = story_served().await;
    every_pair_in_one_query(&served).await;
}

async fn every_pair_in_one_query(served: &Served) {
    let binary = read(served).await;
    let answer = run(&binary, &["query", ALL_PAIRS, "--format", "json"]).json();
    assert_eq!(answer["complete"], true, "{answer}");
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = answer["data"].as_array().unwrap();
    let says: BTreeSet<_> = rows.iter().map(|row| (text(row, "account"), text(row, "package"))).collect();
    assert_eq!(says.len(), rows.len(), "each pair is a row of its own: {answer}");
    let does = publishing(served, &accounts(served), &packages(&binary)).await;
    assert_eq!(says, does, "{}", served.organization);
}

async fn read(served: &Served) -> Binary {
    let binary = served.binary();
    let ran = served.sync(&binary, &[]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    binary
}

fn accounts(served: &Served) -> BTreeSet<String> {
    served.server.world().accounts().into_iter().collect()
}

fn packages(binary: &Binary) -> Vec<String> {
    let listed = run(binary, &["list", "packages", "--format", "json"]).json();
    let packages: Vec<String> =
        listed.as_array().unwrap().iter().map(|row| row["package"].as_str().unwrap().to_owned()).collect();
    assert!(!packages.is_empty());
    packages
}

/// Who can publish the package, says Rolecall.
fn publishers(binary: &Binary, package: &str) -> BTreeSet<String> {
    let answer = run(binary, &["who-can", "publish", package, "--format", "json"]).json();
    assert_eq!(answer["completeness"]["complete"], true, "{answer}");
    let accounts = answer["accounts"].as_array().unwrap().iter();
    accounts.map(|account| account["account"]["id"].as_str().unwrap().to_owned()).collect()
}

/// Who does publish what, of these, each with a token of their own.
async fn publishing(served: &Served, accounts: &BTreeSet<String>, packages: &[String]) -> BTreeSet<(String, String)> {
    rolecall_http::provider_install();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut published = BTreeSet::new();
    for account in accounts {
        // Whether an account has a second factor, and a package asks for one, is among what npm does not show and the
        // answer says so. What is compared here are rights, so everybody has one.
        served.server.world().account(account).two_factor(TwoFactor::AuthAndWrites);
        let token = served.server.world().session(account);
        let password = served.server.world().otp_code().to_owned();
        for package in packages {
            let version = format!("900.0.{}", VERSION.fetch_add(1, Ordering::Relaxed));
            let response = client
                .put(format!("{}/{}", served.server.url().trim_end_matches('/'), package.replace('/', "%2f")))
                .bearer_auth(&token)
                .header("npm-otp", &password)
                .header("content-type", "application/json")
                .body(upload(package, &version).to_string())
                .send()
                .await
                .unwrap();
            match response.status().as_u16() {
                200 | 201 => {
                    published.insert((account.clone(), package.clone()));
                }
                // What an account may not even see, it is told, does not exist.
                403 | 404 => {}
                other => panic!("{account} on {package}: {other} {}", response.text().await.unwrap()),
            }
        }
    }
    published
}

fn upload(package: &str, version: &str) -> serde_json::Value {
    json!({
        "_id": package,
        "name": package,
        "dist-tags": { "latest": version },
        "versions": { version: { "name": package, "version": version } },
        "_attachments": { "tarball.tgz": { "data": "", "length": 0 } },
    })
}
