//! The smaller rules: what a text says where it could say something else.

use rolecall_query::ast::{Condition, EntitySet, Expression, Operand, Query, Returns, Step, Verbs};

use crate::invariants::checked;

fn read(text: &str) -> Query {
    checked(text).unwrap_or_else(|| panic!("{text}: {:?}", rolecall_query::parse(text).diagnostics))
}

/// Two texts say the same.
fn same(left: &str, right: &str) {
    assert_eq!(read(left), read(right), "{left} and {right}");
}

fn right_side(text: &str) -> Operand {
    match read(&format!("FIND User WITH a = {text}")).find.with {
        Some(Condition::Compare(comparison)) => comparison.right,
        other => panic!("{text}: {other:?}"),
    }
}

fn value(text: &str) -> Expression {
    match right_side(text) {
        Operand::Expression(value) => value,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn tokens_are_split_where_people_leave_no_space() {
    same("FIND u WITH t > date.now-24hours", "FIND u WITH t > date.now - 24 hours");
    same("FIND u WITH t > date.now -7days", "FIND u WITH t > date.now - 7 days");
    same("FIND u WITH t>date.now+30days", "FIND u WITH t > DATE.Now + 30 day");
    same("FIND u WITH x!=true", "FIND u WITH x != TRUE");
    same("FIND u WITH _key!$='..'", "FIND u WITH _key !$= \"..\"");
    same("FIND u WITH a-b = 1 RETURN u.now-7", "FIND u WITH [a-b] = 1 RETURN u.now - 7");
    same("FIND(User|Person)AS u(THAT HAS<<Team)?RETURN u", "FIND (User|Person) AS u (THAT HAS << Team)? RETURN u");
    same("FIND nom_équipe WITH naïve='日本' AS é", "FIND nom_équipe WITH [naïve] = '日本' AS 'é'");
}

#[test]
fn strings_are_quoted_either_way_and_keep_other_backslashes() {
    for (written, says) in [
        (r"'it\'s'", "it's"),
        (r#""it's""#, "it's"),
        (r#"'say "x"'"#, r#"say "x""#),
        (r"'C:\new\\'", r"C:\new\"),
        ("'a\nb'", "a\nb"),
        ("''", ""),
        ("'@{{domain}}'", "@{{domain}}"),
    ] {
        assert!(matches!(value(written), Expression::Text(text) if text.value == says), "{written}");
    }
}

#[test]
fn a_slash_begins_a_pattern_only_where_a_value_is_due() {
    assert!(matches!(right_side("/john/i"), Operand::Regex(regex) if regex.pattern == "john" && regex.ignore_case));
    assert!(matches!(right_side(r"/a\/b'/"), Operand::Regex(regex) if regex.pattern == r"a\/b'" && !regex.ignore_case));
    assert!(matches!(right_side("(/a/ or /b/i)"), Operand::Group(group) if group.values.len() == 2));
    assert!(matches!(value("b / c / d"), Expression::Binary(_)));
    assert!(matches!(value("(b) / c / d"), Expression::Binary(_)));
    same("FIND u WITH a.or / b / c = 1", "FIND u WITH (a.[or] / b) / c = 1");
}

#[test]
fn words_of_the_language_are_names_where_nothing_else_could_stand() {
    same("FIND u WITH limit = 5 AND order > 3 LIMIT 5", "FIND u WITH [limit] = 5 AND [order] > 3 LIMIT 5");
    same(
        "FIND u WITH count = 2 AND date.foo = 1 AND date = 2",
        "FIND u WITH [count] = 2 AND [date].foo = 1 AND [date] = 2",
    );
    same("FIND u WITH from = to AND with = 1 AND not != 2", "FIND u WITH [from] = [to] AND [with] = 1 AND [not] != 2");
    same("FIND u RETURN u.limit, u.order ORDER BY u.return", "FIND u RETURN u.[limit], u.[order] ORDER BY u.[return]");
    same("FIND Order WITH a = 1", "FIND (Order) WITH a = 1");
    same("FIND (order|limit) THAT (from|with) (that)", "FIND (order | limit) THAT (from|with) (that)");
    same("FIND u WITH active = admin (THAT HAS x)?", "FIND u WITH active = [admin] (THAT HAS x)?");
    same("FIND changed CHANGED SINCE changed UNTIL until", "FIND (changed) CHANGED SINCE [changed] UNTIL [until]");
    same("FIND u AS since THAT HAS AS changed x AS until", "FIND u AS 'since' THAT HAS AS 'changed' x AS 'until'");
}

#[test]
fn as_of_is_the_moment_only_before_one() {
    for moment in ["'2026-11-26'", "date.now - 1 day", "date(2026)", "1700000000000", "${when}", "{{when}}"] {
        let query = read(&format!("FIND User AS u AS OF {moment} RETURN u AS OF"));
        assert!(query.as_of.is_some() && query.find.alias.is_some(), "{moment}");
        assert!(read(&format!("FIND User RETURN User AS OF {moment}")).as_of.is_some());
        assert!(read(&format!("FIND User (THAT HAS x)? AS OF {moment}")).as_of.is_some());
        assert!(
            read(&format!("FIND User RETURN PATH AS OF {moment}")).returns == Some(Returns::Path(Default::default()))
        );
    }
    let query = read("FIND User AS of THAT HAS AS OF date WITH of = 1 AS x RETURN of.name");
    assert_eq!(query.find.alias.map(|name| name.text).as_deref(), Some("of"));
    assert!(query.as_of.is_none());
}

#[test]
fn path_and_tree_are_answers_when_they_stand_alone() {
    let tree = Some(Returns::Tree(Default::default()));
    let path = Some(Returns::Path(Default::default()));
    for (text, returns) in [("Return tree", &tree), ("RETURN PATH;", &path), ("RETURN Path LIMIT 3", &path)] {
        assert_eq!(&read(&format!("FIND User AS u {text}")).returns, returns, "{text}");
    }
    for text in [
        "FIND User AS path RETURN path",
        "FIND path RETURN path",
        "FIND u THAT HAS AS path User RETURN path",
        "FIND u (THAT HAS User)? AS path RETURN path",
        "FIND u CHANGED SINCE '2026' AS path RETURN path",
        "FIND User RETURN path, User",
        "FIND User RETURN path.x",
        "FIND User RETURN tree AS t",
        "FIND User RETURN [path]",
        "FIND User RETURN tree + 1",
    ] {
        assert!(matches!(read(text).returns, Some(Returns::Items(_))), "{text}");
    }
    assert_eq!(read("FIND User AS path RETURN PATH").returns, path, "aliases are as written");
    let inside = read("FIND User AS path WHERE path.a = (FIND User RETURN path) RETURN path");
    assert!(matches!(inside.returns, Some(Returns::Items(_))), "another query's names are its own");
}

#[test]
fn a_query_begins_with_find_or_a_string() {
    same("'two words' THAT HAS x", "FIND \"two words\" THAT HAS x");
    same("UNIQUE 'a' RETURN 1", "FIND UNIQUE 'a' RETURN 1");
    same("FIND #Critical WITH a = 1", "FIND #Critical WITH (a = 1)");
    assert!(matches!(read("'a'").find.set, EntitySet::Text(text) if text.value == "a"));
    assert!(matches!(
        read("FIND #Sev1 DataStore").find.set,
        EntitySet::Names { smart: Some(smart), names } if smart.text == "Sev1" && names.len() == 1
    ));
    assert!(matches!(
        read("FIND #Sev1 (THAT HAS User)?").find.set,
        EntitySet::Names { smart: Some(_), names } if names.is_empty()
    ));
}

#[test]
fn parentheses_on_the_right_hold_values_a_group_or_a_query() {
    assert!(matches!(right_side("(1 + 2) * 3"), Operand::Expression(Expression::Binary(_))));
    assert!(matches!(right_side("('a')"), Operand::Expression(Expression::Text(_))));
    assert!(matches!(right_side("(find User return User.a)"), Operand::Query(_)));
    assert!(matches!(right_side("('a' with b = 1)"), Operand::Query(_)));
    assert!(matches!(right_side("('a' (that has b)?)"), Operand::Query(_)));
    assert!(matches!(right_side("(find.x or b)"), Operand::Group(_)));
    assert!(matches!(right_side("((FIND User) or 'b')"), Operand::Group(_)));
    let Operand::Group(group) = right_side("('a' OR 'b' AND 'c' OR ('d' OR ('e' AND 'f')))") else { panic!("a group") };
    assert_eq!((group.all, group.values.len()), (false, 4));
    assert!(matches!(&group.values[1], Operand::Group(group) if group.all && group.values.len() == 2));
}

#[test]
fn conditions_are_flat_where_they_can_be() {
    let with = |text: &str| read(&format!("FIND u WITH {text}")).find.with;
    assert!(matches!(with("a=1 and (b=2 and (c=3 and d=4))"), Some(Condition::And(parts)) if parts.len() == 4));
    assert!(matches!(with("(a=1 or b=2) or c=3"), Some(Condition::Or(parts)) if parts.len() == 3));
    assert!(matches!(with("a=1 or b=2 and c=3"), Some(Condition::Or(parts)) if parts.len() == 2));
    assert!(matches!(with("((a + 1) * 2 = b and (c) = d)"), Some(Condition::And(parts)) if parts.len() == 2));
    assert!(matches!(with("((((a))) = 1)"), Some(Condition::Compare(_))));
}

#[test]
fn verbs_are_relationships_or_actions() {
    let verbs = |text: &str| match read(&format!("FIND u THAT {text} x")).steps.into_iter().next() {
        Some(Step::Hop(hop)) => hop.verbs,
        other => panic!("{text}: {other:?}"),
    };
    for any in ["RELATES TO", "*", "(HAS|RELATES TO)", "relates to >>", "!*"] {
        assert!(matches!(verbs(any), Verbs::Any(_)), "{any}");
    }
    for (text, number) in
        [("HAS", 1), ("LOGS TO", 1), ("(LOGS TO|has)", 2), ("(ASSIGNED|USES) TO <<", 2), ("!(a|b|c)", 3)]
    {
        assert!(matches!(verbs(text), Verbs::Classes(names) if names.len() == number), "{text}");
    }
    for (text, number) in [("CAN publish", 1), ("can (publish|read-write) >>", 2), ("CAN (find)", 1)] {
        assert!(matches!(verbs(text), Verbs::Can(names) if names.len() == number), "{text}");
    }
}

#[test]
fn parameters_are_written_in_several_ways() {
    for text in ["${longURL}", "${ param.longURL }", "{{longURL}}", "{{ longURL }}", "${PARAM.longURL}"] {
        assert!(matches!(value(text), Expression::Parameter(name) if name.text == "longURL"), "{text}");
    }
    assert!(matches!(value("${param}"), Expression::Parameter(name) if name.text == "param"));
}

#[test]
fn numbers_have_units_and_dates_have_prefixes() {
    for (text, number) in [("24hr", 24.0), ("0.5 weeks", 0.5), ("1MO", 1.0), ("3 yrs", 3.0)] {
        assert!(matches!(value(text), Expression::Duration(duration) if duration.value == number), "{text}");
    }
    for text in
        ["date(2019-10-30)", "date('2019-10-30')", "date( 2019-10-30T02:00:00+02:00 )", "DATE(\"2019-10-30T00\")"]
    {
        assert!(matches!(value(text), Expression::Date(date) if date.milliseconds == 1_572_393_600_000), "{text}");
    }
}

#[test]
fn clauses_may_come_in_any_order() {
    same(
        "FIND User LIMIT 1 ORDER BY User.a SKIP 2 RETURN User.a HAVING a = 1 WHERE User.b = 2 AS OF '2026'",
        "FIND User AS OF '2026' WHERE User.b = 2 RETURN User.a HAVING a = 1 ORDER BY User.a SKIP 2 LIMIT 1",
    );
}

#[test]
fn places_are_those_of_the_text() {
    let text = "FIND User WITH näme = 'é' AS u THAT HAS >> Team RETURN u.näme";
    let query = read(text);
    let at = |span: rolecall_query::Span| &text[span.range()];
    assert_eq!(at(query.find.span), "User WITH näme = 'é' AS u");
    let Some(Condition::Compare(comparison)) = &query.find.with else { panic!("a comparison") };
    assert_eq!(at(comparison.span), "näme = 'é'");
    assert_eq!(at(comparison.left.span()), "näme");
    let Some(Step::Hop(hop)) = query.steps.first() else { panic!("a hop") };
    assert_eq!((at(hop.span), at(hop.entity.span)), ("THAT HAS >> Team", "Team"));
    let Some(Returns::Items(items)) = &query.returns else { panic!("columns") };
    assert_eq!(at(items[0].span), "u.näme");
}
