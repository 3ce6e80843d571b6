//! How two configurations of a connector differ, field by field, as the file spells the fields.

use rolecall_store::NewConnector;
use serde::Serialize;
use serde_json::Value as Json;

use super::{Kind, settings_of};

/// One field that differs. Absent is what is not set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    pub(crate) field: String,
    pub(crate) before: Json,
    pub(crate) after: Json,
}

impl Difference {
    /// `rate: 2.0 → 1.0`.
    pub(crate) fn sentence(&self) -> String {
        format!("{}: {} → {}", self.field, text(&self.before), text(&self.after))
    }
}

fn text(value: &Json) -> String {
    match value {
        Json::Null => "not set".to_owned(),
        Json::String(text) if text.is_empty() => "not set".to_owned(),
        Json::Array(items) if items.is_empty() => "not set".to_owned(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// What differs between two configurations of a connector of this kind.
pub(crate) fn differences(kind: &dyn Kind, before: &NewConnector, after: &NewConnector) -> Vec<Difference> {
    let (old, new) = (settings_of(before), settings_of(after));
    let fixed = [
        ("name", Json::from(before.name.as_str()), Json::from(after.name.as_str())),
        ("description", before.description.as_str().into(), after.description.as_str().into()),
        ("owners", before.owners.clone().into(), after.owners.clone().into()),
        (kind.base_key(), before.base_url.as_str().into(), after.base_url.as_str().into()),
        ("token", before.secret_source.clone().into(), after.secret_source.clone().into()),
    ];
    let value = |value: Option<&Json>| value.cloned().unwrap_or(Json::Null);
    let set = kind.settings().map(|setting| (setting.name, value(old.get(setting)), value(new.get(setting))));
    fixed
        .into_iter()
        .chain(set)
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Difference { field: field.to_owned(), before, after })
        .collect()
}
