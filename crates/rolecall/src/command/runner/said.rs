//! What was said, by whichever means: a flag counts more than a variable, and a variable more than the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::parser::ValueSource;
use secrecy::SecretString;
use serde_json::Value as Json;

use super::field::{Effect, Field, FieldKind};
use super::fields::fields;
use crate::connectors::Kind;
use crate::exit::{Exit, Failure};

/// The variable that names the file, and the file that is read where none is named.
const FILE_VARIABLE: &str = "BATON_CONFIG_PATH";
const FILE: &str = ".baton.yaml";

/// What a flag, a variable or the file said of one field, as texts.
#[derive(Clone, Debug)]
struct Value {
    texts: Vec<String>,
    /// Who said it: `--workers`, `BATON_WORKERS`, `workers in .baton.yaml`.
    from: String,
}

/// Everything that was said.
#[derive(Debug)]
pub(super) struct Said {
    fields: Vec<Field>,
    values: BTreeMap<String, Value>,
    /// Files that hold secrets, by the field's name.
    secret_files: BTreeMap<String, PathBuf>,
}

/// Where things may be said beside the command line.
pub(super) struct Surroundings<'s> {
    pub(super) variable: &'s dyn Fn(&str) -> Option<String>,
    pub(super) folder: &'s Path,
}

impl Said {
    /// Puts together what was said, and refuses what makes no sense.
    pub(super) fn new(kind: &dyn Kind, matches: &ArgMatches, around: &Surroundings<'_>) -> Result<Self, Failure> {
        let mut said = Self { fields: fields(kind), values: BTreeMap::new(), secret_files: BTreeMap::new() };
        let file = file_read(around)?;
        said.file_check(file.as_ref())?;
        for field in &said.fields {
            let (name, variable) = (field.name.as_ref(), field.variable());
            if field.kind == FieldKind::Secret {
                if matches.value_source(name).is_some_and(|source| source == ValueSource::CommandLine) {
                    return Err(secret_refused(field));
                }
                let key = format!("{name}-file");
                let by_flag = matches.get_one::<String>(&key).cloned();
                let by_variable = || (around.variable)(&format!("{variable}_FILE")).filter(|path| !path.is_empty());
                let by_file =
                    || file.as_ref().and_then(|(_, said)| said.get(&key)).and_then(Json::as_str).map(str::to_owned);
                if let Some(path) = by_flag.or_else(by_variable).or_else(by_file) {
                    said.secret_files.insert(name.to_owned(), path.into());
                }
                continue;
            }
            let by_flag = matches.value_source(name).filter(|source| *source == ValueSource::CommandLine);
            let by_flag = by_flag
                .and_then(|_| matches.get_many::<String>(name))
                .map(|texts| Value { texts: texts.cloned().collect(), from: format!("--{name}") });
            let by_variable = || {
                let text = (around.variable)(&variable).filter(|text| !text.is_empty())?;
                Some(Value { texts: vec![text], from: variable.clone() })
            };
            let by_file = || {
                let (path, said) = file.as_ref()?;
                Some(Value { texts: texts(said.get(name)?)?, from: format!("{name} in {}", path.display()) })
            };
            if let Some(value) = by_flag.or_else(by_variable).or_else(by_file) {
                said.values.insert(name.to_owned(), value);
            }
        }
        said.check()?;
        Ok(said)
    }

    /// A file that says what nobody understands was meant to do something.
    fn file_check(&self, file: Option<&(PathBuf, BTreeMap<String, Json>)>) -> Result<(), Failure> {
        let Some((path, said)) = file else { return Ok(()) };
        for key in said.keys() {
            let secret = self.fields.iter().find(|field| field.kind == FieldKind::Secret && field.name == *key);
            if let Some(field) = secret {
                return Err(usage(format!("{} holds a secret, {key}", path.display()))
                    .hint(format!("name a file of its own with {key}-file, or set {}", field.variable())));
            }
            let is_known = self.fields.iter().any(|field| {
                field.name == *key
                    || (field.kind == FieldKind::Secret && key.strip_suffix("-file") == Some(&field.name))
            });
            if !is_known {
                return Err(usage(format!("{} says {key:?}, which nobody understands", path.display()))
                    .hint("see what there is with --help"));
            }
        }
        Ok(())
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

/// What is given as an argument is seen by everybody on the machine, and kept by shells.
fn secret_refused(field: &Field) -> Failure {
    let (name, variable) = (&field.name, field.variable());
    usage(format!("--{name} is refused: a secret is never an argument"))
        .hint(format!("set {variable}, or name a file that holds it with --{name}-file or {variable}_FILE"))
}

fn refused(why: String) -> Failure {
    Failure::new(Exit::Status(UNIMPLEMENTED), why)
}

fn usage(why: String) -> Failure {
    Failure::new(Exit::Usage, why)
}

/// What the file says, if there is one.
fn file_read(around: &Surroundings<'_>) -> Result<Option<(PathBuf, BTreeMap<String, Json>)>, Failure> {
    let named = (around.variable)(FILE_VARIABLE).filter(|path| !path.is_empty());
    if let Some(path) = &named
        && !(path.ends_with(".yaml") || path.ends_with(".yml"))
    {
        return Err(usage(format!("{FILE_VARIABLE} names {path:?}, which must end in .yaml or .yml")));
    }
    let (path, is_named) = named.map_or_else(|| (around.folder.join(FILE), false), |path| (path.into(), true));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_named => return Ok(None),
        Err(error) => return Err(usage(format!("{} cannot be read: {error}", path.display()))),
    };
    if text.trim().is_empty() {
        return Ok(None);
    }
    let said = serde_saphyr::from_str(&text);
    // Not repeated: there may be a secret in it.
    let said = said.map_err(|_| usage(format!("{} is no YAML of names and values", path.display())))?;
    Ok(Some((path, said)))
}

/// A value of the file, as texts; nothing where it says nothing.
fn texts(value: &Json) -> Option<Vec<String>> {
    let text = |value: &Json| match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    match value {
        Json::Null => None,
        Json::Array(values) => Some(values.iter().map(text).collect()),
        one => Some(vec![text(one)]),
    }
}
