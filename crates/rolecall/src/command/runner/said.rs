//! What was said, by whichever means, and what it says as a text, a number, a list or a switch.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use secrecy::SecretString;

use super::field::{Effect, Field, FieldKind};
use super::fields::fields;
use super::means::{Means, Surroundings, Value, usage};
use crate::connectors::Kind;
use crate::exit::{Exit, Failure};

/// Everything that was said.
#[derive(Debug)]
pub(super) struct Said {
    fields: Vec<Field>,
    values: BTreeMap<String, Value>,
    /// Files that hold secrets, by the field's name.
    secret_files: BTreeMap<String, PathBuf>,
}

impl Said {
    /// Puts together what was said, and refuses what makes no sense.
    pub(super) fn new(kind: &dyn Kind, matches: &ArgMatches, around: &Surroundings<'_>) -> Result<Self, Failure> {
        let mut said = Self { fields: fields(kind), values: BTreeMap::new(), secret_files: BTreeMap::new() };
        let means = Means::new(matches, around, &said.fields)?;
        for field in &said.fields {
            let name = field.name.to_string();
            if field.kind == FieldKind::Secret {
                said.secret_files.extend(means.secret_file(field)?.map(|path| (name, path)));
            } else {
                said.values.extend(means.value(field).map(|value| (name, value)));
            }
        }
        said.check()?;
        Ok(said)
    }

    fn check(&self) -> Result<(), Failure> {
        for field in &self.fields {
            let Some(value) = self.values.get(field.name.as_ref()) else { continue };
            match field.kind {
                FieldKind::Number => drop(self.number(&field.name)?),
                FieldKind::Switch => drop(self.switch(&field.name)?),
                FieldKind::Choice(words) => {
                    let text = self.text(&field.name).unwrap_or_default();
                    if !words.contains(&text) {
                        return Err(usage(format!(
                            "{} is {text:?}, and must be one of {}",
                            value.from,
                            words.join(", ")
                        )));
                    }
                }
                FieldKind::Text | FieldKind::Secret | FieldKind::List => {}
            }
            if field.name == "storage-engine" && self.text(&field.name) == Some("pebble") {
                return Err(refused(format!("{} is pebble, and files are made with sqlite alone", value.from)));
            }
            let is_off = field.kind == FieldKind::Switch && !self.switch(&field.name)?;
            match field.effect {
                Effect::Refused(why) if !is_off => {
                    return Err(Failure::new(
                        Exit::Status(UNIMPLEMENTED),
                        format!("{} is not provided: {why}", value.from),
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What was said without effect, in words.
    pub(super) fn without_effect(&self) -> Vec<String> {
        let told = |field: &Field| match field.effect {
            Effect::Nothing(why) => {
                let value = self.values.get(field.name.as_ref())?;
                Some(format!("{} has no effect here: {why}", value.from))
            }
            _ => None,
        };
        self.fields.iter().filter_map(told).collect()
    }

    /// What was said, or what holds otherwise, if anything does.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let said = self.values.get(name).and_then(|value| value.texts.last()).map(String::as_str);
        said.or_else(|| self.fields.iter().find(|field| field.name == name).map(|field| field.default))
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    /// The same of several texts.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let said = self.values.get(name).map(|value| value.texts.clone());
        let texts = said.unwrap_or_else(|| self.text(name).map(str::to_owned).into_iter().collect());
        let parts = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// The same of a number.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Failure> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse()
            .map(Some)
            .map_err(|_| usage(format!("{} is {text:?}, and must be a whole number", self.from(name))))
    }

    /// The same of a number of things, of which there must be one at least.
    pub(super) fn count(&self, name: &str, most: i64) -> Result<i64, Failure> {
        let number = self.number(name)?.unwrap_or(1);
        if (1..=most).contains(&number) {
            return Ok(number);
        }
        Err(usage(format!("{} is {number}, and must be from 1 to {most}", self.from(name))))
    }

    /// Whether something is so.
    pub(super) fn switch(&self, name: &str) -> Result<bool, Failure> {
        match self.text(name) {
            None | Some("false" | "0" | "f" | "F" | "FALSE" | "False") => Ok(false),
            Some("true" | "1" | "t" | "T" | "TRUE" | "True") => Ok(true),
            Some(text) => Err(usage(format!("{} is {text:?}, and must be true or false", self.from(name)))),
        }
    }

    /// The file that holds a secret, if one was named.
    pub(super) fn secret_file(&self, name: &str) -> Option<&Path> {
        self.secret_files.get(name).map(PathBuf::as_path)
    }

    /// A secret from its file or its variable.
    pub(super) fn secret(&self, name: &str, around: &Surroundings<'_>) -> Result<Option<SecretString>, Failure> {
        let variable = || self.fields.iter().find(|field| field.name == name).map(Field::variable);
        let Some(path) = self.secret_file(name) else {
            let value = variable().and_then(|variable| (around.variable)(&variable));
            return Ok(value.filter(|text| !text.trim().is_empty()).map(SecretString::from));
        };
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::new(Exit::Credential, format!("{name} in {} cannot be read: {error}", path.display()))
        })?;
        Ok(Some(SecretString::from(text.trim().to_owned())))
    }

    fn from(&self, name: &str) -> String {
        self.values.get(name).map_or_else(|| name.to_owned(), |value| value.from.clone())
    }
}

/// The code of what is not provided.
const UNIMPLEMENTED: u8 = 12;

fn refused(why: String) -> Failure {
    Failure::new(Exit::Status(UNIMPLEMENTED), why)
}
