use proptest::prelude::*;
use rolecall_testkit::cases;
use serde_json::{Value as Json, json};

use super::super::{Condition, Template, Used, render_deep};
use super::scope;

/// What expressions are made of, in any order: mostly wrong, often nearly right.
const PIECES: [&str; 58] = [
    "{{",
    "}}",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "'",
    "\"",
    "\\",
    ".",
    ",",
    ":",
    "?",
    "?:",
    "|",
    "||",
    "&&",
    "!",
    "==",
    "!=",
    "=",
    "<",
    "<=",
    ">",
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "^",
    " in ",
    " ",
    "\n",
    "0",
    "1.5",
    "99999999999999999999",
    "true",
    "null",
    "queries",
    ".query0",
    ".total",
    ".data",
    "[.age > 3]",
    "param.limits",
    "item",
    "|mapTemplate('row')",
    "|mapTemplate('loop')",
    "|mapProperty('a', 'b')",
    "|join(', ')",
    "|merge(param.limits)",
    "|uniquePropertyValues('role')",
    "|length",
    "ü",
    "\u{0}",
    "a",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.as_slice()), 0..24).prop_map(|pieces| pieces.concat())
}

const OPERATORS: [&str; 16] = ["+", "-", "*", "/", "//", "%", "^", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "in"];
const TRANSFORMS: [&str; 6] =
    ["length", "join", "join('-')", "mapProperty('role')", "mapTemplate('row')", "merge([1])"];

/// Expressions that are right.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(
            ["1", "0", "2.5", "'a'", "\"it's\"", "true", "null", "age", "queries.query0.data", "param.limits", "text"]
                .as_slice()
        )
        .prop_map(str::to_owned),
        "[a-z]{1,3}( in \\[1, 'a'\\])?",
    ];
    leaf.prop_recursive(5, 48, 3, |inner| {
        prop_oneof![
            (inner.clone(), prop::sample::select(OPERATORS.as_slice()), inner.clone())
                .prop_map(|(left, operator, right)| format!("({left}) {operator} {right}")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} ?: {b})")),
            (inner.clone(), prop::sample::select(TRANSFORMS.as_slice())).prop_map(|(a, b)| format!("({a})|{b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[.age > {b}]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}][0]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{x: {a}, 'y z': {b}}}")),
            inner.prop_map(|a| format!("!({a})")),
        ]
    })
}

fn json_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        prop::sample::select(["AND", "OR", ">", "=", "!=", "~", "FILTER", "type", "queries.query0.total"].as_slice())
            .prop_map(Json::from),
        pieces().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let names = prop::sample::select(["type", "condition", "version", "a"].as_slice()).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(names, inner, 0..3).prop_map(|fields| json!(fields)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(u32::try_from(cases(500, 50_000)).unwrap()))]

    #[test]
    fn any_text_is_read_and_rendered_or_refused(text in prop_oneof![pieces(), any::<String>(), "\\{\\{.{0,20}\\}\\}"]) {
        match Template::parse(&text) {
            Ok(template) => {
                let _ = Used::of(&template);
                let once = template.render(&scope());
                prop_assert_eq!(&once, &template.render(&scope()), "the same of the same");
                if template.is_text() {
                    prop_assert_eq!(once, Ok(Json::String(text)));
                }
            }
            Err(error) => {
                let last = text.chars().count() + 1;
                prop_assert!(error.character.is_none_or(|character| (1..=last).contains(&character)), "{error}");
                prop_assert!(!error.message.is_empty() && !error.message.ends_with('.'));
            }
        }
    }

    #[test]
    fn what_is_right_is_read_and_rendered(text in expression()) {
        let template = Template::parse(&format!("{{{{{text} }}}}"));
        prop_assert!(template.is_ok(), "{text}: {template:?}");
        let rendered = template.map(|template| template.render(&scope()));
        prop_assert!(matches!(rendered, Ok(Ok(_))), "{text}: {rendered:?}");
    }

    #[test]
    fn any_value_is_a_condition_or_refused(written in json_value()) {
        if let Ok(condition) = Condition::read(&written) {
            let _ = condition.used();
            let _ = condition.holds(&scope());
        }
        let _ = render_deep(&written, &scope());
    }
}
