//! Reading a filled-in form whole, so that everything that is wrong with it is told at once.

use std::collections::BTreeMap;

use super::field::{SettingField, SettingProblem};
use crate::address::Address;

/// The longest value of a setting, in characters.
const LONGEST: usize = 2_000;

/// A form while it is read.
pub(crate) struct Form<'f> {
    fields: &'static [SettingField],
    settings: &'f BTreeMap<String, String>,
    problems: Vec<SettingProblem>,
}

impl<'f> Form<'f> {
    /// A form of which nothing is read yet. What it has and should not is wrong with it already.
    pub(crate) fn new(fields: &'static [SettingField], settings: &'f BTreeMap<String, String>) -> Self {
        let unknown = settings.keys().filter(|name| fields.iter().all(|field| field.name != name.as_str()));
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        let reason = format!("it is not known here; there are {}", names.join(", "));
        let problems = unknown.map(|name| SettingProblem::new(name, &*reason)).collect();
        let mut form = Self { fields, settings, problems };
        for field in fields.iter().filter(|field| field.required) {
            if form.value(field.name).is_none() {
                form.wrong(field.name, format!("it is missing, such as {}", field.example));
            }
        }
        form
    }

    /// A value with something in it. That a required one is missing is wrong already.
    fn value(&self, name: &str) -> Option<&'f str> {
        self.settings.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    pub(crate) fn wrong(&mut self, name: &str, reason: impl Into<String>) {
        self.problems.push(SettingProblem::new(name, reason));
    }

    /// A value on one line.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let value = self.value(name)?;
        if value.chars().any(char::is_control) {
            self.wrong(name, "it has a line break or another character that cannot be shown");
            return None;
        }
        if value.chars().count() > LONGEST {
            self.wrong(name, format!("it is longer than {LONGEST} characters"));
            return None;
        }
        Some(value.to_owned())
    }

    /// A value that `check` makes something of, or says what is wrong with it.
    pub(crate) fn checked<T, E: Into<String>>(
        &mut self,
        name: &str,
        check: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let value = self.text(name)?;
        match check(&value) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.wrong(name, reason);
                None
            }
        }
    }

    /// An address of the web.
    pub(crate) fn address(&mut self, name: &str) -> Option<Address> {
        self.checked(name, Address::read)
    }

    /// Values between commas, semicolons or line breaks, each of which `check` accepts.
    pub(crate) fn list(&mut self, name: &str, check: impl Fn(&str) -> Result<(), &'static str>) -> Vec<String> {
        let Some(value) = self.value(name) else { return Vec::new() };
        let items = value.split([',', ';', '\n']).map(str::trim).filter(|item| !item.is_empty());
        let items: Vec<String> = items.map(str::to_owned).collect();
        for item in &items {
            let is_plain = !item.chars().any(char::is_control);
            let checked = if is_plain { check(item) } else { Err("it has a character that cannot be shown") };
            if let Err(reason) = checked {
                let shown: String = item.chars().filter(|character| !character.is_control()).take(80).collect();
                self.wrong(name, format!("`{shown}`: {reason}"));
            }
        }
        items
    }

    /// What was read, if nothing is wrong with any of it.
    pub(crate) fn finish<T>(mut self, read: Option<T>) -> Result<T, Vec<SettingProblem>> {
        self.problems.sort();
        self.problems.dedup();
        match read {
            Some(read) if self.problems.is_empty() => Ok(read),
            // Nothing is read without something being wrong.
            None if self.problems.is_empty() => Err(vec![SettingProblem::new(self.fields[0].name, "it is missing")]),
            _ => Err(self.problems),
        }
    }
}
