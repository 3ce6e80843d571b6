//! The requests that Okta sends, in the shapes of its public documentation: a probe before each user, PUT of the whole user
//! to change or deactivate one, PATCH of groups.

use serde_json::{Value as Json, json};

use super::{GROUPS, Provider, USERS, path_of};
use crate::harness::{Hub, encoded};

fn profile(active: bool) -> Json {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "grace@acme.test",
        "name": { "givenName": "Grace", "familyName": "Hopper" },
        "emails": [{ "primary": true, "value": "grace@acme.test", "type": "work" }],
        "displayName": "Grace Hopper",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "active": active,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn okta_tries_the_connection_and_provisions_and_deactivates_a_user() {
    let hub = Hub::start().await;
    let okta = Provider::add(&hub, "Okta");
    let first = okta.get(&format!("{USERS}?startIndex=1&count=2")).await.expect(200).json();
    assert_eq!((&first["totalResults"], &first["Resources"]), (&json!(0), &json!([])));
    let probe = format!("{USERS}?filter={}&startIndex=1&count=100", encoded("userName eq \"grace@acme.test\""));
    let none = okta.get(&probe).await.expect(200).json();
    assert_eq!((&none["totalResults"], &none["itemsPerPage"]), (&json!(0), &json!(0)));
    let mut new = profile(true);
    new["password"] = json!("1mz050nq");
    let made = okta.made(USERS, &new).await;
    assert_eq!((&made["active"], made.get("password"), made.get("groups")), (&json!(true), None, None));
    let found = okta.get(&probe).await.expect(200).json();
    assert_eq!(found["Resources"], json!([made]));

    // It gets the user, and puts back what it got with what changed.
    let path = path_of(&made);
    let mut whole = okta.get(&path).await.expect(200).json();
    whole["name"]["familyName"] = json!("Murray");
    let changed = okta.send("PUT", &path, &whole).await.expect(200).json();
    assert_eq!(changed["name"], json!({ "givenName": "Grace", "familyName": "Murray" }));
    let off = okta.send("PUT", &path, &profile(false)).await.expect(200).json();
    assert_eq!((&off["active"], &off["externalId"]), (&json!(false), &profile(false)["externalId"]));
    // Some integrations do so by PATCH without a path.
    let on = okta.patched(&path, json!([{ "op": "replace", "value": { "active": true } }])).await;
    assert_eq!(on["active"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn okta_pushes_a_group_renames_it_and_changes_who_is_in_it() {
    let hub = Hub::start().await;
    let okta = Provider::add(&hub, "Okta");
    let user = okta.made(USERS, &profile(true)).await;
    let member = json!({ "value": user["id"], "display": "grace@acme.test" });
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Publishers", "members": [member],
    });
    let made = okta.made(GROUPS, &body).await;
    assert_eq!(made["members"], json!([member]));
    let path = path_of(&made);
    let renamed = json!([{ "op": "replace", "value": { "id": made["id"], "displayName": "npm publishers" } }]);
    assert_eq!(okta.patched(&path, renamed).await["displayName"], "npm publishers");
    let removed =
        json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", user["id"].as_str().unwrap()) }]);
    assert_eq!(okta.patched(&path, removed).await.get("members"), None);
    let added = json!([{ "op": "add", "path": "members", "value": [member] }]);
    assert_eq!(okta.patched(&path, added).await["members"], json!([member]));
    let replaced =
        json!([{ "op": "replace", "path": "members", "value": [member, { "value": "another", "display": "x" }] }]);
    assert_eq!(okta.patched(&path, replaced).await["members"].as_array().unwrap().len(), 2);
    assert_eq!(okta.found(GROUPS, "displayName eq \"NPM publishers\"").await.len(), 1);
    okta.send("POST", GROUPS, &json!({ "displayName": "NPM Publishers" })).await.scim_error(409, "uniqueness");
    okta.delete(&path).await.expect(204);
}
