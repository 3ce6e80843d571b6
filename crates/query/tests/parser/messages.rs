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
    nothing_at_all: "" =>
        " | expected FIND, found the end of the query | a query begins with FIND and a class or type: FIND User";
    no_find: "User WITH active = true" =>
        "User | expected FIND, found `User` | a query begins with FIND and a class or type: FIND User";
    misspelt_find: "FNID User" =>
        "FNID | expected FIND, found `FNID` | did you mean FIND?";
    misspelt_with: "FIND User WIHT active = true" =>
        "WIHT | expected the next part of the query, such as THAT or RETURN, found `WIHT` | did you mean WITH?";
    misspelt_return: "FIND User AS u RETRUN u.name" =>
        "RETRUN | expected the next part of the query, such as THAT or RETURN, found `RETRUN` | did you mean RETURN?";
    misspelt_that: "FIND User THTA HAS Team" =>
        "THTA | expected the next part of the query, such as THAT or RETURN, found `THTA` | did you mean THAT?";
    misspelt_unique: "FIND UNIQE User RETURN User.name" =>
        "UNIQE | expected a class or type after FIND, found `UNIQE` | did you mean UNIQUE?";
    misspelt_and: "FIND User WITH a = 1 ADN b = 2" =>
        "ADN | expected the next part of the query, such as THAT or RETURN, found `ADN` | did you mean AND?";
    misspelt_optional: "FIND User (THTA HAS Team)? RETURN User" =>
        "THTA | expected the next part of the query, such as THAT or RETURN, found `THTA` | did you mean THAT?";
    no_class: "FIND WITH active = true" =>
        "WITH | expected a class or type, found `WITH` | * stands for any entity";
    no_verb: "FIND User THAT Team" =>
        " | expected a class or type, found the end of the query | `Team` was read as a relationship; THAT RELATES TO Team goes along any relationship";
    no_operator: "FIND User WITH active" =>
        " | expected a comparison such as =, found the end of the query | write active = true, or active != undefined for any value";
    no_operator_before_a_step: "FIND User WITH active THAT HAS Team" =>
        "THAT | expected a comparison such as =, found `THAT` | write active = true, or active != undefined for any value";
    no_value: "FIND User WITH name = RETURN User" =>
        "RETURN | expected a value, found `RETURN` | a value is missing before RETURN; a property of this name is written [RETURN]";
    two_equals: "FIND User WITH a == 1" =>
        "= | expected a value, found `=` | one = is enough";
    another_not_equal: "FIND User WITH a <> 1" =>
        "> | expected a value, found `>` | write != for is not";
    a_list_of_another_language: "FIND User WITH a IN ('x', 'y')" =>
        "IN | expected a comparison such as =, found `IN` | write = ('a' OR 'b') for one of several";
    commas_in_a_group: "FIND User WITH a = ('x', 'y')" =>
        ", | expected OR, AND or `)`, found `,` | write OR between values: ('a' OR 'b')";
    commas_between_names: "FIND (User, Team)" =>
        ", | expected | or `)` in a group of names, found `,` | write | between names: (User|Person)";
    not_before_a_condition: "FIND User WITH NOT a = 1" =>
        "NOT | expected a condition, found `NOT` | turn the operator around: != for =, !~= for ~=";
    not_before_a_verb: "FIND User THAT NOT HAS Team" =>
        "NOT | expected a relationship after THAT, found `NOT` | write ! before the relationship: THAT !HAS";
    ampersands: "FIND User WITH a = 1 && b = 2" =>
        "&& | `&&` has no meaning here | write AND";
    pretty_quotes: "FIND User WITH a = ‘ada’" =>
        "‘ | `‘` has no meaning here | quote with ' or \"",
        "’ | `’` has no meaning here | quote with ' or \"";
    an_open_string: "FIND User WITH name = 'ada RETURN User" =>
        "' | the string that begins here is not closed | close it with '";
    an_open_parenthesis: "FIND User WITH (a = 1 RETURN User" =>
        "RETURN | expected AND, OR or `)`, found `RETURN` | a parenthesis before it is not closed";
    an_open_pattern: "FIND User WITH a = /ada" =>
        "/ | the regular expression that begins here is not closed on its line | close it with /";
    a_pattern_with_flags: "FIND User WITH a = /ada/gi" =>
        "gi | the only letter after a regular expression is i | /text/i ignores case, /text/ does not";
    an_open_comment: "FIND User /* all of them" =>
        "/* | the comment that begins here is not closed | close it with */";
    no_question_mark: "FIND User (THAT HAS Team) RETURN User" =>
        "RETURN | expected ? after `)`, found `RETURN` | steps in parentheses are optional: (THAT HAS User)?";
    two_returns: "FIND User RETURN User.a RETURN User.b" =>
        "RETURN | RETURN is there twice | join them with a comma";
    two_conditions: "FIND User WITH a = 1 WITH b = 2" =>
        "WITH | WITH is there twice | join the conditions with AND";
    that_after_where: "FIND User AS u WHERE u.a = 1 THAT HAS Team RETURN u" =>
        "THAT | THAT stands behind a clause | WHERE, RETURN and the like come after the last THAT";
    a_keyword_as_name: "FIND User AS count RETURN count" =>
        "count | `count` is a word of the language and cannot be a name | take another name, or quote it: AS 'count'";
    no_name: "FIND User AS" =>
        " | expected a name after AS, found the end of the query | AS gives a name: AS u";
    a_late_string: "FIND User THAT HAS 'two words'" =>
        "'two words' | a string finds entities only at the beginning of a query | name a class or type here, such as * WITH displayName ~= 'text'";
    an_aggregate_in_order: "FIND User AS u RETURN count(u) ORDER BY count(u)" =>
        "count | expected a column or property after ORDER BY, found `count` | give the column a name with AS, and order by that name";
    a_star_in_count: "FIND User RETURN count(*)" =>
        "* | expected a value, found `*` | name what is counted: count(u)";
    an_unknown_function: "FIND User RETURN coutn(User)" =>
        "coutn | there is no function `coutn` | did you mean count?";
    a_limit_that_is_none: "FIND User LIMIT ten" =>
        "ten | expected a whole number after LIMIT, found `ten` | write a number of rows: LIMIT 10";
    a_date_that_is_none: "FIND User WITH a > date(2026-02-30)" =>
        "2026-02-30 | this is no date | write it as in date(2026-11-26) or date(2026-11-26T09:30:00+01:00)";
    two_arrows: "FIND User THAT HAS >> AS r << Team" =>
        "<< | there are two arrows | leave one of them out";
    an_early_arrow: "FIND User THAT >> HAS Team" =>
        ">> | expected a relationship after THAT, found `>>` | an arrow stands behind the relationship: THAT HAS >> User";
    can_without_action: "FIND User THAT CAN >> Team" =>
        ">> | expected an action after CAN, found `>>` | CAN is followed by what is done: THAT CAN publish";
    can_in_a_group: "FIND User THAT (CAN|HAS) Team" =>
        "CAN | CAN is no relationship and cannot be one of several | group the actions: THAT CAN (publish|deprecate)";
    two_queries: "FIND User; FIND Team" =>
        "FIND | expected the end of the query after `;`, found `FIND` | ask one query at a time";
    one_parenthesis_too_many: "FIND User) RETURN User" =>
        ") | expected the next part of the query, such as THAT or RETURN, found `)` | there is no parenthesis to close";
    several_at_once: "FIND User WITH a == 1 THAT HAS Team RETRUN x ORDER BY , LIMIT 0.5" =>
        "= | expected a value, found `=` | one = is enough",
        "RETRUN | expected the next part of the query, such as THAT or RETURN, found `RETRUN` | did you mean RETURN?",
        ", | expected a column or property after ORDER BY, found `,` | ",
        "0.5 | expected a whole number after LIMIT, found `0.5` | write a number of rows: LIMIT 10";
    one_in_a_query_in_parentheses: "FIND User WITH a = (FIND WITH b = 1 RETURN c) RETURN" =>
        "WITH | expected a class or type, found `WITH` | * stands for any entity";
}
