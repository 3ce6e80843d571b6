//! The requests that Entra ID sends, in the shapes of its public documentation: operations in capitals, truth as a text,
//! values without a path whose names are paths, members removed by value.

use serde_json::{Value as Json, json};

use super::{ENTERPRISE, GROUPS, Provider, USERS, path_of};
use crate::harness::{Hub, encoded};

async fn made(entra: &Provider) -> Json {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "externalId": "kjohn", "userName": "katherine@acme.test", "active": true,
        "addresses": null, "displayName": "Katherine Johnson",
        "emails": [{ "type": "work", "primary": true, "value": "katherine@acme.test" }],
        "meta": { "resourceType": "User" },
        "name": { "familyName": "Johnson", "givenName": "Katherine" },
        "phoneNumbers": [], "preferredLanguage": null, "title": null, ENTERPRISE: { "department": null },
    });
    entra.made(USERS, &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn entra_probes_provisions_changes_and_disables_a_user() {
    let hub = Hub::start().await;
    let entra = Provider::add(&hub, "Entra ID");
    // Its test of a connection looks for somebody who is not there.
    let probe = encoded("userName eq \"non-existent user\"");
    let none = entra.get(&format!("{USERS}?filter={probe}")).await.expect(200).json();
    assert_eq!((&none["totalResults"], &none["Resources"]), (&json!(0), &json!([])));
    let user = made(&entra).await;
    assert_eq!((user.get("addresses"), user.get(ENTERPRISE)), (None, None), "nothing is nothing");
    let path = path_of(&user);
    assert_eq!(entra.found(USERS, "externalId eq \"kjohn\"").await.len(), 1);
    assert_eq!(entra.found(USERS, "emails[type eq \"work\"].value eq \"KATHERINE@acme.test\"").await.len(), 1);

    let changed = entra
        .patched(
            &path,
            json!([
                { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "k.johnson@acme.test" },
                { "op": "Replace", "path": "name.familyName", "value": "Goble" },
                { "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+1 555 0100" },
                { "op": "Add", "path": format!("{ENTERPRISE}:department"), "value": "Flight" },
                { "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "m-1" },
                { "op": "Add", "path": "roles[primary eq \"True\"].value", "value": "engineer" },
            ]),
        )
        .await;
    assert_eq!(changed["emails"], json!([{ "type": "work", "primary": true, "value": "k.johnson@acme.test" }]));
    assert_eq!(changed["name"]["familyName"], "Goble");
    assert_eq!(changed["phoneNumbers"], json!([{ "type": "mobile", "value": "+1 555 0100" }]));
    assert_eq!(changed[ENTERPRISE], json!({ "department": "Flight", "manager": { "value": "m-1" } }));
    assert_eq!(changed["roles"], json!([{ "primary": true, "value": "engineer" }]));

    let several = json!([{ "op": "replace", "value": {
        "name.givenName": "Kathy", "displayName": "Kathy Goble", format!("{ENTERPRISE}:employeeNumber"): "7",
        format!("{ENTERPRISE}:manager"): { "value": "m-2" },
    } }]);
    let changed = entra.patched(&path, several).await;
    assert_eq!(changed["name"], json!({ "givenName": "Kathy", "familyName": "Goble" }));
    assert_eq!(changed[ENTERPRISE]["manager"], json!({ "value": "m-2" }));
    let off = entra.patched(&path, json!([{ "op": "Replace", "path": "active", "value": "False" }])).await;
    assert_eq!(off["active"], false);
    let bare = entra.patched(&path, json!([{ "op": "Remove", "path": format!("{ENTERPRISE}:manager") }])).await;
    assert_eq!(bare[ENTERPRISE], json!({ "department": "Flight", "employeeNumber": "7" }));
    entra.delete(&path).await.expect(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn entra_fills_a_group_and_asks_who_is_in_it() {
    let hub = Hub::start().await;
    let entra = Provider::add(&hub, "Entra ID");
    let user = made(&entra).await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", "http://schemas.example/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "8aa1a0c0", "displayName": "Publishers", "meta": { "resourceType": "Group" },
    });
    let group = entra.made(GROUPS, &body).await;
    let path = path_of(&group);
    let value = json!([{ "$ref": null, "value": user["id"] }]);
    let filled = entra.patched(&path, json!([{ "op": "Add", "path": "members", "value": value }])).await;
    assert_eq!(filled["members"], json!([{ "value": user["id"] }]));
    let (group_id, user_id) = (group["id"].as_str().unwrap(), user["id"].as_str().unwrap());
    let within = format!("id eq \"{group_id}\" and members eq \"{user_id}\"");
    let listed = entra.get(&format!("{GROUPS}?filter={}&attributes=id", encoded(&within))).await.expect(200).json();
    assert_eq!(listed["Resources"], json!([{ "id": group_id, "schemas": group["schemas"] }]));
    let by_name = format!("{GROUPS}?excludedAttributes=members&filter={}", encoded("displayName eq \"publishers\""));
    let listed = entra.get(&by_name).await.expect(200).json();
    assert_eq!(listed["Resources"][0].get("members"), None);
    let bare = entra.get(&format!("{path}?excludedAttributes=members")).await.expect(200).json();
    assert_eq!((bare.get("members"), &bare["displayName"]), (None, &json!("Publishers")));
    let removed = entra.patched(&path, json!([{ "op": "Remove", "path": "members", "value": value }])).await;
    assert_eq!(removed.get("members"), None);
    assert_eq!(entra.found(GROUPS, &within).await, Vec::<Json>::new());
}
