//! What a PATCH asks: operations, each about one place.

use rolecall_engine::people::scim::ScimKind;
use serde_json::{Map, Value as Json};

use super::super::attribute;
use super::super::document::{is_password, sound, told};
use super::super::error;
use super::super::filter::{Place, place_read};
use super::super::path::{AttributePath, Names, get};
use crate::error::WebError;

/// The most operations of a body.
const MOST: usize = 1000;

/// What is done at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Add,
    Replace,
    Remove,
}

/// One thing that is done.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) act: Act,
    pub(super) place: Place,
    /// Nothing to remove whatever is there.
    pub(super) value: Json,
}

/// The operations of a body, those without a path as one for each attribute of their value.
pub(super) fn operations(kind: ScimKind, body: &Map<String, Json>) -> Result<Vec<Operation>, WebError> {
    let given = get(body, "Operations").and_then(Json::as_array);
    let given = given.ok_or_else(|| {
        error::syntax("A PATCH has no Operations.")
            .hint("Send {\"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"], \"Operations\": […]}.")
    })?;
    if given.len() > MOST {
        return Err(error::too_many(format!("A PATCH may have {MOST} operations at most.")));
    }
    let mut found = Vec::new();
    for one in given {
        let one = one.as_object().ok_or_else(|| error::syntax("An operation is no object."))?;
        operation(kind, one, &mut found)?;
    }
    Ok(found)
}

fn operation(kind: ScimKind, given: &Map<String, Json>, found: &mut Vec<Operation>) -> Result<(), WebError> {
    let act = act(given)?;
    let mut value = get(given, "value").cloned().unwrap_or_default();
    sound("value", &mut value, 0)?;
    let path = match get(given, "path") {
        None | Some(Json::Null) => "",
        Some(Json::String(path)) => path.trim(),
        Some(_) => return Err(error::path("The path of an operation is no text.")),
    };
    if !path.is_empty() {
        let place = place_read(kind, path).map_err(|flaw| error::path(format!("The path cannot be read: {flaw}.")))?;
        if is_servers(&place) {
            return Err(error::mutability(&told(path)));
        }
        if !is_passwords(&place) {
            spread(kind, act, place, value, found)?;
        }
        return Ok(());
    }
    if act == Act::Remove {
        return Err(error::no_target("An operation that removes has no path.").hint("Say what to remove as its path."));
    }
    let Json::Object(attributes) = value else {
        return Err(error::syntax("The value of an operation without a path has no attributes.")
            .hint("Give an object, or say as the path what the value is of."));
    };
    for (name, value) in attributes {
        if is_core(kind, &name) {
            let Json::Object(parts) = value else { continue };
            parts.into_iter().try_for_each(|(name, value)| by_name(kind, act, &name, value, found))?;
        } else {
            by_name(kind, act, &name, value, found)?;
        }
    }
    Ok(())
}

/// An attribute of a value without a path. Its name may be a path itself; if it is none, it is a name all the same.
fn by_name(kind: ScimKind, act: Act, name: &str, value: Json, found: &mut Vec<Operation>) -> Result<(), WebError> {
    let literal = || Place { path: AttributePath::literal(Names::Of(kind), None, name), select: None };
    let place = place_read(kind, name).unwrap_or_else(|_| literal());
    let is_derived = place.path.steps().next().is_some_and(|step| step.eq_ignore_ascii_case("groups"));
    if is_servers(&place) || is_passwords(&place) || kind == ScimKind::User && is_derived {
        return Ok(());
    }
    spread(kind, act, place, value, found)
}

/// What is about a whole extension is about each of its attributes.
fn spread(kind: ScimKind, act: Act, place: Place, value: Json, found: &mut Vec<Operation>) -> Result<(), WebError> {
    let (None, Some(extension), false) = (&place.path.name, &place.path.extension, act == Act::Remove) else {
        found.push(Operation { act, place, value });
        return Ok(());
    };
    let Json::Object(parts) = value else {
        return Err(error::value(format!("{} has attributes, and something else was given.", told(extension))));
    };
    for (name, value) in parts {
        let path = AttributePath::literal(Names::Of(kind), Some(extension), &name);
        found.push(Operation { act, place: Place { path, select: None }, value });
    }
    Ok(())
}

fn act(given: &Map<String, Json>) -> Result<Act, WebError> {
    let word = get(given, "op").and_then(Json::as_str).unwrap_or_default();
    match word.to_ascii_lowercase().as_str() {
        "add" => Ok(Act::Add),
        "replace" => Ok(Act::Replace),
        "remove" => Ok(Act::Remove),
        _ => Err(error::syntax(format!("There is no operation {:?}.", told(word))).hint("Use add, replace or remove.")),
    }
}

fn is_core(kind: ScimKind, name: &str) -> bool {
    name.eq_ignore_ascii_case(attribute::core(kind))
}

/// Whether only the server changes what is there.
fn is_servers(place: &Place) -> bool {
    let is_read_only = |declared: &attribute::Attribute| declared.is_read_only;
    place.path.declared.is_some_and(is_read_only) || place.path.innermost().is_some_and(is_read_only)
}

fn is_passwords(place: &Place) -> bool {
    place.path.steps().any(is_password)
}
