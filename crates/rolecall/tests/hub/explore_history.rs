//! What changed about one thing: on its page, for programs and at a terminal, even if it is gone.

use serde_json::Value as Json;

use crate::harness::{Client, Hub, Source, sync};

fn id(connector: &Json) -> &str {
    connector["id"].as_str().unwrap()
}

async fn about(client: &Client, name: &str) -> Vec<Json> {
    let told = client.get(&format!("/api/v1/changes?about={name}&limit=1000")).await.expect(200).json();
    told["items"].as_array().unwrap().clone()
}

fn texts(items: &[Json]) -> Vec<&str> {
    items.iter().map(|item| item["text"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_and_leaves_is_told_on_the_page_and_still_when_the_page_is_gone() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let (page, program) = (&person.browser, &person.program);
    let source = Source::npm_of(3).await;
    let connector = source.connect(program).await;
    let olivia = page.get("/explore/account?name=npm:acme:olivia").await.expect(200);
    assert_eq!(olivia.changes(), [""; 0]);
    assert!(olivia.body.contains("Nothing changed since it was first read at <time"), "{}", olivia.body);

    source.join("newbie");
    let before = jiff::Timestamp::now().to_string();
    sync(program, id(&connector)).await;
    let joined = page.get("/explore/account?name=npm:acme:newbie").await.expect(200);
    let role = "user newbie holds developer on organization acme".to_owned();
    assert!(joined.changes().contains(&role), "{:?}", joined.changes());
    assert!(joined.body.contains("between <time"), "{}", joined.body);
    assert!(!joined.body.contains("All "), "they are all there: {}", joined.body);
    let told = about(program, "npm:acme:newbie").await;
    assert_eq!(joined.changes(), texts(&told));
    let organisation = page.get("/explore/group?name=npm:acme:acme").await.expect(200);
    assert!(organisation.changes().contains(&role), "{:?}", organisation.changes());
    let then = format!("/explore/group?name=npm:acme:acme&as-of={before}");
    let then = page.get(&then).await.expect(200);
    assert!(then.changes().is_empty() && then.body.contains("Nothing changed since"), "{}", then.body);

    source.part("newbie");
    sync(program, id(&connector)).await;
    page.get("/explore/account?name=npm:acme:newbie").await.expect(404);
    for name in ["npm:acme:newbie", "newbie", "npm:newbie", "user:newbie", "npm:acme:user:newbie"] {
        let told = about(program, name).await;
        assert!(told.len() > texts(&about(program, "olivia").await).len(), "{name}");
        assert_eq!(told[0]["change"], "disappeared", "{name}: {told:#?}");
        let printed = tokio::task::block_in_place(|| {
            hub.binary.run(&["changes", "--about", name, "--format", "json"]).unwrap().json()
        });
        assert_eq!(texts(printed.as_array().unwrap()), texts(&told), "{name}");
    }
    for nothing in ["nobody", "team:newbie", "npm:other:newbie", "%22%3E%3Cscript%3E", "%E2%80%AEnewbie"] {
        program.get(&format!("/api/v1/changes?about={nothing}")).await.problem(404, "name-unknown");
    }
    let wrong = tokio::task::block_in_place(|| hub.binary.run(&["changes", "--about", "nobody"]).unwrap());
    assert!(wrong.code != 0 && wrong.stderr.contains("is not recorded"), "{wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_changes_the_newest_are_shown_and_the_others_are_linked() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let source = Source::npm_of(1).await;
    let connector = source.connect(&person.program).await;
    (0..60).for_each(|number| source.join(&format!("late-{number}")));
    sync(&person.program, id(&connector)).await;
    let page = person.browser.get("/explore/group?name=npm:acme:acme").await.expect(200);
    let all = about(&person.program, "npm:acme:acme").await;
    assert!(all.len() >= 60, "{}", all.len());
    assert_eq!(page.changes(), texts(&all)[..50]);
    assert!(page.body.contains("href=\"/changes?about=npm%3Aacme%3Aacme\""), "{}", page.body);
    assert!(page.body.contains(&format!("All {} changes", all.len())), "{}", page.body);
}
