//! Rosters in JSON: an array of objects, or one object after another.

use std::collections::BTreeSet;

use csv::StringRecord;
use serde_json::{Deserializer, Map, Value};

use super::Problems;

/// The keys of all objects.
pub(super) fn keys(text: &str) -> Vec<String> {
    let mut keys = BTreeSet::new();
    // What is wrong is told when the rows are read.
    let mut ignored = Problems::default();
    each(text, &mut ignored, |_, object, _| {
        for key in object.keys().filter(|key| !keys.contains(*key)).cloned().collect::<Vec<_>>() {
            keys.insert(key);
        }
    });
    keys.into_iter().collect()
}

/// Hands out each object as a row with the line on which it begins.
pub(super) fn rows(
    text: &str,
    headers: &[String],
    problems: &mut Problems,
    mut visit: impl FnMut(u64, &StringRecord, &mut Problems),
) {
    let mut row = StringRecord::new();
    each(text, problems, |line, object, problems| {
        row.clear();
        for header in headers {
            match object.get(header).map_or(Some(String::new()), cell) {
                Some(cell) => row.push_field(&cell),
                None => {
                    problems.add(line, format!("`{header}` is neither a text nor a list of texts; make it one"));
                    return;
                }
            }
        }
        visit(line, &row, problems);
    });
}

/// A value as a cell of a table; `None` where it has parts.
fn cell(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(items) if items.iter().any(|item| item.is_array() || item.is_object()) => None,
        Value::Array(items) => Some(items.iter().filter_map(cell).collect::<Vec<_>>().join(";")),
        Value::Object(_) => None,
    }
}

/// One object at a time, so that the text is not held twice.
fn each(text: &str, problems: &mut Problems, mut visit: impl FnMut(u64, &Map<String, Value>, &mut Problems)) {
    let mut place = Place { rest: text, line: 1 };
    place.skip_space();
    let is_array = place.skip('[');
    for number in 0_usize.. {
        place.skip_space();
        if is_array && place.skip(']') {
            break;
        }
        if is_array && number > 0 && !place.skip(',') {
            return problems.add(place.line, "a comma or the end of the array is missing before this");
        }
        match place.value() {
            Some(Ok((line, Value::Object(object)))) => visit(line, &object, problems),
            Some(Ok((line, _))) => problems.add(line, "this is not an object; each row is one, in braces"),
            Some(Err((line, error))) => return problems.add(line, format!("this is not JSON: {error}")),
            None if is_array => return problems.add(place.line, "the text ends before the array does"),
            None => return,
        }
    }
    place.skip_space();
    if !place.rest.is_empty() {
        problems.add(place.line, "there is something after the end of the array; remove it");
    }
}

/// How far the text is read.
struct Place<'t> {
    rest: &'t str,
    line: u64,
}

impl Place<'_> {
    fn skip_space(&mut self) {
        self.advance(self.rest.len() - self.rest.trim_start().len());
    }

    fn skip(&mut self, character: char) -> bool {
        let is_there = self.rest.starts_with(character);
        if is_there {
            self.advance(character.len_utf8());
        }
        is_there
    }

    fn advance(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += u64::try_from(passed.matches('\n').count()).unwrap_or(0);
        self.rest = rest;
    }

    /// The next value with its line; `None` at the end.
    fn value(&mut self) -> Option<Result<(u64, Value), (u64, String)>> {
        self.skip_space();
        let mut values = Deserializer::from_str(self.rest).into_iter::<Value>();
        let line = self.line;
        match values.next()? {
            Ok(value) => {
                let end = values.byte_offset();
                self.advance(end);
                Some(Ok((line, value)))
            }
            Err(error) => {
                let within = u64::try_from(error.line()).unwrap_or(1).saturating_sub(1);
                Some(Err((line + within, error.to_string())))
            }
        }
    }
}
