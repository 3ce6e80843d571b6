//! What becomes of an attribute.

use std::collections::HashSet;

use serde_json::{Map, Value as Json};

use super::super::attribute::{Attribute, Kind};
use super::super::document::{fitted, one};
use super::super::error;
use super::super::filter::{Filter, Operator};
use super::super::path::{get, key_of};
use super::operation::{Act, Operation};
use crate::error::WebError;

/// Does one operation.
pub(super) fn apply(document: &mut Map<String, Json>, operation: Operation) -> Result<(), WebError> {
    let Operation { act, place, value } = operation;
    // Clients that clear an attribute say so in three ways.
    let act = if value.is_null() && act == Act::Replace { Act::Remove } else { act };
    if value.is_null() && act == Act::Add {
        return Ok(());
    }
    let path = &place.path;
    let Some(name) = &path.name else {
        if let Some(key) = path.extension.as_deref().and_then(|urn| key_of(document, urn)) {
            document.remove(&key);
        }
        return Ok(());
    };
    let home = match &path.extension {
        Some(urn) => object_at(document, urn)?,
        None => document,
    };
    let key = key_of(home, name).unwrap_or_else(|| name.clone());
    let declared = path.declared;
    let target = Target { key, declared, part: path.part.as_deref() };
    match &place.select {
        Some(select) => target.selected(home, act, select, &value),
        None if path.part.is_some() => target.part(home, act, value),
        None => target.whole(home, act, value),
    }
}

/// The object under a name, made where there is none.
fn object_at<'d>(document: &'d mut Map<String, Json>, name: &str) -> Result<&'d mut Map<String, Json>, WebError> {
    let key = key_of(document, name).unwrap_or_else(|| name.to_owned());
    let value = document.entry(key).or_insert_with(|| Map::new().into());
    value.as_object_mut().ok_or_else(|| error::path("The path leads through something that has no parts."))
}

/// An attribute in the object that has it.
struct Target<'p> {
    key: String,
    declared: Option<&'static Attribute>,
    part: Option<&'p str>,
}

impl Target<'_> {
    /// The attribute itself.
    fn whole(&self, home: &mut Map<String, Json>, act: Act, value: Json) -> Result<(), WebError> {
        if act == Act::Remove {
            return self.removed(home, &value);
        }
        let value = match self.declared {
            Some(declared) => fitted(declared, value)?,
            None => Some(value),
        };
        let Some(value) = value else {
            // An empty value takes the place of what there was.
            if act == Act::Replace {
                home.remove(&self.key);
            }
            return Ok(());
        };
        match (act, home.get_mut(&self.key), value) {
            (Act::Add, Some(Json::Array(items)), value) => append(items, value, self.recognised()),
            // What is not named of a complex attribute stays.
            (_, Some(Json::Object(parts)), Json::Object(new)) => merge(parts, new),
            (_, _, value) => {
                home.insert(self.key.clone(), value);
            }
        }
        Ok(())
    }

    /// By what a value is recognised that comes again: a member by its `value`, which alone tells who that is.
    fn recognised(&self) -> fn(&Json) -> String {
        if self.declared.is_some_and(|declared| declared.name == "members") { identity } else { Json::to_string }
    }

    /// All of it, or of several values those that are named.
    fn removed(&self, home: &mut Map<String, Json>, named: &Json) -> Result<(), WebError> {
        let named = match named {
            Json::Array(items) if !items.is_empty() => items.as_slice(),
            one @ (Json::Object(_) | Json::String(_)) => std::slice::from_ref(one),
            _ => &[],
        };
        match home.get_mut(&self.key) {
            Some(Json::Array(items)) if !named.is_empty() => {
                let gone: HashSet<String> = named.iter().map(identity).collect();
                items.retain(|item| !gone.contains(&identity(item)));
            }
            _ => {
                home.remove(&self.key);
            }
        }
        Ok(())
    }

    /// A part of it, of each of several values.
    fn part(&self, home: &mut Map<String, Json>, act: Act, value: Json) -> Result<(), WebError> {
        let is_multi = self.declared.is_some_and(|declared| declared.is_multi);
        match home.get_mut(&self.key) {
            Some(Json::Array(items)) => {
                items.iter_mut().filter_map(Json::as_object_mut).try_for_each(|item| self.set(item, act, value.clone()))
            }
            Some(Json::Object(parts)) => self.set(parts, act, value),
            _ if act == Act::Remove => Ok(()),
            _ if self.declared.is_some_and(|declared| !matches!(declared.kind, Kind::Complex(_))) => {
                Err(error::path("The path leads to a part of an attribute that has none."))
            }
            _ => {
                let mut parts = Map::new();
                self.set(&mut parts, act, value)?;
                let made = if is_multi { Json::Array(vec![parts.into()]) } else { parts.into() };
                home.insert(self.key.clone(), made);
                Ok(())
            }
        }
    }

    /// Those of several values for which something holds. Where there is none, one is made for which it does, if that
    /// can be read from it: identity providers set an address of a kind without looking whether there is one.
    fn selected(&self, home: &mut Map<String, Json>, act: Act, select: &Filter, value: &Json) -> Result<(), WebError> {
        let items = match home.get_mut(&self.key) {
            Some(Json::Array(items)) => items,
            Some(_) => return Err(error::path("The path selects among values of an attribute that has only one.")),
            None if act == Act::Remove => return Ok(()),
            None => {
                home.insert(self.key.clone(), Json::Array(Vec::new()));
                let made = home.get_mut(&self.key).and_then(Json::as_array_mut);
                made.ok_or_else(|| error::no_target("There is no such value."))?
            }
        };
        if act == Act::Remove && self.part.is_none() {
            items.retain(|item| !select.holds_of_value(item));
            return Ok(());
        }
        if act != Act::Remove && !items.iter().any(|item| select.holds_of_value(item)) {
            let made = described(select).ok_or_else(|| {
                error::no_target("There is no such value, and the filter does not say what one would be like.")
                    .hint("Add the value without a filter.")
            })?;
            items.push(made.into());
        }
        for item in items.iter_mut().filter(|item| select.holds_of_value(item)) {
            let Some(parts) = item.as_object_mut() else {
                *item = value.clone();
                continue;
            };
            match (self.part, self.declared) {
                (Some(_), _) => self.set(parts, act, value.clone())?,
                (None, Some(declared)) => {
                    if let Some(Json::Object(new)) = one(declared, value.clone())? {
                        merge(parts, new);
                    }
                }
                (None, None) => {
                    if let Json::Object(new) = value {
                        merge(parts, new.clone());
                    }
                }
            }
        }
        if self.part == Some("primary") {
            last_is_what_was_said(items, select);
        }
        Ok(())
    }

    /// Sets or removes the part in one value.
    fn set(&self, parts: &mut Map<String, Json>, act: Act, value: Json) -> Result<(), WebError> {
        let Some(part) = self.part else { return Ok(()) };
        let key = key_of(parts, part).unwrap_or_else(|| part.to_owned());
        let declared = self.declared.and_then(|declared| declared.part(part));
        let value = match declared {
            _ if act == Act::Remove => None,
            Some(declared) => fitted(declared, value)?,
            None => Some(value),
        };
        match value {
            Some(value) => parts.insert(key, value),
            None => parts.remove(&key),
        };
        Ok(())
    }
}

/// Adds values that are not there yet. `O(values)`.
fn append(items: &mut Vec<Json>, value: Json, recognised: fn(&Json) -> String) {
    let new = match value {
        Json::Array(new) => new,
        one => vec![one],
    };
    let mut known: HashSet<String> = items.iter().map(recognised).collect();
    items.extend(new.into_iter().filter(|item| known.insert(recognised(item))));
}

/// Of several that are the main one, the last counts: what was selected goes there.
fn last_is_what_was_said(items: &mut Vec<Json>, select: &Filter) {
    let (said, others): (Vec<Json>, Vec<Json>) = items.drain(..).partition(|item| select.holds_of_value(item));
    *items = others.into_iter().chain(said).collect();
}

fn merge(parts: &mut Map<String, Json>, new: Map<String, Json>) {
    for (name, value) in new {
        let key = key_of(parts, &name).unwrap_or(name);
        if value.is_null() {
            parts.remove(&key);
        } else {
            parts.insert(key, value);
        }
    }
}

/// By what a value is recognised that is to go: by its `value`, or by all of it.
fn identity(item: &Json) -> String {
    match item {
        Json::Object(parts) => get(parts, "value").map_or_else(|| item.to_string(), identity),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a value is like of which the filter says that its parts equal something.
fn described(select: &Filter) -> Option<Map<String, Json>> {
    match select {
        Filter::All(all) => {
            let mut parts = Map::new();
            for one in all {
                parts.extend(described(one)?);
            }
            Some(parts)
        }
        Filter::Compare { at, operator: Operator::Equal, value } if at.select.is_none() && at.path.part.is_none() => {
            let name = at.path.name.clone()?;
            let value = match at.path.declared {
                Some(declared) => fitted(declared, value.clone()).ok()??,
                None => value.clone(),
            };
            Some(Map::from_iter([(name, value)]))
        }
        _ => None,
    }
}
