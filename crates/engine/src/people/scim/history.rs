//! What is told of a change later: whole documents, but for the members of groups. A group of ten thousand that gets one
//! more would otherwise be written down twice each time.

use std::collections::HashSet;

use serde_json::{Map, Value as Json};

use super::ENTERPRISE_USER;

/// Attributes that records may name. What a client made up may say something of a person.
const KNOWN: &[&str] = &[
    "active",
    "addresses",
    "displayName",
    "emails",
    "entitlements",
    "externalId",
    "ims",
    "locale",
    "members",
    "name",
    "nickName",
    "phoneNumbers",
    "photos",
    "preferredLanguage",
    "profileUrl",
    "roles",
    "timezone",
    "title",
    "userName",
    "userType",
    ENTERPRISE_USER,
];

const OTHERS: &str = "others";

/// The names of attributes that differ, with one word for all that a client made up.
pub(super) fn attributes_changed(before: &Map<String, Json>, after: &Map<String, Json>) -> Vec<&'static str> {
    let differs = |name: &str| before.get(name) != after.get(name);
    let mut changed: Vec<&'static str> = KNOWN.iter().copied().filter(|name| differs(name)).collect();
    let is_other = |name: &&String| !KNOWN.contains(&name.as_str());
    if before.keys().chain(after.keys()).filter(is_other).any(|name| differs(name)) {
        changed.push(OTHERS);
    }
    changed
}

/// Both documents, each without the members that both have. `O(members)`.
pub(super) fn members_apart(
    before: &Map<String, Json>,
    after: &Map<String, Json>,
) -> (Map<String, Json>, Map<String, Json>) {
    (without_members_of(before, after), without_members_of(after, before))
}

fn without_members_of(document: &Map<String, Json>, other: &Map<String, Json>) -> Map<String, Json> {
    let others: HashSet<String> = members(other).iter().map(Json::to_string).collect();
    let is_rest = |member: &&Json| !others.contains(&member.to_string());
    let rest: Vec<Json> = members(document).iter().filter(is_rest).cloned().collect();
    let mut told: Map<String, Json> = document
        .iter()
        .filter(|(name, _)| *name != "members")
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if !rest.is_empty() {
        told.insert("members".to_owned(), rest.into());
    }
    told
}

fn members(document: &Map<String, Json>) -> &[Json] {
    document.get("members").and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(json: Json) -> Map<String, Json> {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn of_members_only_those_are_told_that_came_and_went() {
        let before = map(json!({ "displayName": "Ops", "members": [{ "value": "1" }, { "value": "2" }] }));
        let after = map(json!({ "displayName": "Ops", "members": [{ "value": "2" }, { "value": "3" }] }));
        let (went, came) = members_apart(&before, &after);
        assert_eq!(went, map(json!({ "displayName": "Ops", "members": [{ "value": "1" }] })));
        assert_eq!(came, map(json!({ "displayName": "Ops", "members": [{ "value": "3" }] })));
        assert_eq!(members_apart(&Map::new(), &after), (Map::new(), after.clone()));
        assert_eq!(members_apart(&after, &after).0, map(json!({ "displayName": "Ops" })));
    }

    #[test]
    fn records_name_no_attribute_that_a_client_made_up() {
        let before = map(json!({ "active": true, "ada@acme.test": 1 }));
        let after = map(json!({ "active": false, "title": "x" }));
        assert_eq!(attributes_changed(&before, &after), ["active", "title", "others"]);
    }
}
