use proptest::prelude::*;
use rolecall_testkit::cases;
use serde_json::{Value as Json, json};

use super::super::{rule_write, rules_read};
use super::FIXTURES;

/// A change of a text: at a place from 0 to 1, taken away, repeated or replaced by something that means something.
fn edit() -> impl Strategy<Value = (f64, usize, Option<&'static str>)> {
    let pieces = [
        "{", "}", "[", "]", "\"", ",", ":", "{{", "}}", "'", "\\", "null", "-1", "\n", "\u{0}", "ü", "- ", "&a ", "*a ",
    ];
    (0.0..1.0, 0usize..12, prop::option::of(prop::sample::select(pieces.to_vec())))
}

fn edited(text: &str, edits: &[(f64, usize, Option<&str>)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (place, length, piece) in edits {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let from = (place * characters.len() as f64) as usize;
        let until = (from + length).min(characters.len());
        characters.splice(from..until, piece.unwrap_or_default().chars());
    }
    characters.into_iter().collect()
}

fn odd() -> impl Strategy<Value = Json> {
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("{{"),
        json!("{{a}}"),
        json!([]),
        json!({}),
        json!([[]]),
        json!({ "type": "FOR_EACH_ITEM", "actions": [{}] }),
        json!({ "query": 7 }),
        json!("FIND"),
        json!({ "rolecall": { "type": "SEND" } }),
        json!({ "rolecall": [] }),
    ])
}

/// Replaces the value at a place by another.
fn replaced(value: &mut Json, place: &mut usize, by: &Json) {
    if *place == 0 {
        *value = by.clone();
    }
    *place = place.wrapping_sub(1);
    match value {
        Json::Array(all) => all.iter_mut().for_each(|one| replaced(one, place, by)),
        Json::Object(all) => all.values_mut().for_each(|one| replaced(one, place, by)),
        _ => {}
    }
}

/// It is read, it can be written, and what is written can be read.
fn holds(text: &str) {
    let file = rules_read(text);
    for rule in &file.rules {
        assert!(!rule.definition.name.is_empty());
        let again = rules_read(&rule_write(&rule.definition).to_string());
        assert_eq!(again.rules.len(), 1, "{text}\n{again:?}");
        assert_eq!(again.rules[0].definition, rule.definition, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(u32::try_from(cases(60, 3000)).unwrap()))]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        holds(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn files_with_changes_are_read(which in 0..FIXTURES.len(), edits in prop::collection::vec(edit(), 0..6)) {
        holds(&edited(FIXTURES[which].1, &edits));
    }

    #[test]
    fn files_with_odd_values_are_read(which in 0..FIXTURES.len(), changes in prop::collection::vec((0usize..400, odd()), 1..4)) {
        if let Ok(mut document) = crate::document::document_read(FIXTURES[which].1) {
            for (mut place, by) in changes {
                replaced(&mut document, &mut place, &by);
            }
            holds(&document.to_string());
        }
    }
}
