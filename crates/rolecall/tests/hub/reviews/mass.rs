//! Many grants: pages stay short and fast.

use std::time::{Duration, Instant};

use rolecall_sim::npm::Role;
use serde_json::json;

use crate::harness::{Hub, Source};

/// How many members the organisation has.
const MEMBERS: usize = 3_000;

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_grants_come_a_hundred_at_a_time() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let source = Source::npm_as(|world| {
        for number in 0..MEMBERS {
            let name = format!("member-{number:05}");
            world.account(&name);
            world.member("acme", &name, Role::Developer);
        }
    })
    .await;
    source.connect(&administrator.program).await;
    let program = &administrator.program;
    let definition = json!({ "scope": { "entitlements": ["organization:developer"] }, "reviewers": ["ada"] });
    let wish = json!({ "name": "All", "definition": definition });
    let made = program.json("POST", "/api/v1/reviews", &wish).await.expect(201).json();
    let id = made["id"].as_str().unwrap();
    for word in ["stage", "start"] {
        program.ask("POST", &format!("/api/v1/reviews/{id}/{word}")).await.expect(200);
    }
    let path = format!("/reviews/{id}/decide?part=new");
    administrator.browser.get(&path).await.expect(200);
    let began = Instant::now();
    let page = administrator.browser.get(&format!("{path}&after=2000")).await.expect(200);
    let took = began.elapsed();
    assert_eq!(page.body.matches("data-grant=").count(), 100);
    assert!(page.body.contains(&format!("0 of {} decided", crate_grouped(MEMBERS))), "{}", page.body);
    assert!(page.body.contains("after=2100"), "{}", page.body);
    assert!(page.body.len() < 1 << 20, "{}", page.body.len());
    // This program is not optimised, and the machine is shared.
    assert!(took < Duration::from_secs(5), "{took:?}");
    eprintln!("a page of {MEMBERS} grants took {took:?}");
}

fn crate_grouped(number: usize) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}
