use rstest::rstest;
use serde_json::{Value as Json, json};

use super::value;

#[rstest]
#[case("1 + 2 * 3", json!(7))]
#[case("(1 + 2) * 3", json!(9))]
#[case("7 // 2", json!(3))]
#[case("-7 // 2", json!(-4))]
#[case("7 / 2", json!(3.5))]
#[case("7 % 4", json!(3))]
#[case("2 ^ 3 ^ 2", json!(64))]
#[case("2 * 3 % 2", json!(2))]
#[case("-2 ^ 2", json!(4))]
#[case("0.1 + 0.2", json!(0.300_000_000_000_000_04))]
#[case(".5 + .5", json!(1))]
#[case("10 / 0", Json::Null)]
#[case("1 + nothing", Json::Null)]
#[case("'a' * 2", Json::Null)]
#[case("text * 2", json!(24))]
#[case("text + 2", json!("122"))]
#[case("'a' + nothing + 1 + true", json!("a1true"))]
#[case("true + true", json!(2))]
#[case("[1, 2] + ''", json!("1,2"))]
fn numbers_are_calculated(#[case] expression: &str, #[case] expected: Json) {
    assert_eq!(value(expression), expected, "{expression}");
}

#[rstest]
#[case("1 < 2", true)]
#[case("2 <= 2 && 3 >= 3 && 3 > 2", true)]
#[case("'b' > 'a'", true)]
#[case("'10' < '9'", true)]
#[case("'10' < 9", false)]
#[case("text == 12", true)]
#[case("1 == 1.0", true)]
#[case("'1.0' == '1'", false)]
#[case("nothing == undefined", true)]
#[case("nothing == 0", false)]
#[case("nothing == false", false)]
#[case("nothing < 1", false)]
#[case("nothing >= 0", false)]
#[case("unknown != 'a'", true)]
#[case("[1, '2'] == [1, 2]", true)]
#[case("{a: 1} == {a: 1}", true)]
#[case("'foo' in 'foobar'", true)]
#[case("'' in 'foobar'", true)]
#[case("2 in param.limits", true)]
#[case("'2' in param.limits", true)]
#[case("4 in param.limits", false)]
#[case("'a' in nothing", false)]
#[case("'a' in {a: 1}", false)]
#[case("!no && !''", true)]
#[case("!empty", false)]
#[case("!{}", false)]
#[case("!0", true)]
fn values_are_compared(#[case] expression: &str, #[case] expected: bool) {
    assert_eq!(value(expression), json!(expected), "{expression}");
}

#[rstest]
#[case("'' || 'other'", json!("other"))]
#[case("'one' || 'other'", json!("one"))]
#[case("0 && queries", json!(0))]
#[case("1 && 'other'", json!("other"))]
// Neither binds more tightly, as in JEXL: this is `(true || true) && no`.
#[case("true || true && no", json!(false))]
#[case("age > 30 ? 'old' : 'young'", json!("old"))]
#[case("'' ? 'full' : 'empty'", json!("empty"))]
#[case("{agent: 'Ada'}.agent ?: 'Cyd'", json!("Ada"))]
#[case("{}.agent ?: 'Cyd'", json!("Cyd"))]
#[case("no ? 1 : no ? 2 : 3", json!(3))]
#[case("true ? no ? 1 : 2 : 3", json!(2))]
fn one_of_two_is_chosen(#[case] expression: &str, #[case] expected: Json) {
    assert_eq!(value(expression), expected, "{expression}");
}

#[rstest]
#[case("\"Hello \\\"user\\\"\"", json!("Hello \"user\""))]
#[case("'it\\'s'", json!("it's"))]
#[case("'a\\nb\\tc\\\\d\\e'", json!("a\nb\tc\\d\\e"))]
#[case("['a', 1, [true], null,]", json!(["a", 1, [true], null]))]
#[case("{a: 1, 'b c': {d: [2]},}", json!({ "a": 1, "b c": { "d": [2] } }))]
#[case("undefined", Json::Null)]
#[case("7.25", json!(7.25))]
fn literals_are_what_they_say(#[case] expression: &str, #[case] expected: Json) {
    assert_eq!(value(expression), expected, "{expression}");
}

#[rstest]
#[case("queries.query0.total", json!(3))]
#[case("queries['query0']['total']", json!(3))]
#[case("queries.query0.data[1].id", json!("2"))]
// In a row, what is in its entity and its properties is found as if it were in the row.
#[case("queries.query0.data[1].username", json!("bob"))]
#[case("queries.query0.data[1].entity._key", json!("npm-user:bob"))]
#[case("queries.query0.data[1].properties.age", json!(28))]
// A list stands for its first item.
#[case("queries.query0.data.username", json!("ada"))]
// Properties whose names have dots.
#[case("queries.query0.data[0].tag.AccountName", json!("Acme"))]
#[case("queries.query0.data[0]['tag.AccountName']", json!("Acme"))]
#[case("queries.table.data[0].u.username", json!("ada"))]
#[case("queries.query0.data[9].username", Json::Null)]
#[case("queries.query0.data[-1]", Json::Null)]
#[case("queries.query0.data[0.5]", Json::Null)]
#[case("unknown.deep.er", Json::Null)]
#[case("[[1, 2], [3]][0][1]", json!(2))]
#[case("param.limits[true]", json!([1, 2, 3]))]
#[case("param.limits[no]", Json::Null)]
#[case("param['chan' + 'nel']", json!("#security"))]
fn members_are_found(#[case] expression: &str, #[case] expected: Json) {
    assert_eq!(value(expression), expected, "{expression}");
}

#[rstest]
#[case("queries.query0.data[.age > 30]|mapProperty('username')", json!(["ada", "cyd"]))]
#[case("queries.query0.data[.role == 'own' + 'er'].username", json!("ada"))]
#[case("queries.query0.data[.age >= 30 && .age < 40][.age < 30]", json!([]))]
#[case("queries.query0.data[.age >= age]|length", json!(2))]
#[case("queries.query0.data[.entity._key == 'npm-user:bob'][0].username", json!("bob"))]
#[case("queries.table.data[.teams[. length > 3]|length > 1]|length", json!(0))]
#[case("unknown[.age > 30]", json!([]))]
#[case("{age: 31}[.age > 30]", json!([{ "age": 31 }]))]
#[case("[{a: [{b: 1}]}, {a: [{b: 2}]}][(.a[.b == 2]|length) > 0]|length", json!(1))]
fn lists_are_filtered(#[case] expression: &str, #[case] expected: Json) {
    assert_eq!(value(expression), expected, "{expression}");
}

#[rstest]
#[case("queries.query0.data|mapProperty('username')|join", json!("ada,bob,cyd"))]
#[case("queries.query0.data | mapProperty('username') | join ( ' + ' )", json!("ada + bob + cyd"))]
#[case("queries.query0.data[.age < 30]|mapProperty('username', 'age')", json!([{ "username": "bob", "age": 28 }]))]
#[case("queries.query0.data|mapProperty('tag.AccountName')", json!(["Acme", null, null]))]
#[case("queries.query0.data|mapProperty('tag.AccountName')|join(';')", json!("Acme;;"))]
#[case("queries.query0.data|mapTemplate('row')|join('; ')", json!("1/3 ada (owner); 2/3 bob (developer); 3/3 cyd (owner)"))]
#[case("queries.query0.data|mapProperty('username', 'role')|mapTemplate('row')|length", json!(3))]
#[case("queries.query0.data|mapTemplate('age')", json!([36, 28, 75]))]
#[case("queries.table.data|mapTemplate('outer')", json!(["core@0+docs@1 of 0"]))]
#[case("queries.query0.data|uniquePropertyValues('role')", json!(["owner", "developer"]))]
#[case("queries.query0.data|merge(queries.query0.data, param.limits)|length", json!(9))]
#[case("queries.query0.data|merge(queries.query0.data)|uniquePropertyValues('username')|join(' ')", json!("ada bob cyd"))]
#[case("'text'|join", json!("text"))]
#[case("nothing|join", json!(""))]
#[case("nothing|length", Json::Null)]
#[case("'añb'|length", json!(3))]
#[case("{a: 1}|length", json!(1))]
#[case("unknown|mapProperty('a')", json!([]))]
#[case("unknown|mapTemplate('row')", json!([]))]
// A transform belongs to the value before it and not to the whole sum.
#[case("1 + param.limits|length", json!(4))]
#[case("(param.limits|join('')) == 123", json!(true))]
fn values_are_transformed(#[case] expression: &str, #[case] expected: Json) {
    assert_eq!(value(expression), expected, "{expression}");
}
