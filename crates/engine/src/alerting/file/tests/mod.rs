mod files;
mod never_panics;
mod round_trip;

use super::{RuleFile, rules_read};

const FIXTURES: [(&str, &str); 7] = [
    ("everything.json", include_str!("everything.json")),
    ("everything.yaml", include_str!("everything.yaml")),
    ("malformed.yaml", include_str!("malformed.yaml")),
    ("cannot-run.json", include_str!("cannot-run.json")),
    ("pack.json", include_str!("pack.json")),
    ("answer.json", include_str!("answer.json")),
    ("native.yaml", include_str!("native.yaml")),
];

fn fixture(name: &str) -> RuleFile {
    let text = FIXTURES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    rules_read(text.unwrap_or_else(|| panic!("there is no {name}")))
}

/// Every remark of a file, in order.
fn remarks(file: &RuleFile) -> Vec<String> {
    let of_rules = file
        .rules
        .iter()
        .flat_map(|rule| rule.remarks.iter().map(|remark| format!("{}: {remark}", rule.definition.name)));
    file.remarks.iter().map(ToString::to_string).chain(of_rules).collect()
}
