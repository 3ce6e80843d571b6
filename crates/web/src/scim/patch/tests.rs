use serde_json::json;

use super::*;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn map(json: Json) -> Map<String, Json> {
    serde_json::from_value(json).unwrap()
}

fn ada() -> Json {
    json!({
        "userName": "ada", "active": true, "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "emails": [
            { "value": "ada@acme.test", "type": "work", "primary": true },
            { "value": "ada@home.test", "type": "home" },
        ],
    })
}

fn on(kind: ScimKind, document: Json, operations: Json) -> Result<Json, WebError> {
    let body = Map::from_iter([("Operations".to_owned(), operations)]);
    patched(kind, &map(document), &body).map(Json::from)
}

#[track_caller]
fn user(operations: Json) -> Json {
    on(ScimKind::User, ada(), operations).unwrap()
}

#[track_caller]
fn group(document: Json, operations: Json) -> Json {
    on(ScimKind::Group, document, operations).unwrap()
}

#[test]
fn attributes_are_added_replaced_and_removed() {
    let changed = user(json!([
        { "op": "add", "path": "title", "value": "Engineer" },
        { "op": "replace", "path": "name.familyName", "value": "King" },
        { "op": "add", "path": "name", "value": { "middleName": "Augusta" } },
        { "op": "add", "path": "emails", "value": [{ "value": "ada@other.test", "primary": true }] },
        { "op": "remove", "path": "name.givenName" },
        { "op": "add", "path": "nickName", "value": "A" },
        { "op": "remove", "path": "nickName" },
        { "op": "remove", "path": "timezone" },
    ]));
    assert_eq!(changed["title"], "Engineer");
    assert_eq!(changed["name"], json!({ "familyName": "King", "middleName": "Augusta" }));
    assert_eq!(changed["emails"][0]["primary"], false, "there is one main address");
    assert_eq!(changed["emails"][2], json!({ "value": "ada@other.test", "primary": true }));
    assert_eq!(changed.get("nickName"), None);
    let replaced = user(json!([{ "op": "replace", "path": "emails", "value": [{ "value": "x@acme.test" }] }]));
    assert_eq!(replaced["emails"], json!([{ "value": "x@acme.test" }]));
    assert_eq!(user(json!([{ "op": "add", "path": "emails", "value": ada()["emails"] }])), ada(), "they are there");
}

#[test]
fn values_are_selected_by_filters() {
    let changed = user(json!([
        { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@acme.test" },
        { "op": "replace", "path": "emails[type eq \"home\"].primary", "value": "True" },
    ]));
    let mut emails = changed["emails"].as_array().unwrap().clone();
    emails.sort_by_key(|email| email["type"].to_string());
    assert_eq!(emails[0], json!({ "value": "ada@home.test", "type": "home", "primary": true }));
    assert_eq!(emails[1], json!({ "value": "a@acme.test", "type": "work", "primary": false }));
    let removed = user(json!([{ "op": "remove", "path": "emails[value ew \"home.test\"]" }]));
    assert_eq!(removed["emails"].as_array().unwrap().len(), 1);
    let none = user(json!([{ "op": "remove", "path": "emails[value pr]" }]));
    assert_eq!(none.get("emails"), None);
    assert_eq!(user(json!([{ "op": "remove", "path": "emails[type eq \"other\"]" }])), ada());
}

#[test]
fn identity_providers_are_understood_as_they_write() {
    let changed = user(json!([
        { "op": "Replace", "path": "active", "value": "False" },
        { "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+49 30 1" },
        { "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "m1" },
        { "op": "Replace", "value": {
            "name.familyName": "King", "displayName": "Ada King", "id": "no", "meta": {}, "password": "x",
            format!("{ENTERPRISE}:department"): "R&D", "emails[type eq \"work\"].value": "king@acme.test",
        } },
    ]));
    assert_eq!(changed["active"], false);
    assert_eq!(changed["phoneNumbers"], json!([{ "type": "mobile", "value": "+49 30 1" }]));
    assert_eq!(changed[ENTERPRISE], json!({ "department": "R&D", "manager": { "value": "m1" } }));
    assert_eq!(changed["name"], json!({ "givenName": "Ada", "familyName": "King" }));
    assert_eq!(changed["emails"][0]["value"], "king@acme.test");
    assert_eq!((changed.get("id"), changed.get("password")), (None, None));
    let off =
        on(ScimKind::User, changed, json!([{ "op": "Remove", "path": format!("{ENTERPRISE}:manager") }])).unwrap();
    assert_eq!(off[ENTERPRISE], json!({ "department": "R&D" }));
    let bare = on(ScimKind::User, off, json!([{ "op": "remove", "path": ENTERPRISE }])).unwrap();
    assert_eq!(bare.get(ENTERPRISE), None);
}

#[test]
fn members_come_once_and_go_by_value_or_filter() {
    let ops = json!({ "displayName": "Ops", "members": [{ "value": "1", "display": "Ada" }, { "value": "2" }] });
    let added =
        json!([{ "op": "Add", "path": "members", "value": [{ "value": "2", "display": "Bob" }, { "value": "3" }] }]);
    let with = group(ops.clone(), added);
    assert_eq!(with["members"], json!([{ "value": "1", "display": "Ada" }, { "value": "2" }, { "value": "3" }]));
    let removed = json!([{ "op": "Remove", "path": "members", "value": [{ "value": "1" }, { "value": "9" }] }]);
    assert_eq!(group(ops.clone(), removed)["members"], json!([{ "value": "2" }]));
    let removed = json!([{ "op": "remove", "path": "members[value eq \"2\"]" }]);
    assert_eq!(group(ops.clone(), removed)["members"], json!([{ "value": "1", "display": "Ada" }]));
    let replaced = json!([{ "op": "replace", "path": "members", "value": [{ "value": "7" }] }]);
    assert_eq!(group(ops.clone(), replaced)["members"], json!([{ "value": "7" }]));
    let renamed = json!([{ "op": "replace", "value": { "id": "x", "displayName": "Operations" } }]);
    assert_eq!(group(ops.clone(), renamed)["displayName"], "Operations");
    let none = json!([{ "op": "remove", "path": "members" }]);
    assert_eq!(group(ops.clone(), none), json!({ "displayName": "Ops" }));
    let empty = json!([{ "op": "replace", "path": "members", "value": [] }]);
    assert_eq!(group(ops, empty), json!({ "displayName": "Ops" }));
}

#[test]
fn what_cannot_be_done_is_told_apart() {
    for (operations, kind) in [
        (json!("x"), "invalidSyntax"),
        (json!([1]), "invalidSyntax"),
        (json!([{ "op": "move", "path": "title" }]), "invalidSyntax"),
        (json!([{ "op": "remove" }]), "noTarget"),
        (json!([{ "op": "add", "value": 1 }]), "invalidSyntax"),
        (json!([{ "op": "add", "path": 7 }]), "invalidPath"),
        (json!([{ "op": "add", "path": "emails[", "value": 1 }]), "invalidPath"),
        (json!([{ "op": "replace", "path": "id", "value": "x" }]), "mutability"),
        (json!([{ "op": "replace", "path": "meta.version", "value": "x" }]), "mutability"),
        (json!([{ "op": "remove", "path": "userName" }]), "invalidValue"),
        (json!([{ "op": "replace", "path": "active", "value": "perhaps" }]), "invalidValue"),
        (json!([{ "op": "replace", "path": "emails[type co \"x\"].value", "value": "y" }]), "noTarget"),
        (json!([{ "op": "replace", "path": "title[type eq \"x\"].value", "value": "y" }]), "invalidPath"),
        (json!([{ "op": "replace", "path": "title.x", "value": "y" }]), "invalidPath"),
    ] {
        let document = if operations.to_string().contains("title[") { with_title() } else { ada() };
        let error = on(ScimKind::User, document, operations.clone()).unwrap_err();
        assert_eq!(error.more.unwrap()["scimType"], kind, "{operations}");
    }
    let many = vec![json!({ "op": "remove", "path": "title" }); 1001];
    assert_eq!(on(ScimKind::User, ada(), many.into()).unwrap_err().code, "scim-too-many");
}

fn with_title() -> Json {
    let mut document = ada();
    document["title"] = json!("Engineer");
    document
}

mod strange {
    use proptest::prelude::*;

    use super::*;

    /// Any JSON that is not too large, with names that mean something more often than not.
    fn json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            "\\PC{0,6}".prop_map(Json::from),
            Just(json!("True")),
            Just(json!("work")),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                prop::collection::btree_map(name(), inner, 0..4)
                    .prop_map(|parts| Json::Object(parts.into_iter().collect())),
            ]
        })
    }

    fn name() -> impl Strategy<Value = String> {
        const KNOWN: &[&str] = &[
            "userName",
            "USERNAME",
            "emails",
            "value",
            "type",
            "primary",
            "name",
            "name.familyName",
            "active",
            "members",
            "manager",
            "$ref",
            "id",
            "groups",
            "password",
            "displayName",
            ENTERPRISE,
            "urn:x:y:User",
            "emails[type eq \"work\"].value",
            "members[value eq \"1\"]",
            "op",
            "path",
            "Operations",
        ];
        prop_oneof![4 => prop::sample::select(KNOWN).prop_map(str::to_owned), 1 => "\\PC{0,8}"]
    }

    fn operation() -> impl Strategy<Value = Json> {
        let act = prop::sample::select(&["add", "Replace", "remove", "x"][..]);
        (act, prop::option::of(name()), json())
            .prop_map(|(op, path, value)| json!({ "op": op, "path": path, "value": value }))
    }

    proptest! {
        #[test]
        fn no_operation_is_too_strange(operations in prop::collection::vec(operation(), 0..6), is_user in any::<bool>()) {
            let kind = if is_user { ScimKind::User } else { ScimKind::Group };
            let mut document = ada();
            document["displayName"] = json!("Ops");
            if let Ok(changed) = on(kind, document, operations.into()) {
                prop_assert!(!changed.to_string().contains("\"password\""));
                let again = document::clean(kind, map(changed.clone())).unwrap();
                prop_assert_eq!(Json::from(again), changed, "what is kept is kept as it is");
            }
        }

        #[test]
        fn no_document_is_too_strange(document in json(), is_user in any::<bool>()) {
            let kind = if is_user { ScimKind::User } else { ScimKind::Group };
            if let Json::Object(document) = document
                && let Ok(kept) = document::clean(kind, document)
            {
                prop_assert_eq!(document::clean(kind, kept.clone()).unwrap(), kept);
            }
        }
    }
}
