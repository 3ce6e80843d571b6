//! Text as Jira shows it: what would be markup is text. Addresses stay links.

use crate::plain;

/// Escapes what makes links, mentions, macros, pictures and formats, in at most so many bytes.
pub(super) fn escaped(text: &str, most: usize) -> String {
    plain::marked_up(text, most, piece)
}

fn piece(character: char) -> Option<&'static str> {
    Some(match character {
        // Two of them would be a line break.
        '\\' => "&#92;",
        '{' => "\\{",
        '[' => "\\[",
        '!' => "\\!",
        '*' => "\\*",
        '_' => "\\_",
        '|' => "\\|",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        let escaped = |text| escaped(text, 1_000);
        assert_eq!(escaped("[~eve] {html}!a!\\\\"), r"\[~eve] \{html}\!a\!&#92;&#92;");
        assert_eq!(escaped("@acme/core-js https://hub.test/a_b\nb"), "@acme/core-js https://hub.test/a_b\nb");
    }
}
