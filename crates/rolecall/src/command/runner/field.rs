//! What one thing that can be said to a connector is: declared once, for the command line, the environment, the file, the
//! description that programs read, and the documentation.

use std::borrow::Cow;

use serde_json::{Value as Json, json};

/// One thing that can be said.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// As the command line spells it: `task-concurrency`.
    pub(crate) name: Cow<'static, str>,
    pub(crate) short: Option<char>,
    pub(crate) kind: FieldKind,
    /// What holds where nobody says it; for people, where it is empty.
    pub(crate) default: &'static str,
    /// What it does.
    pub(crate) what: Cow<'static, str>,
    pub(crate) effect: Effect,
    /// Whether it is left out of the help: what few people want, and what is not done here.
    pub(crate) is_hidden: bool,
    pub(crate) is_required: bool,
    /// Whether it is about the running of the program, and not about the source.
    pub(crate) is_operation: bool,
}

/// What it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Text,
    /// Text that is never an argument, and never in a file with other things.
    Secret,
    Number,
    Switch,
    /// Several texts, parted by commas.
    List,
    Choice(&'static [&'static str]),
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It does what it says.
    Works,
    /// Other connectors have it, and here it changes nothing, for this reason: that is said, and no error.
    Nothing(&'static str),
    /// Other connectors have it, and here it is refused, for this reason.
    Refused(&'static str),
}

impl Field {
    /// One about the running of the program that does what it says.
    pub(crate) fn new(name: &'static str, kind: FieldKind, default: &'static str, what: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            short: None,
            kind,
            default,
            what: Cow::Borrowed(what),
            effect: Effect::Works,
            is_hidden: false,
            is_required: false,
            is_operation: true,
        }
    }

    pub(crate) fn short(self, short: char) -> Self {
        Self { short: Some(short), ..self }
    }

    pub(crate) fn hidden(self) -> Self {
        Self { is_hidden: true, ..self }
    }

    /// One that is refused or does nothing.
    pub(crate) fn without(self, effect: Effect) -> Self {
        Self { effect, is_hidden: true, ..self }
    }

    /// One about the source.
    pub(crate) fn of_source(self) -> Self {
        Self { is_operation: false, ..self }
    }

    /// The variable that says it: `BATON_TASK_CONCURRENCY`.
    pub(crate) fn variable(&self) -> String {
        format!("BATON_{}", self.name.to_uppercase().replace('-', "_"))
    }

    /// The same as programs read it, after `c1.config.v1.Field`.
    pub(crate) fn described(&self) -> Json {
        let mut described = json!({
            "name": self.name,
            "displayName": display_name(&self.name),
            "description": self.what,
            "isRequired": self.is_required,
            "isOps": self.is_operation,
            "isSecret": self.kind == FieldKind::Secret,
        });
        let (key, value) = match self.kind {
            FieldKind::Text | FieldKind::Secret => ("stringField", json!({ "defaultValue": self.default })),
            FieldKind::Choice(words) => {
                let options: Vec<Json> = words.iter().map(|word| json!({ "name": word, "value": word })).collect();
                ("stringField", json!({ "defaultValue": self.default, "options": options }))
            }
            FieldKind::Number => {
                ("intField", json!({ "defaultValue": self.default.parse::<i64>().unwrap_or_default() }))
            }
            FieldKind::Switch => ("boolField", json!({ "defaultValue": false })),
            FieldKind::List => ("stringSliceField", json!({ "defaultValue": [] })),
        };
        if let Some(object) = described.as_object_mut() {
            object.insert(key.to_owned(), value);
        }
        described
    }
}

/// `Task concurrency`.
fn display_name(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
