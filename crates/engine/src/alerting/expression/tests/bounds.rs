use serde_json::json;

use super::super::bounds::{MOST_CHARACTERS, MOST_DEPTH};
use super::super::{Condition, Scope, Template, render_deep};
use super::{error, value};

#[test]
fn depth_is_bounded() {
    let wrapped =
        |open: &str, close: &str, times: usize| format!("{{{{{}1{}}}}}", open.repeat(times), close.repeat(times));
    for (open, close) in
        [("(", ")"), ("[", "]"), ("!", ""), ("-", ""), ("1 + (", ")"), ("a[", "]"), ("1 ? ", " : 1"), ("{a:", "}")]
    {
        assert!(error(&wrapped(open, close, 30_000 / (open.len() + close.len()))).contains("100 deep"), "{open}");
        assert!(Template::parse(&wrapped(open, close, 20)).is_ok(), "{open}");
    }
    for row in ["+ 1", ".a", "|length", "[0]"] {
        assert!(error(&format!("{{{{a {}}}}}", row.repeat(9_000))).contains("100 deep"), "{row}");
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
    assert!(render_deep(&deep, &Scope::default()).unwrap_err().to_string().contains("100 deep"));
    let deep = (0..2 * MOST_DEPTH).fold(json!("{{1}}"), |inner, _| json!(["AND", inner]));
    assert!(Condition::read(&deep).unwrap_err().to_string().contains("100 deep"));
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
