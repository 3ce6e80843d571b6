//! Random queries about random graphs: what the engine answers is what the reference evaluator answers.

mod reference;

// The one file, and not the crate: that has a database and a web server among its dependencies.
#[allow(unreachable_pub)]
#[path = "../../testkit/src/level.rs"]
mod level;

use std::collections::BTreeMap;

use reference::evaluate::{Parameters, evaluate};
use reference::examples::examples;
use reference::fixture::{Fixture, Value};
use reference::fixture_json::fixture;
use reference::generate::{Dice, query};
use reference::generate_graph::{NOW, graph};
use reference::{engine, laws, print};
use rolecall_query::ast::Query;

/// The parameters that random queries use.
fn parameters() -> Parameters {
    let text = |text: &str| Value::Text(text.to_owned());
    let values = BTreeMap::from([
        ("word".to_owned(), Some(text("ann"))),
        ("words".to_owned(), Some(Value::List(vec![text("ann"), text("bob")]))),
        ("number".to_owned(), Some(Value::Number(2.0))),
        ("flag".to_owned(), Some(Value::Flag(true))),
        ("none".to_owned(), None),
        ("empty".to_owned(), Some(Value::List(Vec::new()))),
    ]);
    Parameters { values, include_deleted: false }
}

/// Does something with a number of random pairs of a graph and a query. Four queries ask each graph.
fn each_pair(pairs: usize, mut with: impl FnMut(&mut Dice, &Fixture, &Query)) {
    for seed in 0..pairs.div_ceil(4) {
        let mut dice = Dice::new(seed as u64);
        let fixture = fixture(&graph(&mut dice));
        for _ in 0..4 {
            let query = query(&mut dice);
            let shown = Shown(seed, print::query(&query));
            with(&mut dice, &fixture, &query);
            drop(shown);
        }
    }
}

/// Says which query it was when something is wrong with it.
struct Shown(usize, String);

impl Drop for Shown {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("seed {}: {}", self.0, self.1);
        }
    }
}

#[test]
fn the_engine_answers_as_the_reference_does() {
    let parameters = parameters();
    each_pair(level::cases(500, 20_000), |_, fixture, query| {
        let text = print::query(query);
        let expected = evaluate(query, &text, fixture, &parameters, NOW);
        let answer = engine::ask(&text, fixture, &parameters, NOW);
        match (&answer, &expected) {
            (Ok(answer), Ok(expected)) => assert_eq!(answer, expected),
            (Err(_), Err(_)) => {}
            _ => panic!("{answer:?}, and expected was {expected:?}"),
        }
    });
}

#[test]
fn answers_keep_the_laws() {
    let parameters = parameters();
    each_pair(level::cases(500, 5_000), |dice, fixture, query| {
        let ask = |query: &Query| engine::ask(&print::query(query), fixture, &parameters, NOW).ok();
        if ask(query).is_some() {
            laws::of_query(query, &ask);
        }
        laws::all(dice, &ask);
    });
}

#[test]
fn most_random_queries_can_be_run_and_find_something() {
    let parameters = parameters();
    let (mut all, mut run, mut found) = (0, 0, 0);
    each_pair(2_000, |_, fixture, query| {
        all += 1;
        if let Ok(answer) = evaluate(query, "", fixture, &parameters, NOW) {
            run += 1;
            found += usize::from(!laws::is_empty(&answer));
        }
    });
    println!("of {all} queries {run} can be run, and {found} find something");
    assert!(run * 100 >= all * 95);
    assert!(found * 2 >= all);
}

#[test]
fn the_engine_answers_every_example_as_was_worked_out_by_hand() {
    let mut wrong = Vec::new();
    for example in examples() {
        let answer = engine::ask(&example.text, &example.fixture, &example.parameters, NOW);
        let expected = example.expected();
        if answer.as_ref().ok() != Some(&expected) {
            wrong.push(format!("{}: {}\n  {answer:?}\n  {expected:?}", example.number, example.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_has_an_answer_that_was_worked_out_by_hand() {
    let examples = examples();
    assert_eq!(examples.iter().map(|example| example.number).collect::<Vec<_>>(), (1..=100).collect::<Vec<_>>());
    for example in examples {
        assert!(!laws::is_empty(&example.expected()), "{}: {}", example.number, example.text);
        let given = example.parameters.values.keys().all(|name| example.text.contains(name));
        assert!(given, "{} has no such parameter", example.number);
    }
}
