//! What a finding is about and what shows it, each with a link to where it is explored.

use rolecall_engine::search::Places;
use rolecall_engine::{Candidate, WorldView};
use serde_json::Value as Json;

use crate::page::explore::When;

/// How many of each kind are named.
const NAMED: usize = 50;

/// Something that is named, and where it is shown.
pub(super) struct Named {
    pub(super) thing: Candidate,
    pub(super) link: Option<String>,
}

/// Everything that a finding names.
#[derive(Default)]
pub(super) struct Evidence {
    pub(super) subjects: Vec<Named>,
    /// Ways in which the right is held, in words.
    pub(super) paths: Vec<String>,
    pub(super) path_count: usize,
    pub(super) resources: Vec<Named>,
    pub(super) resource_count: u64,
    /// Of a finding of a rule that people keep: the row, property by property.
    pub(super) row: Vec<(String, String)>,
}

impl Evidence {
    /// What is kept of a finding, with the places of what is recorded now.
    pub(super) fn of(detail: &Json, view: &WorldView) -> Self {
        let places = view.places();
        let named = |pointer: &str| -> Vec<Named> {
            let all = detail.pointer(pointer).and_then(Json::as_array).into_iter().flatten();
            let all = all.filter_map(|one| serde_json::from_value::<Candidate>(one.clone()).ok());
            all.take(NAMED).map(|thing| Named::of(thing, &places)).collect()
        };
        let mut subjects = named("/subjects");
        subjects.extend(of_row(detail, view).map(|thing| Named::of(thing, &places)));
        let paths: Vec<String> = detail
            .pointer("/evidence/paths")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
            .filter_map(|path| path.get("text")?.as_str().map(str::to_owned))
            .collect();
        Self {
            subjects,
            path_count: paths.len(),
            paths: paths.into_iter().take(NAMED).collect(),
            resources: named("/evidence/resources"),
            resource_count: detail.pointer("/evidence/resourceCount").and_then(Json::as_u64).unwrap_or_default(),
            row: row(detail),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.subjects.is_empty() && self.paths.is_empty() && self.resources.is_empty() && self.row.is_empty()
    }
}

impl Named {
    fn of(thing: Candidate, places: &Places) -> Self {
        Self { link: When::default().link(places, &thing), thing }
    }
}

/// The resource that a row of a kept rule is made of.
fn of_row(detail: &Json, view: &WorldView) -> Option<Candidate> {
    let place = detail.pointer("/row/_rolecall")?;
    let number = place.get("connector")?.as_i64()?;
    let connector = view.connector_numbered(number)?;
    let text = |name: &str| place.get(name).and_then(Json::as_str).map(str::to_owned);
    Some(Candidate { connector, kind: text("kind")?, id: text("id")? })
}

/// What a row says that is a value; what it is made of says the same again.
fn row(detail: &Json) -> Vec<(String, String)> {
    let all = detail.get("row").and_then(Json::as_object).into_iter().flatten();
    let value = |value: &Json| match value {
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        Json::Array(all) if all.iter().all(|one| !one.is_object() && !one.is_array()) => Some(
            all.iter()
                .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join(", "),
        ),
        // A cell of a table that is an entity.
        Json::Object(of) => of.get("entity")?.get("displayName")?.as_str().map(str::to_owned),
        _ => None,
    };
    let is_shown = |name: &str| !name.starts_with('_') && name != "id";
    let shown = all.filter(|(name, _)| is_shown(name)).filter_map(|(name, one)| Some((name.clone(), value(one)?)));
    shown.filter(|(_, text)| !text.is_empty()).take(NAMED).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_is_told_by_its_values() {
        let detail = json!({ "row": {
            "_rolecall": { "connector": 1 }, "_type": "npm_user", "id": "x", "username": "ada", "admin": true,
            "teams": ["a", "b"], "entity": { "displayName": "Ada" }, "u": { "entity": { "displayName": "Ada" } }, "empty": "",
        } });
        let told: Vec<String> = row(&detail).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(told, ["admin=true", "teams=a, b", "u=Ada", "username=ada"]);
        assert!(row(&json!({})).is_empty());
    }
}
