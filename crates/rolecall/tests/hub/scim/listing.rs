//! Which part of what is there is told, in which order.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{GROUPS, Provider, USERS};
use crate::harness::{Hub, encoded};

fn names(list: &Json) -> Vec<&str> {
    let resources = list["Resources"].as_array().unwrap();
    resources.iter().map(|one| one["userName"].as_str().or(one["displayName"].as_str()).unwrap()).collect()
}

async fn filled(hub: &Hub) -> Provider {
    let provider = Provider::add(hub, "Okta");
    for (number, name) in ["dora", "Bea", "carl", "ada", "Emil"].into_iter().enumerate() {
        let title = if number % 2 == 0 { json!("Engineer") } else { Json::Null };
        let mut body = json!({ "userName": name, "title": title, "active": number < 4 });
        if number > 0 {
            body["emails"] = json!([{ "value": format!("z{number}@acme.test") }, {
                "value": format!("{}@acme.test", 9 - number), "primary": true,
            }]);
        }
        provider.made(USERS, &body).await;
    }
    provider.made(GROUPS, &json!({ "displayName": "Publishers" })).await;
    provider
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_whole_and_orders_are_kept() {
    let hub = Hub::start().await;
    let provider = filled(&hub).await;
    let list = async |query: &str| provider.get(&format!("{USERS}?{query}")).await.expect(200).json();
    let mut seen = BTreeSet::new();
    for start in [1, 3, 5, 7] {
        let page = list(&format!("startIndex={start}&count=2")).await;
        assert_eq!((&page["totalResults"], &page["startIndex"]), (&json!(5), &json!(start)));
        assert_eq!(page["itemsPerPage"], page["Resources"].as_array().unwrap().len());
        seen.extend(names(&page).into_iter().map(str::to_owned));
    }
    assert_eq!(seen.len(), 5);
    assert_eq!(list("count=0").await["totalResults"], 5);
    assert_eq!(names(&list("count=0").await), Vec::<&str>::new());
    let engineers = format!("filter={}", encoded("title eq \"engineer\" or userName sw \"A\""));
    let found = list(&format!("{engineers}&startIndex=2&count=2")).await;
    assert_eq!((&found["totalResults"], names(&found)), (&json!(4), vec!["carl", "ada"]));

    assert_eq!(names(&list("sortBy=userName").await), ["ada", "Bea", "carl", "dora", "Emil"]);
    let down = list("sortBy=USERNAME&sortOrder=descending&startIndex=2&count=2").await;
    assert_eq!(names(&down), ["dora", "carl"]);
    assert_eq!(
        names(&list("sortBy=emails").await),
        ["Emil", "ada", "carl", "Bea", "dora"],
        "by the main one; none is last"
    );
    let some = list(&format!("{engineers}&sortBy=userName&attributes=userName")).await;
    assert_eq!(names(&some), ["ada", "carl", "dora", "Emil"]);
    assert_eq!(some["Resources"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "schemas", "userName"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_in_a_body_is_the_same_listing() {
    let hub = Hub::start().await;
    let provider = filled(&hub).await;
    let search = async |path: &str, more: Json| {
        let mut body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        provider.send("POST", &format!("{path}/.search"), &body).await.expect(200).json()
    };
    let wish = json!({ "filter": "active eq true", "attributes": ["userName"], "startIndex": 2, "count": 2 });
    let found = search(USERS, wish).await;
    assert_eq!((&found["totalResults"], names(&found)), (&json!(4), vec!["Bea", "carl"]));
    assert_eq!(names(&search(GROUPS, json!({})).await), ["Publishers"]);
    let all = search("/scim/v2", json!({ "startIndex": 5, "count": 5 })).await;
    assert_eq!((&all["totalResults"], names(&all)), (&json!(6), vec!["Emil", "Publishers"]));
    let both = search("/scim/v2", json!({ "filter": "displayName pr or userName eq \"ada\"" })).await;
    assert_eq!(names(&both), ["ada", "Publishers"]);
    provider.send("POST", "/scim/v2/.search", &json!({ "filter": 7 })).await.scim_error(400, "invalidValue");
}
