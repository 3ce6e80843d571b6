//! Paths of answers: step by step, and what each `CAN` rests on.

use serde_json::Value as Json;

use super::cell::{Cell, name_of, word_of};
use super::table::rows_of;

/// One path, as a page shows it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) start: String,
    pub(super) steps: Vec<Step>,
    /// The grants behind it.
    pub(super) reasons: Vec<String>,
}

/// Along what, and to where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// `HAS`, or `CAN publish`.
    pub(super) word: String,
    /// Whether it is gone along against its direction.
    pub(super) is_backwards: bool,
    pub(super) to: String,
}

impl Path {
    pub(super) fn of(path: &Json) -> Self {
        let steps = rows_of(&path["steps"]);
        let step = |step: &Json| Step {
            word: word_of(&step["relationship"]),
            is_backwards: step["backwards"] == true,
            to: name_of(&step["to"]).to_owned(),
        };
        Self {
            start: name_of(&path["start"]).to_owned(),
            steps: steps.iter().map(step).collect(),
            reasons: steps.iter().flat_map(|step| rows_of(&step["paths"])).map(reason).collect(),
        }
    }
}

/// `by team acme/developers, since 2026-11-26T23:02:37Z or earlier`.
fn reason(path: &Json) -> String {
    let said = |name: &str| path[name].as_str().unwrap_or_default();
    let earlier = if path["orEarlier"] == true { " or earlier" } else { "" };
    let waits = if path["removalUnconfirmed"] == true { " (removal unconfirmed)" } else { "" };
    format!("by {}, since {}{earlier}{waits}", said("text"), said("since"))
}

/// A row of a file for each step: the path's number, the step's, from where, along what, to where, and by what.
pub(super) fn steps_of(path: &Json, number: usize) -> Vec<Vec<Cell>> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let number = || Cell::Number(number.to_string());
    let steps = rows_of(&path["steps"]);
    if steps.is_empty() {
        let nothing = || Cell::Nothing;
        return vec![vec![
            number(),
            Cell::Number("0".to_owned()),
            text(name_of(&path["start"])),
            nothing(),
            nothing(),
            nothing(),
        ]];
    }
    // Where each step begins: where the one before it ended.
    let begins = std::iter::once(&path["start"]).chain(steps.iter().map(|step| &step["to"]));
    let row = |((step, begin), place): ((&Json, &Json), usize)| {
        let (begin, end) = (name_of(begin), name_of(&step["to"]));
        // A relationship is told in its own direction, whichever way it is gone along.
        let (from, to) = if step["backwards"] == true { (end, begin) } else { (begin, end) };
        let by = rows_of(&step["paths"]).iter().filter_map(|path| path["text"].as_str());
        let by = by.collect::<Vec<_>>().join("; ");
        let place = Cell::Number(place.to_string());
        vec![number(), place, text(from), Cell::Text(word_of(&step["relationship"])), text(to), Cell::Text(by)]
    };
    steps.iter().zip(begins).zip(1..).map(row).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entity(name: &str) -> Json {
        json!({ "id": name, "entity": { "displayName": name }, "properties": {} })
    }

    #[test]
    fn a_path_is_told_with_what_it_rests_on() {
        let can = json!({ "relationship": { "_class": "CAN" }, "properties": { "action": "publish" } });
        let has = json!({ "relationship": { "_class": "HAS" }, "properties": {} });
        let by = json!([{ "text": "team acme/dev", "since": "2026-11-26", "orEarlier": true }]);
        let path = json!({ "start": entity("team"), "steps": [
            { "relationship": has, "backwards": true, "to": entity("acme") },
            { "relationship": can, "backwards": false, "to": entity("core"), "paths": by },
        ] });
        let shown = Path::of(&path);
        assert_eq!((shown.steps[0].is_backwards, shown.steps[1].word.as_str()), (true, "CAN publish"));
        assert_eq!(shown.reasons, ["by team acme/dev, since 2026-11-26 or earlier"]);
        let rows: Vec<String> = steps_of(&path, 7)
            .iter()
            .map(|row| row.iter().map(Cell::to_string).collect::<Vec<_>>().join(","))
            .collect();
        assert_eq!(rows, ["7,1,acme,HAS,team,", "7,2,acme,CAN publish,core,team acme/dev"]);
        assert_eq!(steps_of(&json!({ "start": entity("a"), "steps": [] }), 1).len(), 1);
    }
}
