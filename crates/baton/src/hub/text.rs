//! What a connector says of itself, made fit to be kept and shown.

/// How much of a text is kept, in letters.
const MOST: usize = 200;

/// One line of at most 200 letters, without what only a terminal understands; nothing of an empty one.
pub(super) fn line(text: &str) -> Option<String> {
    cut(text, MOST)
}

/// The same, of a message that somebody has to read whole.
pub(super) fn message(text: &str) -> Option<String> {
    cut(text, 10 * MOST)
}

fn cut(text: &str, most: usize) -> Option<String> {
    let clean: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(most).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_one_short_line() {
        assert_eq!(line(" a\nb\u{1b}[1m "), Some("a b [1m".to_owned()));
        assert_eq!(line("\n \0"), None);
        assert_eq!(line(&"ä".repeat(1000)).map(|text| text.chars().count()), Some(MOST));
    }
}
