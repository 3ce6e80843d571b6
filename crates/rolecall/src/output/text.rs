//! Text from outside, made safe for a terminal.

use std::fmt;

use rolecall_connect::TYPES;

/// Registry names are somebody else's text: control characters could move the cursor or hide what was printed, and
/// direction overrides could show a name backwards. Both are shown as escapes.
pub(crate) fn printable(text: &str) -> String {
    if !text.chars().any(is_unsafe) {
        return text.to_owned();
    }
    text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        if is_unsafe(c) {
            safe.extend(c.escape_unicode())
        } else {
            safe.push(c)
        }
        safe
    })
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether something looks like a registry's token.
pub(crate) fn has_token(text: &str) -> bool {
    TYPES.iter().any(|known| known.tokens.shape.is_in(text))
}

/// The text with such tokens taken out. Somebody may paste one where a file's name belongs.
pub(crate) fn without_tokens(text: &str) -> String {
    TYPES.iter().fold(text.to_owned(), |clean, known| known.tokens.shape.taken_out(&clean))
}

/// `1 package`, `2 packages`.
pub(crate) fn count<N: Copy + fmt::Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    let word = if number == N::from(1) { one } else { many };
    format!("{number} {word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_steer_the_terminal() {
        assert_eq!(printable("alice"), "alice");
        assert_eq!(printable("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(printable("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(printable("zoë-日本"), "zoë-日本");
    }
}
