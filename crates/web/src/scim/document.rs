//! What of a body is kept: attributes under the names that their schema spells, values of their kind where that is clear,
//! and whatever is unknown as it came. What is the server's is ignored, and passwords are dropped wherever they are.

use std::collections::HashSet;

use rolecall_engine::people::scim::ScimKind;
use serde_json::{Map, Value as Json};

use super::attribute::{self, Attribute, Kind, Schema, naming};
use super::error;
use super::path::{key_of, starts_with_urn};
use crate::error::WebError;

/// How deep a document may be.
const DEEPEST: usize = 8;

/// The most characters of what something is found by.
const LONGEST_KEY: usize = 500;

/// The most bytes of a user. Groups may be as large as bodies are.
const LARGEST_USER: usize = 256 << 10;

/// What a whole document is kept as.
pub(super) fn clean(kind: ScimKind, body: Map<String, Json>) -> Result<Map<String, Json>, WebError> {
    let mut kept = Map::new();
    for (name, mut value) in body {
        sound(&name, &mut value, 0)?;
        let is_core = name.eq_ignore_ascii_case(attribute::core(kind));
        match value {
            Json::Object(parts) if is_core => {
                for (name, value) in parts {
                    keep_own(kind, &mut kept, name, value)?;
                }
            }
            value => keep_own(kind, &mut kept, name, value)?,
        }
    }
    checked(kind, kept)
}

fn keep_own(kind: ScimKind, kept: &mut Map<String, Json>, name: String, value: Json) -> Result<(), WebError> {
    if is_nothing(&value) || is_password(&name) {
        return Ok(());
    }
    if let (Some(schema), Json::Object(parts)) = (attribute::extension(kind, &name), &value) {
        let parts = of_schema(schema, parts.clone())?;
        return if parts.is_empty() { Ok(()) } else { keep(kept, schema.urn.to_owned(), parts.into()) };
    }
    // What the server works out from groups, if a client sends it back.
    let is_derived = kind == ScimKind::User && name.eq_ignore_ascii_case("groups");
    match attribute::of_kind(kind, &name) {
        _ if is_derived => Ok(()),
        Some(declared) if declared.is_read_only => Ok(()),
        Some(declared) => match fitted(declared, value)? {
            Some(value) => keep(kept, declared.name.to_owned(), value),
            None => Ok(()),
        },
        None => keep(kept, name, value),
    }
}

fn of_schema(schema: &Schema, parts: Map<String, Json>) -> Result<Map<String, Json>, WebError> {
    let mut kept = Map::new();
    for (name, value) in parts {
        match attribute::among(schema.attributes, &name) {
            _ if is_nothing(&value) => {}
            Some(declared) => {
                if let Some(value) = fitted(declared, value)? {
                    keep(&mut kept, declared.name.to_owned(), value)?;
                }
            }
            None => keep(&mut kept, name, value)?,
        }
    }
    Ok(kept)
}

/// Keeps an attribute that was not there yet. Names that differ in case are the same.
fn keep(kept: &mut Map<String, Json>, name: String, value: Json) -> Result<(), WebError> {
    if key_of(kept, &name).is_some() {
        return Err(error::syntax(format!("{} is there twice, perhaps in other letters.", told(&name)))
            .hint("Say each attribute once."));
    }
    kept.insert(name, value);
    Ok(())
}

/// The value as the attribute holds it; nothing where it says nothing.
pub(super) fn fitted(declared: &Attribute, value: Json) -> Result<Option<Json>, WebError> {
    if !declared.is_multi {
        return match value {
            Json::Array(mut items) if items.len() <= 1 => items.pop().map_or(Ok(None), |item| one(declared, item)),
            Json::Array(_) => Err(error::value(format!("{} has one value, and several were given.", declared.name))),
            value => one(declared, value),
        };
    }
    let items = match value {
        Json::Array(items) => items,
        single => vec![single],
    };
    let mut fitted = Vec::with_capacity(items.len());
    for item in items {
        fitted.extend(one(declared, item)?);
    }
    if declared.name == "members" {
        fitted = members(fitted)?;
    }
    Ok((!fitted.is_empty()).then_some(fitted.into()))
}

/// Each member once.
fn members(items: Vec<Json>) -> Result<Vec<Json>, WebError> {
    let mut seen = HashSet::new();
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        let Some(value) = item.get("value").and_then(Json::as_str).filter(|value| !value.is_empty()) else {
            return Err(error::value("A member has no value.").hint("Give the id of a user or a group as its value."));
        };
        if seen.insert(value.to_owned()) {
            kept.push(item);
        }
    }
    Ok(kept)
}

/// One value as the attribute holds it. Some clients write truth and numbers as texts.
pub(super) fn one(declared: &Attribute, value: Json) -> Result<Option<Json>, WebError> {
    let name = declared.name;
    match (declared.kind, value) {
        (_, Json::Null) => Ok(None),
        (Kind::Boolean, Json::Bool(value)) => Ok(Some(value.into())),
        (Kind::Boolean, Json::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Ok(Some(true.into())),
            "false" => Ok(Some(false.into())),
            "" => Ok(None),
            _ => Err(error::value(format!("{name} is true or false, and something else was given."))),
        },
        (Kind::Boolean, _) => Err(error::value(format!("{name} is true or false, and something else was given."))),
        (Kind::Complex(parts), Json::Object(given)) => complex(parts, given),
        (Kind::Complex(parts), simple @ (Json::String(_) | Json::Number(_))) => {
            let is_empty = simple.as_str().is_some_and(str::is_empty);
            match attribute::among(parts, "value") {
                _ if is_empty => Ok(None),
                Some(_) => complex(parts, Map::from_iter([("value".to_owned(), simple)])),
                None => Err(error::value(format!("{name} has parts, and a simple value was given."))),
            }
        }
        (Kind::Complex(_), _) => Err(error::value(format!("{name} has parts, and something else was given."))),
        (_, Json::String(text)) => Ok(Some(text.into())),
        (_, simple @ (Json::Number(_) | Json::Bool(_))) => Ok(Some(simple.to_string().into())),
        (_, Json::Array(_) | Json::Object(_)) => {
            Err(error::value(format!("{name} is a text, and something with parts was given.")))
        }
    }
}

fn complex(parts: &'static [Attribute], given: Map<String, Json>) -> Result<Option<Json>, WebError> {
    let mut kept = Map::new();
    for (name, value) in given {
        match attribute::among(parts, &name) {
            _ if is_nothing(&value) => {}
            Some(part) if part.is_read_only => {}
            Some(part) => {
                if let Some(value) = fitted(part, value)? {
                    keep(&mut kept, part.name.to_owned(), value)?;
                }
            }
            None => keep(&mut kept, name, value)?,
        }
    }
    Ok((!kept.is_empty()).then_some(kept.into()))
}

/// That a document says what every one of its kind has to say, and is no larger than one may be.
fn checked(kind: ScimKind, mut kept: Map<String, Json>) -> Result<Map<String, Json>, WebError> {
    let name = naming(kind);
    let given = kept.get(name).and_then(Json::as_str).unwrap_or_default().trim().to_owned();
    if given.is_empty() {
        return Err(error::value(format!("{name} is missing.")).hint("Every one has to have it, and may not lose it."));
    }
    kept.insert(name.to_owned(), given.into());
    for key in [name, "externalId"] {
        let length = kept.get(key).and_then(Json::as_str).unwrap_or_default().chars().count();
        if length > LONGEST_KEY {
            return Err(error::value(format!("{key} is longer than {LONGEST_KEY} characters.")));
        }
    }
    one_primary(&mut kept);
    let largest = if kind == ScimKind::User { LARGEST_USER } else { super::BODY_LIMIT };
    if serde_json::to_string(&kept).map_or(usize::MAX, |text| text.len()) > largest {
        return Err(error::too_many(format!("A {} may take {} KB at most.", kind.word(), largest >> 10)));
    }
    Ok(kept)
}

/// Of several that are said to be the main one, the last is: it was said last.
fn one_primary(kept: &mut Map<String, Json>) {
    for items in kept.values_mut().filter_map(Json::as_array_mut) {
        let is_primary = |item: &Json| item.get("primary") == Some(&Json::Bool(true));
        let last = items.iter().rposition(is_primary);
        let others = items.iter_mut().enumerate().filter(|(at, _)| last.is_some_and(|last| *at < last));
        for (_, item) in others.filter(|(_, item)| is_primary(item)) {
            if let Some(parts) = item.as_object_mut() {
                parts.insert("primary".to_owned(), false.into());
            }
        }
    }
}

/// Refuses what cannot be kept, and takes passwords away.
pub(super) fn sound(name: &str, value: &mut Json, depth: usize) -> Result<(), WebError> {
    if depth > DEEPEST {
        return Err(error::value(format!("{} has parts in parts, deeper than {DEEPEST}.", told(name))));
    }
    if name.contains('\0') {
        return Err(error::syntax("The name of an attribute has a character that no text may have (U+0000)."));
    }
    match value {
        Json::String(text) if text.contains('\0') => {
            Err(error::value(format!("{} has a character that no text may have (U+0000).", told(name))))
        }
        Json::Array(items) => items.iter_mut().try_for_each(|item| sound(name, item, depth + 1)),
        Json::Object(parts) => {
            parts.retain(|part, _| !is_password(part));
            parts.iter_mut().try_for_each(|(part, value)| sound(part, value, depth + 1))
        }
        _ => Ok(()),
    }
}

/// Whether this is a password, whatever the client thinks of that.
pub(super) fn is_password(name: &str) -> bool {
    let last = if starts_with_urn(name) { name.rsplit(':').next().unwrap_or(name) } else { name };
    last.eq_ignore_ascii_case("password")
}

fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(parts) => parts.is_empty(),
        Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}

/// A name that a client gave, as it is repeated to it.
pub(super) fn told(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cleaned(body: Json) -> Result<Json, WebError> {
        clean(ScimKind::User, serde_json::from_value(body).unwrap()).map(Json::from)
    }

    #[test]
    fn names_are_spelled_as_the_schema_does_and_values_fit() {
        let body = json!({
            "schemas": ["urn:x"], "ID": "x", "meta": { "version": 7 }, "USERNAME": " ada ", "Active": "False",
            "EXTERNALID": 42, "emails": { "VALUE": "ada@acme.test", "Primary": "TRUE", "more": 1 }, "roles": ["admin"],
            "nickName": null, "photos": [], "groups": [{ "value": "g" }], "unknown": { "kept": [1] },
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user": {
                "employeenumber": 7, "manager": "m1", "password": "x", "other": 1,
            },
            "urn:ietf:params:scim:schemas:core:2.0:User": { "title": "Engineer", "PASSWORD": "x" },
            "password": "secret", "Password": "secret", "urn:acme:2.0:User": { "npmUsername": "ada", "password": "x" },
        });
        let wanted = json!({
            "userName": "ada", "active": false, "externalId": "42", "title": "Engineer",
            "emails": [{ "value": "ada@acme.test", "primary": true, "more": 1 }], "roles": [{ "value": "admin" }],
            "unknown": { "kept": [1] },
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                "employeeNumber": "7", "manager": { "value": "m1" }, "other": 1,
            },
            "urn:acme:2.0:User": { "npmUsername": "ada" },
        });
        assert_eq!(cleaned(body).unwrap(), wanted);
    }

    #[test]
    fn what_cannot_be_is_refused_with_what_it_should_be() {
        for (body, said) in [
            (json!({}), "userName is missing"),
            (json!({ "userName": "  " }), "userName is missing"),
            (json!({ "userName": ["a", "b"] }), "userName has one value"),
            (json!({ "userName": { "a": 1 } }), "userName is a text"),
            (json!({ "userName": "a\u{0}" }), "U+0000"),
            (json!({ "userName": "a", "Username": "b" }), "userName is there twice"),
            (json!({ "userName": "a", "active": "perhaps" }), "active is true or false"),
            (json!({ "userName": "a", "name": "Ada" }), "name has parts"),
            (json!({ "userName": "a", "x": [[[[[[[[[[1]]]]]]]]]] }), "deeper than"),
            (json!({ "userName": "a".repeat(501) }), "longer than 500"),
            (json!({ "userName": "a", "x": "x".repeat(300_000) }), "256 KB"),
        ] {
            let error = cleaned(body).unwrap_err();
            assert!(error.message.contains(said), "{error:?}");
        }
    }

    #[test]
    fn one_value_at_most_is_the_main_one() {
        let emails = json!([
            { "value": "a", "primary": true }, { "value": "b", "primary": true }, { "value": "c" },
        ]);
        let kept = cleaned(json!({ "userName": "a", "emails": emails })).unwrap();
        assert_eq!(kept["emails"][0]["primary"], false);
        assert_eq!(kept["emails"][1]["primary"], true);
    }
}
