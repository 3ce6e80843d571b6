//! What is said of typical mistakes, to the letter.

use rolecall_query::parse;

use crate::invariants::checked;

/// Each remark as `place | message | help`.
fn remarks(text: &str) -> Vec<String> {
    assert!(checked(text).is_none(), "{text}");
    let describe = |remark: rolecall_query::Diagnostic| {
        let place = remark.span.map(|span| &text[span.range()]).unwrap_or_default();
        format!("{place} | {} | {}", remark.message, remark.help.unwrap_or_default())
    };
    parse(text).diagnostics.into_iter().map(describe).collect()
}

macro_rules! said {
    ($($name:ident: $text:expr => $($remark:expr),+;)+) => {
        $(#[test]
        fn $name() {
            assert_eq!(remarks($text), [$($remark),+]);
        })+
    };
}

said! {
    nothing_at_all: "" => "";
    no_find: "User WITH active = true" => "";
    misspelt_find: "FNID User" => "";
    misspelt_with: "FIND User WIHT active = true" => "";
    misspelt_return: "FIND User AS u RETRUN u.name" => "";
    misspelt_that: "FIND User THTA HAS Team" => "";
    misspelt_unique: "FIND UNIQE User RETURN User.name" => "";
    misspelt_and: "FIND User WITH a = 1 ADN b = 2" => "";
    misspelt_optional: "FIND User (THTA HAS Team)? RETURN User" => "";
    no_class: "FIND WITH active = true" => "";
    no_verb: "FIND User THAT Team" => "";
    no_operator: "FIND User WITH active" => "";
    no_operator_before_a_step: "FIND User WITH active THAT HAS Team" => "";
    no_value: "FIND User WITH name = RETURN User" => "";
    two_equals: "FIND User WITH a == 1" => "";
    another_not_equal: "FIND User WITH a <> 1" => "";
    a_list_of_another_language: "FIND User WITH a IN ('x', 'y')" => "";
    commas_in_a_group: "FIND User WITH a = ('x', 'y')" => "";
    commas_between_names: "FIND (User, Team)" => "";
    not_before_a_condition: "FIND User WITH NOT a = 1" => "";
    not_before_a_verb: "FIND User THAT NOT HAS Team" => "";
    ampersands: "FIND User WITH a = 1 && b = 2" => "";
    pretty_quotes: "FIND User WITH a = ‘ada’" => "";
    an_open_string: "FIND User WITH name = 'ada RETURN User" => "";
    an_open_parenthesis: "FIND User WITH (a = 1 RETURN User" => "";
    an_open_pattern: "FIND User WITH a = /ada" => "";
    a_pattern_with_flags: "FIND User WITH a = /ada/gi" => "";
    an_open_comment: "FIND User /* all of them" => "";
    no_question_mark: "FIND User (THAT HAS Team) RETURN User" => "";
    two_returns: "FIND User RETURN User.a RETURN User.b" => "";
    two_conditions: "FIND User WITH a = 1 WITH b = 2" => "";
    that_after_where: "FIND User AS u WHERE u.a = 1 THAT HAS Team RETURN u" => "";
    a_keyword_as_name: "FIND User AS count RETURN count" => "";
    no_name: "FIND User AS" => "";
    a_late_string: "FIND User THAT HAS 'two words'" => "";
    an_aggregate_in_order: "FIND User AS u RETURN count(u) ORDER BY count(u)" => "";
    a_star_in_count: "FIND User RETURN count(*)" => "";
    an_unknown_function: "FIND User RETURN coutn(User)" => "";
    a_limit_that_is_none: "FIND User LIMIT ten" => "";
    a_date_that_is_none: "FIND User WITH a > date(2026-02-30)" => "";
    two_arrows: "FIND User THAT >> HAS Team" => "";
    can_without_action: "FIND User THAT CAN >> Team" => "";
    can_in_a_group: "FIND User THAT (CAN|HAS) Team" => "";
    two_queries: "FIND User; FIND Team" => "";
    one_parenthesis_too_many: "FIND User) RETURN User" => "";
    several_at_once: "FIND User WITH a == 1 THAT HAS Team RETRUN x ORDER BY , LIMIT 0.5" => "";
    one_in_a_query_in_parentheses: "FIND User WITH a = (FIND WITH b = 1 RETURN c) RETURN" => "";
}
