//! Random queries about random graphs: what the engine answers is what the reference evaluator answers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests fail like tests")]

mod reference;

// The one file, and not the crate: that has a database and a web server among its dependencies.
#[allow(unreachable_pub)]
#[path = "../../testkit/src/level.rs"]
mod level;

use std::collections::BTreeMap;

use reference::evaluate::{Answer, Parameters, evaluate};
use reference::examples::{Example, examples, rules};
use reference::fixture::{Fixture, Value};
use reference::fixture_json::fixture;
use reference::generate::{Dice, query};
use reference::generate_graph::{NOW, graph};
use reference::{engine, laws, print};
use rolecall_query::ast::Query;
use rolecall_query::parse;

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

/// What the engine answers; why it does not is left to other tests.
fn engine_answer(text: &str, fixture: &Fixture, parameters: &Parameters) -> Option<Answer> {
    engine::ask(text, fixture, parameters, NOW).ok()
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
        // Read again, so that everything has its place in the text, from which columns have their names.
        let query = tree(&text);
        let expected = evaluate(&query, &text, fixture, &parameters, NOW).ok();
        assert_eq!(engine_answer(&text, fixture, &parameters), expected);
    });
}

#[test]
fn answers_keep_the_laws() {
    let parameters = parameters();
    each_pair(level::cases(500, 2_000), |dice, fixture, query| {
        let ask = |query: &Query| engine_answer(&print::query(query), fixture, &parameters);
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
fn every_example_has_an_answer_that_was_worked_out_by_hand() {
    let examples = examples();
    assert_eq!(examples.iter().map(|example| example.number).collect::<Vec<_>>(), (1..=100).collect::<Vec<_>>());
    for example in examples {
        assert!(!laws::is_empty(&example.expected()), "{}: {}", example.number, example.text);
        let given = example.parameters.values.keys().all(|name| example.text.contains(name));
        assert!(given, "{} has no such parameter", example.number);
    }
}

/// The tree of a text that is a query.
fn tree(text: &str) -> Query {
    let parsed = parse(text);
    parsed.query.unwrap_or_else(|| panic!("{text}\n{:?}", parsed.diagnostics))
}

/// The numbers of the queries whose answers are others than were worked out by hand.
fn wrong(examples: Vec<Example>) -> Vec<u32> {
    let disagrees = |example: &Example| {
        let query = tree(&example.text);
        let expected = evaluate(&query, &example.text, &example.fixture, &example.parameters, NOW);
        let answer = engine_answer(&example.text, &example.fixture, &example.parameters);
        if answer != expected.clone().ok() {
            println!("{}: {}\n  {answer:?}\n  {expected:?}", example.number, example.text);
        }
        !example.agrees(&expected) || answer != expected.ok()
    };
    examples.into_iter().filter(disagrees).map(|example| example.number).collect()
}

#[test]
fn examples_have_the_answers_that_were_worked_out_by_hand() {
    assert_eq!(wrong(examples()), [0; 0]);
}

#[test]
fn rules_have_the_answers_that_were_worked_out_by_hand() {
    assert_eq!(wrong(rules()), [0; 0]);
}

#[test]
fn a_random_query_is_read_as_it_was_written() {
    each_pair(level::cases(2_000, 20_000), |_, _, query| {
        let text = print::query(query);
        assert_eq!(tree(&text), *query, "{text}");
    });
}

/// Every beginning of an example, and what is left when a letter is missing or another one is in its place.
fn mangled(text: &str, step: usize) -> impl Iterator<Item = String> + use<'_> {
    let places = text.char_indices().map(|(place, letter)| (place, place + letter.len_utf8()));
    places.step_by(step).flat_map(move |(place, next)| {
        let (before, after) = (&text[..place], &text[next..]);
        [before.to_owned(), format!("{before}{after}"), format!("{before}({after}"), format!("{before}ß{after}")]
    })
}

#[test]
fn what_is_left_of_an_example_is_answered_or_refused_with_a_reason() {
    let step = if level::cases(0, 1) == 1 { 1 } else { 29 };
    for example in examples() {
        for text in mangled(&example.text, step) {
            match engine::ask(&text, &example.fixture, &example.parameters, NOW) {
                Ok(_) => {}
                Err(diagnostics) => assert!(!diagnostics.is_empty(), "{text}"),
            }
        }
    }
}

#[test]
fn a_way_that_is_too_long_is_refused() {
    let example = &examples()[0];
    let far = |hops: usize| format!("FIND User{}", " THAT HAS User".repeat(hops));
    assert!(engine_answer(&far(64), &example.fixture, &example.parameters).is_some());
    for hops in [65, 50_000] {
        let refused = engine::ask(&far(hops), &example.fixture, &example.parameters, NOW).unwrap_err();
        assert_eq!(refused.iter().map(|one| one.code).collect::<Vec<_>>(), ["too-many-hops"]);
    }
    let optional = format!("FIND User{}", " (THAT HAS User)?".repeat(20));
    let refused = engine::ask(&optional, &example.fixture, &example.parameters, NOW).unwrap_err();
    assert_eq!(refused.iter().map(|one| one.code).collect::<Vec<_>>(), ["too-many-ways"]);
}
