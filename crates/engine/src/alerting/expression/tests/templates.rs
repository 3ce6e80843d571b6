use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::{Value as Json, json};

use super::super::{Template, Used, render_deep};
use super::{rendered, scope};

#[rstest]
#[case("no template", json!("no template"))]
#[case("", json!(""))]
#[case("{{true}}", json!(true))]
#[case("{{ param.limits }}", json!([1, 2, 3]))]
#[case(" {{true}}", json!(" true"))]
#[case("{{1}}{{2}}", json!("12"))]
#[case("{{age + 10}} is my age, {{param.channel}} my place", json!("46 is my age, #security my place"))]
#[case("{{unknown}}: {{nothing}}", json!(": "))]
#[case("{{param.limits}} {{ {a: {b: 1}} }}", json!("1,2,3 {\"a\":{\"b\":1}}"))]
#[case("{{{a: {b: 1}}}}", json!({ "a": { "b": 1 } }))]
#[case("{{'}}'}} it's {a} }} \"", json!("}} it's {a} }} \""))]
#[case("{{'{{'}}", json!("{{"))]
#[case("{ {{1.50}} }", json!("{ 1.5 }"))]
#[case("ü{{\n  age\n}}ü", json!("ü36ü"))]
fn texts_are_rendered(#[case] text: &str, #[case] expected: Json) {
    assert_eq!(rendered(text).unwrap(), expected, "{text}");
}

#[test]
fn every_text_within_a_value_is_rendered() {
    let body = json!({ "link": "{{alertWebLink}}", "{{age}}": ["{{queries.query0.total}}", { "n": 1, "is": null }] });
    let expected = json!({ "link": "https://hub.example/alerts/7", "{{age}}": [3, { "n": 1, "is": null }] });
    assert_eq!(render_deep(&body, &scope()).unwrap(), expected);
    let error = render_deep(&json!({ "body": ["", "a {{"] }), &scope()).unwrap_err();
    assert_eq!(error.to_string(), "in body: in [1], character 5: expected a value, and found the end");
}

#[test]
fn a_name_of_ones_own_comes_before_others() {
    let scope = scope().with("user", json!({ "name": "Ada" })).with("age", json!(1)).with("age", json!(2));
    let rendered = Template::parse("{{user.name}} {{age}} {{param.channel}}").unwrap().render(&scope).unwrap();
    assert_eq!(rendered, json!("Ada 2 #security"));
    let each = Template::parse("{{queries.query0.data|mapTemplate('row')|length}}").unwrap();
    assert_eq!(
        each.render(&scope.with("item", json!(7))).unwrap(),
        json!(3),
        "templates see the item that they are of"
    );
}

#[test]
fn what_a_template_speaks_of_is_told() {
    let text = "{{queries.a.total + queries['b'].total}} {{queries.c.data[.x == param.y]|mapTemplate('t')}} {{z ? {q: w} : [v]}}";
    let used = Used::of(&Template::parse(text).unwrap());
    let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(used.names, all(&["param", "queries", "v", "w", "z"]));
    assert_eq!(used.queries, all(&["a", "b", "c"]));
    assert_eq!((used.parameters, used.templates), (all(&["y"]), all(&["t"])));
}

#[test]
fn it_is_told_what_kind_of_text_it_is() {
    let kind =
        |text: &str| Template::parse(text).map(|template| (template.is_text(), template.is_expression())).unwrap();
    assert_eq!(kind("plain"), (true, false));
    assert_eq!(kind(""), (true, false));
    assert_eq!(kind("{{age}}"), (false, true));
    assert_eq!(kind("{{age}}."), (false, false));
}
