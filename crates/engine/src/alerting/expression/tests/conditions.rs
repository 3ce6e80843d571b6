use rstest::rstest;
use serde_json::{Value as Json, json};

use super::super::Condition;
use super::scope;

#[rstest]
#[case(json!(null), true)]
#[case(json!(true), true)]
#[case(json!("{{queries.query0.total > 0}}"), true)]
#[case(json!(" {{queries.query0.total > 3}} "), false)]
#[case(json!("queries.query0.total == 3"), true)]
#[case(json!(["queries.query0.total", ">", 2]), true)]
#[case(json!(["queries.query0.total", ">", "2"]), true)]
#[case(json!(["{{queries.query0.total + 1}}", "=", "{{4}}"]), true)]
#[case(json!([3, "<=", "queries.query0.total"]), true)]
#[case(json!(["param.channel", "=", "#security"]), true)]
#[case(json!(["param.channel", "!=", "#security"]), false)]
#[case(json!(["queries.nowhere.total", ">=", 0]), false)]
#[case(json!(["AND", ["queries.query0.total", ">", 0]]), true)]
#[case(json!(["and", ["queries.query0.total", ">", 0], ["queries.table.total", ">", 1]]), false)]
#[case(json!(["OR", ["queries.query0.total", "<", 0], ["AND", ["queries.table.total", "==", 1], "{{age < 40}}"]]), true)]
#[case(json!(["OR", ["queries.query0.total", "<", 0], "{{no}}"]), false)]
#[case(json!([["queries.query0.total", ">", 0], ["age", "<", 30]]), false)]
#[case(json!({ "type": "FILTER", "version": 1, "condition": ["AND", ["queries.query0.total", ">", 0]] }), true)]
#[case(json!([{ "type": "FILTER", "condition": "{{age > 1}}" }, { "type": "filter", "condition": "{{no}}" }]), false)]
fn conditions_hold_or_do_not(#[case] written: Json, #[case] holds: bool) {
    let condition = Condition::read(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
    assert_eq!(condition.holds(&scope()).unwrap(), holds, "{written}");
}

#[rstest]
#[case(json!(7), "7 is no condition; it is \"{{")]
#[case(json!([]), "an empty list is no condition")]
#[case(json!(["AND"]), "AND of nothing is no condition")]
#[case(json!(["NOT", ["a", "=", 1]]), "expected \"AND\" or \"OR\", and found \"NOT\"")]
#[case(json!(["a", "~=", 1]), "there is no comparison \"~=\"; there are > < >= <= = !=")]
#[case(json!(["AND", ["a", ">", 1], ["a >", ">", 1]]), "in condition 2: in \"a >\", character 4: expected a value, and found the end")]
#[case(json!("{{a}} > 1"), "a condition is one expression, and this is one with text beside it")]
#[case(json!("{{a > }}"), "character 7: expected a value, and found `}`")]
#[case(json!({ "type": "CRON" }), "there is no condition of the type \"CRON\"; it is FILTER")]
#[case(json!({ "type": "FILTER" }), "a FILTER has no condition")]
fn what_is_no_condition_is_told(#[case] written: Json, #[case] said: &str) {
    let error = Condition::read(&written).unwrap_err().to_string();
    assert!(error.starts_with(said), "{written}: {error}");
}

#[test]
fn a_condition_tells_what_it_speaks_of() {
    let written = json!(["OR", ["queries.a.total", ">", "param.least"], "{{queries.b.total > 0}}"]);
    let used = Condition::read(&written).unwrap().used();
    assert_eq!(used.queries.iter().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(used.parameters.iter().collect::<Vec<_>>(), ["least"]);
}
