use rstest::rstest;

use super::error;

#[rstest]
#[case("{{", "character 3: expected a value, and found the end")]
#[case("{{a", "character 4: expected an operator or `}}`, and found the end")]
#[case("{{a}", "character 4: expected `}}`, and found a single `}`")]
#[case("{{a b}}", "character 5: expected an operator or `}}`, and found `b`")]
#[case("{{a and b}}", "character 5: expected an operator or `}}`, and found `and`; *and* is written `&&`")]
#[case("{{a OR b}}", "character 5: expected an operator or `}}`, and found `OR`; *or* is written `||`")]
#[case("{{a = b}}", "character 5: `=` means nothing here; whether two are equal is asked with `==`")]
#[case("{{a & b}}", "character 5: `&` means nothing here; *and* is written `&&`")]
#[case(
    "{{f(a)}}",
    "character 4: expected an operator or `}}`, and found `(`; there are no functions: transforms are written `value|name(argument)`"
)]
#[case("{{(a}}", "character 5: expected `)`, and found `}`")]
#[case("{{[a b]}}", "character 6: expected `,` or `]`, and found `b`")]
#[case("{{ {a} }}", "character 6: expected `:`, and found `}`")]
#[case("{{ {1: 2} }}", "character 5: expected the name of a property, and found 1")]
#[case("{{a.}}", "character 5: expected the name of a property, and found `}`")]
#[case("{{a.'b'}}", "character 5: expected the name of a property, and found the text \"b\"")]
#[case("{{a ? b}}", "character 8: expected `:`, and found `}`")]
#[case("{{'a}}", "character 3: expected ' at the end of the text that begins here")]
#[case(
    "{{.a}}",
    "character 3: `.a` belongs to nothing; a name begins with a dot only in a filter, as in `list[.age > 3]`"
)]
#[case("{{a|maptemplate('b')}}", "character 5: there is no transform `maptemplate`; did you mean mapTemplate?")]
#[case(
    "{{a|upper}}",
    "character 5: there is no transform `upper`; there are mapTemplate, mapProperty, join, merge, uniquePropertyValues, length"
)]
#[case("{{a|mapTemplate}}", "character 5: `mapTemplate` takes 1 argument, and is given 0")]
#[case("{{a|mapProperty()}}", "character 5: `mapProperty` takes at least 1 argument, and is given 0")]
#[case("{{a|join(1, 2)}}", "character 5: `join` takes at most 1 argument, and is given 2")]
#[case("{{a|length(1)}}", "character 5: `length` takes no argument, and is given 1")]
#[case("üü {{§}}", "character 6: `§` means nothing here")]
#[case("{{ * 2}}", "character 4: expected a value, and found `*`")]
// What is only seen when it is rendered.
#[case(
    "{{queries.query0.data|mapTemplate('rows')}}",
    "character 23: there is no template \"rows\"; there are age, inner, loop, lost, outer, row"
)]
#[case(
    "{{[1]|mapTemplate('lost')}}",
    "character 7: in the template \"lost\", character 8: there is no template \"nowhere\"; there are age, inner, loop, lost, outer, row"
)]
fn what_is_wrong_is_told_with_its_place(#[case] text: &str, #[case] said: &str) {
    assert_eq!(error(text), said);
}
