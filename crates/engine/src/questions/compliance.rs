//! What of which standards a question is evidence for.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::read::text;

/// What it has.
const FIELDS: [&str; 4] = ["standard", "version", "requirements", "controls"];

/// A standard, and what of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compliance {
    /// `SOC 2`
    pub standard: String,
    /// `2017`, where it is said.
    pub version: Option<String>,
    /// `CC6.3`
    pub requirements: Vec<String>,
    /// One's own controls for it.
    pub controls: Vec<String>,
}

impl Compliance {
    /// One of a file, and what strays from the format.
    pub(super) fn read(fields: &Map<String, Json>) -> (Option<Self>, Vec<String>) {
        let unknown = fields.keys().filter(|name| !FIELDS.contains(&name.as_str()));
        let mut remarks: Vec<String> = unknown.map(|name| format!("its compliance has no field {name:?}")).collect();
        let Some(standard) = text(fields, "standard").filter(|standard| !standard.is_empty()) else {
            remarks.push("its compliance names no standard".to_owned());
            return (None, remarks);
        };
        let mut listed = |name: &str| match fields.get(name) {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(all)) => all.iter().filter_map(as_text).collect(),
            Some(one) => {
                remarks.push(format!("the {name} of {standard} are no list"));
                as_text(one).into_iter().collect()
            }
        };
        let (requirements, controls) = (listed("requirements"), listed("controls"));
        (Some(Self { version: text(fields, "version"), standard, requirements, controls }), remarks)
    }
}

/// YAML reads `1.3` as a number, where a requirement is meant.
fn as_text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
