//! How alike two names are.
//!
//! Names are compared as sets of words ([`spelling`]): an equal word counts four, one with a slip of the hand three (a
//! letter too many, missing, wrong or swapped with its neighbour, in words of at least four), an initial two. What
//! stays over on either side lowers the result.

use super::{Confidence, CorrelationRule, spelling};

const EQUAL: usize = 4;
const SLIP: usize = 3;
const INITIAL: usize = 2;

/// Whether two words are alike in one way.
type Alike = fn(&str, &str) -> bool;

/// How alike two names are: 400 when they have the same words, 0 when they share none.
#[must_use]
pub fn name_similarity(one: &str, other: &str) -> Confidence {
    similarity(&spelling::name_words(one), &spelling::name_words(other))
}

/// The same of names whose words are known.
pub(super) fn similarity(one: &[String], other: &[String]) -> Confidence {
    let (mut left, mut right): (Vec<&str>, Vec<&str>) =
        (one.iter().map(String::as_str).collect(), other.iter().map(String::as_str).collect());
    let ways: [(usize, Alike); 3] = [(EQUAL, |one, other| one == other), (SLIP, is_slip), (INITIAL, is_initial)];
    let points: usize = ways.into_iter().map(|(worth, is_like)| worth * pair_off(&mut left, &mut right, is_like)).sum();
    let most = EQUAL * (one.len() + other.len());
    let full = usize::from(CorrelationRule::Name.confidence().0);
    Confidence(u16::try_from((2 * points * full).checked_div(most).unwrap_or(0)).unwrap_or(0))
}

/// Takes out the words that are alike, in pairs, and counts these.
fn pair_off(left: &mut Vec<&str>, right: &mut Vec<&str>, is_like: Alike) -> usize {
    let before = left.len();
    left.retain(|word| match right.iter().position(|other| is_like(word, other)) {
        Some(at) => {
            right.remove(at);
            false
        }
        None => true,
    });
    before - left.len()
}

/// Whether one word is the other's first letter.
fn is_initial(one: &str, other: &str) -> bool {
    let letter = |word: &str| {
        let mut letters = word.chars();
        letters.next().filter(|_| letters.next().is_none())
    };
    let begins = |word: &str, with: &str| letter(with).is_some_and(|letter| word.starts_with(letter));
    begins(one, other) || begins(other, one)
}

/// Whether one word is the other with one letter too many, missing, wrong, or swapped with its neighbour.
fn is_slip(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return are_a_slip_apart(one.as_bytes(), other.as_bytes());
    }
    let letters = |word: &str| word.chars().collect::<Vec<char>>();
    are_a_slip_apart(&letters(one), &letters(other))
}

fn are_a_slip_apart<L: PartialEq>(one: &[L], other: &[L]) -> bool {
    const SHORTEST: usize = 4;
    if one.len().min(other.len()) < SHORTEST || one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same_start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.get(same_start..).unwrap_or(&[]), other.get(same_start..).unwrap_or(&[]));
    let same_end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    match (without_end(one, same_end), without_end(other, same_end)) {
        ([_], [_] | []) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

fn without_end<L>(word: &[L], end: usize) -> &[L] {
    word.get(..word.len().saturating_sub(end)).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_as_alike_as_their_words() {
        for (one, other, alike) in [
            ("Ada Lovelace", "Lovelace, Ada", 400),
            ("Grace Hopper", "Grace Hoppre", 350),
            ("Ada Lovelace", "Ada Lovelac", 350),
            ("Ada Lovelace", "Ada Lovelaces", 350),
            ("Ada Lovelace", "Ada Lovelaxe", 350),
            ("Ada Lovelace", "A. Lovelace", 300),
            ("Ada Lovelace", "Ada King Lovelace", 320),
            ("Ada Lovelace", "Ada Byron", 200),
            ("Ada Lovelace", "Charles Babbage", 0),
            ("Ada", "Ava", 0),
            ("", "Ada", 0),
            ("", "", 0),
        ] {
            assert_eq!(name_similarity(one, other), Confidence(alike), "{one} and {other}");
        }
    }

    proptest! {
        #[test]
        fn any_two_names_are_alike_within_the_rules_bound(one in "\\PC{0,20}", other in "\\PC{0,20}") {
            prop_assert!(name_similarity(&one, &other) <= CorrelationRule::Name.confidence());
        }

        #[test]
        fn a_name_is_like_itself(name in "[a-zA-Zäöüéł]{1,9} [a-z]{1,9}") {
            prop_assert_eq!(name_similarity(&name, &name), CorrelationRule::Name.confidence());
        }
    }
}
