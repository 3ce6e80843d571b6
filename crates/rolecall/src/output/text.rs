//! Text from outside, made safe for a terminal.

use std::fmt;

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

/// How npm's tokens begin, and how many characters of one are shown at most.
const TOKEN: &str = "npm_";

/// Whether something looks like an npm token: its beginning, and at least 20 letters and digits.
pub(crate) fn has_token(text: &str) -> bool {
    text.match_indices(TOKEN).any(|(start, _)| token_length(&text[start + TOKEN.len()..]) >= 20)
}

/// The text with such tokens taken out. Somebody may paste one where a file's name belongs.
pub(crate) fn without_tokens(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(TOKEN) {
        let length = token_length(after);
        clean.push_str(before);
        clean.push_str(TOKEN);
        clean.push_str(if length >= 20 { "…" } else { &after[..length] });
        rest = &after[length..];
    }
    clean + rest
}

fn token_length(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_alphanumeric).count()
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
    fn a_token_is_not_repeated_wherever_it_was_given() {
        let text = "cannot read npm_abcdefghijklmnopqrstuvwxyz0123456789: npm_x and npm_";
        assert!(has_token(text) && !has_token("npm_config_registry, npm_short"));
        assert_eq!(without_tokens(text), "cannot read npm_…: npm_x and npm_");
        assert_eq!(without_tokens("zoë"), "zoë");
    }

    #[test]
    fn names_cannot_steer_the_terminal() {
        assert_eq!(printable("alice"), "alice");
        assert_eq!(printable("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(printable("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(printable("zoë-日本"), "zoë-日本");
    }
}
