use serde_json::json;

use super::super::{RemarkSeverity, rules_read};
use super::{FIXTURES, fixture, remarks};
use crate::alerting::{Action, Interval, Trigger};
use crate::rules::Severity;

/// What is read of every fixture, as this program has it, and every remark.
#[test]
fn what_is_read_of_files_is_as_it_was_looked_through() {
    for (name, _) in FIXTURES {
        let file = fixture(name);
        let mut whole: String = remarks(&file).iter().map(|remark| format!("{remark}\n")).collect();
        for rule in &file.rules {
            whole += &format!("\n{}\n", serde_json::to_string_pretty(&rule.definition).unwrap());
        }
        insta::with_settings!({ prepend_module_to_snapshot => false }, { insta::assert_snapshot!(name, whole) });
    }
}

#[test]
fn a_rule_is_the_same_in_json_and_in_yaml() {
    assert_eq!(fixture("everything.json").rules, fixture("everything.yaml").rules);
    assert!(fixture("everything.json").rules[0].can_run());
}

#[test]
fn what_cannot_run_is_kept_disabled_and_says_why() {
    let file = fixture("cannot-run.json");
    let can_run: Vec<(&str, bool)> = file.rules.iter().map(|rule| (&*rule.definition.name, rule.can_run())).collect();
    let expected = [
        ("query", false),
        ("condition", false),
        ("template", false),
        ("nothing-asked", false),
        ("unknown-type", true),
        ("native", false),
    ];
    assert_eq!(can_run, expected);
    for rule in &file.rules {
        assert_eq!(rule.definition.interval == Interval::Disabled, !rule.can_run(), "{}", rule.definition.name);
    }
}

#[test]
fn a_review_is_started_as_it_is_written_and_days_are_bounded() {
    let read = |action: serde_json::Value| {
        let operations = json!([{ "when": null, "actions": [action] }]);
        let file = rules_read(&json!({ "name": "a", "queries": ["FIND User"], "operations": operations }).to_string());
        (file.rules[0].definition.operations[0].actions[0].clone(), remarks(&file))
    };
    let entities = json!("{{queries.query0.data}}");
    let written = json!({
        "type": "START_REVIEW", "entities": entities, "name": "New: {{queries.query0.total}}", "days": 7,
        "reviewers": ["manager", "ada@acme.test"]
    });
    let started = Action::StartReview {
        entities: entities.clone(),
        name: "New: {{queries.query0.total}}".to_owned(),
        reviewers: vec!["manager".to_owned(), "ada@acme.test".to_owned()],
        days: 7,
    };
    let (action, told) = read(written.clone());
    assert_eq!((action, serde_json::to_value(&started).unwrap()), (started, written));
    assert!(told.iter().all(|remark| !remark.contains("action 1")), "{told:?}");
    for (days, taken) in [(json!(null), 14), (json!("30"), 30), (json!(0), 14), (json!(367), 14), (json!(-1), 14)] {
        let (action, told) = read(json!({ "type": "startReview", "entities": entities, "days": days }));
        let usual =
            Action::StartReview { entities: entities.clone(), name: String::new(), reviewers: vec![], days: taken };
        assert_eq!(action, usual, "{days}: {told:?}");
    }
    let (action, told) = read(json!({ "type": "START_REVIEW", "days": 7 }));
    assert!(matches!(action, Action::Unsupported { .. }), "{told:?}");
    assert!(told.iter().any(|remark| remark.contains("does not say which entities")), "{told:?}");
}

#[test]
fn names_are_there_once() {
    let rule = json!({ "name": "a", "queries": ["FIND User"] });
    let odd = json!({ "name": "a (2)", "queries": ["FIND User"] });
    let file = rules_read(&json!([rule, odd, rule, rule]).to_string());
    let names: Vec<&str> = file.rules.iter().map(|rule| &*rule.definition.name).collect();
    assert_eq!(names, ["a", "a (2)", "a (3)", "a (4)"]);
}

#[test]
fn the_usual_is_as_in_jupiterone() {
    let file = fixture("pack.json");
    let plain = &file.rules[0].definition;
    assert_eq!((plain.severity, plain.interval), (Severity::High, Interval::OneDay));
    assert_eq!(plain.trigger, Trigger::Result { repeat: false });
    assert_eq!(plain.operations[0].condition, json!("{{queries.query0.total > 0}}"));
    assert_eq!(file.rules[0].remarks, [], "a usual rule has no remarks");
    let deciding = &file.rules[2].definition.operations[0].condition;
    assert_eq!(*deciding, json!("{{queries.queryBAD.total > 0 || queries.queryBAD_2.total > 0}}"));
    let new_only = json!({ "name": "a", "queries": ["FIND User"], "triggerActionsOnNewEntitiesOnly": true });
    let file = rules_read(&new_only.to_string());
    assert_eq!(file.rules[0].definition.trigger, Trigger::NewRows { first: true }, "at first, all rows are new");
}

#[test]
fn secrets_are_not_taken_over() {
    for (name, text) in FIXTURES {
        let file = rules_read(text);
        let whole = format!("{file:?}");
        for secret in ["Bearer abc", "hunter2", "7f3a", "chat.example.com"] {
            assert!(!whole.contains(secret), "{secret} of {name}");
        }
    }
}

#[test]
fn what_is_no_file_of_rules_is_told() {
    for (text, said) in [
        ("", "there is no rule in it"),
        ("7", "there is no rule in it"),
        ("[]", "there is no rule in it"),
        ("{\"colour\": \"red\"}", "there is no rule in it"),
        ("{\"name\": ", "this is no JSON: EOF while parsing a value at line 1 column 9"),
        ("a: 1\n b: 2", "this is neither JSON nor YAML"),
        (&" ".repeat(8 * 1024 * 1024 + 1), "this is larger than 8 MiB"),
    ] {
        let file = rules_read(text);
        assert!(file.rules.is_empty(), "{file:?}");
        assert!(file.remarks[0].text.contains(said), "{:?}", file.remarks);
        assert_eq!(file.remarks[0].severity, RemarkSeverity::CannotRun);
    }
}

#[test]
fn how_much_is_read_is_bounded() {
    let many = vec![json!({ "name": "a", "alertLevel": "LOW" }); 10_001];
    let file = rules_read(&json!(many).to_string());
    assert_eq!((file.rules.len(), file.remarks.len()), (10_000, 1), "{:?}", file.remarks);
    let unknown: serde_json::Map<_, _> = (0..1000).map(|number| (format!("x{number}"), json!(1))).collect();
    let mut rule = json!({ "name": "a", "queries": ["FIND"] });
    rule.as_object_mut().unwrap().extend(unknown);
    let file = rules_read(&rule.to_string());
    assert_eq!(file.rules[0].remarks.len(), 102, "100, why it cannot run, and how many are left out");
    assert!(!file.rules[0].can_run());
}
