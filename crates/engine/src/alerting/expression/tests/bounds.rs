use serde_json::json;

use super::super::bounds::{MOST_BRACKETS, MOST_CHARACTERS, MOST_DEPTH};
use super::super::{Condition, Scope, Template, render_deep};
use super::{error, value};

#[test]
fn depth_is_bounded() {
    let wrapped =
        |open: &str, close: &str, times: usize| format!("{{{{{}1{}}}}}", open.repeat(times), close.repeat(times));
    for (open, close) in
        [("(", ")"), ("[", "]"), ("!", ""), ("-", ""), ("1 + (", ")"), ("a[", "]"), ("1 ? ", " : 1"), ("{a:", "}")]
    {
        assert!(error(&wrapped(open, close, 30_000 / (open.len() + close.len()))).contains("32 deep"), "{open}");
        assert!(Template::parse(&wrapped(open, close, MOST_BRACKETS / 2 - 1)).is_ok(), "{open}");
    }
    for row in ["+ 1", ".a", "|length", "[0]"] {
        assert!(error(&format!("{{{{a {}}}}}", row.repeat(9_000))).contains("48 deep"), "{row}");
    }
    assert_eq!(value(&vec!["1"; MOST_DEPTH - 1].join(" + ")), json!(MOST_DEPTH - 1));
}

#[test]
fn length_is_bounded() {
    assert_eq!(
        error(&format!("{{{{1}}}}{}", " ".repeat(MOST_CHARACTERS))),
        "a text with templates has at most 65536 characters"
    );
    assert!(Template::parse(&" ".repeat(MOST_CHARACTERS * 2)).is_ok(), "a text without templates is only a text");
}

#[test]
fn values_that_stand_in_each_other_without_end_are_refused() {
    let deep = (0..2 * MOST_DEPTH).fold(json!("{{1}}"), |inner, _| json!([inner]));
    assert!(render_deep(&deep, &Scope::default()).unwrap_err().to_string().contains("48 deep"));
    let deep = (0..2 * MOST_DEPTH).fold(json!("{{1}}"), |inner, _| json!(["AND", inner]));
    assert!(Condition::read(&deep).unwrap_err().to_string().contains("48 deep"));
}

#[test]
fn templates_that_use_each_other_without_end_are_refused() {
    let said = error("{{[1]|mapTemplate('loop')}}");
    assert!(said.contains("templates use each other at most 8 deep"), "{said}");
}

#[test]
fn work_is_bounded() {
    let list = json!({ "list": (0..1000).collect::<Vec<_>>(), "long": "x".repeat(100_000) });
    let templates =
        [("all", "{{list|mapTemplate('each')}}"), ("each", "{{list|mapTemplate('one')}}"), ("one", "{{item}}")];
    let templates = templates.map(|(name, text)| (name.to_owned(), Template::parse(text).unwrap())).into();
    let scope = Scope::new(list).with_templates(templates);
    let doubled = (0..12).fold("long".to_owned(), |text, _| format!("({text} + {text})"));
    for text in ["{{list|mapTemplate('all')|length}}", "{{list|merge(list)|join(long)}}", &format!("{{{{{doubled}}}}}")]
    {
        let said = Template::parse(text).unwrap().render(&scope).map(|value| value.to_string().len()).unwrap_err();
        assert!(said.to_string().contains("too much to do"), "{said}");
    }
    assert_eq!(Template::parse("{{list|mapTemplate('one')|length}}").unwrap().render(&scope).unwrap(), json!(1000));
}

/// Within half of the stack that threads usually have, in a build that does not optimise.
#[test]
fn the_deepest_there_may_be_needs_half_of_the_stack_at_most() {
    let small = std::thread::Builder::new().stack_size(1024 * 1024);
    let deepest = small.spawn(|| {
        let wraps = [
            ("(", ")"),
            ("[", "]"),
            ("!", ""),
            ("1 + (", ")"),
            ("a[", "]"),
            ("1 ? ", " : 1"),
            ("{a:", "}"),
            ("a|merge(", ")"),
        ];
        for (open, close) in wraps {
            let most = (1..=MOST_DEPTH).rev().find_map(|times| {
                Template::parse(&format!("{{{{{}1{}}}}}", open.repeat(times), close.repeat(times))).ok()
            });
            assert!(most.unwrap().render(&Scope::default()).is_ok());
            let text =
                (1..=MOST_DEPTH).rev().map(|times| format!("{{{{{}1{}}}}}", open.repeat(times), close.repeat(times)));
            let text = text.into_iter().find(|text| Template::parse(text).is_ok()).unwrap();
            let value = (0..MOST_DEPTH).fold(json!(text), |inner, _| json!([inner]));
            assert!(render_deep(&value, &Scope::default()).is_ok());
            let condition = (0..MOST_DEPTH).fold(json!(text), |inner, _| json!(["AND", inner]));
            assert!(Condition::read(&condition).unwrap().holds(&Scope::default()).is_ok());
        }
        let templates = (0..9).map(|number| {
            let text = format!("{{{{{}item|mapTemplate('t{}'){}}}}}", "1 + (".repeat(14), number + 1, ")".repeat(14));
            (format!("t{number}"), Template::parse(&text).unwrap())
        });
        let scope = Scope::new(json!({})).with_templates(templates.collect());
        Template::parse("{{[1]|mapTemplate('t0')}}").unwrap().render(&scope).unwrap_err()
    });
    assert!(deepest.unwrap().join().unwrap().to_string().contains("deep"));
}
