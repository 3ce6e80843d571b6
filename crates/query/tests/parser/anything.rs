//! Whatever the text, the parser ends without a panic, with a tree or an error at a place in the text.

use proptest::prelude::*;

use crate::invariants::{checked, examples};
use crate::soup::{self, Chance};

/// What is inserted into real queries, and put in the place of each of their characters.
const STRANGERS: [&str; 12] = ["'", "\"", "(", ")", "/", "=", "-", " ", "[", "é", "{", "\\"];

/// `deep` cases when `ROLECALL_TEST_LEVEL=deep`, and `usual` otherwise.
fn cases(usual: u32, deep: u32) -> u32 {
    if std::env::var("ROLECALL_TEST_LEVEL").is_ok_and(|level| level == "deep") { deep } else { usual }
}

#[test]
fn every_prefix_of_every_example() {
    for example in examples() {
        for (at, _) in example.char_indices() {
            checked(&example[..at]);
        }
    }
}

#[test]
fn every_example_without_one_character_and_with_two_swapped() {
    for example in examples() {
        let characters: Vec<char> = example.chars().collect();
        for at in 0..characters.len() {
            let mut fewer = characters.clone();
            let character = fewer.remove(at);
            checked(&fewer.iter().collect::<String>());
            if at > 0 {
                fewer.insert(at - 1, character);
                checked(&fewer.iter().collect::<String>());
            }
        }
    }
}

#[test]
fn every_example_with_one_character_more_or_another_one() {
    let every = if cases(0, 1) == 1 { 1 } else { 6 };
    for (number, example) in examples().enumerate() {
        for (at, character) in example.char_indices() {
            let after = at + character.len_utf8();
            // Usually each place gets two of the strangers, other ones than the places beside it.
            for stranger in STRANGERS.iter().skip((at + number) % every).step_by(every) {
                checked(&format!("{}{stranger}{}", &example[..at], &example[at..]));
                checked(&format!("{}{stranger}{}", &example[..at], &example[after..]));
            }
        }
    }
}

#[test]
fn examples_that_were_changed_and_tokens_in_no_order() {
    for seed in 0..u64::from(cases(800, 100_000)) {
        let mut chance = Chance::new(seed);
        checked(&soup::mutated(&mut chance));
        checked(&soup::tokens(&mut chance));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(300, 20_000)))]

    #[test]
    fn any_characters(text in any::<String>()) {
        checked(&text);
    }

    #[test]
    fn any_characters_of_the_language(text in r#"[FINDthasW '"(){}$/*=!~^<>|.,;#0-9\[\]\\\n\ré-]{0,60}"#) {
        checked(&text);
        checked(&format!("FIND User WITH a = {text}"));
    }
}
