//! Real queries mean what they mean in JupiterOne.

use rolecall_query::ast::{EntityPattern, Hop, Operand, Query, Returns, Step, Verbs};
use rolecall_query::parse;

use crate::invariants::{checked, examples};

#[test]
fn all_hundred_are_read_without_a_remark() {
    assert_eq!(examples().count(), 100);
    for example in examples() {
        assert_eq!(parse(example).diagnostics, [], "{example}");
        checked(example).expect(example);
    }
}

#[test]
fn none_uses_what_was_added_to_the_language() {
    for example in examples() {
        let query = checked(example).expect(example);
        assert!(!has_additions(&query), "{example}");
        // Nor does it name anything that the tree keeps as a name while it is an addition.
        let printed = query.to_string();
        for addition in ["CAN ", "AS OF", "CHANGED SINCE", "RETURN PATH"] {
            assert!(!printed.contains(addition), "{printed}");
        }
    }
}

#[test]
fn the_additions_would_be_noticed() {
    for query in [
        "FIND User THAT CAN publish npm_package",
        "FIND User AS OF '2026'",
        "FIND User CHANGED SINCE '2026'",
        "FIND User (THAT HAS User THAT HAS User CHANGED SINCE '2026')?",
        "FIND User RETURN PATH",
        "FIND User WITH a = (FIND User RETURN PATH)",
    ] {
        assert!(has_additions(&checked(query).expect(query)), "{query}");
    }
}

#[test]
fn lines_may_end_as_they_do_on_windows_and_words_be_apart_as_far_as_one_likes() {
    for example in examples() {
        let query = checked(example);
        assert_eq!(checked(&format!("\u{feff}  {example} ; \r\n")), query);
        assert_eq!(checked(&example.replace(" as ", "\r\n\tAS // a name\r\n ")), query, "{example}");
        assert_eq!(checked(&example.replace(" that ", " /* on */ThAt\u{a0}")), query, "{example}");
    }
}

fn has_additions(query: &Query) -> bool {
    let inside = query.filter.iter().chain(&query.having).chain(&query.find.with).any(|condition| {
        let text = condition.to_string();
        queries_in(condition).iter().any(|query| has_additions(query)) || text.contains("CHANGED SINCE")
    });
    let returns = matches!(query.returns, Some(Returns::Path(_)));
    let steps = query.steps.iter().any(step_has_additions);
    inside || returns || steps || query.as_of.is_some() || query.find.changed.is_some()
}

fn queries_in(condition: &rolecall_query::ast::Condition) -> Vec<&Query> {
    use rolecall_query::ast::Condition;
    match condition {
        Condition::Or(parts) | Condition::And(parts) => parts.iter().flat_map(queries_in).collect(),
        Condition::Compare(comparison) => match &comparison.right {
            Operand::Query(query) => vec![query],
            _ => Vec::new(),
        },
    }
}

fn step_has_additions(step: &Step) -> bool {
    match step {
        Step::Hop(Hop { verbs, entity: EntityPattern { changed, .. }, .. }) => {
            matches!(verbs, Verbs::Can(_)) || changed.is_some()
        }
        Step::Optional(optional) => optional.steps.iter().any(step_has_additions),
    }
}
