//! Answers without anything that is somebody's: their shape and spelling stay, and every text goes unless it is a word
//! of the registry's own.

use serde_json::{Map, Value as Json, json};

use super::pseudonym::Pseudonyms;
use super::record::Record;

/// How many entries of a list or map are shown.
pub(crate) const SHOWN: usize = 50;

/// What is a registry's own in its answers, and nobody's secret.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// Names of members of its bodies. Any other may be somebody's name where a map was not expected.
    pub(crate) members: &'static [&'static str],
    /// Members whose texts are words of its own, such as roles.
    pub(crate) worded: &'static [&'static str],
    /// Words of its own there: `Open-Source`.
    pub(crate) words: &'static [&'static str],
    /// Whether any other in small letters is one there too.
    pub(crate) small_words: bool,
    /// Names that it gives itself, such as that of a team which every organisation has.
    pub(crate) names: &'static [&'static str],
    /// How its tokens begin; empty when they begin like anything else.
    pub(crate) token: &'static str,
    /// Headers worth keeping that other registries do not send.
    pub(crate) headers: &'static [&'static str],
}

impl Vocabulary {
    /// The body of a recorded answer. `readable` makes what can be shown of data.
    pub(crate) fn body(
        &self,
        record: &Record,
        names: &mut Pseudonyms,
        readable: impl FnOnce(Json, &mut Pseudonyms) -> Json,
    ) -> Json {
        if record.body.is_empty() {
            return Json::Null;
        }
        match serde_json::from_slice::<Json>(&record.body) {
            Err(_) => unreadable(record, names),
            Ok(body) if record.status != 200 || self.is_error(&body) => self.error(&body, names),
            Ok(body) => readable(body, names),
        }
    }

    fn is_error(&self, body: &Json) -> bool {
        let message = |name: &str| body.get(name).and_then(Json::as_str).filter(|text| !self.is_word(text));
        message("error").or_else(|| message("message")).is_some()
    }

    fn error(&self, body: &Json, names: &Pseudonyms) -> Json {
        let Json::Object(members) = body else { return self.shape(body) };
        let kept = members.iter().map(|(key, value)| match (key.as_str(), value) {
            ("error" | "message" | "code" | "detail" | "reason", Json::String(text)) => {
                (key.clone(), json!(names.text(text)))
            }
            (name, value) => (self.member(name), self.shape(value)),
        });
        Json::Object(kept.collect())
    }

    /// A map of names to words: roles and permissions.
    pub(crate) fn map(&self, members: Map<String, Json>, mut name: impl FnMut(&str) -> String) -> Json {
        let all = members.len();
        let mut shown = Map::new();
        for (key, value) in members {
            let key = name(&key);
            if shown.len() < SHOWN {
                shown.insert(key, self.word(&value));
            }
        }
        if all > SHOWN {
            shown.insert("…".to_owned(), json!(format!("{} more", all - SHOWN)));
        }
        Json::Object(shown)
    }

    /// A list, of which `entry` shows each.
    pub(crate) fn list(&self, items: &[Json], entry: impl FnMut(&Json) -> Json) -> Json {
        // Every entry is looked at, so that every name in it is known.
        let mut shown: Vec<Json> = items.iter().map(entry).collect();
        shown.truncate(SHOWN);
        if items.len() > SHOWN {
            shown.push(json!(format!("… {} more", items.len() - SHOWN)));
        }
        Json::Array(shown)
    }

    /// A value that should be a word of the registry's and is kept if it looks like one.
    pub(crate) fn word(&self, value: &Json) -> Json {
        match value {
            Json::String(text) if self.is_word(text) => value.clone(),
            other => self.shape(other),
        }
    }

    fn is_word(&self, text: &str) -> bool {
        let is_small = |c: char| c.is_ascii_lowercase() || c == '-';
        let is_small = self.small_words && !text.is_empty() && text.len() <= 24 && text.chars().all(is_small);
        is_small || self.words.contains(&text)
    }

    /// The same value without its texts: numbers, flags, moments and the registry's own words stay.
    pub(crate) fn shape(&self, value: &Json) -> Json {
        match value {
            Json::String(text) if is_moment(text) => value.clone(),
            Json::String(text) if text.is_empty() => value.clone(),
            Json::String(_) => json!("[text]"),
            Json::Array(items) => items.iter().take(SHOWN).map(|item| self.shape(item)).collect(),
            Json::Object(members) => {
                let shown = members.iter().take(SHOWN).map(|(key, value)| {
                    let is_worded = self.worded.contains(&key.as_str());
                    (self.member(key), if is_worded { self.word(value) } else { self.shape(value) })
                });
                Json::Object(shown.collect())
            }
            other => other.clone(),
        }
    }

    /// A member's name, if it is the registry's own.
    pub(crate) fn member(&self, key: &str) -> String {
        if self.members.contains(&key) { key.to_owned() } else { "[name]".to_owned() }
    }
}

/// A web page keeps its title's words, anything else its size.
fn unreadable(record: &Record, names: &Pseudonyms) -> Json {
    let text = String::from_utf8_lossy(&record.body);
    let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).map(|(title, _)| title);
    let title = title.map(|title| names.text(title.chars().take(200).collect::<String>().trim()));
    json!({ "notJson": { "bytes": record.body.len(), "title": title } })
}

fn is_moment(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
}
