use proptest::prelude::*;
use rolecall_testkit::cases;
use serde_json::{Value as Json, json};

use super::super::{rule_write, rules_read};
use crate::alerting::{Action, Interval, Operation, RuleDefinition, RuleQuery, Subject, Trigger};
use crate::rules::Severity;

fn text() -> impl Strategy<Value = String> {
    let texts = [
        "",
        "a",
        "email",
        "slack",
        "jira",
        "webhook",
        "webhook:hooks.example.com",
        "ops chat",
        "ü, b",
        " x ",
        "7",
        "true",
        "{{alertWebLink}}",
        "{{queries.query0.data|mapProperty('a')|join(', ')}}",
        "HIGH",
        "high",
        "a@example.com",
        "#security",
        "Bearer abc",
        "line\nbreak",
    ];
    prop_oneof![prop::sample::select(texts.to_vec()).prop_map(str::to_owned), "[a-zA-Z0-9 _.-]{0,12}"]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..3)
}

fn value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        text().prop_map(Json::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            prop::collection::btree_map("[a-z]{1,6}|headers|token|type|description|rolecall", inner, 0..3)
                .prop_map(|all| json!(all)),
        ]
    })
}

fn settings() -> impl Strategy<Value = std::collections::BTreeMap<String, Json>> {
    let names = [
        "project",
        "issueType",
        "entityClass",
        "additionalFields",
        "data",
        "headers",
        "method",
        "severity",
        "autoResolve",
        "type",
        "id",
        "rolecall",
        "x",
    ];
    prop::collection::btree_map(prop::sample::select(names.to_vec()).prop_map(str::to_owned), value(), 0..4)
}

fn action() -> impl Strategy<Value = Action> {
    let leaf = prop_oneof![
        Just(Action::CreateAlert {}),
        (text(), value())
            .prop_map(|(target_property, target_value)| Action::SetProperty { target_property, target_value }),
        (text(), texts(), text(), text(), settings()).prop_map(|(endpoint, recipients, subject, body, settings)| {
            Action::Send { endpoint, recipients, subject, body, settings }
        }),
        (value(), prop::collection::btree_map(text(), value(), 0..3))
            .prop_map(|(entities, tags)| Action::TagEntities { entities, tags }),
        (value(), text(), texts(), 0..400_u32).prop_map(|(entities, name, reviewers, days)| Action::StartReview {
            entities,
            name,
            reviewers,
            days
        }),
        (text(), text(), value()).prop_map(|(action, why, written)| Action::Unsupported { action, why, written }),
    ];
    leaf.prop_recursive(7, 12, 2, |inner| {
        (value(), text(), prop::collection::vec(inner, 0..3))
            .prop_map(|(items, item_ref, actions)| Action::ForEachItem { items, item_ref, actions })
    })
}

fn condition() -> impl Strategy<Value = Json> {
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!("{{queries.query0.total > 0}}"),
        json!("queries.query0.total"),
        json!(["queries.query0.total", ">", 0]),
        json!(["AND", ["a", "=", null], "{{true}}"]),
        json!("{{true}}"),
        json!({ "type": "FILTER", "condition": "{{true}}" }),
        json!([{ "type": "FILTER", "condition": null }]),
    ])
}

fn subject() -> impl Strategy<Value = Subject> {
    let query = (
        "[a-z]{1,5}[0-9]?|query0|2x|a-b",
        prop::sample::select(vec!["FIND User", "FIND npm_user AS u RETURN u.id"]),
        any::<bool>(),
    );
    let query =
        query.prop_map(|(name, query, include_deleted)| RuleQuery { name, query: query.to_owned(), include_deleted });
    prop_oneof![
        prop::collection::vec(query, 1..4).prop_map(Subject::Queries),
        "[a-z]{1,8}".prop_map(Subject::Question),
        texts().prop_map(Subject::Findings),
    ]
}

fn trigger() -> impl Strategy<Value = Trigger> {
    prop_oneof![
        any::<bool>().prop_map(|repeat| Trigger::Result { repeat }),
        any::<bool>().prop_map(|first| Trigger::NewRows { first }),
        Just(Trigger::CountChanged),
        (texts(), texts()).prop_map(|(properties, rising)| {
            let rising = rising.into_iter().map(Json::from).collect();
            Trigger::PropertyChanged { properties, rising }
        }),
    ]
}

fn definition() -> impl Strategy<Value = RuleDefinition> {
    let operation = (condition(), prop::collection::vec(action(), 0..3))
        .prop_map(|(condition, actions)| Operation { condition, actions });
    let first = (
        "[a-zA-Z0-9 äß'\"-]{0,10}[a-z]",
        text(),
        prop::sample::select(Severity::ALL.to_vec()),
        prop::sample::select(Interval::ALL.to_vec()),
        subject(),
        trigger(),
        prop::collection::vec(operation, 0..3),
    );
    let rest = (
        prop::collection::vec(
            prop::sample::select(vec!["alertLevel", "queries.query0.total"]).prop_map(str::to_owned),
            0..2,
        ),
        prop::collection::btree_map(
            "[a-z]{1,5}",
            prop::sample::select(vec!["{{item.a}}", "x", ""]).prop_map(str::to_owned),
            0..2,
        ),
        prop::collection::btree_map(text(), text(), 0..3),
        any::<bool>(),
        text(),
    );
    (first, rest).prop_map(
        |(
            (name, description, severity, interval, subject, trigger, operations),
            (outputs, templates, labels, notify_on_failure, remediation),
        )| {
            RuleDefinition {
                name,
                description,
                severity,
                interval,
                subject,
                trigger,
                operations,
                outputs,
                templates,
                labels,
                notify_on_failure,
                remediation,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(u32::try_from(cases(100, 5000)).unwrap()))]

    #[test]
    fn what_is_written_is_read_as_the_same_rule(definition in definition()) {
        let written = rule_write(&definition);
        for text in [written.to_string(), json!([written]).to_string(), json!({ "instance": written }).to_string()] {
            let file = rules_read(&text);
            prop_assert_eq!(file.rules.len(), 1);
            let read = &file.rules[0];
            prop_assert!(read.can_run(), "{:?}", read.remarks);
            prop_assert_eq!(&read.definition, &definition, "{}", text);
        }
    }

    #[test]
    fn our_own_form_is_read_as_the_same_rule(definition in definition()) {
        let text = serde_json::to_string(&definition).unwrap();
        let file = rules_read(&text);
        prop_assert_eq!(&file.rules[0].definition, &definition, "{}", text);
        let yaml = rules_read(&format!("# a comment\nrules:\n- {text}\n"));
        prop_assert_eq!(&yaml.rules[0].definition, &definition, "{}", text);
    }
}
