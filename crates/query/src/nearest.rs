//! What somebody may have meant: the names nearest to one that does not exist.

use std::cmp::min;

/// How many names are worth telling.
const MOST: usize = 3;

/// A word longer than this is no misspelling, and comparing it would only take time.
const LONGEST: usize = 64;

/// The names that a word may be a misspelling of, the nearest first: equal in another case, or at most a third of its
/// letters wrong, missing, added or swapped. `O(word · name)` for each name of about the word's length.
#[must_use]
pub fn nearest<'a>(word: &str, among: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let word: Vec<char> = word.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if word.len() > LONGEST {
        return Vec::new();
    }
    let allowed = min(3, (word.len() / 3).max(1));
    let mut found: Vec<(usize, &str)> = among
        .filter_map(|name| Some((distance_within(&word, name, allowed)?, name)))
        .filter(|(distance, _)| *distance < word.len())
        .collect();
    found.sort_unstable();
    found.dedup();
    found.truncate(MOST);
    found.into_iter().map(|(_, name)| name).collect()
}

/// `did you mean A, B or C?`
pub(crate) fn did_you_mean(names: &[&str]) -> Option<String> {
    let (last, others) = names.split_last()?;
    if others.is_empty() {
        return Some(format!("did you mean {last}?"));
    }
    Some(format!("did you mean {} or {last}?", others.join(", ")))
}

fn distance_within(word: &[char], name: &str, allowed: usize) -> Option<usize> {
    if name.len() > 4 * (LONGEST + 3) {
        return None;
    }
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    if word.len().abs_diff(name.len()) > allowed {
        return None;
    }
    Some(distance(word, &name)).filter(|distance| *distance <= allowed)
}

/// How many letters have to be replaced, added, removed or swapped with their neighbour, each at most once.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, letter) in left.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, other) in right.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&row, j) + usize::from(letter != other);
            let mut least = min(replaced, min(at(&row, j + 1), at(&next, j)) + 1);
            let swapped = i > 0 && j > 0 && left.get(i - 1) == Some(other) && right.get(j - 1) == Some(letter);
            if swapped {
                least = min(least, at(&before, j - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_a_gap_an_addition_and_another_case_are_near() {
        let words = ["WITH", "RETURN", "WHERE", "User", "UserGroup"];
        for (written, meant) in
            [("WIHT", "WITH"), ("retrun", "RETURN"), ("WHER", "WHERE"), ("Userr", "User"), ("user", "User")]
        {
            assert_eq!(nearest(written, words.into_iter()), [meant], "{written}");
        }
    }

    #[test]
    fn what_is_far_is_not_told() {
        assert!(nearest("package", ["User", "team"].into_iter()).is_empty());
        assert!(nearest("x", ["y"].into_iter()).is_empty(), "one letter for another is a different name");
        assert!(nearest("", ["y", ""].into_iter()).is_empty());
        assert!(nearest(&"x".repeat(100_000), ["y"].into_iter()).is_empty());
    }

    #[test]
    fn the_nearest_come_first_and_few_enough_to_read() {
        let names = ["names", "named", "name", "game", "nam", "same"];
        assert_eq!(nearest("name", names.into_iter()), ["name", "game", "nam"]);
        assert_eq!(did_you_mean(&["a", "b", "c"]).as_deref(), Some("did you mean a, b or c?"));
        assert_eq!(did_you_mean(&[]), None);
    }
}
