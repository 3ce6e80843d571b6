//! By which means things are said: a flag counts more than a variable, and a variable more than the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::parser::ValueSource;
use serde_json::Value as Json;

use super::field::{Field, FieldKind};
use crate::exit::{Exit, Failure};

/// The variable that names the file, and the file that is read where none is named.
const FILE_VARIABLE: &str = "BATON_CONFIG_PATH";
const FILE: &str = ".baton.yaml";

/// What was said of one field, as texts.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) texts: Vec<String>,
    /// Who said it: `--workers`, `BATON_WORKERS`, `workers in .baton.yaml`.
    pub(super) from: String,
}

/// Where things may be said beside the command line.
pub(super) struct Surroundings<'s> {
    pub(super) variable: &'s dyn Fn(&str) -> Option<String>,
    pub(super) folder: &'s Path,
}

/// All of them.
pub(super) struct Means<'m> {
    matches: &'m ArgMatches,
    around: &'m Surroundings<'m>,
    file: Option<(PathBuf, BTreeMap<String, Json>)>,
}

impl<'m> Means<'m> {
    /// Reads the file, if there is one, which may say something of these fields alone.
    pub(super) fn new(
        matches: &'m ArgMatches,
        around: &'m Surroundings<'m>,
        fields: &[Field],
    ) -> Result<Self, Failure> {
        let means = Self { matches, around, file: file_read(around)? };
        means.file_check(fields)?;
        Ok(means)
    }

    /// A file that says what nobody understands was meant to do something.
    fn file_check(&self, fields: &[Field]) -> Result<(), Failure> {
        let Some((path, said)) = &self.file else { return Ok(()) };
        let secrets = || fields.iter().filter(|field| field.kind == FieldKind::Secret);
        for key in said.keys() {
            if let Some(field) = secrets().find(|field| field.name == *key) {
                return Err(usage(format!("{} holds a secret, {key}", path.display()))
                    .hint(format!("name a file of its own with {key}-file, or set {}", field.variable())));
            }
            let is_file = secrets().any(|field| key.strip_suffix("-file") == Some(&field.name));
            if !is_file && !fields.iter().any(|field| field.name == *key) {
                return Err(usage(format!("{} says {key:?}, which nobody understands", path.display()))
                    .hint("see what there is with --help"));
            }
        }
        Ok(())
    }

    /// What was said of a field that is no secret.
    pub(super) fn value(&self, field: &Field) -> Option<Value> {
        let (name, variable) = (field.name.as_ref(), field.variable());
        let by_flag = || {
            let texts = self.matches.get_many::<String>(name).filter(|_| self.is_argument(name))?;
            Some(Value { texts: texts.cloned().collect(), from: format!("--{name}") })
        };
        let by_variable = || Some(Value { texts: vec![self.variable(&variable)?], from: variable.clone() });
        let by_file = || {
            let (path, said) = self.file.as_ref()?;
            Some(Value { texts: texts(said.get(name)?)?, from: format!("{name} in {}", path.display()) })
        };
        by_flag().or_else(by_variable).or_else(by_file)
    }

    /// The file that holds a secret, if one was named by what counts most.
    pub(super) fn secret_file(&self, field: &Field) -> Result<Option<PathBuf>, Failure> {
        if self.is_argument(&field.name) {
            return Err(secret_refused(field));
        }
        let (key, variable) = (format!("{}-file", field.name), field.variable());
        if let Some(path) = self.matches.get_one::<String>(&key) {
            return Ok(Some(path.into()));
        }
        let named = format!("{variable}_FILE");
        match (self.variable(&variable), self.variable(&named)) {
            (Some(_), Some(_)) => {
                Err(usage(format!("both {variable} and {named} are set")).hint("only one of them can be meant"))
            }
            (Some(_), None) => Ok(None),
            (None, Some(path)) => Ok(Some(path.into())),
            (None, None) => {
                let said = self.file.as_ref().and_then(|(_, said)| said.get(&key)?.as_str());
                Ok(said.map(PathBuf::from))
            }
        }
    }

    fn is_argument(&self, name: &str) -> bool {
        self.matches.value_source(name) == Some(ValueSource::CommandLine)
    }

    fn variable(&self, name: &str) -> Option<String> {
        (self.around.variable)(name).filter(|text| !text.trim().is_empty())
    }
}

/// What is given as an argument is seen by everybody on the machine, and kept by shells.
fn secret_refused(field: &Field) -> Failure {
    let (name, variable) = (&field.name, field.variable());
    usage(format!("--{name} is refused: a secret is never an argument"))
        .hint(format!("set {variable}, or name a file that holds it with --{name}-file or {variable}_FILE"))
}

pub(super) fn usage(why: String) -> Failure {
    Failure::new(Exit::Usage, why)
}

/// Where a file is, and what it says.
type SettingsFile = (PathBuf, BTreeMap<String, Json>);

/// What the file says, if there is one.
fn file_read(around: &Surroundings<'_>) -> Result<Option<SettingsFile>, Failure> {
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
    // Not repeated: there may be a secret in it.
    let said = serde_saphyr::from_str(&text);
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
