//! What may differ for a while, with the reason.

use std::collections::BTreeSet;

use rolecall_model::{ResourceRef, Timestamp};

use super::actual::held_types;
use super::name::{Names, unknown};
use super::reader::{Named, Reader};
use crate::placed::{Place, Placed, PlacedValue};

/// Something that may differ.
#[derive(Clone, Debug)]
pub(super) struct Exception {
    pub(super) place: Place,
    /// Of this account or group alone.
    pub(super) who: Option<ResourceRef>,
    /// On this thing alone.
    pub(super) on: Option<ResourceRef>,
    /// Of these rights alone, which are what one word means.
    pub(super) rights: Option<(String, Vec<String>)>,
    pub(super) reason: String,
    /// As the file says it, and the first moment at which it no longer counts.
    pub(super) until: (String, Timestamp),
}

const KEYS: [&str; 5] = ["who", "on", "right", "reason", "until"];

/// Reads all of a connector's.
pub(super) fn read(
    reader: &mut Reader<'_>,
    names: Names<'_>,
    things: &BTreeSet<ResourceRef>,
    placed: &Placed,
) -> Vec<Exception> {
    match &placed.value {
        PlacedValue::Nothing => Vec::new(),
        PlacedValue::List(items) => items.iter().filter_map(|item| one(reader, names, things, item)).collect(),
        other => {
            reader.wrong(placed.place, format!("exceptions are a list, and this is {}", other.kind()));
            Vec::new()
        }
    }
}

fn one(
    reader: &mut Reader<'_>,
    names: Names<'_>,
    things: &BTreeSet<ResourceRef>,
    placed: &Placed,
) -> Option<Exception> {
    let mut said: [Option<Named>; 5] = Default::default();
    for (key, value) in reader.entries("an exception", placed) {
        match KEYS.iter().zip(&mut said).find(|(known, _)| **known == key.text) {
            Some((_, place)) => *place = reader.name(&key.text, value),
            None => {
                let text = unknown("nothing in an exception", &key.text, KEYS.into_iter());
                reader.wrong(key.place, format!("{text}; there is {}", KEYS.join(", ")));
            }
        }
    }
    let [who, on, right, reason, until] = said;
    if who.is_none() && on.is_none() {
        reader.wrong(placed.place, "an exception says of whom (who), on what (on), or both");
    }
    let mut missing = |what: Option<Named>, key: &str, why: &str| {
        if what.is_none() {
            reader.wrong(placed.place, format!("an exception says {key}: {why}"));
        }
        what
    };
    let (reason, until) =
        (missing(reason, "reason", "why it may differ"), missing(until, "until", "the last day on which it counts"));
    let on = on.and_then(|on| known(reader, names.thing(things, &on.text), &on));
    let who = who.and_then(|who| known(reader, names.holder(&holders(names), &who.text), &who));
    let rights = right.and_then(|right| rights(reader, names, on.as_ref(), right));
    let until = until.and_then(|until| {
        let end = end(&until.text);
        if end.is_none() {
            reader.wrong(until.place, format!("{:?} is no date; write 2026-11-23", until.text));
        }
        Some((until.text, end?))
    });
    Some(Exception { place: placed.place, who, on, rights, reason: reason?.text, until: until? })
}

fn known<T>(reader: &mut Reader<'_>, found: Result<T, String>, name: &Named) -> Option<T> {
    found.map_err(|why| reader.wrong(name.place, why)).ok()
}

/// Every type that can hold something.
fn holders(names: Names<'_>) -> Vec<&'static str> {
    let mut types: Vec<&'static str> = Vec::new();
    let all = held_types(names.declaration).flat_map(|declared| declared.entitlements);
    for kind in all.flat_map(|entitlement| entitlement.grantable_to) {
        if !types.contains(kind) {
            types.push(kind);
        }
    }
    types
}

/// The rights that a word means on the thing, or on anything where none is named.
fn rights(
    reader: &mut Reader<'_>,
    names: Names<'_>,
    on: Option<&ResourceRef>,
    word: Named,
) -> Option<(String, Vec<String>)> {
    let is_meant = |kind: &str| on.is_none_or(|on| on.kind == kind);
    let types: Vec<_> = held_types(names.declaration).filter(|declared| is_meant(declared.name)).collect();
    let rights: Vec<String> = types.iter().flat_map(|declared| names.rights(declared, &word.text)).collect();
    if rights.is_empty() {
        let known: Vec<&str> = types.iter().flat_map(|declared| Names::right_words(declared)).collect();
        reader.wrong(word.place, unknown("no right", &word.text, known.iter().copied()));
        return None;
    }
    Some((word.text, rights))
}

/// The end of a day in UTC, or a moment.
fn end(text: &str) -> Option<Timestamp> {
    if let Ok(date) = text.parse::<jiff::civil::Date>() {
        let next = date.tomorrow().ok()?.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?;
        return Some(Timestamp(next.timestamp().as_microsecond()));
    }
    text.parse::<jiff::Timestamp>().ok().map(|moment| Timestamp(moment.as_microsecond()))
}
