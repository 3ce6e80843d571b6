//! The fields of an object, taken one by one and leniently; those that nobody takes are told.

use serde_json::{Map, Value as Json};

use super::remark::{Remarks, repeated};
use super::words::alike;

/// What is left of an object.
#[derive(Debug)]
pub(super) struct Fields {
    left: Map<String, Json>,
    /// Where it stands, for remarks: empty, or `operation 1, action 2: `.
    place: String,
}

impl Fields {
    pub(super) const fn new(left: Map<String, Json>, place: String) -> Self {
        Self { left, place }
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn wrong(&self, remarks: &mut Remarks, text: &str) {
        remarks.wrong(format!("{}{text}", self.place));
    }

    pub(super) fn note(&self, remarks: &mut Remarks, text: &str) {
        remarks.note(format!("{}{text}", self.place));
    }

    /// Whether it is there, and is not `null`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.left.get(name).is_some_and(|value| !value.is_null())
    }

    /// The field with this name, or one that is only spelt otherwise. `null` is as good as missing.
    pub(super) fn take(&mut self, name: &str, remarks: &mut Remarks) -> Option<Json> {
        let value = self.left.remove(name).or_else(|| {
            let wanted = alike(name);
            let spelt = self.left.keys().find(|known| alike(known) == wanted).cloned()?;
            self.wrong(remarks, &format!("{} is read as {name}", repeated(&spelt)));
            self.left.remove(&spelt)
        });
        value.filter(|value| !value.is_null())
    }

    /// Without a remark about its spelling, and with what may be `null`.
    pub(super) fn take_exactly(&mut self, name: &str) -> Option<Json> {
        self.left.remove(name)
    }

    /// A text; of a number or of true and false, what is written.
    pub(super) fn text(&mut self, name: &str, remarks: &mut Remarks) -> Option<String> {
        match self.take(name, remarks)? {
            Json::String(text) => Some(text),
            value @ (Json::Number(_) | Json::Bool(_)) => {
                self.wrong(remarks, &format!("{name} is {value}, and no text"));
                Some(value.to_string())
            }
            other => {
                self.wrong(remarks, &format!("{name} is {}, and no text", kind(&other)));
                None
            }
        }
    }

    /// True or false; false where nothing is said.
    pub(super) fn is(&mut self, name: &str, remarks: &mut Remarks) -> bool {
        let Some(value) = self.take(name, remarks) else { return false };
        let word = value.as_str().map(alike).unwrap_or_else(|| value.to_string());
        let is = match &*word {
            "true" | "yes" | "1" | "on" => Some(true),
            "false" | "no" | "0" | "off" | "" => Some(false),
            _ => None,
        };
        if !value.is_boolean() {
            self.wrong(remarks, &format!("{name} is {}, and not true or false", repeated(&word)));
        }
        is.unwrap_or(false)
    }

    /// A list; what is no list is the only item of one.
    pub(super) fn list(&mut self, name: &str, remarks: &mut Remarks) -> Vec<Json> {
        self.take(name, remarks).map(|value| self.listed(name, value, remarks)).unwrap_or_default()
    }

    /// The same of a value that was taken.
    pub(super) fn listed(&self, name: &str, value: Json, remarks: &mut Remarks) -> Vec<Json> {
        match value {
            Json::Array(all) => all,
            one => {
                self.wrong(remarks, &format!("{name} is {}, and no list", kind(&one)));
                vec![one]
            }
        }
    }

    /// Texts. One text that is none but a template stays one; in another, commas separate them.
    pub(super) fn texts(&mut self, name: &str, remarks: &mut Remarks) -> Vec<String> {
        let listed = match self.take(name, remarks) {
            None => return Vec::new(),
            Some(Json::String(text)) if text.contains("{{") => return vec![text],
            Some(Json::String(text)) => text.split(',').map(|one| Json::from(one.trim())).collect(),
            Some(Json::Array(all)) => all,
            Some(other) => vec![other],
        };
        let mut texts = Vec::new();
        for one in listed {
            match one {
                Json::String(text) if text.is_empty() => {}
                Json::String(text) => texts.push(text),
                Json::Null => {}
                other => self.wrong(remarks, &format!("{name} has {} in it, and no text", kind(&other))),
            }
        }
        texts
    }

    /// The names that are left.
    pub(super) fn names(&self) -> Vec<String> {
        self.left.keys().cloned().collect()
    }

    /// These are known, and say nothing here.
    pub(super) fn ignore(&mut self, names: &[&str]) {
        names.iter().for_each(|name| drop(self.left.remove(*name)));
    }

    /// Tells what nobody took.
    pub(super) fn tell_unknown(self, remarks: &mut Remarks) {
        for name in self.left.keys() {
            remarks.note(format!("{}there is no field {} here: it is left out", self.place, repeated(name)));
        }
    }
}

/// What kind of value it is, for remarks.
pub(super) const fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "nothing",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
