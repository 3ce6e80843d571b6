//! What is printed says what the tree says.

use proptest::prelude::*;
use rolecall_query::parse;

use crate::invariants::{checked, examples};
use crate::strategy::query;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        if std::env::var("ROLECALL_TEST_LEVEL").is_ok_and(|level| level == "deep") { 10_000 } else { 200 }
    ))]

    #[test]
    fn every_query_comes_back_from_its_text(query in query()) {
        let printed = query.to_string();
        let parsed = parse(&printed);
        prop_assert_eq!(&parsed.diagnostics, &[], "{}", printed);
        prop_assert_eq!(parsed.query.as_ref(), Some(&query), "{}", printed);
    }
}

#[test]
fn the_canonical_form_is_one_to_read() {
    for (written, canonical) in [
        ("find user that !relates to Team;", "FIND user THAT !RELATES TO Team"),
        ("'Joe Adams' as e return e", "FIND 'Joe Adams' AS e RETURN e"),
        ("find (User) with (a=1) and (b='x' or c=\"y\")", "FIND User WITH a = 1 AND (b = 'x' OR c = 'y')"),
        ("find * that (a|*) >> as r (b|C) return tree", "FIND * THAT RELATES TO >> AS r (b|C) RETURN TREE"),
        ("find u with x=((1+2)*3-(4-5)) limit 3", "FIND u WITH x = (1 + 2) * 3 - (4 - 5) LIMIT 3"),
        ("find u with x=-(1+2) as 'count'", "FIND u WITH x = -(1 + 2) AS 'count'"),
        ("find u with t>date.now-7days", "FIND u WITH t > date.now - 7 days"),
        ("find u with t>date('2019-10')", "FIND u WITH t > date(2019-10-01)"),
        ("find u with x=('a' or 'b' and 'c')", "FIND u WITH x = ('a' OR 'b' AND 'c')"),
        ("find u with x={{ name }} return limit.x", "FIND u WITH x = ${name} RETURN limit.x"),
        ("find u with [a b].c='it\\'s'", "FIND u WITH [a b].c = 'it\\'s'"),
        ("find u return u as 'my name' order by [my name] asc", "FIND u RETURN u AS 'my name' ORDER BY [my name]"),
        ("find u limit 1 skip 2 where u.a=1 return u", "FIND u WHERE u.a = 1 RETURN u SKIP 2 LIMIT 1"),
    ] {
        let query = checked(written).expect(written);
        assert_eq!(query.to_string(), canonical);
    }
}

#[test]
fn no_example_gets_longer_than_it_has_to() {
    for example in examples() {
        let printed = checked(example).expect(example).to_string();
        assert!(printed.len() <= example.len() + 40, "{example} became {printed}");
    }
}
