//! *Explore*: what is found is shown truly, as a table and as a picture, now and at a past moment.

use serde_json::Value as Json;

use crate::harness::{Client, Hub, Source, counted, encoded};

async fn packages(client: &Client) -> Vec<String> {
    let query = serde_json::json!({ "query": "FIND npm_package AS p RETURN p.displayName AS name" });
    let answer = client.json("POST", "/api/v1/query", &query).await.expect(200).json();
    let rows = answer["rows"].as_array().unwrap();
    rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

async fn who_can(client: &Client, action: &str, package: &str) -> Json {
    client.get(&format!("/api/v1/who-can?action={action}&resource={}", encoded(package))).await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_package_is_found_and_its_picture_and_table_say_what_the_interface_says() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    Source::npm().await.connect(&person.program).await;
    let page = &person.browser;
    let packages = packages(&person.program).await;
    assert!(packages.len() > 5, "{packages:?}");
    for package in &packages {
        let found = page.get(&format!("/explore?q={}", encoded(package))).await.expect(200);
        let link = format!("/explore/resource?name={}", encoded(&format!("npm:acme:{package}")));
        assert!(found.body.contains(&link), "{package}: {found:#?}");
        for action in ["publish", "read"] {
            let told = who_can(&person.program, action, package).await;
            let shown = page.get(&format!("{link}&action={action}")).await.expect(200);
            let accounts = told["accounts"].as_array().unwrap();
            let with_a_path = accounts.iter().filter(|one| !one["paths"].as_array().unwrap().is_empty()).count();
            assert_eq!(counted(&shown, 0), with_a_path, "{action} {package}: {}", shown.body);
            for account in accounts {
                let id = account["account"]["id"].as_str().unwrap();
                assert!(shown.body.contains(&format!("<bdi>{id}</bdi>")), "{id} is not in the table of {package}");
            }
            let is_complete = told["completeness"]["complete"].as_bool().unwrap();
            assert_eq!(shown.body.contains("This is not everything"), !is_complete, "{package}");
            let file =
                format!("/explore/resource.csv?name={}&action={action}", encoded(&format!("npm:acme:{package}")));
            let file = page.get(&file).await.expect(200);
            let paths: usize = accounts.iter().map(|one| one["paths"].as_array().unwrap().len()).sum();
            assert_eq!(file.body.lines().count(), paths + 1, "{}", file.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_shown_with_everything_it_holds_and_what_remains() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    Source::npm().await.connect(&person.program).await;
    Source::cloudsmith().await.connect(&person.program).await;
    let page = &person.browser;
    let found = page.get("/explore?q=a").await.expect(200);
    let mut accounts = 0;
    for part in found.body.split("href=\"/explore/account?name=").skip(1).step_by(2) {
        let name = part.split('"').next().unwrap();
        let shown = page.get(&format!("/explore/account?name={name}")).await.expect(200);
        let told = person.program.get(&format!("/api/v1/access?account={name}")).await.expect(200).json();
        let items = told["items"].as_array().unwrap();
        let last =
            shown.body.split("data-column=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok()).max();
        if let Some(last) = last {
            assert!(
                last > 0 && counted(&shown, last) > 0 && counted(&shown, last) <= items.len(),
                "{name}: {}",
                shown.body
            );
        }
        for item in items.iter().take(500) {
            assert!(shown.body.contains(&format!("<bdi>{}</bdi>", item["resource"]["id"].as_str().unwrap())), "{name}");
        }
        accounts += 1;
    }
    assert!(accounts > 3, "{}", found.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_moment_an_unknown_name_and_rubbish_are_answered_with_what_to_do() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let page = &person.browser;
    let empty = page.get("/explore").await.expect(200);
    assert!(empty.body.contains("Nothing is read yet"), "{empty:#?}");
    Source::npm().await.connect(&person.program).await;
    let package = packages(&person.program).await.swap_remove(0);
    let name = encoded(&format!("npm:acme:{package}"));
    let before = page.get(&format!("/explore/resource?name={name}&as-of=2020-01-01")).await.expect(404);
    assert!(before.body.contains("Nothing was known"), "{before:#?}");
    let moment = jiff::Timestamp::now().to_string();
    let then = page.get(&format!("/explore/resource?name={name}&as-of={}", encoded(&moment))).await.expect(200);
    assert!(then.body.contains("This is what was known at") && then.body.contains("Ask about now"), "{}", then.body);
    assert!(
        then.body.contains("&amp;as-of=") || then.body.contains("&#38;as-of="),
        "links keep the moment: {}",
        then.body
    );
    let typo = page.get("/explore/resource?name=@acme/coer").await.expect(404);
    assert!(typo.body.contains("not recorded"), "{typo:#?}");
    page.get(&format!("/explore/resource?name={name}&action=fly")).await.expect(422);
    page.get(&format!("/explore/resource?name={name}&as-of=yesterdayish")).await.expect(400);
    for rubbish in ["/explore?q=%ff%fe", "/explore?q=%00", "/explore/resource", "/explore/account?name=%22%3E%3Cscript"]
    {
        let answer = page.get(rubbish).await;
        assert!(answer.status < 500 && !answer.body.contains("\"><script"), "{rubbish}: {answer:#?}");
    }
    let nothing = page.get(&format!("/explore?q={}", "x".repeat(3000))).await.expect(200);
    assert!(nothing.body.contains("Nothing is called like that"), "{}", nothing.body);
}
