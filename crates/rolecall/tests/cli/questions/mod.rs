//! Every ready question, asked of simulated organisations, finds what these hold.
//!
//! What has to be found is worked out from the simulators' own state and judgement, or written down by reading how their
//! worlds are made. None of it comes from what Rolecall says.

mod changes;
mod cloudsmith;
mod command;
mod npm;
mod reference;

use std::collections::{BTreeMap, BTreeSet};

use rolecall_engine::questions::{Question, questions};
use rolecall_testkit::Binary;
use serde_json::Value as Json;

use crate::support::run;

/// What questions have to find, by id: rows in any order, with their cells joined by bars. Moments are left out.
type Expected = BTreeMap<&'static str, Vec<String>>;

/// Values of parameters.
type Given<'g> = [(&'g str, &'g str)];

/// Rows that were written down.
fn rows(all: &[&str]) -> Vec<String> {
    all.iter().map(|row| (*row).to_owned()).collect()
}

/// Asks each of these and compares; tells all that differ at once.
fn every_question(binary: &Binary, expected: &Expected, given: &Given<'_>) {
    let mut wrong = Vec::new();
    for (id, rows) in expected {
        let (mut rows, found) = (rows.clone(), found(binary, id, given));
        rows.sort_unstable();
        if rows != found {
            wrong.push(format!("{id}\n  expected {rows:#?}\n  found {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// That a table has every question that it should.
fn is_whole(expected: &Expected, should: impl Fn(&Question) -> bool) {
    let all: BTreeSet<&str> = questions().iter().filter(|one| should(one)).map(|one| one.id.as_str()).collect();
    let missing: Vec<&&str> = all.iter().filter(|id| !expected.contains_key(**id)).collect();
    assert!(missing.is_empty(), "nobody says what is to be found by {missing:?}");
}

/// About more than one registry, or about what was before.
fn is_of_both(question: &Question) -> bool {
    has_tag(question, "registry") || has_tag(question, "changes")
}

fn has_tag(question: &Question, tag: &str) -> bool {
    question.tags.iter().any(|one| one == tag)
}

/// What a question finds, sorted.
fn found(binary: &Binary, id: &str, given: &Given<'_>) -> Vec<String> {
    let question = rolecall_engine::questions::question(id).unwrap_or_else(|| panic!("there is no question {id}"));
    let mut arguments = vec!["query".to_owned(), "--question".to_owned(), id.to_owned()];
    for (name, value) in given.iter().filter(|(name, _)| question.variables.iter().any(|one| one.name == *name)) {
        arguments.extend(["--param".to_owned(), format!("{name}={value}")]);
    }
    arguments.extend(["--format".to_owned(), "json".to_owned()]);
    let ran = run(binary, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ran.code, 0, "{id}: {ran:?}");
    let answer = ran.json();
    words_are_known(id, &answer);
    let mut found = match answer["type"].as_str().unwrap() {
        "table" => table(&answer),
        "tree" => edges(&answer),
        _ => paths(&answer),
    };
    found.sort_unstable();
    found
}

/// A ready question uses no word that nobody knows.
fn words_are_known(id: &str, answer: &Json) {
    for warning in answer["warnings"].as_array().into_iter().flatten() {
        let code = warning["code"].as_str().unwrap();
        assert!(!code.starts_with("unknown"), "{id}: {warning}");
    }
}

fn table(answer: &Json) -> Vec<String> {
    let columns: Vec<&str> = answer["columns"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let is_moment = |name: &str| name.ends_with("On") || name.ends_with("notAfter");
    let cells = |row: &Json| {
        let cells = columns.iter().filter(|name| !is_moment(name)).map(|name| cell(&row[*name]));
        cells.collect::<Vec<_>>().join(" | ")
    };
    answer["data"].as_array().unwrap().iter().map(cells).collect()
}

fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(all) => all.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// `npm-team:acme/web HAS npm-user:ann`
fn edges(answer: &Json) -> Vec<String> {
    let edges = answer["data"]["edges"].as_array().unwrap().iter().map(|edge| &edge["relationship"]);
    let words = |edge: &Json| {
        format!("{} {} {}", cell(&edge["_fromEntityKey"]), cell(&edge["_class"]), cell(&edge["_toEntityKey"]))
    };
    edges.map(words).collect()
}

/// Each way from who can to what: `ann by team acme/web` is `ann, acme/web`.
fn paths(answer: &Json) -> Vec<String> {
    let steps = answer["data"].as_array().unwrap().iter().flat_map(|path| path["steps"].as_array().unwrap());
    let ways = steps.flat_map(|step| step["paths"].as_array().unwrap());
    let ids = |way: &Json| {
        let steps = way["steps"].as_array().unwrap().iter();
        steps.map(|step| cell(&step["principal"]["id"])).collect::<Vec<_>>().join(", ")
    };
    ways.map(ids).collect()
}
