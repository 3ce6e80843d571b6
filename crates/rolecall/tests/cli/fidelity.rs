//! *Architecture Invariant* 8: what we say about access is what the registry would enforce. Every pair of account and
//! package is tried by an actual publish over HTTP, and compared with the answer of `who-can publish`.

use std::collections::BTreeSet;

use rolecall_sim::npm::{Server, TwoFactor, story};
use serde_json::json;

use crate::support::{Served, run, served};

#[tokio::test(flavor = "multi_thread")]
async fn who_can_publish_is_who_does_publish_in_the_demos_organisation() {
    let story = story::world();
    let server = Server::start(story.world, ([127, 0, 0, 1], 0).into()).await.unwrap();
    let served = Served { server, organization: story.organization.to_owned(), token: story.token };
    compare(&served).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_publish_is_who_does_publish_in_generated_organisations() {
    for seed in 0..20 {
        let size = usize::try_from(seed % 5).unwrap();
        compare(&served(seed, 4 + size * 2, 1 + size, 3 + size).await).await;
    }
}

async fn compare(served: &Served) {
    let binary = served.binary();
    let ran = served.sync(&binary, &[]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let listed = run(&binary, &["list", "packages", "--format", "json"]).json();
    let packages: Vec<String> =
        listed.as_array().unwrap().iter().map(|row| row["package"].as_str().unwrap().to_owned()).collect();
    assert!(!packages.is_empty());
    let (accounts, expected) = attempts(served, &packages).await;
    for package in &packages {
        let answer = run(&binary, &["who-can", "publish", package, "--format", "json"]).json();
        assert_eq!(answer["completeness"]["complete"], true, "{answer}");
        let can: BTreeSet<String> = answer["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|account| account["account"]["id"].as_str().unwrap().to_owned())
            .collect();
        assert!(can.iter().all(|account| accounts.contains(account)), "{can:?}");
        let does: BTreeSet<String> =
            expected.iter().filter(|(_, on)| on == package).map(|(who, _)| who.clone()).collect();
        assert_eq!(can, does, "{package} of {}", served.organization);
    }
}

/// Every account's attempt to publish every package, each with the account's own token.
async fn attempts(served: &Served, packages: &[String]) -> (BTreeSet<String>, BTreeSet<(String, String)>) {
    let accounts: BTreeSet<String> = served.server.world().accounts().into_iter().collect();
    rolecall_http::provider_install();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut published = BTreeSet::new();
    for account in &accounts {
        // Whether an account has a second factor, and a package asks for one, is among what npm does not show and the
        // answer says so. What is compared here are rights, so everybody has one.
        served.server.world().account(account).two_factor(TwoFactor::AuthAndWrites);
        let token = served.server.world().session(account);
        let password = served.server.world().otp_code().to_owned();
        for (number, package) in packages.iter().enumerate() {
            let version = format!("900.{number}.{}", published.len());
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
    (accounts, published)
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
