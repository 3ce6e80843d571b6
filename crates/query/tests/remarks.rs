//! What is said of queries that find nothing, or cost too much.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::sync::atomic::AtomicBool;

use rolecall_graph::{EntityGraph, EntityGraphBuilder, EntityInput, PropertyValue, RelationshipInput};
use rolecall_query::{Answer, Asked, Budget, Limit, Worlds, prepare};

/// Thirty packages, each of which contains each.
fn graph() -> EntityGraph {
    let mut builder = EntityGraphBuilder { connectors: vec!["acme".to_owned()], ..EntityGraphBuilder::default() };
    for number in 0..30 {
        let text = |text: String| PropertyValue::Text(text.into());
        builder.entities.push(EntityInput {
            kind: "npm_package".to_owned(),
            classes: ["CodeModule".to_owned()].into(),
            key: format!("npm-package:@acme/p{number}"),
            properties: [
                ("name".to_owned(), text(format!("p{number}"))),
                ("displayName".to_owned(), text(format!("@acme/p{number}"))),
                ("public".to_owned(), PropertyValue::Flag(number % 2 == 0)),
            ]
            .into(),
            ..EntityInput::default()
        });
    }
    for (from, to) in (0..30).flat_map(|from| (0..30).map(move |to| (from, to))) {
        let (kind, class) = ("npm_package_contains_package".to_owned(), "CONTAINS".to_owned());
        builder.relationships.push(RelationshipInput { from, to, kind, class, ..RelationshipInput::default() });
    }
    builder.build().0
}

fn answer<'g>(graph: &'g EntityGraph, text: &str, asked: &Asked<'_>) -> Answer<'g> {
    let worlds = Worlds { graphs: [(None, graph)].into(), ..Worlds::default() };
    prepare(text).unwrap().run(&worlds, asked).unwrap()
}

/// The codes of what is said, with the help.
fn said(text: &str) -> Vec<(&'static str, String)> {
    let graph = graph();
    let diagnostics = answer(&graph, text, &Asked::default()).diagnostics;
    diagnostics.into_iter().map(|one| (one.code, one.help.unwrap_or_default())).collect()
}

#[test]
fn what_is_known_by_another_name_is_pointed_out() {
    let help = "something has it as displayName: write displayName = '@acme/p7'".to_owned();
    assert_eq!(said("FIND npm_package WITH name = '@acme/p7'"), [("other-property", help)]);
    assert_eq!(said("FIND npm_package WITH name = 'p7'"), []);
    assert_eq!(said("FIND npm_package WITH name = 'nothing at all'"), []);
}

#[test]
fn unknown_words_are_told_with_the_nearest_and_find_nothing() {
    let did_you_mean = |word: &str| format!("did you mean {word}?");
    assert_eq!(said("FIND CodeModul"), [("unknown-class", did_you_mean("CodeModule"))]);
    assert_eq!(said("FIND npm_packge"), [("unknown-type", did_you_mean("npm_package"))]);
    assert_eq!(said("FIND npm_package WITH publik = true"), [("unknown-property", did_you_mean("public"))]);
    assert_eq!(said("FIND npm_package THAT CONTAIN CodeModule"), [("unknown-verb", did_you_mean("CONTAINS"))]);
    assert_eq!(said("FIND npm_package THAT CAN publish CodeModule"), [("unknown-action", String::new())]);
    assert_eq!(said("FIND npm_package WITH public = 'true'"), [("type-mismatch", String::new())]);
}

#[test]
fn what_would_explode_is_stopped_and_says_so() {
    let graph = graph();
    let everything = "FIND CodeModule AS a THAT CONTAINS CodeModule AS b THAT CONTAINS CodeModule AS c THAT CONTAINS \
                      CodeModule AS d THAT CONTAINS CodeModule AS e RETURN a.name, b.name, c.name, d.name, e.name";
    let budget = Budget { rows: 1_000, work: 50_000 };
    let found = answer(&graph, everything, &Asked { budget, ..Asked::default() });
    assert!(found.limits.iter().any(|limit| limit.limit == Limit::Work), "{:?}", found.limits);
    assert!(found.work < 2 * budget.work, "{}", found.work);
    assert!(!found.plan.is_empty());
    let counted = answer(
        &graph,
        &everything.replace("RETURN a.name, b.name, c.name, d.name, e.name", "RETURN count(e)"),
        &Asked { budget, ..Asked::default() },
    );
    assert_eq!(counted.limits, [], "nothing has to be gone along to count ends");
    let cancelled = AtomicBool::new(true);
    let given_up = answer(&graph, everything, &Asked { cancelled: Some(&cancelled), ..Asked::default() });
    assert_eq!(given_up.limits.first().map(|limit| limit.limit), Some(Limit::Cancelled));
}
