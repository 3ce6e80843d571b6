//! What a user of a directory says of a person. Pure.

use std::collections::{BTreeMap, HashMap};

use rolecall_model::person::{Employment, Person, PersonAddress, PersonKey, PersonKind, Standing};
use serde_json::{Map, Value as Json};

use rolecall_connect::roster::text::kind_of;

/// The name of the standard extension for people who work somewhere.
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Attributes that become something else of a person than an attribute.
const TAKEN: &[&str] =
    &["id", "externalId", "displayName", "active", "userType", "employeeNumber", "department", "schemas"];

/// The person that a user's document is about; nothing when it has no name at all. The key is the employee's number, or
/// else the identity provider's id, or else the userName. A manager is named as the document names them: by the key of
/// nobody yet, unless [`people_of`] looked them up.
#[must_use]
pub fn person_of(document: &Map<String, Json>, client_title: &str) -> Option<Person> {
    let enterprise = extension(document);
    let user_name = text(document, "userName");
    let id = enterprise.and_then(|of| text(of, "employeeNumber")).or_else(|| text(document, "externalId"));
    let key = PersonKey::of(id, user_name)?;
    let mut person = Person::new(key, display_name(document).unwrap_or_default());
    let name = document.get("name").and_then(Json::as_object);
    person.given_name = name.and_then(|name| text(name, "givenName")).map(str::to_owned);
    person.family_name = name.and_then(|name| text(name, "familyName")).map(str::to_owned);
    person.addresses = addresses(document, client_title);
    person.employment = match document.get("active") {
        Some(Json::Bool(true)) => Employment::Active,
        Some(Json::Bool(false)) => Employment::Departed,
        _ => Employment::Unknown,
    };
    person.kind = text(document, "userType").map_or(PersonKind::Unknown, kind_of);
    person.department = enterprise.and_then(|of| text(of, "department")).map(str::to_owned);
    person.manager = manager(document).map(PersonKey::from);
    person.attributes = attributes(document);
    Some(person)
}

/// The people of a directory, by its users' ids and documents; managers, whom documents name by those ids or by the
/// identity provider's, are named by their keys. `O(users)`.
#[must_use]
pub fn people_of<'d>(
    users: impl IntoIterator<Item = (&'d str, &'d Map<String, Json>)>,
    client_title: &str,
) -> Vec<Person> {
    let users: Vec<_> = users.into_iter().collect();
    let mut people: Vec<Person> = Vec::with_capacity(users.len());
    let mut keys: HashMap<&str, PersonKey> = HashMap::new();
    for (id, document) in users {
        let Some(person) = person_of(document, client_title) else { continue };
        for name in [Some(id), text(document, "externalId"), text(document, "userName")].into_iter().flatten() {
            keys.entry(name).or_insert_with(|| person.key.clone());
        }
        people.push(person);
    }
    for person in &mut people {
        if let Some(known) = person.manager.as_ref().and_then(|manager| keys.get(manager.as_str())) {
            person.manager = Some(known.clone());
        }
    }
    people
}

fn text<'d>(document: &'d Map<String, Json>, name: &str) -> Option<&'d str> {
    document.get(name).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty())
}

fn extension(document: &Map<String, Json>) -> Option<&Map<String, Json>> {
    document.get(ENTERPRISE_USER).and_then(Json::as_object)
}

fn manager(document: &Map<String, Json>) -> Option<&str> {
    text(extension(document)?.get("manager")?.as_object()?, "value")
}

fn display_name(document: &Map<String, Json>) -> Option<String> {
    let name = document.get("name").and_then(Json::as_object);
    let formatted = || name.and_then(|name| text(name, "formatted")).map(str::to_owned);
    let parts = || {
        let parts = ["givenName", "familyName"].map(|part| name.and_then(|name| text(name, part)));
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    let said = text(document, "displayName").map(str::to_owned).or_else(formatted).or_else(parts);
    said.or_else(|| text(document, "userName").map(str::to_owned))
}

/// The primary address is the main one, or else that of work, or else the first; a userName that is an address is one too.
fn addresses(document: &Map<String, Json>, client_title: &str) -> Vec<PersonAddress> {
    let emails = document.get("emails").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let emails: Vec<&Map<String, Json>> = emails.iter().filter_map(Json::as_object).collect();
    let is_primary = |email: &&Map<String, Json>| email.get("primary") == Some(&Json::Bool(true));
    let is_work =
        |email: &&Map<String, Json>| text(email, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("work"));
    let main = emails.iter().copied().find(is_primary).or_else(|| emails.iter().copied().find(is_work));
    let main = main.or_else(|| emails.first().copied()).and_then(|email| text(email, "value"));
    let user_name = text(document, "userName").filter(|name| name.contains('@'));
    let main = main.or(user_name);
    let mut found: Vec<PersonAddress> = Vec::new();
    let said = emails.iter().filter_map(|email| text(email, "value"));
    for address in main.into_iter().chain(said).chain(user_name) {
        if found.iter().all(|known| known.address.to_lowercase() != address.to_lowercase()) {
            found.push(PersonAddress {
                address: address.to_owned(),
                is_main: found.is_empty(),
                source: client_title.to_owned(),
                standing: Standing::Provisioned,
            });
        }
    }
    found
}

/// Whatever else is one simple value, those of extensions by their own names too.
fn attributes(document: &Map<String, Json>) -> BTreeMap<String, String> {
    let extensions = document.iter().filter(|(name, _)| name.starts_with("urn:"));
    let extended = extensions.filter_map(|(_, of)| of.as_object()).flatten();
    let mut found = BTreeMap::new();
    for (name, value) in document.iter().chain(extended) {
        if TAKEN.contains(&name.as_str()) {
            continue;
        }
        let value = match value {
            Json::String(text) if !text.trim().is_empty() => text.trim().to_owned(),
            Json::Bool(_) | Json::Number(_) => value.to_string(),
            _ => continue,
        };
        found.entry(name.clone()).or_insert(value);
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn map(json: Json) -> Map<String, Json> {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_user_of_a_directory_is_a_person() {
        let document = map(json!({
            "externalId": "00u1", "userName": "Ada@acme.test", "active": true, "userType": "Contractor",
            "name": { "givenName": "Ada", "familyName": "Lovelace" }, "title": "Engineer",
            "emails": [
                { "value": "ada@home.test", "type": "home" },
                { "value": "ada.l@acme.test", "type": "work" },
                { "value": "ADA@acme.test" },
            ],
            ENTERPRISE_USER: { "employeeNumber": "0042", "department": "R&D", "costCenter": 7, "manager": { "value": "m1" } },
            "urn:acme:custom:2.0:User": { "npmUsername": "ada-l" },
        }));
        let person = person_of(&document, "Okta").unwrap();
        assert_eq!((person.key.as_str(), person.display_name.as_str()), ("0042", "Ada Lovelace"));
        assert_eq!((person.given_name.as_deref(), person.family_name.as_deref()), (Some("Ada"), Some("Lovelace")));
        let addresses: Vec<_> = person.addresses.iter().map(|one| (one.address.as_str(), one.is_main)).collect();
        assert_eq!(addresses, [("ada.l@acme.test", true), ("ada@home.test", false), ("ADA@acme.test", false)]);
        let is_provisioned = |one: &PersonAddress| one.standing == Standing::Provisioned && one.source == "Okta";
        assert!(person.addresses.iter().all(is_provisioned));
        assert_eq!((person.employment, person.kind), (Employment::Active, PersonKind::Contractor));
        assert_eq!(person.department.as_deref(), Some("R&D"));
        assert_eq!(person.manager.as_ref().map(PersonKey::as_str), Some("m1"));
        let attributes: Vec<_> =
            person.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let wanted =
            [("costCenter", "7"), ("npmUsername", "ada-l"), ("title", "Engineer"), ("userName", "Ada@acme.test")];
        assert_eq!(attributes, wanted);
    }

    #[test]
    fn the_key_is_the_number_or_the_id_or_the_name() {
        let key = |json| person_of(&map(json), "x").map(|person| person.key.to_string());
        assert_eq!(key(json!({ "userName": "Bob@acme.test", "externalId": " 7 " })).as_deref(), Some("7"));
        assert_eq!(key(json!({ "userName": "Bob@acme.test" })).as_deref(), Some("bob@acme.test"));
        assert_eq!(key(json!({ "displayName": "Bob" })), None);
    }

    #[test]
    fn who_is_not_active_has_left_and_who_is_not_said_to_be_is_unknown() {
        let employment = |active| {
            let document = map(json!({ "userName": "bob", "active": active }));
            person_of(&document, "x").map(|person| person.employment)
        };
        assert_eq!(employment(json!(false)), Some(Employment::Departed));
        assert_eq!(employment(Json::Null), Some(Employment::Unknown));
    }

    #[test]
    fn managers_are_named_by_their_keys() {
        let boss = map(json!({ "userName": "boss", "externalId": "b", ENTERPRISE_USER: { "employeeNumber": "1" } }));
        let led = |by: &str| map(json!({ "userName": by, ENTERPRISE_USER: { "manager": { "value": by } } }));
        let (by_id, by_external, by_stranger) = (led("uuid-1"), led("b"), led("nobody"));
        let users = [("uuid-1", &boss), ("2", &by_id), ("3", &by_external), ("4", &by_stranger)];
        let people = people_of(users, "x");
        let managers: Vec<_> = people.iter().map(|one| one.manager.as_ref().map(PersonKey::as_str)).collect();
        assert_eq!(managers, [None, Some("1"), Some("1"), Some("nobody")]);
    }

    proptest! {
        #[test]
        fn no_document_is_too_strange(name in "\\PC{0,8}", active in any::<Option<bool>>(), email in "\\PC{0,8}") {
            let emails = json!([{ "value": email, "primary": name }, name, [[]], {}]);
            let document = map(json!({
                "userName": name, "active": active, "emails": emails, "name": name, ENTERPRISE_USER: email, "": {},
            }));
            let person = person_of(&document, "x");
            prop_assert_eq!(person.is_some(), !name.trim().is_empty());
            prop_assert!(person.is_none_or(|person| person.addresses.iter().filter(|one| one.is_main).count() <= 1));
        }
    }
}
